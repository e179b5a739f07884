//! `activation.activate`: a claim on a seat (SEAT-1…5).

use std::sync::Arc;

use chancery_domain::{
    Action, Activation, DeviceInfo, EditionId, Lease, LicenseeSecret, Mode, Name, OrderId, SeatId, Selector, Standing,
    Thumbprint, Timestamp,
};
use chancery_token::Nonce;

use super::claiming::claiming;
use super::grant::grant_seat;
use super::lease::NO_KEY;
use super::{ActivationView, lease};
use crate::credential::Claimant;
use crate::device::{ProofText, ProvedDevice, prove};
use crate::receipt::fact;
use crate::{Change, Context, Error, Remembered, System};

/// A claim on a seat. No `Debug`: it may have a secret (API-7).
#[derive(Clone)]
pub struct NewActivation {
    /// Who claims, and for which product.
    pub claimant: Claimant,
    /// The edition, if one is wanted.
    pub edition: Option<Selector<EditionId>>,
    /// Who is to have the seat.
    pub seat_id: SeatId,
    /// What people read of it.
    pub seat_name: Option<Name>,
    /// When the product's release was made (ENT-5).
    pub release: Option<Timestamp>,
    /// The licensee secret, if the product brings one.
    pub secret: Option<LicenseeSecret>,
    /// The machine.
    pub device: DeviceInfo,
    /// The proof of its key (SEAT-12).
    pub device_proof: Option<ProofText>,
}

/// A seat that was granted.
#[derive(Clone, Debug)]
pub struct Activated {
    /// The activation.
    pub view: ActivationView,
    /// Whether it is a new one.
    pub created: bool,
    /// Its lease, signed.
    pub lease: String,
    /// The latest revocation list, if any key was ever revoked (KEY-5).
    pub revocations: Option<String>,
    /// The token that later calls show.
    pub access_token: String,
    /// The nonce that the next call shows.
    pub nonce: String,
}

/// What was granted, before it is signed.
struct Granted {
    view: ActivationView,
    created: bool,
    jti: String,
}

/// Claims a seat. A seat id that holds one already gets its activation back, with a fresh lease (SEAT-2).
///
/// # Errors
/// `Refused`, after the denial was recorded (SEAT-5); `Token` for a device proof that is none; the database's.
pub async fn activate(system: &System, context: &Context, input: NewActivation) -> Result<Activated, Error> {
    let permit = context.permit(Action::Activate)?;
    let keys = system.vendor_keys(permit.vendor()).await?;
    let input = Arc::new(input);
    // What is wrong with a proof is told only to whom nothing was granted already: a retry may come when its proof has ended.
    let Claimant { caller, product, .. } = &input.claimant;
    let proved = prove(input.device_proof.as_ref(), caller, product.id, Some(&input.seat_id));
    let wanted = Arc::clone(&input);
    let act = move |change: &mut Change<'_, '_>, orders: &[OrderId]| {
        change.once(|change| grant(change, &wanted, orders, proved.clone()?))
    };
    let (claimant, seat_id) = (&input.claimant, Some(&input.seat_id));
    let Granted { view, created, jti } = claiming(system, context, Action::Activate, claimant, seat_id, act).await?;
    let nonce = Nonce::of(&keys.secret, view.activation.id, view.activation.chain).make(view.activation.counter);
    // As they are after the commit: a key may have been revoked meanwhile (KEY-5).
    let keys = system.signing_keys(&view.entitlement).await?;
    let lease = keys.sign_lease(&view, &jti)?;
    let access_token = keys.sign_access(&view.activation, &jti)?;
    let revocations = keys.revocations.clone();
    Ok(Activated { view, created, lease, revocations, access_token, nonce })
}

fn grant(
    change: &mut Change<'_, '_>,
    input: &NewActivation,
    orders: &[OrderId],
    proved: Option<ProvedDevice>,
) -> Result<Granted, Error> {
    let key = change.spend(proved)?;
    let (view, created) = grant_seat(change, input, orders, key, Mode::Online)?;
    let jti = chancery_token::hash::base64url(&change.random::<16>());
    Ok(Granted { view, created, jti })
}

impl Remembered for Granted {
    fn facts(&self) -> String {
        let Activation { id, chain, counter, lease, device_key, .. } = &self.view.activation;
        let mark = lease::mark(lease);
        let key = device_key.as_ref().map_or(NO_KEY, Thumbprint::as_str);
        let expiry = lease.expiry.map_or(-1, Timestamp::as_micros);
        let number = self.view.activation.seat_number().unwrap_or_default();
        format!(
            "{id} {chain} {counter} {} {expiry} {number} {} {} {key} {mark}",
            lease.issued.as_micros(),
            self.jti,
            self.created
        )
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let parts: Vec<&str> = facts.split(' ').collect();
        let [id, chain, counter, issued, expiry, number, jti, created, key, mark] = parts[..] else {
            return Err(Error::internal("a receipt of another form"));
        };
        let mut view = ActivationView::load(change.tx, change.permit, fact(id)?, change.now)?;
        view.activation.chain = fact(chain)?;
        view.activation.counter = fact(counter)?;
        view.activation.lease = Lease { mark: lease::recall_mark(mark)?, ..lease::recall(issued, expiry)? };
        view.activation.standing = Standing::Seated(fact(number)?);
        view.activation.device_key = lease::recall_key(key)?;
        Ok(Self { view, created: fact(created)?, jti: jti.to_owned() })
    }
}
