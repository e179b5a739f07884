//! The secret of an API key.

use chancery_domain::{ApiKeyId, Invalid, Timestamp};
use chancery_token::{Entropy, hash as digest};

use crate::Error;

/// The fewest characters of a secret that was chosen and not made.
const SHORTEST: usize = 20;

/// Makes a key: 256 random bits behind its id.
pub(crate) fn generate(now: Timestamp, entropy: &mut Entropy) -> (ApiKeyId, String) {
    let id: ApiKeyId = entropy.id(now);
    let secret = digest::base64url(&entropy.bytes::<32>());
    (id, format!("{id}_{secret}"))
}

/// What is kept of a key.
pub(crate) fn hash(key: &str) -> [u8; 32] {
    digest::sha256(&[b"chancery api key\0", key.as_bytes()])
}

/// The id in a key.
///
/// # Errors
/// `Invalid` if it is no key.
pub(crate) fn id_of(key: &str) -> Result<ApiKeyId, Error> {
    let wrong = || {
        let detail = "give a key of the form apik_<26 characters>_<at least 20 characters>";
        Error::invalid("key", Invalid::BadFormat, detail)
    };
    // Not the last `_`: base64url has that character too.
    let (id, secret) = key.split_at_checked("apik_".len() + 26).ok_or_else(wrong)?;
    let secret = secret.strip_prefix('_').ok_or_else(wrong)?;
    let id = id.parse().map_err(|_| wrong())?;
    if secret.len() < SHORTEST { Err(wrong()) } else { Ok(id) }
}
