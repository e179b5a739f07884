//! Being told to stop: SIGTERM, or Ctrl-C.

use crate::Failure;

/// Listens for signals from its making on, so that none is lost.
#[cfg(unix)]
pub(crate) struct Signals(tokio::sync::Mutex<(tokio::signal::unix::Signal, tokio::signal::unix::Signal)>);

#[cfg(unix)]
impl Signals {
    pub(crate) fn listen() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let both = signal(SignalKind::terminate()).and_then(|term| Ok((term, signal(SignalKind::interrupt())?)));
        both.map(|both| Self(tokio::sync::Mutex::new(both))).map_err(|error| refused(&error))
    }

    /// Until one comes.
    pub(crate) async fn wait(&self) {
        let (terminate, interrupt) = &mut *self.0.lock().await;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(crate) fn listen() -> Result<Self, Failure> {
        Ok(Self)
    }

    /// Until one comes.
    pub(crate) async fn wait(&self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

#[cfg(unix)]
fn refused(error: &std::io::Error) -> Failure {
    Failure::internal(format!("signals cannot be listened for: {error}"))
}
