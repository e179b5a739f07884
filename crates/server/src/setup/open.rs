//! Opening the data of an authority.

use std::sync::Arc;

use chancery_operations::{System, SystemOptions};

use super::{DataFolder, Part, SetupError, kek};

/// Opens the system on an initialised folder. `database` is another PostgreSQL database than the settings name.
///
/// # Errors
/// `NotInitialised`; `OtherPart` for the data of a local server; see [`SetupError`].
pub async fn open(
    folder: &DataFolder,
    database: Option<&str>,
    public_url: Option<String>,
) -> Result<Arc<System>, SetupError> {
    let settings = folder.settings_of(Part::Authority)?;
    let key_encryption_key = kek::load(folder, &settings, None)?;
    let location = folder.location(database, &settings);
    let system = System::connect(location, SystemOptions { key_encryption_key, public_url, machine: None }).await?;
    Ok(Arc::new(system))
}
