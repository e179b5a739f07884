//! What licensed products ask for: seats, leases, features.

mod activate;
mod chain;
mod checkout;
mod client_code;
mod deactivate;
mod feature;
mod find;
mod give_back;
mod lease;
mod list;
mod log;
mod refresh;
mod release;
mod seat;
mod spend;
mod state;
mod validate;
mod view;

pub use activate::{Activated, NewActivation, activate};
pub use chain::ChainCall;
pub use checkout::checkout;
pub use deactivate::deactivate;
pub use feature::FeatureCall;
pub use find::find;
pub use give_back::give_back;
pub use list::list;
pub use log::log;
pub use refresh::{Refreshed, refresh};
pub use release::release;
pub use spend::spend;
pub use state::{EntitlementInfo, entitlement, state};
pub use validate::{Validated, Validation, validate};
pub use view::ActivationView;
pub(crate) use view::features;
