//! Who asks for what, and whether it may be done: one table, and a permit that every change must show.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::named::named;
use crate::{ActivationId, ApiKeyId, ContactId, Invalid, LicenseeId, OrderId, ProductId, VendorId};

named! {
    /// A group of resources, for scopes.
    Group {
        /// Products, features, attributes, editions, plans, offerings, import and export.
        Catalog = "catalog",
        /// Customers, contacts and licensees.
        Customers = "customers",
        /// Orders and activation codes.
        Orders = "orders",
        /// Entitlements, their activations and their activation log.
        Entitlements = "entitlements",
        /// The audit.
        Audit = "audit",
        /// API keys, signing keys and the sandbox clock.
        Settings = "settings",
        /// A local server's own management: only the scope `admin` reaches it.
        Local = "local",
        /// What cannot be undone: only the scope `admin` reaches it.
        Admin = "admin",
        /// What products call: no scope reaches it, and it reaches nothing else.
        Licensing = "licensing",
        /// What only whoever runs the program does, on its data: no scope reaches it.
        Operating = "operating",
    }
}

impl Group {
    /// Whether scopes of its own reach it. (What is for administrators alone has none.)
    #[must_use]
    pub const fn has_scopes(self) -> bool {
        !matches!(self, Self::Local | Self::Admin | Self::Licensing | Self::Operating)
    }
}

/// Whether an action changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// It does not.
    Read,
    /// It does.
    Write,
}

macro_rules! actions {
    ($($variant:ident = $name:literal, $group:ident, $access:ident;)*) => {
        /// Everything that the system can be asked to do. The names are those of the audit and of the operations.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the table below says all of each")]
        pub enum Action { $($variant,)* }

        impl Action {
            /// Every action, in the order of the API's pages.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The action's name, such as `entitlement.renew`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The group of its scope.
            #[must_use]
            pub const fn group(self) -> Group {
                match self { $(Self::$variant => Group::$group,)* }
            }

            /// Whether it changes anything.
            #[must_use]
            pub const fn access(self) -> Access {
                match self { $(Self::$variant => Access::$access,)* }
            }
        }
    };
}

