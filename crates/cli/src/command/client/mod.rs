//! `chancery client`: a licensed product without a product, for people and scripts. It drives the SDK.

mod activate;
mod memory;
mod offline;
mod open;
mod status;

use std::path::PathBuf;

use chancery_api_types::{Code, Problem};
use chancery_client::{ServerAddress, Validation};
use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;

use self::activate::{Request, SecretArgs};
use self::open::Opened;
use crate::folder::FolderArgs;
use crate::node::Node;
use crate::{Failure, Printer, render};

/// Be a licensed product: activate, refresh, take features; or be activated by carried tokens.
#[derive(Debug, Args)]
pub(crate) struct Client {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    verb: Verb,
}

/// Where the product keeps its state, and whom it asks. What an activation was made with is remembered there.
#[derive(Debug, Args)]
#[command(next_help_heading = "Client")]
struct Place {
    /// The folder for the product's state, always needed: one product, one seat; made if it is not there
    #[arg(long, value_name = "DIR", env = "CHANCERY_STATE", global = true)]
    state: Option<PathBuf>,
    /// The licensing server [default: the activation's, else what CHANCERY_SERVER says, else the remembered one, else the one that the trust bundle names]
    #[arg(long, value_name = "URL", global = true)]
    server: Option<ServerAddress>,
    /// Plain HTTP to other machines too: credentials travel in the open
    #[arg(long, global = true)]
    allow_plain_http: bool,
    /// The vendor's trust bundle [default: the remembered one, else the server is asked once]
    #[arg(long, value_name = "FILE", global = true)]
    trust: Option<PathBuf>,
    /// The server's vendor, for a server with several of whom a trust bundle is asked
    #[arg(long, value_name = "ID", global = true)]
    vendor: Option<String>,
    /// A file with certificates (PEM) that are trusted beside the system's
    #[arg(long, value_name = "FILE", env = "CHANCERY_CA_FILE", global = true)]
    ca_file: Option<PathBuf>,
    /// The proxy [default: what HTTPS_PROXY and NO_PROXY say]
    #[arg(long, value_name = "URL", env = "CHANCERY_PROXY", global = true)]
    proxy: Option<String>,
    /// The account at the proxy
    #[arg(long, value_name = "USER", global = true, requires = "proxy_password_file")]
    proxy_user: Option<String>,
    /// A file with the password of the account at the proxy
    #[arg(long, value_name = "FILE", global = true, requires = "proxy_user")]
    proxy_password_file: Option<PathBuf>,
    /// A file that moves the clock, with an instant or an offset such as +40d: for sandbox vendors alone
    #[arg(long, value_name = "FILE", global = true)]
    sandbox_clock: Option<PathBuf>,
    /// When this release of the product was made: a day, or an instant
    #[arg(long, value_name = "DATE", global = true)]
    release_date: Option<String>,
    #[command(flatten)]
    folder: FolderArgs,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Take a seat; the same seat id gets its own back
    Activate(Request),
    /// Get a fresh lease
    Refresh(SecretArgs),
    /// Say what the product may do now, without asking the server; succeeds only when it may run
    Status,
    /// Ask the server for the activation's state
    State,
    /// Ask the server for the entitlement behind the seat
    Entitlement,
    /// Take some of an elementPool
    Checkout(Amount),
    /// Give back some of an elementPool
    Return(Amount),
    /// Spend some of a usageCount for good, or record the use of a bool
    Use(Amount),
    /// Give the seat back, with all that the activation holds
    Deactivate,
    /// Be activated without a connection, by tokens that people carry
    #[command(subcommand)]
    Offline(offline::Verb),
    /// Ask whether a seat would be given, without taking one; succeeds only if it would
    Validate(Request),
}

/// How much of which feature.
#[derive(Debug, Args)]
struct Amount {
    /// The feature's key
    #[arg(value_name = "FEATURE_KEY")]
    key: String,
    /// How much
    #[arg(default_value_t = 1)]
    amount: u64,
}

impl Client {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        let place = self.place;
        match self.verb {
            Verb::Activate(request) => activate(*printer, &place, &request).await,
            Verb::Validate(request) => validate(*printer, &place, &request).await,
            Verb::Status => status::run(*printer, &place),
            Verb::Offline(verb) => verb.run(*printer, &place).await,
            Verb::Refresh(secret) => {
                let opened = Opened::again_with(&place, secret.read()?)?;
                show(*printer, "activation", &opened.client.refresh().await?)
            }
            Verb::State => show(*printer, "activation", &Opened::again(&place)?.client.state().await?),
            Verb::Entitlement => show(*printer, "entitlement", &Opened::again(&place)?.client.entitlement().await?),
            Verb::Checkout(Amount { key, amount }) => {
                show(*printer, "feature", &Opened::again(&place)?.client.checkout(&key, amount).await?)
            }
            Verb::Return(Amount { key, amount }) => {
                show(*printer, "feature", &Opened::again(&place)?.client.give_back(&key, amount).await?)
            }
            Verb::Use(Amount { key, amount }) => {
                show(*printer, "feature", &Opened::again(&place)?.client.spend(&key, amount).await?)
            }
            Verb::Deactivate => {
                let opened = Opened::again(&place)?;
                opened.client.deactivate().await?;
                opened.remember(&place, false)?;
                printer.result(&json!({}), |_| "The seat is given back.".to_owned());
                Ok(())
            }
        }
    }
}

async fn activate(printer: Printer, place: &Place, request: &Request) -> Result<(), Failure> {
    let wanted = request.activate()?;
    let opened = Opened::first(place, request, printer).await?;
    let activation = opened.client.activate(&wanted).await?;
    opened.remember(place, true)?;
    show(printer, "activation", &activation)
}

async fn validate(printer: Printer, place: &Place, request: &Request) -> Result<(), Failure> {
    let wanted = request.validate()?;
    let opened = Opened::first(place, request, printer).await?;
    let validation = opened.client.validate(&wanted).await?;
    printer.result(&validation.answer, |answer| render::lines(&node(answer)));
    if validation.allowed() {
        return Ok(());
    }
    Err(denied(&validation))
}

/// Why a seat would not be given, as `activate` would say it.
fn denied(validation: &Validation) -> Failure {
    let what = "A seat would not be given now";
    // No code: it says yes without a signed verdict, which is no reply of Chancery.
    let code = validation.answer.code.as_deref().unwrap_or_else(|| Code::ReplyNotUnderstood.name());
    let problem = match Code::from_name(code) {
        Some(code) => Problem::new(code, what),
        None => Problem { code: code.to_owned(), detail: what.to_owned(), ..Problem::of(Code::NotPermitted) },
    };
    Problem { status: None, ..problem }.into()
}

/// Shows a result: JSON under its name, as the licensing API has it; lines without.
fn show<T: Serialize>(printer: Printer, name: &str, result: &T) -> Result<(), Failure> {
    let node = node(result);
    printer.result(&Node::Object(vec![(name.to_owned(), node.clone())]), |_| render::lines(&node));
    Ok(())
}

/// A result with its members in their order.
fn node(result: &impl Serialize) -> Node {
    let json = serde_json::to_string(result).unwrap_or_default();
    serde_json::from_str(&json).unwrap_or(Node::Null)
}
