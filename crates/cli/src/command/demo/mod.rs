//! `chancery demo`: a vendor, its customers and their machines play a story on a real server, which then stays up to be tried.

mod home;
mod machine;
mod sale;
mod scene;
mod server;
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
use self::teller::Teller;
use crate::{Failure, Printer, logging};

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
        let home = Home::at(self.data)?;
        teller.tell(
            "begin",
            json!({ "data": home.root() }),
            "Chancery demo: a software vendor, two customers and their machines. Everything below happens now, on a real \
             server, through its public API and its SDK.",
        );
        let authority = home.open().await?;
        // Only now: what `init` warns of is about production.
        logging::start_at("warn");
        let running = server::start(&home, self.listen, authority.system, &teller).await?;
        let stop = stopped();
        tokio::pin!(stop);
        let told = tokio::select! {
            told = tell(&home, &running, authority.made, &teller) => told,
            stopped = &mut stop => stopped,
        };
        if told.is_ok() && !self.once && !teller.is_cut_off() {
            teller.tell("serving", json!({}), "The server stays up until you press Ctrl-C.");
            if let Err(failure) = stop.await {
                running.shutdown().await;
                return Err(failure);
            }
        }
        running.shutdown().await;
        told
    }
}
