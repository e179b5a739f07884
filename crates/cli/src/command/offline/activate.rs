//! `chancery offline activate`: answers a request (OFF-4).

use chancery_api_types::offline::ActivateOffline;
use clap::Args;

use super::{secret, to_device};
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
        let body = ActivateOffline { token: secret(self.request.read()?) };
        let reply = session.api.post(&self.side.path(&[&"offline", &"activate"])?, &body).await?;
        self.out.give(session.printer, to_device("response", reply)?)
    }
}
