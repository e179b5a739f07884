//! The licensing API, which products call. Unknown members of its requests are ignored (API-1).

mod activate;
mod credential;
mod entitlement;
mod feature;
mod refresh;
mod validate;

pub use activate::{ActivateReply, ActivateRequest, DeviceReport};
pub use credential::Credential;
pub use entitlement::{EntitlementInfo, EntitlementReply, InfoCustomer, InfoOrder, InfoPlan};
pub use feature::{FeatureReply, FeatureRequest};
pub use refresh::{ActivationReply, RefreshReply, RefreshRequest};
pub use validate::{ValidateEntitlement, ValidateReply, ValidateRequest};
