//! The client code: the short name by which a vendor's support knows an installation (GUARD-1).

use chancery_domain::{ActivationId, Id, Product};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Up to four letters of the product's key, and six characters of the activation's random bits.
pub(crate) fn client_code(product: &Product, activation: ActivationId) -> String {
    let letters = product.key.as_str().chars().filter(char::is_ascii_alphanumeric).take(4);
    let prefix: String = letters.map(|c| c.to_ascii_uppercase()).collect();
    let random = activation.uuid().as_u128();
    let digits: String = (0..6).map(|i| char::from(ALPHABET[((random >> (5 * i)) & 31) as usize])).collect();
    if prefix.is_empty() { digits } else { format!("{prefix}-{digits}") }
}