actions! {
    CreateProduct = "product.create", Catalog, Write;
    ReadProduct = "product.read", Catalog, Read;
    UpdateProduct = "product.update", Catalog, Write;
    DeleteProduct = "product.delete", Catalog, Write;
    CreateFeature = "feature.create", Catalog, Write;
    ReadFeature = "feature.read", Catalog, Read;
    UpdateFeature = "feature.update", Catalog, Write;
    DeleteFeature = "feature.delete", Catalog, Write;
    SetFeatureValue = "feature.set-value", Catalog, Write;
    RemoveFeatureValue = "feature.remove-value", Catalog, Write;
    CreateAttribute = "attribute.create", Catalog, Write;
    ReadAttribute = "attribute.read", Catalog, Read;
    UpdateAttribute = "attribute.update", Catalog, Write;
    DeleteAttribute = "attribute.delete", Catalog, Write;
    SetAttributeValue = "attribute.set-value", Catalog, Write;
    RemoveAttributeValue = "attribute.remove-value", Catalog, Write;
    CreateEdition = "edition.create", Catalog, Write;
    ReadEdition = "edition.read", Catalog, Read;
    UpdateEdition = "edition.update", Catalog, Write;
    DeleteEdition = "edition.delete", Catalog, Write;
    CreatePlan = "plan.create", Catalog, Write;
    ReadPlan = "plan.read", Catalog, Read;
    UpdatePlan = "plan.update", Catalog, Write;
    DeletePlan = "plan.delete", Catalog, Write;
    CreateOffering = "offering.create", Catalog, Write;
    ReadOffering = "offering.read", Catalog, Read;
    UpdateOffering = "offering.update", Catalog, Write;
    DeleteOffering = "offering.delete", Catalog, Write;
    ImportCatalog = "catalog.import", Catalog, Write;
    ExportCatalog = "catalog.export", Catalog, Read;
    CreateCustomer = "customer.create", Customers, Write;
    ReadCustomer = "customer.read", Customers, Read;
    UpdateCustomer = "customer.update", Customers, Write;
    DeleteCustomer = "customer.delete", Customers, Write;
    RestoreCustomer = "customer.restore", Customers, Write;
    PurgeCustomer = "customer.purge", Admin, Write;
    DisableCustomer = "customer.disable", Customers, Write;
    EnableCustomer = "customer.enable", Customers, Write;
    ImportCustomers = "customer.import", Customers, Write;
    CreateContact = "contact.create", Customers, Write;
    ReadContact = "contact.read", Customers, Read;
    UpdateContact = "contact.update", Customers, Write;
    DeleteContact = "contact.delete", Customers, Write;
    SetContactPassword = "contact.set-password", Customers, Write;
    RemoveContactPassword = "contact.remove-password", Customers, Write;
    ReadLicensee = "licensee.read", Customers, Read;
    UpdateLicensee = "licensee.update", Customers, Write;
    SetLicenseeSecret = "licensee.set-secret", Customers, Write;
    ResetLicenseeSecret = "licensee.reset-secret", Customers, Write;
    CreateOrder = "order.create", Orders, Write;
    ReadOrder = "order.read", Orders, Read;
    UpdateOrder = "order.update", Orders, Write;
    ExtendOrder = "order.extend", Orders, Write;
    MoveOrder = "order.move", Orders, Write;
    DeleteOrder = "order.delete", Orders, Write;
    RestoreOrder = "order.restore", Orders, Write;
    PurgeOrder = "order.purge", Admin, Write;
    CreateActivationCode = "activation-code.create", Orders, Write;
    RevokeActivationCode = "activation-code.revoke", Orders, Write;
    ReadEntitlement = "entitlement.read", Entitlements, Read;
    ExplainEntitlement = "entitlement.explain", Entitlements, Read;
    UpdateEntitlement = "entitlement.update", Entitlements, Write;
    RenewEntitlement = "entitlement.renew", Entitlements, Write;
    StartEntitlement = "entitlement.start", Entitlements, Write;
    DisableEntitlement = "entitlement.disable", Entitlements, Write;
    DeleteEntitlement = "entitlement.delete", Entitlements, Write;
    RestoreEntitlement = "entitlement.restore", Entitlements, Write;
    PurgeEntitlement = "entitlement.purge", Admin, Write;
    EnableEntitlement = "entitlement.enable", Entitlements, Write;
    ResetUsage = "entitlement.reset-usage", Entitlements, Write;
    ChangeEntitlementOffering = "entitlement.change-offering", Entitlements, Write;
    ResetEntitlementOverrides = "entitlement.reset-overrides", Entitlements, Write;
    ReadActivation = "activation.read", Entitlements, Read;
    ReleaseActivation = "activation.release", Entitlements, Write;
    RefreshActivation = "activation.refresh-seat", Entitlements, Write;
    ActivateOffline = "offline.activate", Entitlements, Write;
    RefreshOffline = "offline.refresh", Entitlements, Write;
    DeactivateOffline = "offline.deactivate", Entitlements, Write;
    CheckoutActivationFeature = "activation.checkout-feature", Entitlements, Write;
    ReturnActivationFeature = "activation.return-feature", Entitlements, Write;
    UseActivationFeature = "activation.use-feature", Entitlements, Write;
    ExportEntitlement = "entitlement.export", Entitlements, Write;
    ExportEntitlementToken = "entitlement.export-token", Entitlements, Write;
    ImportEntitlement = "entitlement.import", Entitlements, Write;
    ReleaseExport = "entitlement.import-without-token", Entitlements, Write;
    ReadLocalServer = "local-server.read", Entitlements, Read;
    ReportLocalServer = "local-server.report", Entitlements, Write;
    DeclareLocalServerLost = "local-server.declare-lost", Entitlements, Write;
    RebindLocalServer = "local-server.rebind", Entitlements, Write;
    ReadAudit = "audit.read", Audit, Read;
    ExportAudit = "audit.export", Audit, Read;
    CreateApiKey = "api-key.create", Settings, Write;
    ReadApiKey = "api-key.read", Settings, Read;
    DeleteApiKey = "api-key.delete", Settings, Write;
    ReadSigningKey = "signing-key.read", Settings, Read;
    RotateSigningKey = "signing-key.rotate", Settings, Write;
    RevokeSigningKey = "signing-key.revoke", Admin, Write;
    ImportSigningKey = "signing-key.import", Admin, Write;
    ExportRootSigningKey = "signing-key.export-root", Admin, Write;
    RenewSigningKey = "signing-key.renew", Operating, Write;
    RewrapSigningKeys = "signing-key.rewrap", Operating, Write;
    CreateOpenIdProvider = "openid-provider.create", Settings, Write;
    ReadOpenIdProvider = "openid-provider.read", Settings, Read;
    UpdateOpenIdProvider = "openid-provider.update", Settings, Write;
    DeleteOpenIdProvider = "openid-provider.delete", Settings, Write;
    ReadVendor = "vendor.read", Settings, Read;
    UpdateVendor = "vendor.update", Settings, Write;
    ReadClock = "clock.read", Settings, Read;
    MoveClock = "clock.move", Settings, Write;
    CreateVendor = "vendor.create", Operating, Write;
    ReadLocal = "local.read", Local, Read;
    RequestLocalLicense = "local.license.request", Local, Write;
    ActivateLocal = "local.license.activate", Local, Write;
    RefreshLocal = "local.license.refresh", Local, Write;
    DeactivateLocal = "local.license.deactivate", Local, Write;
    ImportHosted = "local.entitlement.import", Local, Write;
    ReadHosted = "local.entitlement.read", Local, Read;
    DeleteHosted = "local.entitlement.delete", Local, Write;
    ReportLocal = "local.report", Local, Write;
    ConfirmRestore = "local.confirm-restore", Local, Write;
    RebindLocal = "local.rebind", Local, Write;
    MoveLocal = "local.move", Local, Write;
    UpdateLocalTrust = "local.update-trust", Local, Write;
    Activate = "activation.activate", Licensing, Write;
    Refresh = "activation.refresh", Licensing, Write;
    Deactivate = "activation.deactivate", Licensing, Write;
    ReadState = "activation.state", Licensing, Read;
    Checkout = "feature.checkout", Licensing, Write;
    Return = "feature.return", Licensing, Write;
    Use = "feature.use", Licensing, Write;
    Validate = "activation.validate", Licensing, Write;
}

