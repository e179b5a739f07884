//! Reads modulus and exponent out of the DER that the cryptographic library gives for an RSA public key.

/// `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }` (RFC 8017), without leading zeros.
pub(super) fn rsa_components(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    const SEQUENCE: u8 = 0x30;
    let (body, after) = element(SEQUENCE, der)?;
    let (n, rest) = integer(body)?;
    let (e, rest) = integer(rest)?;
    (after.is_empty() && rest.is_empty()).then_some((n, e))
}

fn integer(der: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    const INTEGER: u8 = 0x02;
    let (value, rest) = element(INTEGER, der)?;
    // DER puts a zero byte before a number whose first bit is set.
    Some((value.strip_prefix(&[0]).unwrap_or(value).to_vec(), rest))
}

fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[found, first], rest) = der.split_first_chunk::<2>()?;
    if found != tag {
        return None;
    }
    let (length, rest) = match first {
        0..0x80 => (usize::from(first), rest),
        _ => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            if digits.len() > 4 {
                return None;
            }
            (digits.iter().fold(0, |length, &digit| length << 8 | usize::from(digit)), rest)
        }
    };
    rest.split_at_checked(length)
}
