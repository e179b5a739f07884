//! What the device's key signs: the proof with which it claims a seat, and the proof that comes with each later call.

use chancery_domain::Timestamp;
use chancery_token::{DeviceProofClaims, DpopClaims, Entropy, Issued, SignError};

use super::Core;
use super::call::Call;
use crate::Error;
use crate::state::device::DeviceKeys;

/// The device proof of a claim on a seat (SEAT-12, TOK-10). On an authority it is made for the vendor.
pub(super) fn device_proof(
    core: &Core,
    keys: &DeviceKeys,
    seat_id: &str,
    now: Timestamp,
    entropy: &mut Entropy,
) -> Result<String, Error> {
    let anchor = core.product.trust().anchor();
    let issued = Issued::new(anchor.vendor, now, entropy.token_id(), anchor.sandbox);
    let key = keys.signing()?;
    let (server, product) = (anchor.vendor.to_string(), core.product.id());
    DeviceProofClaims::new(issued, server, product, seat_id.to_owned(), &key).sign(&key).map_err(unsigned)
}

/// The proof for a call that shows an access token and a nonce (SEC-5); nothing for one that does not.
pub(super) fn call_proof(
    core: &Core,
    keys: &DeviceKeys,
    call: &Call,
    now: Timestamp,
    entropy: &mut Entropy,
) -> Result<Option<String>, Error> {
    let (Some(access_token), Some(nonce), Some(address)) = (&call.bearer, &call.nonce, &core.address) else {
        return Ok(None);
    };
    let address = format!("{address}{}", call.path);
    let id = entropy.token_id();
    let claims = DpopClaims::new(id, call.method.name(), &address, now, nonce.clone(), access_token);
    claims.sign(&keys.signing()?).map(Some).map_err(unsigned)
}

fn unsigned(error: SignError) -> Error {
    Error::Internal(error.to_string())
}
