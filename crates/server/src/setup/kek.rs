//! The key under which private keys are encrypted (KEY-6): from the environment, else from a file beside the data.

use chancery_operations::KeyEncryptionKey;

use super::{DataFolder, SetupError, files};

/// The variable that can hold the key, so that it need not stand beside the data.
pub(super) const VARIABLE: &str = "CHANCERY_KEY_ENCRYPTION_KEY";

/// Reads the key. With `seed`, a file is made if there is neither variable nor file.
pub(super) fn load(folder: &DataFolder, seed: Option<[u8; 32]>) -> Result<KeyEncryptionKey, SetupError> {
    choose(std::env::var(VARIABLE).ok().as_deref(), folder, seed)
}

/// A variable that is empty is one that is not set: composed configurations cannot leave one out.
fn choose(given: Option<&str>, folder: &DataFolder, seed: Option<[u8; 32]>) -> Result<KeyEncryptionKey, SetupError> {
    if let Some(text) = given.map(str::trim).filter(|text| !text.is_empty()) {
        return KeyEncryptionKey::from_text(text).map_err(|_| SetupError::KeyUnfit(VARIABLE.to_owned()));
    }
    let path = folder.kek_file();
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
        (None, None) => return Err(SetupError::KeyMissing(path)),
    };
    KeyEncryptionKey::from_text(text.trim()).map_err(|_| SetupError::KeyUnfit(path.display().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(given: Option<&str>, folder: &DataFolder) -> SetupError {
        choose(given, folder, None).unwrap_err()
    }

    #[test]
    fn key_6_a_key_that_is_missing_or_none_is_said_to_be_so_by_its_name() {
        let data = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(data.path().to_owned());
        for nothing in [None, Some(""), Some(" \n")] {
            let error = refused(nothing, &folder);
            assert_eq!(error.code().name(), "key_encryption_key_missing");
            assert!(error.to_string().contains(VARIABLE) && error.to_string().contains("key-encryption.key"));
            assert!(error.hint().is_some_and(|hint| hint.contains(VARIABLE)));
        }
        let error = refused(Some("short"), &folder);
        assert_eq!((error.code().name(), error.hint().is_some()), ("configuration_invalid", true));
        assert!(error.to_string().starts_with(VARIABLE) && !error.to_string().contains("short"), "{error}");
    }

    #[test]
    fn key_6_an_empty_variable_leaves_the_choice_to_the_file() {
        let data = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(data.path().to_owned());
        assert!(choose(Some(""), &folder, Some([7; 32])).is_ok());
        assert!(folder.kek_file().is_file());
        assert!(choose(Some(" "), &folder, None).is_ok());
    }
}
