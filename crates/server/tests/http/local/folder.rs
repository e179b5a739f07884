//! The data folder of a local server: how it is made, backed up and restored, and on which machine it is used (NET-3, LLS-7, EXP-10).

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chancery_client::Machine;
use chancery_domain::{Actor, LocalStanding, NotActiveReason};
use chancery_server::operations::{Context, Error, System, credential};
use chancery_server::setup::local::{self, LocalInitialised, NewLocalServer};
use chancery_server::setup::{self, DataFolder, NewVendorOptions, Part, Settings, SetupError};
use chancery_server::{Clock, Randomness};
use serde_json::{Value, json};

use crate::common::TestApp;
use crate::management::shop::text;

/// A machine with a machine id of its own.
fn machine(home: &Path, name: &str) -> Machine {
    let root = home.join(name);
    fs::create_dir_all(root.join("etc")).unwrap();
    let id: String = name.bytes().cycle().take(16).map(|byte| format!("{byte:02x}")).collect();
    fs::write(root.join("etc/machine-id"), id).unwrap();
    Machine::at(root)
}

/// A folder for local servers, and the bundles of a sandbox and of a live vendor.
struct Home {
    folder: tempfile::TempDir,
    sandbox: String,
    live: String,
}

impl Home {
    async fn new() -> Self {
        let app = TestApp::sqlite().await;
        let bundle = async |vendor: String| {
            let path = format!("/vendors/{vendor}/.well-known/trust-bundle");
            text(&app.get(&path).anonymous().await.ok()["token"]).to_owned()
        };
        let (sandbox, _) = app.another_vendor("Acme", true).await;
        let (sandbox, live) = (bundle(sandbox.id.to_string()).await, bundle(app.vendor.id.to_string()).await);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("clock"), app.now().shifted(60_000_000).to_string()).unwrap();
        Self { folder, sandbox, live }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn data(&self, name: &str) -> DataFolder {
        DataFolder::new(self.path(name))
    }

    fn here(&self) -> Machine {
        machine(self.folder.path(), "here")
    }

    /// A new server whose clock stands a minute after the bundles were made.
    fn new_server(&self) -> NewLocalServer {
        NewLocalServer {
            trust_bundle: self.sandbox.clone(),
            name: Some("dark-1".parse().unwrap()),
            admin_key: None,
            sandbox_clock: Some(self.path("clock")),
        }
    }

    async fn init(&self, name: &str, new: NewLocalServer) -> Result<LocalInitialised, SetupError> {
        local::init(&self.data(name), Settings::default(), &self.here(), new, &Randomness::system()).await
    }

    async fn open(&self, name: &str, machine: &Machine) -> Result<Arc<System>, SetupError> {
        local::open(&self.data(name), None, None, machine).await
    }

    fn backup(&self, name: &str, to: &str) -> Result<setup::BackedUp, SetupError> {
        setup::backup(&self.data(name), &self.path(to))
    }

    async fn restore(&self, name: &str, from: &str) -> Result<setup::Restored, SetupError> {
        let clock = self.path("clock");
        setup::restore(&self.data(name), &self.path(from), &self.here(), Some(&clock), &Randomness::system()).await
    }

    /// Where the server in a folder stands.
    async fn standing(&self, name: &str, machine: &Machine) -> LocalStanding {
        let system = self.open(name, machine).await.unwrap();
        let checked = system.check_local(local::clock(&system, Some(&self.path("clock"))).unwrap().now());
        system.close().await;
        match checked {
            Ok(()) => LocalStanding::Active { until: None },
            Err(Error::LocalServerNotActive(reason)) => LocalStanding::NotActive(reason),
            Err(error) => panic!("{error:?}"),
        }
    }
}

fn code(result: Result<impl std::fmt::Debug, SetupError>) -> &'static str {
    let error = result.unwrap_err();
    assert!(error.hint().is_some() || matches!(error, SetupError::Operation(_)), "{error}");
    error.code().name()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// What lies in a folder. SQLite leaves its WAL there where its last two connections close at the same moment.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    names.sort();
    names
}

