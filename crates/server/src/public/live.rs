//! `GET /health/live`: the process runs and answers.

use chancery_api_types::management::{Health, HealthStatus};

use crate::reply::Json;

pub(super) async fn live() -> Json<Health> {
    Json(Health { status: HealthStatus::Live })
}