/// What an API key may do (MAN-1): `catalog:read`, `orders:write` (which includes reading), or `admin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyScope {
    /// Everything of its vendor.
    Admin,
    /// One group.
    Group(Group, Access),
}

impl KeyScope {
    fn allows(self, action: Action) -> bool {
        match self {
            Self::Admin => !matches!(action.group(), Group::Licensing | Group::Operating),
            Self::Group(group, access) => group == action.group() && access >= action.access(),
        }
    }
}

impl KeyScope {
    fn includes(self, other: Self) -> bool {
        match (self, other) {
            (Self::Admin, _) => true,
            (Self::Group(group, access), Self::Group(wanted, needed)) => group == wanted && access >= needed,
            (Self::Group(..), Self::Admin) => false,
        }
    }
}

impl fmt::Display for KeyScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Admin => f.write_str("admin"),
            Self::Group(group, Access::Read) => write!(f, "{group}:read"),
            Self::Group(group, Access::Write) => write!(f, "{group}:write"),
        }
    }
}

impl FromStr for KeyScope {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "admin" {
            return Ok(Self::Admin);
        }
        let (group, access) = text.split_once(':').ok_or(Invalid::BadFormat)?;
        let access = match access {
            "read" => Access::Read,
            "write" => Access::Write,
            _ => return Err(Invalid::BadFormat),
        };
        match group.parse::<Group>()? {
            group if group.has_scopes() => Ok(Self::Group(group, access)),
            _ => Err(Invalid::BadFormat),
        }
    }
}