#[tokio::test]
async fn net_3_a_local_servers_folder_is_made_by_a_trust_bundle_alone() {
    let home = Home::new().await;
    let made = home.init("data", home.new_server()).await.unwrap();
    let data = home.path("data");
    assert_eq!(mode(&data), 0o700);
    assert_eq!(names(&data), ["admin.key", "chancery.db", "chancery.lock", "chancery.toml", "key-encryption.key"]);
    names(&data).iter().for_each(|name| assert_eq!(mode(&data.join(name)), 0o600, "{name}"));
    assert_eq!((made.key_file, made.kek_file), (Some(data.join("admin.key")), Some(data.join("key-encryption.key"))));
    assert_eq!((made.vendor.name.as_str(), made.vendor.is_sandbox()), ("Acme", true));
    let settings = home.data("data").settings().unwrap();
    assert_eq!(settings.part, Part::LocalServer);
    let system = home.open("data", &home.here()).await.unwrap();
    assert_eq!(system.local().unwrap().server(), made.server);
    let key = fs::read_to_string(data.join("admin.key")).unwrap();
    let clock = local::clock(&system, Some(&home.path("clock"))).unwrap();
    credential::api_key(&system, key.trim(), clock.now()).await.unwrap();
    system.close().await;
    assert_eq!(code(home.init("data", home.new_server()).await), "already_initialised");
    let chosen = NewLocalServer { admin_key: Some(key.trim().to_owned()), ..home.new_server() };
    assert_eq!(home.init("chosen", chosen).await.unwrap().key_file, None);
    assert!(!home.path("chosen/admin.key").exists());
}

#[tokio::test]
async fn net_3_neither_part_opens_the_folder_of_the_other() {
    let home = Home::new().await;
    home.init("local", home.new_server()).await.unwrap();
    let new = NewVendorOptions { name: "Acme".parse().unwrap(), sandbox: true, admin_key: None };
    let authority = home.data("authority");
    setup::init(&authority, Settings::default(), new, &Clock::system(), &Randomness::system()).await.unwrap();
    assert!(!fs::read_to_string(home.path("authority/chancery.toml")).unwrap().contains("part"));
    assert_eq!(code(setup::open(&home.data("local"), None, None).await), "not_initialised");
    assert_eq!(code(home.open("authority", &home.here()).await), "not_initialised");
    assert_eq!(code(home.open("nowhere", &home.here()).await), "not_initialised");
    assert_eq!(code(home.restore("local", "authority").await), "not_initialised");
}

#[tokio::test]
async fn key_4_what_is_no_trust_bundle_makes_no_folder() {
    let home = Home::new().await;
    for wrong in ["", "x", &home.sandbox[..home.sandbox.len() - 9]] {
        let new = NewLocalServer { trust_bundle: wrong.to_owned(), ..home.new_server() };
        assert_eq!(code(home.init("data", new).await), "file", "{wrong}");
        assert!(!home.path("data").exists());
    }
    let short = NewLocalServer { admin_key: Some("short".to_owned()), ..home.new_server() };
    assert_eq!(code(home.init("data", short).await), "configuration_invalid");
}

#[tokio::test]
async fn clk_1_a_live_vendors_server_takes_no_clock_from_a_file() {
    let home = Home::new().await;
    let live = |sandbox_clock| NewLocalServer { trust_bundle: home.live.clone(), sandbox_clock, ..home.new_server() };
    assert_eq!(code(home.init("live", live(Some(home.path("clock")))).await), "configuration_invalid");
    assert!(!home.path("live").exists());
    let missing = NewLocalServer { sandbox_clock: Some(home.path("none")), ..home.new_server() };
    assert_eq!(code(home.init("data", missing).await), "configuration_invalid");

    home.init("data", home.new_server()).await.unwrap();
    let system = home.open("data", &home.here()).await.unwrap();
    fs::write(home.path("clock"), "2031-02-03T04:05:06Z").unwrap();
    let clock = local::clock(&system, Some(&home.path("clock"))).unwrap();
    assert_eq!(clock.now().to_string(), "2031-02-03T04:05:06Z");
    fs::write(home.path("clock"), "+40d").unwrap();
    assert!(clock.now() > Clock::system().now().shifted(39 * 86_400_000_000));
    local::clock(&system, None).unwrap();
    system.close().await;
}

