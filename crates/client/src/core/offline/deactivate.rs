//! `deactivate_offline`: the activation is given up as the token is made (OFF-8).

use chancery_token::{Entropy, OfflineDeactivationClaims, SigningKey};

use super::{issued, receiving_key, unmade};
use crate::Error;
use crate::core::Core;
use crate::core::locked::Locked;
use crate::state::record::{Deactivated, Link, Offline, Record};

/// Gives the activation up, as the token is made (OFF-8).
pub(super) fn deactivate(core: &Core, locked: &mut Locked, entropy: &mut Entropy) -> Result<String, Error> {
    let Record { held, deactivated, .. } = &locked.record;
    let Some(held) = held else {
        return deactivated.as_ref().map(|known| known.token.clone()).ok_or(Error::NotActivated);
    };
    let Link::Offline(Offline { seq }) = held.link else {
        return Err(Error::WrongMode { mode: held.mode(), instead: "deactivate" });
    };
    let keys = locked
        .held_keys()
        .ok_or_else(|| Error::StateDamaged("keys.json: the keys of the activation are missing".to_owned()))?;
    let (vendor, key) = (receiving_key(core)?, keys.signing()?);
    // Made once and never again, it must not be spoilt by a clock that is ahead: a server takes nothing from the future. What is proved
    // is past everywhere (OFF-11).
    let mut issued = issued(core, entropy);
    issued.at = core.time()?.proof;
    let claims = OfflineDeactivationClaims {
        issued,
        audience: vendor.kid().to_owned(),
        activation: held.activation()?,
        seq,
        jwk: key.public().clone(),
    };
    let token = claims.seal(&key, &vendor, entropy).map_err(|error| unmade(&error))?;
    let given_up = Deactivated { token: token.clone(), seat_id: held.seat_id.clone(), key: key.kid().to_owned() };
    locked.deactivate(&core.store, given_up)?;
    Ok(token)
}
