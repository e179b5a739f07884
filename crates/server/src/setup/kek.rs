//! The key under which private keys are encrypted (KEY-6): from the environment, else from a file beside the data.

use chancery_operations::KeyEncryptionKey;

use super::{DataFolder, SetupError, files};

/// The variable that can hold the key, so that it need not stand beside the data.
const VARIABLE: &str = "CHANCERY_KEY_ENCRYPTION_KEY";

/// Reads the key. With `seed`, a file is made if there is neither variable nor file.
pub(super) fn load(folder: &DataFolder, seed: Option<[u8; 32]>) -> Result<KeyEncryptionKey, SetupError> {
    let path = folder.kek_file();
    if let Ok(text) = std::env::var(VARIABLE) {
        return KeyEncryptionKey::from_text(text.trim())
            .map_err(|_| SetupError::Content { path: VARIABLE.into(), detail: wrong() });
    }
    let text = match (files::read(&path)?, seed) {
        (Some(text), _) => {
            tracing::warn!(
                file = %path.display(),
                "the key that encrypts private keys stands beside the data; for production give it by {VARIABLE}"
            );
            text
        }
        (None, Some(seed)) => {
            let text: String = seed.iter().map(|byte| format!("{byte:02x}")).collect();
            files::create_private(&path, &format!("{text}\n"))?;
            text
        }
        (None, None) => {
            let detail = format!("the key-encryption key is missing; restore the file or give it by {VARIABLE}");
            return Err(SetupError::Content { path, detail });
        }
    };
    KeyEncryptionKey::from_text(text.trim()).map_err(|_| SetupError::Content { path, detail: wrong() })
}

fn wrong() -> String {
    "is no key-encryption key: give 32 bytes in hexadecimal or base64".to_owned()
}
