//! The device proof of a claim (SEAT-12, TOK-10).

use chancery_domain::{Invalid, SeatId, Thumbprint, Timestamp};
use chancery_store::device_proof;
use chancery_token::hash::sha256;
use chancery_token::{DeviceProof, DeviceProofExpectation, TokenError};

use super::{ProofText, thumbprint};
use crate::credential::Authenticated;
use crate::{Change, Error};

/// A device that proved that it has its key: with a proof that is good for one use.
#[derive(Clone, Debug)]
pub(crate) struct ProvedDevice {
    /// The key.
    pub(crate) key: Thumbprint,
    id: [u8; 32],
    ends: Timestamp,
}

/// Opens the device proof of a claim, if there is one. On an authority it is made for the vendor (its `aud`).
///
/// # Errors
/// `Token`; `Invalid` for a proof without a seat id.
pub(crate) fn prove(
    proof: Option<&ProofText>,
    caller: &Authenticated,
    product: chancery_domain::ProductId,
    seat_id: Option<&SeatId>,
) -> Result<Option<ProvedDevice>, Error> {
    let Some(ProofText(text)) = proof else { return Ok(None) };
    let needed = || Error::invalid("seatId", Invalid::Required, "give the seat id that the device proof is made for");
    let (vendor, now) = (&caller.vendor, caller.now);
    let expected = DeviceProofExpectation {
        vendor: vendor.id,
        sandbox: vendor.is_sandbox(),
        server: &vendor.id.to_string(),
        product,
        seat_id: seat_id.ok_or_else(needed)?.as_str(),
        now,
    };
    let proof = DeviceProof::open(text, &expected).map_err(|error| Error::Token { error, now })?;
    let key = thumbprint(&proof)?;
    // The same id under another key is another proof: nobody uses up anybody else's.
    let id = sha256(&[b"chancery device proof\0", key.as_str().as_bytes(), b"\0", proof.issued.id.as_bytes()]);
    Ok(Some(ProvedDevice { key, id, ends: proof.expiry }))
}

impl Change<'_, '_> {
    /// Uses up the proof of a claim, if it has one, and tells the key that it proved (TOK-10). A call that is repeated with its idempotency key may bring its proof again: whatever was
    /// decided, the proof did not reach anybody else.
    ///
    /// # Errors
    /// `token_replayed`; the database's.
    pub(crate) fn spend(&mut self, device: Option<ProvedDevice>) -> Result<Option<Thumbprint>, Error> {
        let Some(device) = device else { return Ok(None) };
        let call = self.idempotency().map(|key| sha256(&[&key.id, &key.request]));
        let vendor = self.permit.vendor();
        if device_proof::spend(self.tx, vendor, &device.id, call.as_ref(), device.ends)? {
            return Ok(Some(device.key));
        }
        Err(Error::Token { error: TokenError::Replayed, now: self.now })
    }
}
