//! `chancery offline activate`: answers a request (OFF-4).

use chancery_api_types::offline::ActivateOffline;
use clap::Args;

use super::to_device;
use crate::Failure;
use crate::carried::{GivenToken, OutArgs};
use crate::command::side::SideArgs;
use crate::session::Session;

#[derive(Debug, Args)]
pub(crate) struct Activate {
    #[command(flatten)]
    request: GivenToken,
    #[command(flatten)]
    side: SideArgs,
    #[command(flatten)]
    out: OutArgs,
}

impl Activate {
    pub(super) async fn run(self, session: &Session) -> Result<(), Failure> {
        let request = self.request.read()?;
        let (path, body) = (self.side.path(&[&"offline", &"activate"])?, ActivateOffline { token: request.secret() });
        let reply = request.judged("offline activate", session.api.post(&path, &body).await)?;
        self.out.give(session.printer, to_device("response", reply)?)
    }
}
