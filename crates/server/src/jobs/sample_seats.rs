//! Each minute: notes how many seats a local server has in use (LLS-6).

use chancery_operations::local;

use crate::App;

pub(super) async fn run(app: App) {
    if let Err(error) = local::sample_seats(app.system(), app.clock().now()).await {
        tracing::warn!(detail = error.private(), "could not note how many seats are in use; trying again in a minute");
    }
}