#[tokio::test]
async fn lls_7_a_backup_is_one_call_while_the_server_runs() {
    let home = Home::new().await;
    home.init("data", home.new_server()).await.unwrap();
    fs::create_dir(home.path("data/certificates")).unwrap();
    fs::write(home.path("data/certificates/self-signed.pem"), "pem").unwrap();
    let running = home.open("data", &home.here()).await.unwrap();
    let made = home.backup("data", "backup").unwrap();
    assert_eq!((&made.folder, made.has_key), (&home.path("backup"), true));
    assert_eq!(mode(&made.folder), 0o700);
    assert_eq!(
        names(&made.folder),
        ["admin.key", "certificates", "chancery.db", "chancery.toml", "key-encryption.key"]
    );
    let files = ["admin.key", "chancery.db", "chancery.toml", "key-encryption.key", "certificates/self-signed.pem"];
    files.iter().for_each(|name| assert_eq!(mode(&made.folder.join(name)), 0o600, "{name}"));
    assert_eq!(code(home.backup("data", "backup")), "already_exists");
    assert_eq!(code(home.backup("nowhere", "other")), "not_initialised");
    assert!(!names(home.folder.path()).iter().any(|name| name.contains("unfinished")), "nothing is left beside");
    running.close().await;
    // It is a data folder itself.
    let system = home.open("backup", &home.here()).await.unwrap();
    assert!(system.local().is_some());
    system.close().await;
}

#[tokio::test]
async fn lls_7_a_restore_waits_for_the_server_to_stop_and_keeps_what_was_there() {
    let home = Home::new().await;
    let made = home.init("data", home.new_server()).await.unwrap();
    let running = home.open("data", &home.here()).await.unwrap();
    home.backup("data", "backup").unwrap();
    assert_eq!(code(home.restore("data", "backup").await), "state_locked");
    running.close().await;
    let before = fs::read(home.path("data/admin.key")).unwrap();

    let restored = home.restore("data", "backup").await.unwrap();
    let replaced = restored.replaced.unwrap();
    assert!(names(&replaced).contains(&"chancery.db".to_owned()));
    assert_eq!((mode(&replaced), mode(&home.path("data/chancery.db"))), (0o700, 0o600));
    assert_eq!(fs::read(home.path("data/admin.key")).unwrap(), before);
    assert!(!home.path("data/restoring").exists());
    let system = home.open("data", &home.here()).await.unwrap();
    assert_eq!(system.local().unwrap().server(), made.server);
    assert_eq!(marked(&home, &system).await, json!(true), "EXP-9");
    system.close().await;
    // Into a folder that is not there yet, as on a new disk.
    assert_eq!(home.restore("new", "backup").await.unwrap().replaced, None);
    let system = home.open("new", &home.here()).await.unwrap();
    assert_eq!(marked(&home, &system).await, json!(true));
    system.close().await;
}

#[tokio::test]
async fn lls_7_a_copy_of_a_folder_is_restored_with_its_latest_commits() {
    let home = Home::new().await;
    home.init("data", home.new_server()).await.unwrap();
    let running = home.open("data", &home.here()).await.unwrap();
    let there = local::identity(&machine(home.folder.path(), "there"));
    chancery_server::operations::local::move_to(&running, &operator(&home, &running), there).await.unwrap();
    fs::create_dir(home.path("copy")).unwrap();
    for name in ["chancery.db", "chancery.db-wal", "chancery.toml", "key-encryption.key", "admin.key"] {
        fs::copy(home.path("data").join(name), home.path("copy").join(name)).unwrap();
    }
    running.close().await;
    home.restore("data", "copy").await.unwrap();
    let moved = LocalStanding::NotActive(NotActiveReason::Moved);
    assert_eq!(home.standing("data", &home.here()).await, moved);
}

/// Whether the database says of itself that it was set back.
async fn marked(home: &Home, system: &System) -> Value {
    let context = operator(home, system);
    let status = chancery_server::operations::local::status(system, &context).await.unwrap();
    json!(status.restored.is_some())
}

fn operator(home: &Home, system: &System) -> Context {
    let now = system.now(local::clock(system, Some(&home.path("clock"))).unwrap().now());
    Context::new(Actor::Operator { vendor: system.local().unwrap().vendor() }, now, [1; 32])
}

