//! The server that is measured, in a process of its own: the product's router, with the reference's routes in it.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};

use axum_server::accept::NoDelayAcceptor;
use chancery_server::setup::{self, DataFolder, NewVendorOptions, Settings};
use chancery_server::{App, Clock, Randomness, Traffic, router_with};

use super::{Failure, reference};
use crate::Outcome;

/// The first argument of `cargo xtask bench` that makes it this server.
pub(crate) const ARGUMENT: &str = "server";

/// A running server. It ends with its standard input, so also with this process.
#[derive(Debug)]
pub(crate) struct Measured {
    process: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Its vendor's API key.
    pub(crate) key: String,
}

impl Measured {
    /// Starts a server on a data folder, with SQLite in it or with a PostgreSQL database. What is not there is made.
    pub(crate) fn start(folder: &Path, database: Option<&str>) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bench", ARGUMENT]).arg(folder).args(database);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("no standard output")?).read_line(&mut line)?;
        let (address, key) = line.trim().split_once(' ').ok_or("the server did not start")?;
        Ok(Self { process, address: address.parse()?, key: key.to_owned() })
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Serves until standard input ends.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let folder = arguments.first().ok_or("which folder?")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(Path::new(folder), arguments.get(1).cloned()))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(folder: &Path, database: Option<String>) -> Result<(), Failure> {
    let folder = DataFolder::new(folder.to_owned());
    let (clock, randomness) = (Clock::system(), Randomness::system());
    if !folder.is_initialised()? {
        initialise(&folder, database, &clock, &randomness).await?;
    }
    let key = std::fs::read_to_string(folder.admin_key())?;
    let system = setup::open(&folder, None, None).await?;
    let app = App::new(std::sync::Arc::clone(&system), clock, randomness, Traffic::unlimited());
    let routes = router_with(app, reference::routes());

    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    println!("{} {}", listener.local_addr()?, key.trim());
    std::io::stdout().flush()?;
    let handle = axum_server::Handle::new();
    let ended = handle.clone();
    std::thread::spawn(move || {
        // Whatever ends it: the other process is gone, or wants no more.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        ended.shutdown();
    });
    // As the product serves plain HTTP.
    let server = axum_server::from_tcp(listener)?.acceptor(NoDelayAcceptor).handle(handle);
    server.serve(routes.into_make_service_with_connect_info::<SocketAddr>()).await?;
    system.close().await;
    Ok(())
}

async fn initialise(
    folder: &DataFolder,
    database: Option<String>,
    clock: &Clock,
    randomness: &Randomness,
) -> Result<(), Failure> {
    let vendor = NewVendorOptions { name: "Bench".parse().map_err(|_| "a name")?, sandbox: false, admin_key: None };
    setup::init(folder, Settings { database, ..Settings::default() }, vendor, clock, randomness).await?;
    Ok(())
}
