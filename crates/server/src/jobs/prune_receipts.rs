//! Hourly: forgets what was done under idempotency keys more than a day ago (SAFE-1).

use chancery_operations::receipts;

use crate::App;

pub(super) async fn run(app: App) {
    match receipts::prune(app.system(), app.clock().now()).await {
        Ok(forgotten) => tracing::debug!(forgotten, "forgot old idempotency keys"),
        Err(error) => tracing::warn!(?error, "could not forget old idempotency keys; trying again in an hour"),
    }
}
