//! SHA-256, of the provider that TLS uses.

use rustls::crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256;

/// The SHA-256 of some bytes. For fingerprints, and for names in memory: nothing that is hashed here is stored.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let hash = TLS13_AES_128_GCM_SHA256.tls13().map(|suite| suite.common.hash_provider.hash(bytes));
    let mut out = [0; 32];
    out.iter_mut().zip(hash.iter().flat_map(|hash| hash.as_ref())).for_each(|(to, from)| *to = *from);
    out
}

/// The same in hexadecimal digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
