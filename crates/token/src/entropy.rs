//! Randomness as an argument: a stream of bytes that one seed determines.

use std::fmt;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use chancery_domain::{Id, Timestamp};
use zeroize::{Zeroize, Zeroizing};

use crate::hash::{base64url, hmac_sha256};

/// The operating system gave no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub struct NoRandomness;

/// A new random seed from the operating system.
///
/// This is the single place of real randomness, but for the generation of RSA keys
/// ([`LocalKey::generate_rsa_from_system_randomness`](crate::LocalKey::generate_rsa_from_system_randomness)). The
/// server calls it once for each request; everything below takes what it needs from an [`Entropy`].
///
/// # Errors
/// [`NoRandomness`]; nothing secret can be made then.
pub fn random_seed() -> Result<[u8; 32], NoRandomness> {
    let mut seed = [0; 32];
    SystemRandom::new().fill(&mut seed).map_err(|_| NoRandomness)?;
    Ok(seed)
}

/// A stream of bytes that nobody can predict who does not know the seed, and that is the same for the same seed.
///
/// HMAC-SHA256 under the seed over a running number: a closure that runs twice with the same seed makes the same ids.
pub struct Entropy {
    seed: Zeroizing<[u8; 32]>,
    block: u64,
    left: Zeroizing<Vec<u8>>,
}

impl Entropy {
    /// The stream of a seed.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self { seed: Zeroizing::new(seed), block: 0, left: Zeroizing::new(Vec::new()) }
    }

    /// A stream that is independent of the seed's own, one for each label.
    #[must_use]
    pub fn labelled(seed: &[u8; 32], label: &str) -> Self {
        Self::new(hmac_sha256(seed, &[b"chancery entropy label\0", label.as_bytes()]))
    }

    /// Fills the slice with the stream's next bytes.
    pub fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            *byte = self.next();
        }
    }

    /// The stream's next `N` bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }

    /// A new identifier of this instant.
    pub fn id<I: Id>(&mut self, now: Timestamp) -> I {
        I::new(now, self.bytes())
    }

    /// A new `jti`: 128 bits in base64url.
    pub fn token_id(&mut self) -> String {
        base64url(&self.bytes::<16>())
    }

    fn next(&mut self) -> u8 {
        loop {
            // Taken from the end, so that no position has to be kept.
            if let Some(byte) = self.left.pop() {
                return byte;
            }
            let mut block = hmac_sha256(&*self.seed, &[b"chancery entropy\0", &self.block.to_be_bytes()]);
            self.block = self.block.wrapping_add(1);
            self.left.extend_from_slice(&block);
            block.zeroize();
        }
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy")
    }
}

#[cfg(test)]
mod tests {
    use chancery_domain::ActivationId;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_stream_however_it_is_taken() {
        let mut one = Entropy::new([7; 32]);
        let mut other = Entropy::new([7; 32]);
        let whole: [u8; 100] = one.bytes();
        let mut parts = [0; 100];
        for part in parts.chunks_mut(9) {
            other.fill(part);
        }
        assert_eq!(whole, parts);
        assert_ne!(whole[..32], whole[32..64]);
    }

    #[test]
    fn another_seed_or_label_gives_another_stream() {
        let first: [u8; 32] = Entropy::new([7; 32]).bytes();
        assert_ne!(first, Entropy::new([8; 32]).bytes());
        let labelled: [u8; 32] = Entropy::labelled(&[7; 32], "keys").bytes();
        assert_ne!(first, labelled);
        assert_ne!(labelled, Entropy::labelled(&[7; 32], "ids").bytes());
    }

    #[test]
    fn ids_bear_the_instant_and_differ() {
        let now = Timestamp::from_seconds(1_800_000_000).unwrap();
        let mut entropy = Entropy::new([1; 32]);
        let (one, two): (ActivationId, ActivationId) = (entropy.id(now), entropy.id(now));
        assert_ne!(one, two);
        assert!(one < entropy.id(now.shifted(1_000_000)));
    }

    #[test]
    fn a_random_seed_is_not_the_last_one() {
        assert_ne!(random_seed().unwrap(), random_seed().unwrap());
    }
}
