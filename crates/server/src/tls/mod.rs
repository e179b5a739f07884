//! HTTPS: which certificate, where it comes from, and that changed files are picked up (CERT-1, CERT-3).
//!
//! PKCS#12 files are not read yet: convert them to PEM.

mod certificate;
mod expiry;
mod file;
mod folder;
mod names;
mod pair;
mod self_signed;
mod source;
mod watch;

use std::path::PathBuf;

pub use watch::Certificates;

/// Whether a server speaks HTTPS, and with which certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsMode {
    /// Plain HTTP, and elsewhere than on loopback only if forced (CERT-3).
    Off {
        /// Everywhere.
        force: bool,
    },
    /// The certificate for this machine in the folder `certificates/` of the data folder; else a self-signed one, made there.
    Auto,
    /// These PEM files.
    Files {
        /// The chain, the server's certificate first.
        certificate: PathBuf,
        /// The private key.
        key: PathBuf,
    },
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("cannot use {}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{} {problem}", path.display())]
    Content {
        /// Which.
        path: PathBuf,
        /// What is wrong with it: the end of a sentence.
        problem: String,
    },
    /// A self-signed certificate cannot be made.
    #[error("cannot make a self-signed certificate: {0}")]
    SelfSigned(String),
}
