//! What the server does by itself, besides answering.

mod follow_keys;
mod prune_device_proofs;
mod prune_newcomers;
mod prune_receipts;
mod purge;
mod renew_keys;
mod sample_seats;
mod warn_of_ends;

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::App;

const HOUR: Duration = Duration::from_secs(3_600);
const MINUTE: Duration = Duration::from_secs(60);

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
        jobs.every_so_often(app, HOUR, prune_receipts::run);
        jobs.every_so_often(app, HOUR, prune_device_proofs::run);
        jobs.every_so_often(app, HOUR, prune_newcomers::run);
        jobs.every_so_often(app, Duration::from_secs(1), follow_keys::run);
        if app.is_local() {
            let said = warn_of_ends::Said::default();
            jobs.every_so_often(app, MINUTE, move |app| warn_of_ends::run(app, said.clone()));
            jobs.every_so_often(app, MINUTE, sample_seats::run);
        } else {
            jobs.every_so_often(app, HOUR, purge::run);
            jobs.every_so_often(app, HOUR, renew_keys::run);
        }
        jobs
    }

    fn every_so_often<F>(&mut self, app: &App, interval: Duration, job: impl Fn(App) -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + Send,
    {
        let app = app.clone();
        self.every(interval, move || job(app.clone()));
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
