//! The catalog: what a vendor sells (CAT-1…4).

mod attribute;
mod edition;
mod feature;
mod level;
mod offering;
mod plan;
mod product;

pub use attribute::{AttributeDefinition, AttributeType, AttributeValue};
pub use edition::Edition;
pub use feature::{FeatureDefinition, FeatureKind, FeatureType, FeatureValue, UsageReset};
pub use level::{Level, Scope, SetValue, nearest};
pub use offering::{Concurrency, Offering};
pub use plan::{LicenseStart, LicenseType, Plan, PlanType};
pub use product::{DeviceKeys, Product, SecretMode};
