//! The nonce of an activation's chain: a counter with a MAC (SAFE-2, SAFE-3).

use chancery_domain::{ActivationId, Id};

use crate::hash::{base64url, equal, from_base64url, hmac_sha256};

const COUNTER: usize = 8;
const MAC: usize = 16;

/// The text is no nonce of this chain of this activation that this server made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no genuine nonce of this activation")]
pub struct NonceInvalid;

/// The chain of nonces of one activation: what its nonces are made and checked with.
///
/// A nonce is base64url over the counter (8 bytes, big-endian) and the first 16 bytes of an HMAC-SHA256 over activation,
/// chain and counter. So a server can tell that a nonce is its own even if its database has forgotten it (SAFE-3).
#[derive(Clone, Copy)]
pub struct Nonce<'a> {
    secret: &'a [u8; 32],
    activation: ActivationId,
    chain: u64,
}

impl<'a> Nonce<'a> {
    /// The chain number `chain` of an activation, under the server's secret for nonces.
    #[must_use]
    pub const fn of(secret: &'a [u8; 32], activation: ActivationId, chain: u64) -> Self {
        Self { secret, activation, chain }
    }

    /// The nonce with this counter.
    #[must_use]
    pub fn make(&self, counter: u64) -> String {
        let mut bytes = counter.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.mac(counter));
        base64url(&bytes)
    }

    /// The counter of a nonce of this chain.
    ///
    /// # Errors
    /// [`NonceInvalid`] for everything else, whatever is wrong with it.
    pub fn open(&self, text: &str) -> Result<u64, NonceInvalid> {
        let bytes = from_base64url(text).filter(|bytes| bytes.len() == COUNTER + MAC).ok_or(NonceInvalid)?;
        let (counter, mac) = bytes.split_first_chunk::<COUNTER>().ok_or(NonceInvalid)?;
        let counter = u64::from_be_bytes(*counter);
        if equal(mac, &self.mac(counter)) { Ok(counter) } else { Err(NonceInvalid) }
    }

    fn mac(&self, counter: u64) -> Vec<u8> {
        let activation = self.activation.uuid();
        let parts: [&[u8]; 4] =
            [b"chancery nonce\0", activation.as_bytes(), &self.chain.to_be_bytes(), &counter.to_be_bytes()];
        let mut mac = hmac_sha256(self.secret, &parts).to_vec();
        mac.truncate(MAC);
        mac
    }
}

#[cfg(test)]
mod tests {
    use chancery_domain::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn activation(random: u8) -> ActivationId {
        ActivationId::new(Timestamp::from_seconds(1_800_000_000).unwrap(), [random; 10])
    }

    #[test]
    fn safe_3_a_nonce_of_another_activation_chain_or_server_is_none() {
        let text = Nonce::of(&[1; 32], activation(1), 3).make(9);
        assert_eq!(Nonce::of(&[1; 32], activation(1), 3).open(&text), Ok(9));
        assert_eq!(Nonce::of(&[1; 32], activation(2), 3).open(&text), Err(NonceInvalid));
        assert_eq!(Nonce::of(&[1; 32], activation(1), 4).open(&text), Err(NonceInvalid));
        assert_eq!(Nonce::of(&[2; 32], activation(1), 3).open(&text), Err(NonceInvalid));
    }

    #[test]
    fn safe_3_anything_else_is_no_nonce() {
        let chain = Nonce::of(&[1; 32], activation(1), 3);
        let text = chain.make(9);
        for other in ["", "x", "AAAA", &format!("{text}A"), &format!("{text}="), &text[..30]] {
            assert_eq!(chain.open(other), Err(NonceInvalid), "{other}");
        }
    }

    proptest! {
        #[test]
        fn safe_3_a_changed_bit_is_noticed(counter: u64, bit in 0..(24 * 8_usize)) {
            let chain = Nonce::of(&[1; 32], activation(1), 3);
            let mut bytes = from_base64url(&chain.make(counter)).unwrap();
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(chain.open(&base64url(&bytes)), Err(NonceInvalid));
        }

        #[test]
        fn safe_3_the_counter_is_read_back(counter: u64, chain: u64) {
            let chain = Nonce::of(&[1; 32], activation(1), chain);
            prop_assert_eq!(chain.open(&chain.make(counter)), Ok(counter));
        }
    }
}
