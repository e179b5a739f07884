//! The access token of an activation (LIC-4).

use chancery_domain::{ActivationId, Actor, OrderId, Timestamp};
use chancery_token::hash::sha256;
use chancery_token::{AccessToken, Unverified};

use super::Authenticated;
use super::checked::CheckedToken;
use crate::{Error, System, Unauthenticated};

/// The holder of an access token.
#[derive(Clone, Debug)]
pub struct Holder {
    /// Who, and the vendor's now.
    pub caller: Authenticated,
    /// The activation.
    pub activation: ActivationId,
    /// The chain for which the token was made. Whether it is still the present one, the activation knows.
    pub chain: u64,
    /// What is to be locked to change the activation.
    pub order: OrderId,
}

/// Recognises an access token that this server made.
///
/// # Errors
/// `Unauthenticated`, whatever is wrong with it; the database's.
pub async fn access_token(system: &System, text: &str, clock: Timestamp) -> Result<Holder, Error> {
    let invalid = || Error::Unauthenticated(Unauthenticated::AccessToken);
    let hash = sha256(&[text.as_bytes()]);
    let known = system.checked_tokens().find(&hash);
    let kid = match &known {
        Some(known) => known.kid.clone(),
        None => Unverified::parse(text).map_err(|_| invalid())?.kid().into(),
    };
    // Asked each time: the key may have been revoked since, the clock may have moved.
    let ring = system.keyring_with(&kid, clock).await?;
    let (vendor, key) = ring.key(&kid).ok_or_else(invalid)?;
    let vendor = ring.of(*vendor).ok_or_else(invalid)?.vendor.clone();
    let now = system.vendor_now(&vendor, clock).await?;
    let token = match known {
        Some(known) => known,
        None => {
            // A local server's clock may have been ahead when it made the token, and then set right (OFF-11). Nobody else can have made
            // it, and it has no end that would come later: its chain ends it.
            let asked = if system.local().is_some() { Timestamp::MAX } else { now };
            let token = AccessToken::open(text, asked, |_| Some((vendor.id, key))).map_err(|_| invalid())?;
            let (activation, chain, order) = (token.activation, token.chain, token.order);
            let token = CheckedToken { kid, activation, chain, order };
            system.checked_tokens().add(hash, token.clone());
            token
        }
    };
    let actor = Actor::Activation { id: token.activation, vendor: vendor.id };
    let CheckedToken { activation, chain, order, .. } = token;
    Ok(Holder { caller: Authenticated { actor, vendor, now }, activation, chain, order })
}
