//! Hourly: forgets the device proofs that have ended (TOK-10).

use chancery_operations::device;

use crate::App;

pub(super) async fn run(app: App) {
    match device::prune(app.system(), app.clock().now()).await {
        Ok(forgotten) => tracing::debug!(forgotten, "forgot old device proofs"),
        Err(error) => tracing::warn!(?error, "could not forget old device proofs; trying again in an hour"),
    }
}
