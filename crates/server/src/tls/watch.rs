//! The certificate in use, and the watch over its files: changed ones are picked up, bad ones are not (CERT-1).

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use axum_server::tls_rustls::RustlsConfig;
use chancery_domain::Timestamp;

use super::pair::{Pair, PairFiles};
use super::{TlsError, TlsMode, certificate, expiry, folder, self_signed};
use crate::Clock;

/// The certificate in use. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Certificates(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    mode: TlsMode,
    folder: PathBuf,
    listen: IpAddr,
    config: RustlsConfig,
    state: Mutex<State>,
}

/// What is known of the certificate in use.
#[derive(Debug)]
struct State {
    stamp: Stamp,
    fingerprint: String,
    end: Option<Timestamp>,
    warned: Option<i64>,
}

/// Which files they were, and when they were written.
type Stamp = (PairFiles, Option<SystemTime>, Option<SystemTime>);

impl Certificates {
    /// Finds the certificate; nothing for plain HTTP.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn open(mode: &TlsMode, data: &Path, listen: IpAddr, clock: &Clock) -> Result<Option<Self>, TlsError> {
        if matches!(mode, TlsMode::Off { .. }) {
            return Ok(None);
        }
        let folder = data.join("certificates");
        let files = files(mode, &folder, listen, clock.now())?;
        let pair = files.read()?;
        if files.certificate.file_stem().is_some_and(|stem| stem == self_signed::STEM) {
            tracing::warn!(file = %files.certificate.display(), "the HTTPS certificate is self-signed: replace it");
        }
        let state = Mutex::new(State::of(stamp(files), &pair));
        let config = RustlsConfig::from_config(pair.config);
        let inner = Inner { mode: mode.clone(), folder, listen, config, state };
        Ok(Some(Self(Arc::new(inner))))
    }

    /// What the listener uses: it follows each reload.
    pub(crate) fn config(&self) -> RustlsConfig {
        self.0.config.clone()
    }

    /// The SHA-256 fingerprint of the certificate in use.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.state().fingerprint.clone()
    }

    /// Looks at the files once, and takes new ones into use; warns when the end is near.
    pub async fn check(self, clock: Clock) {
        let now = clock.now();
        let looked = tokio::task::spawn_blocking(move || {
            if let Err(error) = self.reload(now) {
                tracing::warn!(%error, "the new HTTPS certificate cannot be used; the old one stays in use");
            }
            self.warn(now);
        });
        if let Err(error) = looked.await {
            tracing::error!(%error, "the watch over the HTTPS certificate failed");
        }
    }

    /// Takes changed files into use. Says whether there were any.
    ///
    /// # Errors
    /// See [`TlsError`]; the old certificate stays in use then. The same files are not tried again.
    pub fn reload(&self, now: Timestamp) -> Result<bool, TlsError> {
        let files = files(&self.0.mode, &self.0.folder, self.0.listen, now)?;
        let stamp = stamp(files);
        if self.state().stamp == stamp {
            return Ok(false);
        }
        let pair = stamp.0.read().inspect_err(|_| self.state().stamp = stamp.clone())?;
        *self.state() = State::of(stamp, &pair);
        self.0.config.reload_from_config(pair.config);
        tracing::info!(fingerprint = self.fingerprint(), "a new HTTPS certificate is in use");
        Ok(true)
    }

    fn warn(&self, now: Timestamp) {
        let mut state = self.state();
        let due = state.end.and_then(|end| expiry::due(now, end));
        if let (Some(days), Some(end)) = (due, state.end)
            && state.warned.is_none_or(|warned| days < warned)
        {
            state.warned = Some(days);
            tracing::warn!(%end, days, "the HTTPS certificate ends soon, or has ended: replace it");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn of(stamp: Stamp, pair: &Pair) -> Self {
        let (fingerprint, end) = (certificate::fingerprint(&pair.leaf), certificate::end(&pair.leaf));
        Self { stamp, fingerprint, end, warned: None }
    }
}

/// In the order of CERT-1: those that were named, those in the folder for this machine, the self-signed ones.
fn files(mode: &TlsMode, folder: &Path, listen: IpAddr, now: Timestamp) -> Result<PairFiles, TlsError> {
    match mode {
        TlsMode::Files { certificate, key } => Ok(PairFiles { certificate: certificate.clone(), key: key.clone() }),
        TlsMode::Auto | TlsMode::Off { .. } => match folder::find(folder) {
            Some(found) => Ok(found),
            None => self_signed::pair(folder, listen, now),
        },
    }
}

fn stamp(files: PairFiles) -> Stamp {
    let written = |path: &Path| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    let (certificate, key) = (written(&files.certificate), written(&files.key));
    (files, certificate, key)
}
