//! The command line's first level.

use clap::{Parser, Subcommand};

use crate::command::managed::Managed;
use crate::command::{
    activation, activation_code, api_key, attribute, audit, catalog, client, clock, completion, contact, customer,
    demo, edition, entitlement, feature, init, key, licensee, local, local_server, offering, offline, openid_provider,
    order, plan, product, serve, trust, vendor,
};
use crate::{Failure, Printer};

/// Issues, enforces and audits software entitlements.
#[derive(Debug, Parser)]
#[command(name = "chancery", version, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// Print JSON, for programs: results on standard output, problems on standard error.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "one is made in the life of the program")]
pub(crate) enum Command {
    /// Make a data folder with its first vendor
    Init(init::Init),
    /// Run the authority
    Serve(serve::Serve),
    /// Play a story with a sandbox vendor on a real server, then serve it
    Demo(demo::Demo),
    /// The vendor: what it decides for itself; or further vendors
    Vendor(vendor::Vendor),
    /// The whole catalog as one readable file
    Catalog(Managed<catalog::Verb>),
    /// Products: what is sold, in editions, with defaults for its leases
    Product(Managed<product::Verb>),
    /// Features: what a seat may do, and how much of it
    Feature(Managed<feature::Verb>),
    /// Attributes: what a product reads of its license
    Attribute(Managed<attribute::Verb>),
    /// Editions: sets of feature and attribute values
    Edition(Managed<edition::Verb>),
    /// Plans: license type, start, duration, plan type
    Plan(Managed<plan::Verb>),
    /// Offerings: an edition by a plan, with a SKU, seats and a policy
    Offering(Managed<offering::Verb>),
    /// Customers: organisations that buy
    Customer(Managed<customer::Verb>),
    /// Contacts: people at a customer
    Contact(Managed<contact::Verb>),
    /// Licensees: customers' standings with products, and their secrets
    Licensee(Managed<licensee::Verb>),
    /// Orders: one purchase by one customer
    Order(Managed<order::Verb>),
    /// Activation codes: what leads to an order
    ActivationCode(Managed<activation_code::Verb>),
    /// Entitlements: what an order granted
    Entitlement(Managed<entitlement::Verb>),
    /// Activations: who holds which seat
    Activation(Managed<activation::Verb>),
    /// Offline activations by tokens that people carry: the vendor's side
    Offline(Managed<offline::Verb>),
    /// Local servers: what customers run where the internet does not reach; the vendor's side
    LocalServer(Managed<local_server::Verb>),
    /// The local server: a server that a customer runs where the internet does not reach
    #[command(subcommand)]
    Local(local::Local),
    /// API keys: who may use the management API, or a contact the portal API
    ApiKey(Managed<api_key::Verb>),
    /// OpenID providers: whose tokens contacts may show
    OpenidProvider(Managed<openid_provider::Verb>),
    /// Signing keys: what leases and certificates are signed with
    Key(key::Key),
    /// The audit: who changed what
    Audit(Managed<audit::Verb>),
    /// A sandbox's clock
    Clock(Managed<clock::Verb>),
    /// Trust bundles: what products are built with
    #[command(subcommand)]
    Trust(trust::Trust),
    /// Be a licensed product: activate, refresh, take features
    Client(client::Client),
    /// Complete commands and options in a shell
    Completion(completion::Completion),
}

impl Command {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        match self {
            Self::Init(command) => command.run(printer).await,
            Self::Serve(command) => command.run(printer).await,
            Self::Demo(command) => command.run(printer).await,
            Self::Vendor(command) => command.run(printer).await,
            Self::Catalog(command) => command.run(printer).await,
            Self::Product(command) => command.run(printer).await,
            Self::Feature(command) => command.run(printer).await,
            Self::Attribute(command) => command.run(printer).await,
            Self::Edition(command) => command.run(printer).await,
            Self::Plan(command) => command.run(printer).await,
            Self::Offering(command) => command.run(printer).await,
            Self::Customer(command) => command.run(printer).await,
            Self::Contact(command) => command.run(printer).await,
            Self::Licensee(command) => command.run(printer).await,
            Self::Order(command) => command.run(printer).await,
            Self::ActivationCode(command) => command.run(printer).await,
            Self::Entitlement(command) => command.run(printer).await,
            Self::Activation(command) => command.run(printer).await,
            Self::Offline(command) => command.run(printer).await,
            Self::LocalServer(command) => command.run(printer).await,
            Self::Local(command) => command.run(printer).await,
            Self::ApiKey(command) => command.run(printer).await,
            Self::OpenidProvider(command) => command.run(printer).await,
            Self::Key(command) => command.run(printer).await,
            Self::Audit(command) => command.run(printer).await,
            Self::Clock(command) => command.run(printer).await,
            Self::Trust(command) => command.run(printer).await,
            Self::Client(command) => command.run(printer).await,
            Self::Completion(command) => command.run(printer),
        }
    }
}
