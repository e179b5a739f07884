//! Each minute: says where a local server stands in its metrics, and in the log what ends soon, once for each time that it becomes
//! nearer (LLS-3).

use std::sync::{Arc, Mutex, PoisonError};

use chancery_domain::{Actor, LocalStanding, NotActiveReason, Warning};
use chancery_operations::Context;
use chancery_operations::local::{self, LocalStatus};

use crate::App;

/// What was said last.
#[derive(Clone, Default)]
pub(super) struct Said(Arc<Mutex<(Vec<Warning>, Option<NotActiveReason>)>>);

pub(super) async fn run(app: App, said: Said) {
    match status(&app).await {
        Ok(status) => tell(&app, &said, &status),
        Err(error) => tracing::debug!(detail = error.private(), "could not find out where this local server stands"),
    }
}

async fn status(app: &App) -> Result<LocalStatus, chancery_operations::Error> {
    let vendor = app.system().local().ok_or(chancery_operations::Error::NotFound)?.vendor();
    let now = app.system().now(app.clock().now());
    local::status(app.system(), &Context::new(Actor::Operator { vendor }, now, app.randomness().seed()?)).await
}

fn tell(app: &App, said: &Said, status: &LocalStatus) {
    let reason = match status.standing {
        LocalStanding::Active { .. } => None,
        LocalStanding::NotActive(reason) => Some(reason),
    };
    app.metrics().stand(status.vendor.to_string(), reason.is_none(), &status.warnings);
    let mut said = said.0.lock().unwrap_or_else(PoisonError::into_inner);
    for Warning { what, days, ends } in status.warnings.iter().filter(|warning| !said.0.contains(warning)) {
        tracing::warn!(?what, days, %ends, "ends soon: ask the vendor for a newer token");
    }
    if let Some(reason) = reason.filter(|reason| said.1 != Some(*reason)) {
        tracing::warn!(reason = reason.name(), "this local server is not active: products are refused");
    }
    *said = (status.warnings.clone(), reason);
}
