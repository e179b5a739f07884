//! The data folder, and what stands in it: made by `init`, demanded by `serve` (NET-3).

mod backup;
mod error;
mod files;
mod folder;
mod init;
mod kek;
pub mod local;
mod open;
mod restore;
mod rewrap;
mod site;
mod swap;

pub use backup::{BackedUp, backup};
pub use error::SetupError;
pub use folder::{DataFolder, GivenTraffic, Part, Settings};
pub use init::{Initialised, NewVendorOptions, create_vendor, init};
pub use open::open;
pub use restore::{Restored, restore};
pub use rewrap::rewrap;
