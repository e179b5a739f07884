//! Changing the key under which private keys are encrypted (KEY-6): offline, on the data of an authority.

use std::path::Path;

use chancery_operations::{KeyEncryptionKey, signing_key};

use super::{DataFolder, SetupError, files, open};
use crate::{Clock, Randomness};

/// Encrypts everything that is encrypted under the present key under the one in a file, which is made if it is not there. Says how
/// many secrets there were. From then on the data need that key.
///
/// # Errors
/// See [`SetupError`]; nothing was changed then.
pub async fn rewrap(
    folder: &DataFolder,
    database: Option<&str>,
    new: &Path,
    clock: &Clock,
    randomness: &Randomness,
) -> Result<u64, SetupError> {
    let no_randomness = |_| SetupError::Operation("the system gives no randomness".to_owned());
    let system = open(folder, database, None).await?;
    let key = match files::read(new)? {
        Some(text) => text,
        None => {
            let seed = randomness.seed().map_err(no_randomness)?;
            let text: String = seed.iter().map(|byte| format!("{byte:02x}")).collect();
            files::create_private(new, &format!("{text}\n"))?;
            text
        }
    };
    let key = KeyEncryptionKey::from_text(&key).map_err(|_| SetupError::KeyUnfit(new.display().to_string()))?;
    let seed = randomness.seed().map_err(no_randomness)?;
    let rewrapped = signing_key::rewrap(&system, key, clock.now(), seed).await;
    system.close().await;
    Ok(rewrapped?)
}
