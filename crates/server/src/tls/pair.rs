//! A certificate chain and its private key.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::{TlsError, file};

/// Where a pair is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PairFiles {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// A pair that fits together.
pub(super) struct Pair {
    pub(super) config: Arc<ServerConfig>,
    pub(super) leaf: CertificateDer<'static>,
}

impl PairFiles {
    /// Reads the pair, and checks that it fits together.
    pub(super) fn read(&self) -> Result<Pair, TlsError> {
        let chain = read_chain(&self.certificate)?;
        let unfit = |problem: String| TlsError::Content { path: self.certificate.clone(), problem };
        let leaf = chain.first().cloned().ok_or_else(|| unfit("has no certificate in PEM".to_owned()))?;
        let key = PrivateKeyDer::from_pem_slice(&file::read(&self.key)?).map_err(|_| TlsError::Content {
            path: self.key.clone(),
            problem: "has no private key in PEM, or an encrypted one".to_owned(),
        })?;
        let config = config(chain, key)
            .map_err(|error| unfit(format!("does not fit the key in {}: {error}", self.key.display())))?;
        Ok(Pair { config: Arc::new(config), leaf })
    }
}

/// The certificates of a PEM file.
fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let content = file::read(path)?;
    CertificateDer::pem_slice_iter(&content)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| TlsError::Content { path: path.to_owned(), problem: format!("is no PEM: {error}") })
}

/// CERT-3: TLS 1.3 and 1.2. Which fit each other, rustls checks.
fn config(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<ServerConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
