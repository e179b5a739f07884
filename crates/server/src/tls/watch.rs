//! The certificate in use, and the watch over its files: changed ones are picked up, bad ones are not (CERT-1).

use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum_server::tls_rustls::RustlsConfig;
use chancery_domain::Timestamp;

use super::pair::{Pair, PairFiles};
use super::source::{Source, Stamp};
use super::{TlsError, TlsMode, certificate, expiry, self_signed};
use crate::Clock;

/// The certificate in use. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Certificates(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    source: Source,
    config: RustlsConfig,
    state: Mutex<State>,
}

/// What is known of the certificate in use.
#[derive(Debug)]
struct State {
    /// The files that it was read from.
    used: PairFiles,
    /// What was looked at last: the files in use, or bad ones that came after them.
    looked: Stamp,
    /// The bad pairs that were complained of.
    refused: Vec<Stamp>,
    fingerprint: String,
    end: Option<Timestamp>,
    warned: Option<i64>,
}

impl Certificates {
    /// Finds the certificate; nothing for plain HTTP.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn open(
        mode: &TlsMode,
        data: &Path,
        listen: IpAddr,
        further: &[String],
        clock: &Clock,
    ) -> Result<Option<Self>, TlsError> {
        let Some(source) = Source::new(mode, data, listen, further) else { return Ok(None) };
        let mut refused = Vec::new();
        let files = source.files(None, &mut refused, clock.now())?;
        let pair = source.read(&files)?;
        warn_if_self_signed(&files);
        let looked = Stamp::of(files.clone());
        let state = Mutex::new(State::of(files, looked, refused, &pair));
        let config = RustlsConfig::from_config(pair.config);
        Ok(Some(Self(Arc::new(Inner { source, config, state }))))
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
        let source = &self.0.source;
        let (used, mut refused) = {
            let state = self.state();
            (state.used.clone(), state.refused.clone())
        };
        let files = source.files(Some(&used), &mut refused, now)?;
        let looked = Stamp::of(files.clone());
        let known = {
            let mut state = self.state();
            state.refused.clone_from(&refused);
            std::mem::replace(&mut state.looked, looked.clone())
        };
        if known == looked {
            return Ok(false);
        }
        let pair = source.read(&files)?;
        warn_if_self_signed(&files);
        *self.state() = State::of(files, looked, refused, &pair);
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
    fn of(used: PairFiles, looked: Stamp, refused: Vec<Stamp>, pair: &Pair) -> Self {
        let (fingerprint, end) = (certificate::fingerprint(&pair.leaf), certificate::end(&pair.leaf));
        Self { used, looked, refused, fingerprint, end, warned: None }
    }
}

fn warn_if_self_signed(files: &PairFiles) {
    if self_signed::is(files) {
        tracing::warn!(file = %files.certificate.display(), "the HTTPS certificate is self-signed: replace it");
    }
}
