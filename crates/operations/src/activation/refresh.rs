//! `activation.refresh`: a lease is extended (SEAT-6, SEAT-7).

use std::sync::Arc;

use chancery_domain::{Action, Lease, LicenseeSecret, LogOperation, SeatNote, Standing, Thumbprint, Timestamp};

use super::chain::{ChainCall, Turned, turn_showing};
use super::{ActivationView, lease};
use crate::licensee::Guard;
use crate::local::{Serials, Shows};
use crate::receipt::fact;
use crate::{Change, Context, Error, Remembered, System};

/// A lease that was extended.
#[derive(Clone, Debug)]
pub struct Refreshed {
    /// The activation.
    pub view: ActivationView,
    /// Its lease, signed.
    pub lease: String,
    /// The latest revocation list, if any key was ever revoked (KEY-5).
    pub revocations: Option<String>,
    /// The next nonce.
    pub nonce: String,
}

struct Extended {
    view: ActivationView,
    jti: String,
}

/// What a product says of itself when it refreshes. No `Debug`: it may have a secret (API-7).
#[derive(Clone, Default)]
pub struct Extension {
    /// When its release was made (ENT-5).
    pub release: Option<Timestamp>,
    /// The licensee secret.
    pub secret: Option<LicenseeSecret>,
    /// The newest lease that it holds of a local server, which may have forgotten it (EXP-9).
    pub shown: Option<String>,
}

/// Extends the holder's lease.
///
/// # Errors
/// `Refused`, after that was recorded; the database's.
pub async fn refresh(
    system: &System,
    context: &Context,
    call: ChainCall,
    input: Extension,
) -> Result<Refreshed, Error> {
    let shows = input.shown.and_then(|text| Shows::of(system, text)).map(Arc::new);
    let extend = move |change: &mut Change<'_, '_>, seat: &mut super::chain::SeatState| {
        let now = change.now;
        let guard = Guard::check(change, Some(&seat.entitlement), input.secret.as_ref())?;
        let serials = Serials::of_seat(change, &seat.activation, &seat.entitlement)?;
        let resumes = !seat.activation.is_in_use(now);
        if resumes {
            serials.check_confirmed(seat.entitlement.id)?;
            change.check_resumes(&seat.entitlement)?;
        }
        seat.activation.refresh(&seat.entitlement, input.release, now)?;
        // Whoever is refused keeps what can be given back.
        if resumes {
            change.give_back_all(&seat.activation)?;
        }
        seat.activation.lease.mark = serials.next(change, seat.entitlement.id)?;
        guard.keep(change)?;
        change.note(&SeatNote::of(LogOperation::Refresh, &seat.activation))?;
        let view = ActivationView::of(change.tx, seat.activation.clone(), seat.entitlement.clone(), now)?;
        Ok(Extended { view, jti: chancery_token::hash::base64url(&change.random::<16>()) })
    };
    let turned = turn_showing(system, context, Action::Refresh, call, shows.clone(), extend).await;
    if let (Some(shows), Ok(_) | Err(Error::Refused(_))) = (&shows, &turned) {
        shows.announce();
    }
    let Turned { result, nonce } = turned?;
    let keys = system.signing_keys(&result.view.entitlement).await?;
    let lease = keys.sign_lease(&result.view, &result.jti)?;
    Ok(Refreshed { view: result.view, lease, revocations: keys.revocations.clone(), nonce })
}

impl Remembered for Extended {
    fn facts(&self) -> String {
        let activation = &self.view.activation;
        let expiry = activation.lease.expiry.map_or(-1, Timestamp::as_micros);
        let number = activation.seat_number().unwrap_or_default();
        let key = activation.device_key.as_ref().map_or(lease::NO_KEY, Thumbprint::as_str);
        let (id, issued, mark) = (activation.id, activation.lease.issued.as_micros(), lease::mark(&activation.lease));
        format!("{id} {issued} {expiry} {number} {} {key} {mark}", self.jti)
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let parts: Vec<&str> = facts.split(' ').collect();
        let [id, issued, expiry, number, jti, key, mark] = parts[..] else {
            return Err(Error::internal("a receipt of another form"));
        };
        let mut view = ActivationView::load(change.tx, change.permit, fact(id)?, change.now)?;
        view.activation.lease = Lease { mark: lease::recall_mark(mark)?, ..lease::recall(issued, expiry)? };
        view.activation.standing = Standing::Seated(fact(number)?);
        view.activation.device_key = lease::recall_key(key)?;
        Ok(Self { view, jti: jti.to_owned() })
    }
}
