//! `chancery demo`: a vendor, its customers and their machines play a story on a real server, which then stays up to be tried.

mod home;
mod machine;
mod sale;
mod scene;
mod server;
mod site;
mod story;
mod teller;
mod text;
mod vendor_clock;

use std::net::SocketAddr;
use std::path::PathBuf;

use chancery_server::Running;
use clap::Args;
use serde_json::json;

use self::home::Home;
use self::scene::Scene;
use self::site::Kept;
use self::teller::Teller;
use crate::signals::Signals;
use crate::{Failure, Printer, logging};

/// What is logged: what the story does not tell itself.
const QUIET: &str =
    "warn,chancery_server::tls=error,chancery_server::setup::kek=error,chancery_server::jobs::warn_of_ends=error";

/// Play a story with a sandbox vendor on a real server, then serve it.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    // Not the option of the other commands: no variable of the environment may lead the demo into somebody's real data.
    /// The demo's own folder [default: chancery/demo in the platform's folder for state]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where the server listens [default: 127.0.0.1:7011, or a free port if that is taken]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// End when the story is told, instead of serving on
    #[arg(long)]
    once: bool,
}

impl Demo {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        let teller = Teller::new(*printer);
        let home = Home::at(self.data.clone())?;
        teller.begin(
            json!({ "data": home.root() }),
            "Chancery demo: a software vendor, two customers and their machines. Everything below happens now, on a real \
             server, through its public API and its SDK.",
        );
        let signals = Signals::listen()?;
        let authority = home.open().await?;
        // Only now, and not all: what is warned of keys and certificates beside the data is about production.
        logging::start_at(QUIET);
        let running = server::start(&home, self.listen, authority.system, &teller).await?;
        let local = Kept::default();
        let told = tokio::select! {
            told = self.tell(&home, (&running, &local), !authority.made, &teller) => Some(told),
            () = signals.wait() => None,
        };
        if matches!(told, Some(Ok(()))) && !self.once {
            teller.tell("serving", json!({}), "The server stays up until you press Ctrl-C.");
            signals.wait().await;
            teller.tell("stopping", json!({}), "Stopping. The next `chancery demo` goes on from here.");
        }
        local.shutdown().await;
        running.shutdown().await;
        told.unwrap_or(Ok(()))
    }

    async fn tell(
        &self,
        home: &Home,
        (running, local): (&Running, &Kept),
        again: bool,
        teller: &Teller,
    ) -> Result<(), Failure> {
        let scene = Scene { serves_on: !self.once, ..Scene::set(home, running, local, again, teller).await? };
        story::tell(&scene).await
    }
}
