//! The data folder, and what stands in it: made by `init`, demanded by `serve` (NET-3).

mod error;
mod files;
mod folder;
mod init;
mod kek;
mod open;
mod rewrap;
mod site;

pub use error::SetupError;
pub use folder::{DataFolder, GivenTraffic, Settings};
pub use init::{Initialised, NewVendorOptions, create_vendor, init};
pub use open::open;
pub use rewrap::rewrap;
