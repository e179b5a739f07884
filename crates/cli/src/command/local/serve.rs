//! `chancery local serve`: runs the local server until it is told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use chancery_client::Machine;
use chancery_server::operations::System;
use chancery_server::setup::{SetupError, local};
use chancery_server::{Hosts, Running, ServerOptions, Traffic};
use clap::Args;
use serde_json::json;

use super::init::{NewServer, init, tell};
use super::reach::LocalFolder;
use crate::command::serve::{Listener, start, until_told};
use crate::signals::Signals;
use crate::traffic::TrafficArgs;
use crate::{Failure, Printer, logging};

/// Run the local server.
#[derive(Debug, Args)]
#[command(
    mut_arg("listen", |arg| arg.default_value("127.0.0.1:7012")),
    mut_arg("allow_private_issuers", |arg| arg.hide(true))
)]
pub(crate) struct Serve {
    #[command(flatten)]
    folder: LocalFolder,
    /// Another PostgreSQL database than the data folder names: postgres://…
    #[arg(long, value_name = "URL", env = "CHANCERY_DATABASE", hide_env_values = true)]
    database: Option<String>,
    #[command(flatten)]
    listener: Listener,
    /// Where the server is managed, if not where products reach it; the other address is for products alone then
    #[arg(long, value_name = "ADDR", env = "CHANCERY_MANAGEMENT_LISTEN")]
    management_listen: Option<SocketAddr>,
    /// A name by which the server is managed, beside localhost and where it listens; can be given several times
    #[arg(long = "allowed-host", value_name = "NAME", env = "CHANCERY_ALLOWED_HOSTS", value_delimiter = ',')]
    allowed_hosts: Vec<String>,
    #[command(flatten)]
    traffic: TrafficArgs,
    /// A file that moves the clock, with an instant or an offset such as +40d: for sandbox vendors alone
    #[arg(long, value_name = "FILE")]
    sandbox_clock: Option<PathBuf>,
    /// Make the data folder if there is none, by --trust: for containers
    #[arg(long)]
    init_if_missing: bool,
    #[command(flatten)]
    new: NewServer,
}

impl Serve {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        self.listener.check()?;
        logging::start(printer.is_json());
        let signals = Signals::listen()?;
        let folder = self.folder.folder();
        let clock = self.sandbox_clock.as_deref();
        if self.init_if_missing && !folder.is_initialised()? {
            let made = init(&folder, self.database.clone(), &self.new, clock).await?;
            if !printer.is_json() {
                tell(*printer, &folder, &made);
            }
        }
        let opened = local::open(&folder, self.database.as_deref(), None, &Machine::default()).await;
        let system = opened.map_err(hinted)?;
        let traffic = Traffic { hosts: Hosts::new(None, &self.allowed_hosts), ..self.traffic.traffic(&folder)? };
        let clock = match local::clock(&system, clock) {
            Ok(clock) => clock,
            Err(error) => {
                system.close().await;
                return Err(error.into());
            }
        };
        let usual = self.listener.options(&folder, traffic);
        let options = ServerOptions { management: self.management_listen, clock, ..usual };
        let running = start(options, Arc::clone(&system)).await?;
        self.say(*printer, &running, &system);
        until_told(*printer, signals, running).await;
        Ok(())
    }

    /// Says where the server is, and how it stands. Programs that start it wait for this line.
    fn say(&self, printer: Printer, running: &Running, system: &System) {
        let url = self.listener.url(running.local_addr());
        let management = running.management_addr().map_or_else(|| url.clone(), |address| self.listener.url(address));
        let server = system.local().map(|local| local.server().to_string());
        let active = system.check_local(running.app().clock().now()).is_ok();
        let result = json!({
            "listening": running.local_addr().to_string(),
            "url": url,
            "management": management,
            "docs": format!("{management}/docs"),
            "fingerprint": running.fingerprint(),
            "serverId": server,
            "active": active,
        });
        let opened = opened(&management, &self.allowed_hosts);
        printer.result(&result, |_| {
            let mut lines = vec![format!("Listening on {url} ({}).", running.local_addr())];
            lines.extend(server.map(|server| format!("Local server: {server}")));
            lines.extend(running.fingerprint().map(|print| format!("Certificate (SHA-256): {print}")));
            lines.push(format!("It is managed at {opened}, and by `chancery local …`."));
            if !active {
                lines.push("No product is served yet: `chancery local license status` says why.".to_owned());
            }
            lines.join("\n")
        });
    }
}

/// What is made here is no authority.
fn hinted(error: SetupError) -> Failure {
    let nothing = matches!(error, SetupError::NotInitialised(_));
    let failure = Failure::from(error);
    if nothing {
        return failure.hint("run `chancery local init` first, or name the right folder with --data");
    }
    failure
}

/// The address that a browser opens: nobody is at 0.0.0.0.
fn opened(management: &str, allowed: &[String]) -> String {
    let here = allowed.first().map_or("127.0.0.1", String::as_str);
    management.replacen("//0.0.0.0:", &format!("//{here}:"), 1).replacen("//[::]:", &format!("//{here}:"), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lls_5_the_address_that_is_told_can_be_opened() {
        let named = ["licenses.corp.example".to_owned()];
        assert_eq!(opened("https://0.0.0.0:7012", &named), "https://licenses.corp.example:7012");
        assert_eq!(opened("https://[::]:7012", &[]), "https://127.0.0.1:7012");
        assert_eq!(opened("https://10.0.0.1:7012", &named), "https://10.0.0.1:7012");
    }
}
