//! Hourly: forgets how many licensees came by themselves on days that are over (AUTO-1).

use chancery_operations::licensee;

use crate::App;

pub(super) async fn run(app: App) {
    match licensee::prune(app.system(), app.clock().now()).await {
        Ok(forgotten) => tracing::debug!(forgotten, "forgot old counts of licensees that came by themselves"),
        Err(error) => {
            tracing::warn!(?error, "could not forget old counts of licensees; trying again in an hour");
        }
    }
}
