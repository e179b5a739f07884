//! The built program, run as people and scripts run it: real files, real processes, free ports.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

pub(crate) mod host;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use self::host::Host;

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_chancery");

/// A data folder, and a place for the products' states.
pub(crate) struct World {
    folder: TempDir,
    database: Option<String>,
    host: Option<Host>,
}

/// How a run of the program ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    pub(crate) ready: Value,
}

impl World {
    /// With SQLite in the data folder.
    pub(crate) fn on_sqlite() -> Self {
        Self { folder: TempDir::with_prefix("chancery-cli-").unwrap(), database: None, host: None }
    }

    /// The same on a host of its own, from which no way leads to another.
    pub(crate) fn on_host() -> Self {
        Self { host: Some(Host::boot()), ..Self::on_sqlite() }
    }

    /// The same with a database of a PostgreSQL server, to which only a socket in the file system leads.
    pub(crate) fn on_host_with_postgres() -> Self {
        Self { database: Some(chancery_testkit::Postgres::shared().fresh_database_by_socket()), ..Self::on_host() }
    }

    /// With a database of a PostgreSQL server.
    pub(crate) fn on_postgres() -> Self {
        let database = chancery_testkit::Postgres::shared().fresh_database();
        Self { database: Some(database), ..Self::on_sqlite() }
    }

    /// One of each engine.
    pub(crate) fn each() -> [Self; 2] {
        [Self::on_sqlite(), Self::on_postgres()]
    }

    /// The same, with a data folder in which there is a sandbox vendor.
    pub(crate) fn initialised(self) -> Self {
        let mut init = self.program();
        init.args(["init", "--vendor", "Acme", "--sandbox"]);
        if let Some(database) = &self.database {
            init.args(["--database", database]);
        }
        run(&mut init).expect_done();
        self
    }

    /// A further database of the same engine; nothing for SQLite, whose databases are in data folders.
    pub(crate) fn further_database(&self) -> Option<String> {
        let server = chancery_testkit::Postgres::shared();
        self.database.as_ref().map(|_| match self.host {
            Some(_) => server.fresh_database_by_socket(),
            None => server.fresh_database(),
        })
    }

    /// Its host.
    pub(crate) fn host(&self) -> &Host {
        self.host.as_ref().unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// The program, on this data folder and nothing else of the machine.
    pub(crate) fn program(&self) -> Command {
        let mut program = match &self.host {
            Some(host) => host.program(PROGRAM),
            None => Command::new(PROGRAM),
        };
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CHANCERY_") {
                program.env_remove(name);
            }
        }
        program.env("CHANCERY_DATA", self.data()).env("HOME", self.folder.path()).env_remove("XDG_STATE_HOME");
        program.stdin(Stdio::null()).current_dir(self.folder.path());
        program
    }

    /// Runs a command.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        run(self.program().args(arguments))
    }

    /// Starts a server, and waits until it answers.
    pub(crate) fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    pub(crate) fn serve_with(&self, arguments: &[&str]) -> Server {
        self.start(&["serve"], arguments)
    }

    /// Starts a server of another kind than the authority's.
    pub(crate) fn start(&self, command: &[&str], arguments: &[&str]) -> Server {
        let log = std::fs::File::options().create(true).append(true).open(self.path("server.log")).unwrap();
        let mut program = self.program();
        program.args(command).arg("--json").args(arguments);
        if !arguments.contains(&"--listen") {
            program.args(["--listen", "127.0.0.1:0"]);
        }
        let mut child = program.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no server: {}", self.log()));
        Server { child, url: ready["url"].as_str().unwrap().to_owned(), ready }
    }

    /// What servers have logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.path("server.log")).unwrap_or_default()
    }

    /// Runs a management command against a server, and returns its JSON.
    pub(crate) fn manage(&self, server: &Server, arguments: &[&str]) -> Value {
        self.run(&[arguments, &["--json", "--server", &server.url]].concat()).expect_json()
    }

    /// Runs a management command that is refused, and returns the problem.
    pub(crate) fn refused(&self, server: &Server, arguments: &[&str]) -> Value {
        self.run(&[arguments, &["--json", "--server", &server.url]].concat()).expect_problem()
    }

    /// Runs a command of a product with a state of this name.
    pub(crate) fn client(&self, state: &str, arguments: &[&str]) -> Run {
        let state = self.path(state);
        self.run(&[&["client", "--json", "--state", state.to_str().unwrap()], arguments].concat())
    }

    /// A catalog with one product `cad` and its offering `CAD-Y` of two seats, and an order of it: the product's id and the
    /// activation code.
    pub(crate) fn sell(&self, server: &Server) -> (String, String) {
        let product = self.manage(server, &["product", "create", "--name", "Acme CAD", "cad"]);
        let edition = ["edition", "create", "--product", "cad", "--name", "Professional", "pro"];
        self.manage(server, &edition);
        let plan = ["plan", "create", "--name", "Yearly", "--license-type", "subscription", "--duration", "1 year"];
        let plan = text(&self.manage(server, &plan)["id"]);
        let offering =
            ["offering", "create", "--sku", "CAD-Y", "--name", "CAD, yearly", "--edition", "pro", "--seats", "2"];
        self.manage(server, &[&offering[..], &["--plan", &plan]].concat());
        self.manage(server, &["customer", "create", "--name", "Initech", "--ref", "CRM-1"]);
        let order =
            self.manage(server, &["order", "create", "--customer", "CRM-1", "--ref", "PO-1", "--item", "CAD-Y"]);
        (text(&product["id"]), text(&order["activationCodes"][0]["code"]))
    }
}

impl Server {
    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power failure would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn terminate(mut self) -> ExitStatus {
        let status = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
        self.child.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a program to its end.
pub(crate) fn run(program: &mut Command) -> Run {
    let output = program.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { exit: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}

impl Run {
    /// It did what it was told.
    #[track_caller]
    pub(crate) fn expect_done(self) -> Self {
        assert_eq!(self.exit, 0, "{self:#?}");
        self
    }

    /// It did it, and said so in JSON: one line of it.
    #[track_caller]
    pub(crate) fn expect_json(self) -> Value {
        let done = self.expect_done();
        assert_eq!(done.stdout.lines().count(), 1, "{done:#?}");
        serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done:#?}"))
    }

    /// It was refused, or failed, and said why in JSON: the last line on standard error, on which a server's log is JSON too.
    #[track_caller]
    pub(crate) fn expect_problem(self) -> Value {
        assert_eq!(self.exit, 1, "{self:#?}");
        let lines = self.stderr.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>();
        let problem = lines.unwrap_or_else(|error| panic!("{error}: {self:#?}")).pop().unwrap();
        assert!(problem["code"].is_string() && problem["detail"].is_string(), "{problem}");
        problem
    }
}

/// The text of a JSON member.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// The mode of a file.
pub(crate) fn mode(path: &Path) -> u32 {
    std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(path).unwrap()) & 0o777
}