/// Who asks. Every credential belongs to exactly one vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A system of the vendor, by an API key.
    ApiKey {
        /// The key.
        id: ApiKeyId,
        /// Whose it is.
        vendor: VendorId,
        /// What it may do.
        scopes: BTreeSet<KeyScope>,
    },
    /// A product that shows a credential of an order.
    Order {
        /// The order.
        id: OrderId,
        /// Whose it is.
        vendor: VendorId,
    },
    /// A product that shows the number of a licensee.
    Licensee {
        /// The licensee.
        id: LicenseeId,
        /// Whose it is.
        vendor: VendorId,
    },
    /// A product in which a contact has signed in, by password or at the vendor's OpenID provider; or the contact itself, who
    /// carries tokens for the orders that name it; between local servers and the authority only where the vendor allows it.
    Contact {
        /// The contact.
        id: ContactId,
        /// Whose it is.
        vendor: VendorId,
    },
    /// A product that shows a licensee's number that nobody has yet (AUTO-1).
    Newcomer {
        /// The product.
        product: ProductId,
        /// Whose it is.
        vendor: VendorId,
    },
    /// A product that holds an activation.
    Activation {
        /// The activation.
        id: ActivationId,
        /// Whose it is.
        vendor: VendorId,
    },
    /// Whoever runs the program on its data: `init`, `vendor create`.
    Operator {
        /// For which vendor.
        vendor: VendorId,
    },
}

impl Actor {
    /// The vendor to which the credential belongs.
    #[must_use]
    pub const fn vendor(&self) -> VendorId {
        match self {
            Self::ApiKey { vendor, .. }
            | Self::Order { vendor, .. }
            | Self::Licensee { vendor, .. }
            | Self::Contact { vendor, .. }
            | Self::Newcomer { vendor, .. }
            | Self::Activation { vendor, .. }
            | Self::Operator { vendor } => *vendor,
        }
    }

    /// Whether this caller may hand on such scopes: nobody makes a key that may do more than the maker.
    ///
    /// # Errors
    /// The first scope that the caller does not have.
    pub fn check_grants(&self, wanted: &BTreeSet<KeyScope>) -> Result<(), NotPermitted> {
        let Self::ApiKey { scopes, .. } = self else { return Ok(()) };
        let has = |wanted: &KeyScope| scopes.iter().any(|scope| scope.includes(*wanted));
        wanted.iter().find(|wanted| !has(wanted)).map_or(Ok(()), |&needed| Err(NotPermitted { needed }))
    }

    /// Allows an action, or not.
    ///
    /// # Errors
    /// The scope that would be needed.
    pub fn permit(&self, action: Action) -> Result<Permit, NotPermitted> {
        let claims = matches!(action, Action::Activate | Action::Validate);
        let carries = matches!(
            action,
            Action::ActivateOffline
                | Action::RefreshOffline
                | Action::DeactivateOffline
                | Action::ExportEntitlement
                | Action::ExportEntitlementToken
                | Action::ImportEntitlement
                | Action::ReadLocalServer
                | Action::ReportLocalServer
        );
        let licensing = action.group() == Group::Licensing;
        let allowed = match self {
            Self::ApiKey { scopes, .. } => scopes.iter().any(|scope| scope.allows(action)),
            Self::Order { .. } | Self::Licensee { .. } | Self::Newcomer { .. } => claims,
            Self::Contact { .. } => claims || carries,
            Self::Activation { .. } => licensing && !claims,
            Self::Operator { .. } => !licensing,
        };
        if allowed {
            Ok(Permit { vendor: self.vendor(), action, actor: self.to_string() })
        } else {
            let needed = match action.group() {
                Group::Admin | Group::Local => KeyScope::Admin,
                group => KeyScope::Group(group, action.access()),
            };
            Err(NotPermitted { needed })
        }
    }
}

impl fmt::Display for Actor {
    /// As the audit names it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ApiKey { id, .. } => id.fmt(f),
            Self::Order { id, .. } => id.fmt(f),
            Self::Licensee { id, .. } => id.fmt(f),
            Self::Contact { id, .. } => id.fmt(f),
            Self::Newcomer { product, .. } => product.fmt(f),
            Self::Activation { id, .. } => id.fmt(f),
            Self::Operator { .. } => f.write_str("operator"),
        }
    }
}

/// That an action may be done, for one vendor. Only [`Actor::permit`] makes it; what reads and writes the store demands it.
#[derive(Clone, Debug)]
pub struct Permit {
    vendor: VendorId,
    action: Action,
    actor: String,
}

impl Permit {
    /// The vendor to whose records it is confined.
    #[must_use]
    pub const fn vendor(&self) -> VendorId {
        self.vendor
    }

    /// What may be done.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Who does it, as the audit names it.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }
}

/// That an action may not be done with this credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotPermitted {
    /// The scope that would allow it.
    pub needed: KeyScope,
}
