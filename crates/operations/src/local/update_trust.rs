//! `local.update-trust`: a newer trust bundle of the same root, with its keys to seal to and its revocations (KEY-4).

use chancery_domain::{Action, Fact, Facts, fact};
use chancery_store::{Aggregate, local_server};
use chancery_token::{Trust, carried};

use super::here::{Here, changed, row};
use super::license::Applied;
use super::revoked::end_revoked;
use super::state::trust_of;
use super::{LocalStatus, status};
use crate::{Context, Error, System};

/// Takes a newer bundle in the place of the one known, as it was carried.
///
/// # Errors
/// `NotFound` on an authority; `Token` for a bundle of another root, or one that knows less; the database's.
pub async fn update_trust(system: &System, context: &Context, bundle: &str) -> Result<LocalStatus, Error> {
    context.permit(Action::UpdateLocalTrust)?;
    Here::anywhere(system, context).await?;
    let now = context.now();
    let refused = move |error| Error::Token { error, now };
    let bundle = carried::read(bundle).map_err(refused)?;
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    let update = system.change(context, Action::UpdateLocalTrust, aggregate, move |change| {
        let row = row(change)?;
        let mut trust = trust_of(&row)?;
        let before = Shown::of(&trust);
        trust.update(&bundle, now).map_err(refused)?;
        // The list that came with it is the newest: it has at least the number of the one known.
        local_server::update_trust(change.tx, change.permit, &bundle, None, trust.issued())?;
        change.record(row.server, Some(&before), Some(&Shown::of(&trust)))?;
        end_revoked(change, &trust, row.proof)?;
        changed(change)?;
        Ok(Applied(trust.issued()))
    });
    let Applied(proved) = update.await?;
    system.saw(proved);
    system.load_keys().await?;
    status(system, context).await
}

/// What is known of the vendor.
struct Shown {
    issued: chancery_domain::Timestamp,
    list: u64,
}

impl Shown {
    fn of(trust: &Trust) -> Self {
        Self { issued: trust.issued(), list: trust.revocations().number }
    }
}

impl Facts for Shown {
    fn facts(&self) -> Vec<Fact> {
        vec![fact("trustBundle", self.issued), fact("revocationList", self.list)]
    }
}
