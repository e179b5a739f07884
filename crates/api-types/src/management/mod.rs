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
mod edition;
mod entitlement;
mod entitlement_update;
mod feature;
mod offering;
mod order;
mod plan;
mod product;
mod server;

pub use activation_code::{ActivationCode, ActivationCodes, CreateActivationCodes};
pub use activation_log::{ActivationLogEntry, LogOperation};
pub use api_key::{ApiKey, CreateApiKey};
pub use attribute::{Attribute, CreateAttribute, EffectiveAttribute, SetAttributeValue, UpdateAttribute};
pub use audit::{AuditEntry, Change};
pub use catalog::{CatalogAction, CatalogChange, CatalogImport, CatalogKind};
pub use clock::{Clock, MoveClock};
pub use commands::{Disable, DryRun, Enable, Leaving, RenewEntitlement, ResetUsage, StartEntitlement};
pub use customer::{Contact, CreateContact, CreateCustomer, Customer, UpdateCustomer};
pub use edition::{CreateEdition, Edition, UpdateEdition};
pub use entitlement::{Entitlement, EntitlementAttribute, EntitlementFeature, EntitlementHost};
pub use entitlement_update::UpdateEntitlement;
pub use feature::{CreateFeature, EffectiveFeature, Feature, SetFeatureValue, UpdateFeature};
pub use offering::{CreateOffering, Offering, UpdateOffering};
pub use order::{CreateOrder, CreateOrderItem, Order, OrderEntitlement, UpdateOrder};
pub use plan::{CreatePlan, Plan, UpdatePlan};
pub use product::{CreateProduct, Product, UpdateProduct};
pub use server::{Health, HealthStatus, ServerInfo};
