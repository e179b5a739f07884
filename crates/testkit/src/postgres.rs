//! Throw-away PostgreSQL servers.

use std::env;
use std::fs::{File, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::free_port;

/// The URL of a server that the tests of several programs share; set by `./test`.
const SHARED: &str = "CHANCERY_TEST_POSTGRES";

/// What a throw-away server does for what it has committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: fast, for all tests that do not crash it.
    Off,
    /// What a real server does.
    Full,
}

/// A PostgreSQL server of one's own. Dropping it kills it and removes its files.
#[derive(Debug)]
pub struct Postgres {
    folder: TempDir,
    tools: PathBuf,
    port: u16,
    durability: Durability,
    process: Mutex<Option<Child>>,
}

/// A server that somebody else may have started.
#[derive(Debug)]
pub struct SharedPostgres {
    url: String,
    own: Option<Postgres>,
}

static DATABASES: AtomicU32 = AtomicU32::new(0);

impl Postgres {
    /// Makes and starts a server that does not sync to the disk.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(Durability::Off)
    }

    /// Makes and starts a server.
    #[must_use]
    pub fn start_with(durability: Durability) -> Self {
        let tools = tools();
        let folder = TempDir::with_prefix("chancery-postgres-").expect("a temporary folder");
        if let Some((uid, gid)) = account() {
            chown(folder.path(), Some(uid), Some(gid)).expect("giving the folder to the server's account");
        }
        // Whom the server lets in by its network gets to its socket too; the data are in a folder of their own.
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("opening the folder");
        let server = Self { folder, tools, port: free_port(), durability, process: Mutex::new(None) };
        let data = server.data();
        let mut initdb = server.tool("initdb");
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--pgdata"]);
        succeed(initdb.arg(data));
        server.restart();
        server
    }

    /// The server that all tests of this process share: the one that `CHANCERY_TEST_POSTGRES` names, or else one of its
    /// own.
    pub fn shared() -> &'static SharedPostgres {
        static SERVER: OnceLock<SharedPostgres> = OnceLock::new();
        SERVER.get_or_init(|| match env::var(SHARED) {
            Ok(url) => SharedPostgres { url, own: None },
            Err(_) => {
                let own = Self::start();
                own.outlive_nobody();
                SharedPostgres { url: own.url(), own: Some(own) }
            }
        })
    }

    /// The URL of its database `postgres`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgresql://postgres@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }

    /// Makes a database and returns its URL.
    #[must_use]
    pub fn fresh_database(&self) -> String {
        fresh_database(&self.url())
    }

    /// Kills the server and all of its processes, as a power failure would (but for what the system has not yet written).
    pub fn kill(&self) {
        let Some(mut child) = self.process().take() else { return };
        // The backends notice that their parent is gone, and the next start waits until they are.
        child.kill().expect("killing the server");
        child.wait().expect("waiting for its end");
    }

    /// Stops the server in an orderly way, breaking its connections.
    pub fn stop(&self) {
        let Some(mut child) = self.process().take() else { return };
        let data = self.data();
        succeed(self.tool("pg_ctl").args(["stop", "--mode=fast", "--wait", "--pgdata"]).arg(data));
        child.wait().expect("waiting for its end");
    }

    /// Starts the server again, after a [`kill`](Self::kill) or a [`stop`](Self::stop), or after stopping it.
    pub fn restart(&self) {
        self.stop();
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let mut child = self.spawn();
            if self.wait_ready(&mut child, deadline) {
                *self.process() = Some(child);
                return;
            }
            // A server that was killed may have left processes behind for a moment.
            assert!(Instant::now() < deadline, "PostgreSQL does not start:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// What the server has logged.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn spawn(&self) -> Child {
        let log = File::options().create(true).append(true).open(self.folder.path().join("log")).expect("its log");
        let port = self.port.to_string();
        let sync = if self.durability == Durability::Full { "on" } else { "off" };
        let mut command = self.tool("postgres");
        command.arg("-D").arg(self.data()).arg("-k").arg(self.folder.path()).args(["-h", "127.0.0.1", "-p", &port]);
        for setting in ["max_connections=300", "shared_buffers=64MB", "log_checkpoints=off"] {
            command.args(["-c", setting]);
        }
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            command.arg("-c").arg(format!("{setting}={sync}"));
        }
        command.stdin(Stdio::null()).stdout(log.try_clone().expect("its log")).stderr(log);
        command.spawn().expect("starting PostgreSQL")
    }

    fn wait_ready(&self, child: &mut Child, deadline: Instant) -> bool {
        while Instant::now() < deadline {
            if child.try_wait().expect("its state").is_some() {
                return false;
            }
            let port = self.port.to_string();
            let mut probe = self.tool("psql");
            probe.args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-Atc", "SELECT 1", "postgres"]);
            if probe.output().is_ok_and(|output| output.status.success()) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = child.kill();
        let _ = child.wait();
        false
    }

    /// A static is never dropped: lets a shell stop the server, and remove its files, when this process is gone.
    fn outlive_nobody(&self) {
        let postmaster = self.process().as_ref().map(Child::id).expect("a running server");
        let script = "while kill -0 $0 2>/dev/null; do sleep 1; done; kill -QUIT $1; sleep 1; rm -rf \"$2\"";
        let mut watch = Command::new("sh");
        watch.args(["-c", script, &std::process::id().to_string(), &postmaster.to_string()]).arg(self.folder.path());
        watch.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        // It lives longer than this process, which therefore never waits for it.
        drop(std::thread::spawn(move || watch.status()));
    }

    /// A tool of PostgreSQL, run by the account that the server has: it refuses to be run by root.
    fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(self.tools.join(name));
        if let Some((uid, gid)) = account() {
            command.uid(uid).gid(gid);
        }
        // Its own group, so that a Ctrl-C meant for the tests does not reach it first.
        command.current_dir(self.folder.path()).env("LC_ALL", "C").process_group(0);
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn process(&self) -> MutexGuard<'_, Option<Child>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // At once, but with all of its processes, so that none writes into the folder while it is removed.
        let data = self.data();
        let _ = self.tool("pg_ctl").args(["stop", "--mode=immediate", "--wait", "--pgdata"]).arg(data).output();
        self.kill();
    }
}

