//! What the server does by itself, besides answering.

mod follow_keys;
mod prune_device_proofs;
mod prune_newcomers;
mod prune_receipts;
mod purge;
mod renew_keys;

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::App;

const HOUR: Duration = Duration::from_secs(3_600);

/// The jobs of a running server.
#[derive(Debug)]
pub(crate) struct Jobs {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Jobs {
    /// Starts them all.
    pub(crate) fn start(app: &App) -> Self {
        let mut jobs = Self { stop: watch::channel(false).0, tasks: Vec::new() };
        let [receipts, proofs, newcomers, purging, following, renewing] = std::array::from_fn(|_| app.clone());
        jobs.every(HOUR, move || prune_receipts::run(receipts.clone()));
        jobs.every(HOUR, move || prune_device_proofs::run(proofs.clone()));
        jobs.every(HOUR, move || prune_newcomers::run(newcomers.clone()));
        jobs.every(HOUR, move || purge::run(purging.clone()));
        jobs.every(HOUR, move || renew_keys::run(renewing.clone()));
        jobs.every(Duration::from_secs(1), move || follow_keys::run(following.clone()));
        jobs
    }

    /// Starts one more: it runs now, and again each time that the interval is over.
    pub(crate) fn every<F>(&mut self, interval: Duration, job: impl Fn() -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + Send,
    {
        let mut stop = self.stop.subscribe();
        self.tasks.push(tokio::spawn(async move {
            // What has begun is finished; only the pause is cut short.
            loop {
                job().await;
                tokio::select! {
                    () = tokio::time::sleep(interval) => {}
                    _ = stop.wait_for(|stop| *stop) => return,
                }
            }
        }));
    }

    /// Lets them end, and waits for it.
    pub(crate) async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a job failed");
            }
        }
    }
}
