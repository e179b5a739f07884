//! Each second: learns of keys that another process on the same database made, retired or revoked (KEY-5).

use crate::App;

pub(super) async fn run(app: App) {
    match app.system().follow_keys().await {
        Ok(false) => {}
        Ok(true) => tracing::info!("another process changed signing keys; this one goes on with them"),
        // Not each second at a higher level: requests fail too, and say so.
        Err(error) => tracing::debug!(detail = error.private(), "could not ask for changed signing keys"),
    }
}
