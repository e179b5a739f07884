//! Making a data folder: what it is made in, who can read it, and what is said when it cannot be made (NET-3, MAN-1).

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use chancery_server::setup::{self, DataFolder, Initialised, NewVendorOptions, Settings, SetupError};
use chancery_server::{Clock, Randomness};
use chancery_testkit::Postgres;

async fn init_with(path: &Path, settings: Settings, admin_key: Option<&str>) -> Result<Initialised, SetupError> {
    let new =
        NewVendorOptions { name: "Acme".parse().unwrap(), sandbox: false, admin_key: admin_key.map(ToOwned::to_owned) };
    let folder = DataFolder::new(path.to_owned());
    setup::init(&folder, settings, new, &Clock::system(), &Randomness::system()).await
}

async fn init(path: &Path) -> Result<Initialised, SetupError> {
    init_with(path, Settings::default(), None).await
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

fn folder_with_mode(mode: u32) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
    folder
}

#[tokio::test]
async fn net_3_a_folder_of_somebody_else_is_refused_and_not_touched() {
    let home = folder_with_mode(0o755);
    fs::write(home.path().join("letters.txt"), "mine").unwrap();
    let refused = init(home.path()).await.unwrap_err();
    assert_eq!(refused.code().name(), "folder_not_empty");
    assert!(refused.to_string().starts_with(&home.path().display().to_string()), "{refused}");
    assert!(refused.hint().is_some());
    assert_eq!(mode(home.path()), 0o755);
    assert_eq!(entries(home.path()), [home.path().join("letters.txt")]);
}

#[tokio::test]
async fn net_3_an_empty_folder_and_one_that_is_not_there_become_private_data_folders() {
    let above = folder_with_mode(0o755);
    let (there, new) = (above.path().join("there"), above.path().join("deep/new"));
    fs::create_dir(&there).unwrap();
    for prepared in ["lost+found", "certificates"] {
        fs::create_dir(there.join(prepared)).unwrap();
    }
    for path in [&there, &new] {
        let made = init(path).await.unwrap();
        assert_eq!(mode(path), 0o700);
        assert_eq!(
            (made.key_file, made.kek_file),
            (Some(path.join("admin.key")), Some(path.join("key-encryption.key")))
        );
        for file in ["admin.key", "key-encryption.key", "chancery.toml", "chancery.db", "chancery.lock"] {
            assert_eq!(mode(&path.join(file)), 0o600, "{file}");
        }
        let system = setup::open(&DataFolder::new(path.clone()), None, None).await.unwrap();
        assert_eq!(system.vendors().len(), 1);
        for file in entries(path).iter().filter(|path| path.is_file()) {
            assert_eq!(mode(file), 0o600, "{} while the server runs", file.display());
        }
        system.close().await;
        assert_eq!(init(path).await.unwrap_err().code().name(), "already_initialised");
    }
    assert_eq!(mode(above.path()), 0o755, "what is above is left as it was");
    assert_eq!(entries(&above.path().join("deep")), [new], "nothing is left beside");
}

#[tokio::test]
async fn net_3_what_an_init_that_was_cut_off_left_is_named() {
    let data = tempfile::tempdir().unwrap();
    for file in ["key-encryption.key", "chancery.db"] {
        fs::write(data.path().join(file), "").unwrap();
    }
    let refused = init(data.path()).await.unwrap_err();
    assert_eq!(refused.code().name(), "init_unfinished");
    assert!(refused.to_string().ends_with("it left chancery.db, key-encryption.key"), "{refused}");
    assert!(refused.hint().is_some_and(|hint| hint.contains("remove these files")));
    entries(data.path()).iter().for_each(|file| fs::remove_file(file).unwrap());
    init(data.path()).await.unwrap();
}

#[tokio::test]
async fn net_3_an_init_that_was_killed_leaves_nothing_in_the_way_of_the_next_one() {
    let above = tempfile::tempdir().unwrap();
    // One that had the same process id, as every one in a container has.
    let left = above.path().join(format!(".data.{}.unfinished", std::process::id()));
    fs::create_dir(&left).unwrap();
    fs::write(left.join("chancery.db"), "half").unwrap();
    init(&above.path().join("data")).await.unwrap();
    assert_eq!(entries(above.path()), [above.path().join("data")]);
}

#[tokio::test]
async fn net_3_an_init_that_fails_leaves_nothing_in_the_way_of_the_next_one() {
    let above = tempfile::tempdir().unwrap();
    let (there, new) = (above.path().join("there"), above.path().join("new"));
    fs::create_dir(&there).unwrap();
    for path in [&there, &new] {
        init_with(path, Settings::default(), Some("short")).await.unwrap_err();
        assert!(!path.exists() || entries(path).is_empty());
        init(path).await.unwrap();
    }
    assert_eq!(entries(above.path()), [new, there]);
}

#[tokio::test]
async fn net_3_vendors_of_another_folder_stay_theirs() {
    let above = tempfile::tempdir().unwrap();
    let settings = Settings { database: Some(Postgres::shared().fresh_database()), ..Settings::default() };
    init_with(&above.path().join("one"), settings.clone(), None).await.unwrap();
    // Keys of another folder cannot open that database at all.
    let other = init_with(&above.path().join("two"), settings, None).await.unwrap_err();
    assert!(other.hint().is_some(), "{other}");
    assert_eq!(entries(above.path()), [above.path().join("one")]);
}

#[tokio::test]
async fn man_1_a_chosen_key_that_is_none_is_refused_by_the_name_of_its_variable() {
    let above = tempfile::tempdir().unwrap();
    let refused = init_with(&above.path().join("data"), Settings::default(), Some("short")).await.unwrap_err();
    assert_eq!(refused.code().name(), "configuration_invalid");
    assert!(refused.to_string().starts_with("CHANCERY_ADMIN_KEY") && !refused.to_string().contains("short"));
    assert!(refused.hint().is_some());
    let made = init_with(&above.path().join("data"), Settings::default(), Some(" \n")).await.unwrap();
    assert!(made.key_file.is_some_and(|file| file.is_file()), "an empty variable is one that is not set");
}

#[tokio::test]
async fn net_3_files_that_cannot_be_used_are_said_with_what_to_do() {
    let above = tempfile::tempdir().unwrap();
    let file = above.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [file.clone(), file.join("below")] {
        let refused = init(&path).await.unwrap_err();
        assert_eq!(refused.code().name(), "file");
        assert_eq!(refused.hint(), Some("name a folder with --data, not a file"), "{refused}");
    }
    let data = above.path().join("data");
    init(&data).await.unwrap();
    fs::remove_file(data.join("key-encryption.key")).unwrap();
    let refused = setup::open(&DataFolder::new(data), None, None).await.unwrap_err();
    assert_eq!(refused.code().name(), "key_encryption_key_missing");
    for kind in [std::io::ErrorKind::PermissionDenied, std::io::ErrorKind::ReadOnlyFilesystem] {
        assert!(SetupError::File { path: file.clone(), error: kind.into() }.hint().is_some(), "{kind}");
    }
}
