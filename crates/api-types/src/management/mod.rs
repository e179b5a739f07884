//! The management API: one file per resource, with its requests and replies.

mod activation_code;
mod activation_log;
mod api_key;
mod attribute;
mod audit;
mod catalog;
mod clock;
mod commands;
mod customer;
mod customers_import;
mod edition;
mod entitlement;
mod entitlement_update;
mod explanation;
mod export;
mod feature;
mod licensee;
mod local_server;
mod offering;
mod openid_provider;
mod order;
mod plan;
mod product;
mod server;
mod signing_key;
mod vendor;

pub use activation_code::{ActivationCode, ActivationCodes, CreateActivationCodes};
pub use activation_log::{ActivationLogEntry, LogOperation};
pub use api_key::{ApiKey, CreateApiKey};
pub use attribute::{Attribute, CreateAttribute, EffectiveAttribute, SetAttributeValue, UpdateAttribute};
pub use audit::{AuditEntry, Change};
pub use catalog::{CatalogAction, CatalogChange, CatalogImport, CatalogKind};
pub use clock::{Clock, MoveClock};
pub use commands::{
    ActivationFeatureAmount, CallFeature, ChangeOffering, Disable, DryRun, DryRunChange, Enable, Leaving,
    RefreshActivation, ReleaseActivation, RenewEntitlement, ResetOverrides, ResetUsage, Restore, StartEntitlement,
};
pub use customer::{Contact, CreateContact, CreateCustomer, Customer, UpdateContact, UpdateCustomer};
pub use customers_import::{CustomerAction, CustomerChange, CustomersImport};
pub use edition::{CreateEdition, Edition, UpdateEdition};
pub use entitlement::{Entitlement, EntitlementAttribute, EntitlementFeature, EntitlementHost};
pub use entitlement_update::UpdateEntitlement;
pub use explanation::{ExplainedHow, ExplainedOutcome, ExplainedRule, ExplainedVerdict, Explanation};
pub use export::{
    ExportEnding, ExportEntitlement, ExportEntitlementToken, ExportSession, ExportedEntitlement, ImportEntitlement,
    ImportedEntitlement,
};
pub use feature::{CreateFeature, EffectiveFeature, Feature, SetFeatureValue, UpdateFeature};
pub use licensee::{Licensee, SetLicenseeSecret, UpdateLicensee};
pub use local_server::{
    DeclareLocalServerLost, LocalServer, LocalServerFeatureUsage, LocalServerUsage, RebindLocalServer,
    ReboundLocalServer, ReportLocalServer, ReportedLocalServer,
};
pub use offering::{CreateOffering, Offering, UpdateOffering};
pub use openid_provider::{CreateOpenIdProvider, OpenIdProvider, SetContactPassword, UpdateOpenIdProvider};
pub use order::{CreateOrder, CreateOrderItem, ExtendOrder, MoveOrder, Order, OrderEntitlement, UpdateOrder};
pub use plan::{CreatePlan, Plan, UpdatePlan};
pub use product::{CreateProduct, Product, UpdateProduct};
pub use server::{Health, HealthStatus, ServerInfo};
pub use signing_key::{ExportRootSigningKey, ExportedRoot, ImportSigningKey, RotateSigningKey, SigningKey};
pub use vendor::{UpdateVendor, Vendor};
