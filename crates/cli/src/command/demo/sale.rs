//! What a customer bought, as the story's chapters need it.

use chancery_api_types::management::{Entitlement, OrderEntitlement, RenewEntitlement};
use serde_json::json;

use super::scene::Scene;
use super::text::day;
use crate::Failure;
use crate::api::path;

/// One entitlement of an order, with the activation code that leads to it.
#[derive(Clone, Debug)]
pub(super) struct Sale {
    pub(super) product: String,
    pub(super) entitlement: String,
    pub(super) code: String,
}

impl Sale {
    pub(super) fn of(granted: &OrderEntitlement, code: String) -> Self {
        Self { product: granted.product_id.to_string(), entitlement: granted.id.to_string(), code }
    }

    /// The entitlement, as the vendor sees it now.
    pub(super) async fn entitlement(&self, scene: &Scene<'_>) -> Result<Entitlement, Failure> {
        scene.api.get(&path(&[&"entitlements", &self.entitlement])?).await
    }

    /// Gives the entitlement a command of the management API, such as `renew`.
    pub(super) async fn command(
        &self,
        scene: &Scene<'_>,
        command: &str,
        body: &impl serde::Serialize,
    ) -> Result<Entitlement, Failure> {
        scene.api.post(&path(&[&"entitlements", &self.entitlement, &command])?, body).await
    }

    /// The entitlement, renewed first if it has run out. `why` begins the sentence that says so.
    pub(super) async fn in_force(&self, scene: &Scene<'_>, why: &str) -> Result<Entitlement, Failure> {
        let found = self.entitlement(scene).await?;
        if !matches!(found.status.to_string().as_str(), "grace" | "expired") {
            return Ok(found);
        }
        let renewed = self.command(scene, "renew", &RenewEntitlement {}).await?;
        let until = renewed.expiry.map(|expiry| day(expiry.0)).unwrap_or_default();
        scene.teller.tell(
            "renewed",
            json!({ "entitlementId": renewed.id, "expiry": until }),
            format!("{why}, until {until}."),
        );
        Ok(renewed)
    }
}
