//! `chancery offline refresh`: extends an offline activation (OFF-6).

use chancery_api_types::offline::RefreshOffline;
use chancery_api_types::wire::ActivationIdText;
use clap::Args;

use super::to_device;
use crate::Failure;
use crate::carried::OutArgs;
use crate::command::side::SideArgs;
use crate::session::Session;

#[derive(Debug, Args)]
pub(crate) struct Refresh {
    /// The activation's id
    activation: ActivationIdText,
    #[command(flatten)]
    side: SideArgs,
    #[command(flatten)]
    out: OutArgs,
}

impl Refresh {
    pub(super) async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = RefreshOffline { activation_id: self.activation };
        let reply = session.api.post(&self.side.path(&[&"offline", &"refresh"])?, &body).await?;
        self.out.give(session.printer, to_device("refresh", reply)?)
    }
}
