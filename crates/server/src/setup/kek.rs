//! The key under which private keys are encrypted (KEY-6): from the environment, a command, a file that the settings name, or else
//! a file beside the data.

use std::path::Path;
use std::process::{Command, Stdio};

use chancery_operations::KeyEncryptionKey;
use zeroize::Zeroizing;

use super::{DataFolder, Settings, SetupError, files};

/// The variable that can hold the key, so that it need not stand beside the data.
pub(super) const VARIABLE: &str = "CHANCERY_KEY_ENCRYPTION_KEY";

/// Reads the key. With `seed`, a file is made if nothing else is said and there is none.
pub(super) fn load(
    folder: &DataFolder,
    settings: &Settings,
    seed: Option<[u8; 32]>,
) -> Result<KeyEncryptionKey, SetupError> {
    choose(std::env::var(VARIABLE).ok().as_deref(), folder, settings, seed)
}

/// A variable that is empty is one that is not set: composed configurations cannot leave one out.
fn choose(
    given: Option<&str>,
    folder: &DataFolder,
    settings: &Settings,
    seed: Option<[u8; 32]>,
) -> Result<KeyEncryptionKey, SetupError> {
    if let Some(text) = given.map(str::trim).filter(|text| !text.is_empty()) {
        return read(text, VARIABLE);
    }
    match (&settings.key_command, &settings.key_file) {
        (Some(_), Some(_)) => Err(SetupError::Content {
            path: folder.settings_file(),
            detail: "give key-encryption-key-file or key-encryption-key-command, not both".to_owned(),
        }),
        (Some(command), None) => from_command(command),
        (None, Some(file)) => from_file(&folder.path().join(file)),
        (None, None) => beside_the_data(folder, seed),
    }
}

fn read(text: &str, from: &str) -> Result<KeyEncryptionKey, SetupError> {
    KeyEncryptionKey::from_text(text).map_err(|_| SetupError::KeyUnfit(from.to_owned()))
}

fn from_file(path: &Path) -> Result<KeyEncryptionKey, SetupError> {
    let text = files::read(path)?.ok_or_else(|| SetupError::KeyFileMissing(path.to_owned()))?;
    read(&Zeroizing::new(text), &path.display().to_string())
}

/// Runs the command without a shell. What it writes on standard error is its own to say; its output is nobody else's to see.
fn from_command(command: &[String]) -> Result<KeyEncryptionKey, SetupError> {
    let (program, arguments) = command.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let failed = |detail: String| SetupError::KeyCommand { program: program.to_owned(), detail };
    let ran = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = ran.map_err(|error| failed(format!("could not be run: {error}")))?;
    let text = Zeroizing::new(output.stdout);
    if !output.status.success() {
        return Err(failed(format!("ended with {}", output.status)));
    }
    let text = std::str::from_utf8(&text).map_err(|_| failed("wrote something that is no text".to_owned()))?;
    read(text, &format!("what the command `{program}` wrote"))
}

