//! `offline_request`: what `activate` would take, sealed to the vendor (OFF-3).

use chancery_api_types::licensing::ActivateRequest;
use chancery_token::{DeviceKeys as PublicKeys, Entropy, OfflineDevice, OfflineRequestClaims, SigningKey};

use super::{issued, receiving_key, unmade};
use crate::Error;
use crate::core::Core;
use crate::core::locked::Locked;
use crate::state::record::Request;

/// Makes a request, which is remembered before anybody sees it (OFF-3).
pub(super) fn request(
    core: &Core,
    locked: &mut Locked,
    asked: &ActivateRequest,
    entropy: &mut Entropy,
) -> Result<String, Error> {
    check_not_active(core, locked)?;
    let vendor = receiving_key(core)?;
    let seat_id = asked.seat_id.to_string();
    let keys = locked.keys_for(&seat_id, &core.store, entropy)?;
    let id = entropy.token_id();
    let device = asked.device.unwrap_or_default();
    let claims = OfflineRequestClaims {
        issued: issued(core, entropy),
        audience: vendor.kid().to_owned(),
        product: core.product.id(),
        credential: serde_json::to_value(&asked.credential).map_err(|error| unmade(&error))?,
        edition: asked.edition_id.as_ref().map(ToString::to_string),
        seat_id: seat_id.clone(),
        seat_name: asked.seat_name.as_ref().map(ToString::to_string),
        licensee_secret: asked.licensee_secret.as_ref().map(|secret| secret.0.clone()),
        release_date: asked.release_date.as_ref().map(ToString::to_string),
        device: OfflineDevice { container: device.container, vm: device.vm },
        request_id: id.clone(),
        device_keys: PublicKeys { sign: keys.signing()?.public().clone(), seal: keys.opening()?.public().clone() },
        local_server: None,
    };
    let token = claims.seal(&keys.signing()?, &vendor, entropy).map_err(|error| unmade(&error))?;
    locked.record.remember(Request { id, seat_id });
    locked.save(&core.store)?;
    Ok(token)
}

/// A request is for a machine without a running activation. One whose lease is refused now, because its key was revoked or its device's
/// keys are lost, does not run.
fn check_not_active(core: &Core, locked: &Locked) -> Result<(), Error> {
    let Some(held) = &locked.record.held else { return Ok(()) };
    match core.held_lease(held) {
        Ok(lease) if !lease.has_ended(core.now()) => {
            Err(Error::AlreadyActivated { activation: held.activation()?, mode: held.mode(), until: lease.expiry })
        }
        Ok(_) | Err(Error::Lease(_) | Error::StateDamaged(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
