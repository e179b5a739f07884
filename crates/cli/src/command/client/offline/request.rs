//! `chancery client offline request`: asks for a seat by a token (OFF-3).

use clap::Args;

use crate::carried::{Made, OutArgs};
use crate::command::client::Place;
use crate::command::client::activate;
use crate::command::client::open::Opened;
use crate::{Failure, Printer};

#[derive(Debug, Args)]
pub(crate) struct OfflineRequest {
    #[command(flatten)]
    wanted: activate::Request,
    #[command(flatten)]
    out: OutArgs,
}

impl OfflineRequest {
    pub(super) async fn run(&self, printer: Printer, place: &Place) -> Result<(), Failure> {
        let wanted = self.wanted.activate_carried(printer)?;
        let opened = Opened::first_offline(place, &self.wanted, printer).await?;
        let token = opened.client.offline_request(&wanted).await?;
        let vendor = opened.client.product().trust().vendor_name().to_owned();
        let seat = self.wanted.seat().map(|seat| format!(" of seat {seat}")).unwrap_or_default();
        let made = Made {
            what: format!("offline request{seat} for {vendor}"),
            token,
            facts: Vec::new(),
            remark: "The answer comes back here: `chancery client … offline apply` takes it.",
        };
        self.out.give(printer, made)
    }
}
