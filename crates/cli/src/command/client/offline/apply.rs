//! `chancery client offline apply`: takes a response or a refresh (OFF-5, OFF-7).

use clap::Args;

use crate::carried::GivenToken;
use crate::command::client::open::Opened;
use crate::command::client::{Place, status};
use crate::{Failure, Printer};

#[derive(Debug, Args)]
pub(crate) struct Apply {
    #[command(flatten)]
    token: GivenToken,
}

impl Apply {
    /// Done is what was applied, also if its lease has ended meanwhile: what the product may do now is in the output.
    pub(super) async fn run(&self, printer: Printer, place: &Place) -> Result<(), Failure> {
        let opened = Opened::again(place)?;
        let token = self.token.read()?;
        let applied = opened.client.apply_offline(token.secret().expose()).await.map_err(Failure::from);
        token.judged("client … offline apply", applied)?;
        status::print(printer, &opened.client.status()?);
        opened.remember(place, true)
    }
}