#[tokio::test]
async fn lls_7_a_restore_that_was_cut_off_is_gone_on_with_and_nothing_starts_before() {
    let home = Home::new().await;
    home.init("data", home.new_server()).await.unwrap();
    home.backup("data", "backup").unwrap();
    let before = all(&home.path("data"));
    // The settings are gone first: the database is the old one, and beside it is what was made ready.
    fs::create_dir_all(home.path("data/restoring/replacing")).unwrap();
    fs::write(home.path("data/restoring/chancery.db"), "half").unwrap();
    let settings = home.path("data/restoring/replacing/chancery.toml");
    fs::rename(home.path("data/chancery.toml"), settings).unwrap();
    let error = home.open("data", &home.here()).await.unwrap_err();
    assert!(matches!(error, SetupError::RestoreUnfinished(_)), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("local restore")));
    let error = home.init("data", home.new_server()).await.unwrap_err();
    assert!(matches!(error, SetupError::RestoreUnfinished(_)), "{error}");
    let replaced = home.restore("data", "backup").await.unwrap().replaced.unwrap();
    assert_eq!(all(&replaced), before, "all that was there, in one place");
    let kept = names(&home.path("data")).into_iter().filter(|name| name.starts_with("re")).count();
    assert_eq!(kept, 1, "and nothing else");
    let system = home.open("data", &home.here()).await.unwrap();
    assert_eq!(marked(&home, &system).await, json!(true));
    system.close().await;
    // What was replaced is a data folder.
    home.restore("data", replaced.file_name().unwrap().to_str().map(|name| format!("data/{name}")).unwrap().as_str())
        .await
        .unwrap();
}

/// The files of a folder, but for the lock, with what is in them.
fn all(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = names(folder).into_iter().filter(|name| name != "chancery.lock");
    files.map(|name| (name.clone(), fs::read(folder.join(name)).unwrap())).collect()
}

#[tokio::test]
async fn lls_7_a_restore_that_fails_leaves_nothing_in_its_place() {
    let home = Home::new().await;
    home.init("data", home.new_server()).await.unwrap();
    home.backup("data", "backup").unwrap();
    fs::write(home.path("backup/chancery.db"), "no database").unwrap();
    assert_eq!(code(home.restore("new", "backup").await), "file");
    assert!(!home.path("new").exists());
    fs::create_dir(home.path("empty")).unwrap();
    assert_eq!(code(home.restore("empty", "backup").await), "file");
    assert!(names(&home.path("empty")).is_empty(), "and init makes a server there");
    home.init("empty", home.new_server()).await.unwrap();
    let before = all(&home.path("data"));
    assert_eq!(code(home.restore("data", "backup").await), "file");
    assert_eq!((all(&home.path("data")), home.path("data/chancery.lock").exists()), (before, true));
}

#[tokio::test]
async fn lls_7_what_is_no_backup_replaces_nothing() {
    let home = Home::new().await;
    home.init("data", home.new_server()).await.unwrap();
    home.backup("data", "backup").unwrap();
    let before = fs::read(home.path("data/chancery.db")).unwrap();
    let bytes = fs::read(home.path("backup/chancery.db")).unwrap();
    for damaged in [b"no database".to_vec(), [&bytes[..4096], &vec![0x5a; bytes.len() - 4096][..]].concat()] {
        fs::write(home.path("backup/chancery.db"), damaged).unwrap();
        assert_eq!(code(home.restore("data", "backup").await), "file");
        assert!(!home.path("data/restoring").exists());
    }
    fs::remove_file(home.path("backup/chancery.db")).unwrap();
    assert_eq!(code(home.restore("data", "backup").await), "file");
    assert_eq!(code(home.restore("data", "none").await), "not_initialised");
    fs::create_dir(home.path("letters")).unwrap();
    fs::write(home.path("letters/mine.txt"), "x").unwrap();
    home.init("other", home.new_server()).await.unwrap();
    home.backup("other", "good").unwrap();
    assert_eq!(code(home.restore("letters", "good").await), "folder_not_empty");
    assert_eq!(names(&home.path("letters")), ["mine.txt"]);
    assert_eq!(fs::read(home.path("data/chancery.db")).unwrap(), before);
    assert!(home.open("data", &home.here()).await.is_ok());
}

#[tokio::test]
async fn exp_10_on_another_machine_the_data_serve_nobody() {
    let home = Home::new().await;
    home.init("data", home.new_server()).await.unwrap();
    let there = machine(home.folder.path(), "there");
    assert_ne!(local::identity(&home.here()), local::identity(&there));
    let never = LocalStanding::NotActive(NotActiveReason::NeverActivated);
    assert_eq!(home.standing("data", &home.here()).await, never);
    let another = LocalStanding::NotActive(NotActiveReason::AnotherMachine);
    assert_eq!(home.standing("data", &there).await, another);
    // Where nothing tells the machine, there is nothing to compare.
    assert_eq!(home.standing("data", &Machine::at(home.path("nowhere"))).await, another);
}
