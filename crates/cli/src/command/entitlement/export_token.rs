//! `chancery entitlement export-token`: a token with the latest state of what a local server has (EXP-3, EXP-6).

use chancery_api_types::management::ExportEntitlementToken;
use chancery_api_types::wire::{KeyText, LocalServerIdText, WirePeriod, WireQuantity};
use clap::Args;

use super::Which;
use super::export::give;
use crate::Failure;
use crate::carried::OutArgs;
use crate::command::side::SideArgs;
use crate::session::Session;
use crate::values::{amount_pair, period, quantity};

#[derive(Debug, Args)]
pub(crate) struct ExportToken {
    #[command(flatten)]
    which: Which,
    /// For which local server; needed where several have shares
    #[arg(long = "to", value_name = "LOCAL_SERVER")]
    local_server: Option<LocalServerIdText>,
    /// How many seats the server shall have from now on
    #[arg(long, value_name = "N", value_parser = quantity)]
    seats: Option<WireQuantity>,
    /// How much of a counted feature it shall have from now on; can be given several times
    #[arg(long = "feature", value_name = "KEY=N", value_parser = amount_pair::<KeyText>)]
    features: Vec<(KeyText, WireQuantity)>,
    /// How long the server may serve by this token and by later ones
    #[arg(long, value_name = "INTERVAL|unlimited", value_parser = period)]
    delegation: Option<WirePeriod>,
    #[command(flatten)]
    side: SideArgs,
    #[command(flatten)]
    out: OutArgs,
}

impl ExportToken {
    pub(super) async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = ExportEntitlementToken {
            local_server_id: self.local_server,
            seats: self.seats,
            features: self.features.into_iter().collect(),
            delegation_period: self.delegation,
        };
        let path = self.side.path(&[&"entitlements", &self.which.entitlement, &"export", &"token"])?;
        give(session, &self.out, session.api.post(&path, &body).await?)
    }
}
