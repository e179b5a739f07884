//! `chancery client offline deactivate`: gives an offline activation up, and tells the vendor by a token (OFF-8).

use clap::Args;

use crate::carried::{Made, OutArgs};
use crate::command::client::Place;
use crate::command::client::open::Opened;
use crate::{Failure, Printer};

#[derive(Debug, Args)]
pub(crate) struct Deactivate {
    /// Only show the token of the last deactivation again
    #[arg(long)]
    show: bool,
    #[command(flatten)]
    out: OutArgs,
}

impl Deactivate {
    pub(super) async fn run(&self, printer: Printer, place: &Place) -> Result<(), Failure> {
        let opened = Opened::again(place)?;
        let seat = opened.client.lease().ok().flatten().and_then(|lease| Some(lease.seat.as_ref()?.id.clone()));
        let token = if self.show {
            opened.client.offline_deactivation()?.ok_or_else(|| {
                Failure::from(chancery_client::Error::NotActivated)
                    .hint("there is no token to be shown: without --show an activation is given up, which makes one")
            })?
        } else {
            opened.client.deactivate_offline().await?
        };
        let vendor = opened.client.product().trust().vendor_name().to_owned();
        let seat = seat.map(|seat| format!(" of seat {seat}")).unwrap_or_default();
        let made = Made {
            what: format!("offline deactivation{seat} for {vendor}"),
            token,
            facts: Vec::new(),
            remark: "The product is deactivated; the seat is free when the vendor has the token. \
                     `offline deactivate --show` shows it again.",
        };
        self.out.give(printer, made)?;
        if self.show { Ok(()) } else { opened.remember(place, false) }
    }
}
