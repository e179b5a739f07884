//! `chancery serve`: runs the authority until it is told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chancery_client::ServerAddress;
use chancery_server::operations::System;
use chancery_server::setup::{self, DataFolder};
use chancery_server::{Clock, Randomness, Running, Server, ServerOptions, TlsMode, Traffic};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::init::{FirstVendor, init, tell};
use crate::folder::FolderArgs;
use crate::signals::Signals;
use crate::traffic::TrafficArgs;
use crate::{Failure, Printer, logging};

/// How long the server goes on answering after it was told to stop, so that a load balancer learns of it.
const DRAIN: Duration = Duration::from_secs(2);

/// Run the authority.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    folder: FolderArgs,
    /// Another PostgreSQL database than the data folder names: postgres://…
    #[arg(long, value_name = "URL", env = "CHANCERY_DATABASE", hide_env_values = true)]
    database: Option<String>,
    #[command(flatten)]
    listener: Listener,
    #[command(flatten)]
    traffic: TrafficArgs,
    /// The address by which products and people reach this server; it goes into trust bundles
    #[arg(long, value_name = "URL", env = "CHANCERY_PUBLIC_URL")]
    public_url: Option<ServerAddress>,
    /// How many licensees may come by themselves from one address on one day, for products with automatic licensees
    #[arg(long, value_name = "N", env = "CHANCERY_AUTOMATIC_LICENSEES_PER_DAY", default_value_t = chancery_server::operations::licensee::PER_DAY)]
    automatic_licensees_per_day: u32,
    /// Make the data folder, with its first vendor, if there is none: for containers
    #[arg(long)]
    init_if_missing: bool,
    #[command(flatten)]
    vendor: FirstVendor,
}

/// Where a server listens, and how.
#[derive(Clone, Debug, Args)]
pub(crate) struct Listener {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", env = "CHANCERY_LISTEN", default_value = "127.0.0.1:7011")]
    pub(crate) listen: SocketAddr,
    /// HTTPS, or plain HTTP on loopback
    #[arg(long, value_enum, default_value_t = Tls::Auto, env = "CHANCERY_TLS")]
    pub(crate) tls: Tls,
    /// Plain HTTP elsewhere than on loopback too: credentials travel in the open
    #[arg(long)]
    force_plain: bool,
    /// The HTTPS certificate with its chain (PEM) [default: one of the folder certificates, else a self-signed one]
    #[arg(long, value_name = "FILE", requires = "key_file", env = "CHANCERY_CERT")]
    cert: Option<PathBuf>,
    /// The certificate's private key (PEM)
    #[arg(long, value_name = "FILE", requires = "cert", env = "CHANCERY_CERT_KEY")]
    key_file: Option<PathBuf>,
}

/// Whether a server speaks HTTPS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tls {
    /// HTTPS
    Auto,
    /// Plain HTTP
    Off,
}

impl Serve {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        self.listener.check()?;
        self.check_url()?;
        logging::start(printer.is_json());
        let signals = Signals::listen()?;
        let folder = self.folder.folder();
        if self.init_if_missing && !folder.is_initialised()? {
            let made = init(&folder, self.database.clone(), &self.vendor).await?;
            if !printer.is_json() {
                tell(*printer, &folder, &made);
            }
        }
        let public_url = self.public_url.map(|url| url.to_string());
        let traffic = self.traffic.traffic(&folder)?;
        let system = setup::open(&folder, self.database.as_deref(), public_url.clone()).await?;
        system.limit_automatic_licensees(self.automatic_licensees_per_day);
        let running = start(self.listener.options(&folder, traffic), Arc::clone(&system)).await?;
        let url = public_url.unwrap_or_else(|| self.listener.url(running.local_addr()));
        say(*printer, &running, &system, &url);
        until_told(*printer, signals, running).await;
        Ok(())
    }

    /// What can be said of the address alone, before anything is made or opened.
    fn check_url(&self) -> Result<(), Failure> {
        match &self.public_url {
            Some(url) if url.is_in_the_open() && self.listener.tls == Tls::Auto => {
                let refused = Failure::usage(format!("--public-url {url} is plain HTTP, and this server speaks HTTPS"));
                Err(refused.hint("give an https:// address; http:// goes with --tls off"))
            }
            _ => Ok(()),
        }
    }
}

impl Listener {
    /// What can be said of the options alone, before anything is made or opened.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.tls == Tls::Off && self.cert.is_some() {
            let refused = Failure::usage("--tls off has no use for a certificate");
            return Err(refused.hint("leave out --tls off, or --cert and --key-file"));
        }
        Ok(())
    }

    /// How a server is started by them, with the machine's clock.
    pub(crate) fn options(&self, folder: &DataFolder, traffic: Traffic) -> ServerOptions {
        ServerOptions {
            listen: self.listen,
            management: None,
            tls: self.mode(),
            data_dir: folder.path().to_owned(),
            drain: DRAIN,
            clock: Clock::system(),
            randomness: Randomness::system(),
            traffic,
        }
    }

    fn mode(&self) -> TlsMode {
        match (&self.cert, &self.key_file, self.tls) {
            (_, _, Tls::Off) => TlsMode::Off { force: self.force_plain },
            (Some(certificate), Some(key), Tls::Auto) => {
                TlsMode::Files { certificate: certificate.clone(), key: key.clone() }
            }
            _ => TlsMode::Auto,
        }
    }

    /// The URL of an address.
    pub(crate) fn url(&self, address: SocketAddr) -> String {
        format!("{}://{address}", if self.tls == Tls::Off { "http" } else { "https" })
    }
}

/// Starts a server on an open system. The system is closed if that fails.
pub(crate) async fn start(options: ServerOptions, system: Arc<System>) -> Result<Running, Failure> {
    match Server::start(options, Arc::clone(&system)).await {
        Ok(running) => Ok(running),
        Err(error) => {
            system.close().await;
            Err(error.into())
        }
    }
}

/// Serves until it is told to stop, and then finishes what has begun.
pub(crate) async fn until_told(printer: Printer, signals: Signals, running: Running) {
    signals.wait().await;
    printer.say("Stopping: requests that have begun are finished.");
    // Whoever asks twice does not want to wait.
    tokio::select! {
        () = running.shutdown() => printer.say("Stopped."),
        () = signals.wait() => std::process::exit(1),
    }
}

/// Says where the server is. Programs that start it wait for this line.
fn say(printer: Printer, running: &Running, system: &System, url: &str) {
    let vendors = system.vendors();
    let told = vendors.iter().map(|vendor| {
        json!({ "id": vendor.id.to_string(), "name": vendor.name.to_string(), "sandbox": vendor.is_sandbox() })
    });
    let result = json!({
        "listening": running.local_addr().to_string(),
        "url": url,
        "docs": format!("{url}/docs"),
        "fingerprint": running.fingerprint(),
        "vendors": told.collect::<Vec<Value>>(),
    });
    printer.result(&result, |_| {
        let mut lines = vec![format!("Listening on {url} ({}).", running.local_addr())];
        for vendor in &vendors {
            let kind = if vendor.is_sandbox() { "Sandbox vendor" } else { "Vendor" };
            lines.push(format!("{kind}: {} ({})", vendor.name, vendor.id));
        }
        if let Some(fingerprint) = running.fingerprint() {
            lines.push(format!("Certificate (SHA-256): {fingerprint}"));
        }
        lines.push(format!("The APIs are explained at {url}/docs"));
        lines.join("\n")
    });
}
