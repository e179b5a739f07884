//! Offline activation: tokens that are carried by hand between a device and its vendor (OFF-3…9).

mod activate;
mod answer;
mod deactivate;
mod open;
mod reach;
mod refresh;
mod reply;

pub use activate::{NewOfflineActivation, activate};
pub use deactivate::{OfflineDeactivated, deactivate};
pub use open::{OpenedRequest, open};
pub use refresh::refresh;
pub use reply::OfflineReply;
