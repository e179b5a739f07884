//! `local.license.deactivate`: the license is given up as the token that says so is made (OFF-8, EXP-11).

use chancery_domain::{Action, NotActiveReason};
use chancery_store::local_server::{self, LicenseRow, LocalServerRow};
use chancery_store::{Aggregate, hosted_entitlement};
use chancery_token::{Entropy, OfflineDeactivationClaims, SealingKey, SigningKey};

use super::cycle::CycleKeys;
use crate::local::here::{Here, changed, row};
use crate::{Change, Context, Error, Remembered, System};

/// A license that was given up.
#[derive(Clone, Debug)]
pub struct Deactivation {
    /// The token for the vendor.
    pub token: String,
    /// How many entitlements are hosted here still: their sessions stand, held, until this server is activated again or they are
    /// returned (EXP-11).
    pub hosted: u64,
}

/// Gives the license up at once; the keys of its cycle are destroyed. Afterwards it tells the same token, until the next activation.
///
/// # Errors
/// `LocalServerNotActive` if there is no license to give up, or on another machine; `NoSigningKey` if the trust bundle has no key to
/// seal to; the database's.
pub async fn deactivate(system: &System, context: &Context) -> Result<Deactivation, Error> {
    let here = Here::of(system, context).await?;
    let (workshop, seed) = (system.workshop(), context.entropy("local deactivation").bytes::<32>());
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    let done = system.change(context, Action::DeactivateLocal, aggregate, move |change| {
        let row = row(change)?;
        let hosted = hosted_entitlement::all(change.tx)?.len() as u64;
        if let Some(token) = &row.license.deactivation {
            return Ok(Deactivation { token: token.clone(), hosted });
        }
        let never = || Error::LocalServerNotActive(NotActiveReason::NeverActivated);
        let keys = CycleKeys::of(&row, &workshop.kek)?.ok_or_else(never)?;
        let mut entropy = Entropy::new(seed);
        let claims = claims(&here, &row, &keys, &here.vendor_key(change.now)?, &mut entropy).ok_or_else(never)?;
        let token = claims.seal(&keys.sign, &here.vendor_key(change.now)?, &mut entropy)?;
        let license = LicenseRow { deactivation: Some(token.clone()), ..LicenseRow::default() };
        local_server::update_license(change.tx, change.permit, row.name.as_ref(), &license)?;
        change.record(row.server, Some(&Given(false)), Some(&Given(true)))?;
        changed(change)?;
        Ok(Deactivation { token, hosted })
    });
    let done = done.await?;
    system.load_keys().await?;
    Ok(done)
}

/// What the token says. Made once and never again, it must not be spoilt by a clock that is ahead: what is proved is past everywhere
/// (OFF-11).
fn claims(
    here: &Here,
    row: &LocalServerRow,
    keys: &CycleKeys,
    vendor: &SealingKey,
    entropy: &mut Entropy,
) -> Option<OfflineDeactivationClaims> {
    Some(OfflineDeactivationClaims {
        issued: here.issued(row.proof, entropy),
        audience: vendor.kid().to_owned(),
        activation: row.license.activation?,
        seq: row.license.seq,
        jwk: keys.sign.public().clone(),
    })
}

struct Given(bool);

impl chancery_domain::Facts for Given {
    fn facts(&self) -> Vec<chancery_domain::Fact> {
        vec![chancery_domain::fact("deactivated", self.0)]
    }
}

impl Remembered for Deactivation {
    fn facts(&self) -> String {
        format!("{} {}", self.hosted, self.token)
    }

    fn recall(_: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let (hosted, token) = facts.split_once(' ').ok_or_else(|| Error::internal("a receipt of another form"))?;
        Ok(Self { token: token.to_owned(), hosted: crate::receipt::fact(hosted)? })
    }
}