fn beside_the_data(folder: &DataFolder, seed: Option<[u8; 32]>) -> Result<KeyEncryptionKey, SetupError> {
    let path = folder.kek_file();
    let text = match (files::read(&path)?, seed) {
        (Some(text), _) => {
            tracing::warn!(
                file = %path.display(),
                "the key that encrypts private keys stands beside the data; for production give it by {VARIABLE}, or by a \
                 file or a command that chancery.toml names"
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
    read(&Zeroizing::new(text), &path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0101010101010101010101010101010101010101010101010101010101010101";

    fn folder() -> (tempfile::TempDir, DataFolder) {
        let data = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(data.path().to_owned());
        (data, folder)
    }

    fn commanded(words: &[&str]) -> Settings {
        let command = words.iter().map(|word| (*word).to_owned()).collect();
        Settings { key_command: Some(command), ..Settings::default() }
    }

    fn refused(given: Option<&str>, folder: &DataFolder, settings: &Settings) -> SetupError {
        choose(given, folder, settings, None).unwrap_err()
    }

    /// Whether it is the key of [`KEY`].
    fn is_it(key: &KeyEncryptionKey) -> bool {
        let wrapped = key.wrap("test", "it", b"secret", [1; 12]).unwrap();
        KeyEncryptionKey::from_text(KEY).unwrap().unwrap("test", "it", &wrapped).is_ok()
    }

    #[test]
    fn key_6_a_key_that_is_missing_or_none_is_said_to_be_so_by_its_name() {
        let (_data, folder) = folder();
        for nothing in [None, Some(""), Some(" \n")] {
            let error = refused(nothing, &folder, &Settings::default());
            assert_eq!(error.code().name(), "key_encryption_key_missing");
            assert!(error.to_string().contains(VARIABLE) && error.to_string().contains("key-encryption.key"));
            assert!(error.hint().is_some_and(|hint| hint.contains(VARIABLE)));
        }
        let error = refused(Some("short"), &folder, &Settings::default());
        assert_eq!((error.code().name(), error.hint().is_some()), ("configuration_invalid", true));
        assert!(error.to_string().starts_with(VARIABLE) && !error.to_string().contains("short"), "{error}");
    }

    #[test]
    fn key_6_an_empty_variable_leaves_the_choice_to_the_file() {
        let (_data, folder) = folder();
        assert!(choose(Some(""), &folder, &Settings::default(), Some([7; 32])).is_ok());
        assert!(folder.kek_file().is_file());
        assert!(choose(Some(" "), &folder, &Settings::default(), None).is_ok());
    }

    #[test]
    fn key_6_a_file_that_the_settings_name_holds_the_key() {
        let (data, folder) = folder();
        let settings = Settings { key_file: Some("secret/kek".into()), ..Settings::default() };
        let error = choose(None, &folder, &settings, Some([7; 32])).unwrap_err();
        assert_eq!(error.code().name(), "key_encryption_key_missing");
        assert!(error.to_string().contains("secret/kek") && !folder.kek_file().exists(), "none is made in its place");
        std::fs::create_dir(data.path().join("secret")).unwrap();
        std::fs::write(data.path().join("secret/kek"), format!("{KEY}\n")).unwrap();
        assert!(is_it(&choose(None, &folder, &settings, None).unwrap()));
        // What is given to this process goes before what the folder says.
        let other = "02".repeat(32);
        assert!(!is_it(&choose(Some(&other), &folder, &settings, None).unwrap()));
        std::fs::write(data.path().join("secret/kek"), "garbage").unwrap();
        let error = refused(None, &folder, &settings);
        assert!(error.to_string().contains("secret/kek") && !error.to_string().contains("garbage"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn key_6_a_command_gives_the_key_and_no_shell_reads_it() {
        let (_data, folder) = folder();
        let settings = commanded(&["printf", "%s\\n", KEY]);
        assert!(is_it(&choose(None, &folder, &settings, Some([7; 32])).unwrap()));
        assert!(!folder.kek_file().exists());
        // To a shell this would be the key.
        let error = refused(None, &folder, &commanded(&["echo", "$(printf 01)"]));
        assert_eq!(error.code().name(), "configuration_invalid");
        assert!(!error.to_string().contains("printf"), "{error}");
        let failing = [
            commanded(&["/nowhere/at-all"]),
            commanded(&["false"]),
            commanded(&["printf", "\\377\\376"]),
            commanded(&[]),
        ];
        for settings in failing {
            let error = refused(None, &folder, &settings);
            assert_eq!(error.code().name(), "key_encryption_key_missing", "{error}");
            assert!(error.hint().is_some_and(|hint| hint.contains("key-encryption-key-command")));
        }
        let both = Settings { key_file: Some("kek".into()), ..commanded(&["true"]) };
        assert_eq!(refused(None, &folder, &both).code().name(), "configuration_invalid");
    }
}