impl SharedPostgres {
    /// The URL of one of its databases, not to be written to.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes a database and returns its URL.
    #[must_use]
    pub fn fresh_database(&self) -> String {
        fresh_database(&self.url)
    }

    /// Makes a database and returns a URL that leads to it from hosts without a network: by the server's socket in the file system.
    #[must_use]
    pub fn fresh_database_by_socket(&self) -> String {
        let url = self.fresh_database();
        let ask = "SELECT current_setting('unix_socket_directories'), current_setting('port')";
        let told = succeed(Command::new(tools().join("psql")).args(["-d", &url, "-Atqc", ask]));
        let told = String::from_utf8_lossy(&told.stdout).trim().replace('/', "%2F").replace('|', ":");
        let (user, rest) = url.split_once('@').expect("a URL with a user");
        let (_, database) = rest.split_once('/').expect("a URL with a database");
        format!("{user}@{told}/{database}")
    }

    /// Whether this process started it.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.own.is_some()
    }
}

/// Makes a database with a name that nobody has used, and returns its URL.
fn fresh_database(url: &str) -> String {
    let number = DATABASES.fetch_add(1, Ordering::Relaxed);
    let since = std::fs::metadata("/proc/self").and_then(|meta| meta.modified()).expect("this process's start");
    let since = since.duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_micros();
    let name = format!("test_{}_{since}_{number}", std::process::id());
    succeed(Command::new(tools().join("psql")).args(["-d", url, "-qc", &format!("CREATE DATABASE {name}")]));
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = base.rsplit_once('/').expect("a URL with a database");
    format!("{server}/{name}?{query}")
}

/// The newest PostgreSQL of version 15 or later.
fn tools() -> PathBuf {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten() {
        let version = entry.file_name().to_str().and_then(|name| name.parse().ok()).unwrap_or(0);
        found.push((version, entry.path().join("bin")));
    }
    found.sort();
    found.reverse();
    let on_path = env::var_os("PATH").unwrap_or_default();
    let candidates = found.into_iter().filter(|(version, _)| *version >= 15).map(|(_, folder)| folder);
    candidates
        .chain(env::split_paths(&on_path))
        .find(|folder| ["initdb", "postgres", "pg_ctl", "psql"].iter().all(|tool| folder.join(tool).is_file()))
        .expect("PostgreSQL 15 or later is not installed here; ./test says how to get it")
}

/// Whom to run a server as, when this process is root.
fn account() -> Option<(u32, u32)> {
    // The owner of one's own entry in /proc is the effective user.
    let me = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").ok()?);
    if me != 0 {
        return None;
    }
    let accounts = std::fs::read_to_string("/etc/passwd").expect("the accounts");
    ["postgres", "nobody"].iter().find_map(|name| lookup(&accounts, name))
}

fn lookup(accounts: &str, name: &str) -> Option<(u32, u32)> {
    let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

fn succeed(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed:\n{said}");
    output
}
