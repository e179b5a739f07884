//! Hourly: purges what was deleted 30 days ago, and goes on with purges that were cut off (ENT-10).

use chancery_operations::purge;

use crate::App;

pub(super) async fn run(app: App) {
    let seed = match app.randomness().seed() {
        Ok(seed) => seed,
        Err(error) => {
            tracing::warn!(?error, "could not purge what was deleted; trying again in an hour");
            return;
        }
    };
    match purge::due(app.system(), app.clock().now(), seed).await {
        Ok(purged) => tracing::debug!(purged.done, purged.failed, "purged what was deleted"),
        Err(error) => tracing::warn!(?error, "could not purge what was deleted; trying again in an hour"),
    }
}
