//! The keys of an activation cycle: made for the first request, and destroyed when the activation is given up (OFF-3, OFF-8).

use chancery_store::local_server::LocalServerRow;
use chancery_token::{DeviceKeys, KeyEncryptionKey, LocalKey, OpeningKey, SigningKey};
use zeroize::Zeroizing;

use crate::Error;

/// What the wrapped seeds are bound to, besides the server's id.
pub(crate) const CYCLE_PURPOSE: &str = "local-license";

/// The keys of a cycle.
pub(crate) struct CycleKeys {
    /// It signs what the server sends as a device.
    pub(crate) sign: LocalKey,
    /// It opens what the vendor sends.
    pub(crate) seal: OpeningKey,
}

impl CycleKeys {
    /// The keys of two random seeds.
    pub(super) fn new(seeds: &Seeds) -> Result<Self, Error> {
        let (sign, seal) = (seeds.first_chunk::<32>(), seeds.last_chunk::<32>());
        let (Some(sign), Some(seal)) = (sign, seal) else { return Err(Error::internal("seeds of a wrong length")) };
        Ok(Self {
            sign: LocalKey::ed25519_from_seed(sign).map_err(Error::internal)?,
            seal: OpeningKey::from_seed(seal).map_err(Error::internal)?,
        })
    }

    /// Those of a row, if it has some.
    pub(crate) fn of(row: &LocalServerRow, kek: &KeyEncryptionKey) -> Result<Option<Self>, Error> {
        let Some(wrapped) = &row.license.cycle else { return Ok(None) };
        let seeds = kek.unwrap(CYCLE_PURPOSE, &row.server.to_string(), wrapped)?;
        let seeds: &Seeds =
            seeds.as_slice().try_into().map_err(|_| Error::internal("a cycle's seeds of a wrong length"))?;
        Self::new(seeds).map(Some)
    }

    /// Their public halves.
    pub(super) fn public(&self) -> DeviceKeys {
        DeviceKeys { sign: self.sign.public().clone(), seal: self.seal.public().clone() }
    }
}

/// The seeds of both keys, the signing one first.
pub(super) type Seeds = [u8; 64];

/// The keys of a row, or new ones, which are written into it.
pub(super) fn keys_for(
    row: &mut LocalServerRow,
    kek: &KeyEncryptionKey,
    fresh: (Zeroizing<Seeds>, [u8; 12]),
) -> Result<CycleKeys, Error> {
    if let Some(keys) = CycleKeys::of(row, kek)? {
        return Ok(keys);
    }
    let (seeds, nonce) = fresh;
    row.license.cycle = Some(kek.wrap(CYCLE_PURPOSE, &row.server.to_string(), seeds.as_slice(), nonce)?);
    CycleKeys::new(&seeds)
}
