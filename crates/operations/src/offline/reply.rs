//! Signing and sealing what is carried to a device, after the commit (OFF-4, OFF-6, TOK-2).

use chancery_domain::{Refusal, Timestamp};
use chancery_token::{KeyUse, OfflineRefreshClaims, OfflineResponseClaims, SealingKey};

use super::answer::Answered;
use crate::activation::ActivationView;
use crate::vendor_keys::VendorKeys;
use crate::{Context, Error, System};

/// A token for a device, and the activation that it is about.
#[derive(Clone, Debug)]
pub struct OfflineReply {
    /// The token, sealed to the device.
    pub token: String,
    /// The activation, with the lease that the token carries.
    pub view: ActivationView,
    /// Whether the activation is a new one.
    pub created: bool,
}

/// The response to the request of this id; without one, a refresh that nobody asked for.
pub(super) async fn reply(
    system: &System,
    context: &Context,
    done: Answered,
    device: &SealingKey,
    request_id: Option<String>,
) -> Result<OfflineReply, Error> {
    let keys = system.vendor_keys(context.actor().vendor()).await?;
    let (mut entropy, now) = (context.entropy("offline reply"), context.now());
    let (key, certificate) = keys.signer(KeyUse::Offline, now, Some(now))?;
    let (issued, audience) = (keys.issued(now, &entropy.token_id()), device.kid().to_owned());
    let (activation, seq) = (done.view.activation.id, done.seq);
    let (lease, revocations) = (lease(&keys, &done, now)?, keys.revocations.clone());
    let token = match request_id {
        Some(request_id) => OfflineResponseClaims { issued, audience, request_id, seq, lease, revocations }.seal(
            key,
            certificate,
            device,
            &mut entropy,
        )?,
        None => OfflineRefreshClaims { issued, audience, activation, seq, lease, revocations }.seal(
            key,
            certificate,
            device,
            &mut entropy,
        )?,
    };
    Ok(OfflineReply { token, view: done.view, created: done.created })
}

/// The lease. One that was given long ago may have to be signed by a key that is younger (KEY-3): then it says that it was issued
/// now, and ends when it did. One that has ended is not carried again: no device would take it.
fn lease(keys: &VendorKeys, done: &Answered, now: Timestamp) -> Result<String, Error> {
    if let Some(since) = done.view.activation.lease.expiry.filter(|end| *end <= now) {
        return Err(Refusal::LeaseExpired { since }.into());
    }
    match keys.sign_lease(&done.view, &done.jti) {
        Err(Error::NoSigningKey) => {
            let mut view = done.view.clone();
            view.activation.lease.issued = now;
            keys.sign_lease(&view, &done.jti)
        }
        signed => signed,
    }
}
