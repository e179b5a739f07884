//! `GET /health/ready`: whether requests should be sent here.

use axum::extract::State;
use chancery_api_types::Code;
use chancery_api_types::management::{Health, HealthStatus};
use chancery_operations::health;

use crate::app::{App, Phase};
use crate::problem::{Answer, Failure};
use crate::reply::Json;

/// Of keys that cannot sign soon it says nothing: that is one vendor's matter, alike on every server, and no reason to send nobody
/// here. The list of keys and the log tell it.
pub(super) async fn ready(State(app): State<App>) -> Answer<Json<Health>> {
    match app.phase() {
        Phase::ShuttingDown => Err(Failure::of(Code::ShuttingDown).retry_after(2)),
        Phase::Ready => {
            health::check(app.system(), app.clock().now()).await?;
            Ok(Json(Health { status: HealthStatus::Ready }))
        }
    }
}
