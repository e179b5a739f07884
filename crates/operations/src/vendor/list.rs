//! All vendors of the server.

use chancery_domain::Vendor;
use chancery_store::vendor;

use crate::{Error, System};

/// Every vendor, as the database has them: another process on it may have made some that this one has not met yet.
///
/// # Errors
/// The database's.
pub async fn list(system: &System) -> Result<Vec<Vendor>, Error> {
    system.store().read(|tx| Ok(vendor::all(tx)?)).await
}
