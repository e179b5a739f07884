//! The server that is measured, in a process of its own: the product's router, with the reference's routes in it.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;

use axum_server::accept::NoDelayAcceptor;
use chancery_client::Machine;
use chancery_server::operations::System;
use chancery_server::setup::local::NewLocalServer;
use chancery_server::setup::{self, DataFolder, NewVendorOptions, Settings};
use chancery_server::{App, Clock, Hosts, Randomness, Traffic, router_with};

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
        Self::start_with(folder, database.map(|database| [OsStr::new("--database"), OsStr::new(database)]))
    }

    /// Starts a local server on a data folder, which is made by the trust bundle in this file if it is not there.
    pub(crate) fn start_local(folder: &Path, bundle: &Path) -> Result<Self, Failure> {
        Self::start_with(folder, Some([OsStr::new("--local"), bundle.as_os_str()]))
    }

    fn start_with(folder: &Path, option: Option<[&OsStr; 2]>) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bench", ARGUMENT]).arg(folder).args(option.into_iter().flatten());
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
    let folder = DataFolder::new(PathBuf::from(arguments.first().ok_or("which folder?")?));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let system = match arguments.get(1..) {
            Some([option, bundle]) if option == "--local" => local_server(&folder, Path::new(bundle)).await?,
            Some([option, database]) if option == "--database" => authority(&folder, Some(database.clone())).await?,
            _ => authority(&folder, None).await?,
        };
        serve(&folder, system).await
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(folder: &DataFolder, system: Arc<System>) -> Result<(), Failure> {
    let key = std::fs::read_to_string(folder.admin_key())?;
    // The name by which the load calls it.
    let traffic = Traffic { hosts: Hosts::new(None, &["bench".to_owned()]), ..Traffic::unlimited() };
    let app = App::new(Arc::clone(&system), Clock::system(), Randomness::system(), traffic);
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

async fn authority(folder: &DataFolder, database: Option<String>) -> Result<Arc<System>, Failure> {
    if !folder.is_initialised()? {
        let vendor = NewVendorOptions { name: "Bench".parse().map_err(|_| "a name")?, sandbox: false, admin_key: None };
        let settings = Settings { database, ..Settings::default() };
        setup::init(folder, settings, vendor, &Clock::system(), &Randomness::system()).await?;
    }
    Ok(setup::open(folder, None, None).await?)
}

async fn local_server(folder: &DataFolder, bundle: &Path) -> Result<Arc<System>, Failure> {
    let machine = Machine::default();
    if !folder.is_initialised()? {
        let trust_bundle = std::fs::read_to_string(bundle)?;
        let new = NewLocalServer { trust_bundle, name: None, admin_key: None, sandbox_clock: None };
        setup::local::init(folder, Settings::default(), &machine, new, &Randomness::system()).await?;
    }
    Ok(setup::local::open(folder, None, None, &machine).await?)
}
