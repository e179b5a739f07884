//! SHA-256, of the provider that TLS uses.

use rustls::crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256;

/// The SHA-256 of some bytes, in hexadecimal digits. For fingerprints and entity tags: no secret is hashed here.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    let hash = TLS13_AES_128_GCM_SHA256.tls13().map(|suite| suite.common.hash_provider.hash(bytes));
    hash.iter().flat_map(|hash| hash.as_ref()).map(|byte| format!("{byte:02x}")).collect()
}
