//! The local side of a local server: its own license, what it hosts, and how it finds out that it was set back (LLS-1…7, EXP-3…11).
//!
//! It is the same program on the same schema: what is imported becomes the rows that an authority has, so that products are served
//! by the same operations. What a local server has besides is one row, its keys, and what is in this folder.

mod confirm_restore;
pub mod entitlement;
mod here;
mod init;
pub mod license;
mod machine;
mod mark;
mod mark_restored;
mod move_to;
mod rebind;
mod report;
mod revoked;
mod sample_seats;
mod state;
mod status;
mod take_back;
mod update_trust;
mod usage;

pub use confirm_restore::confirm_restore;
pub use init::{NewLocal, init};
pub(crate) use machine::machine_of;
pub(crate) use mark::{Serials, announce_serials, check_confirmed, note_denial};
pub use mark_restored::mark_restored;
pub use move_to::move_to;
pub use rebind::rebind;
pub use report::report;
pub use sample_seats::sample_seats;
pub use state::{License, LocalState};
pub use status::{LocalMachine, LocalStatus, status};
pub(crate) use take_back::Shows;
pub use update_trust::update_trust;
pub use usage::{UsageHour, usage};
