//! A subscription lapses, and is renewed, while the vendor's clock is moved (ENT-2, ENT-4, CLK-1).

use chancery_api_types::management::RenewEntitlement;
use chancery_client::Timestamp;
use serde_json::json;

use crate::Failure;
use crate::command::demo::machine::Machine;
use crate::command::demo::sale::Sale;
use crate::command::demo::scene::Scene;
use crate::command::demo::text::{day, standing};

pub(super) async fn tell(scene: &Scene<'_>, sale: &Sale, anna: &Machine, farm: &Machine) -> Result<(), Failure> {
    scene.teller.chapter("A year goes by");
    let entitlement = sale.entitlement(scene).await?;
    let Some(expiry) = entitlement.expiry.map(|expiry| expiry.0) else {
        return Err(Failure::internal("Initech's subscription has no end"));
    };
    let end = entitlement.grace_end.map_or(expiry, |end| end.0);
    in_grace(scene, anna, expiry, end).await?;
    lapsed(scene, anna, end).await?;
    unaffected(scene, farm).await?;
    renewed(scene, sale, anna).await
}

/// Between expiry and the end of grace everything works.
async fn in_grace(scene: &Scene<'_>, anna: &Machine, expiry: Timestamp, end: Timestamp) -> Result<(), Failure> {
    if end <= expiry {
        return Ok(());
    }
    let now = scene.advance_past(expiry).await?;
    let sentence =
        format!("It is {}. Initech's subscription expired on {}, and nobody renewed it.", day(now), day(expiry));
    scene.teller.tell("clock", json!({ "now": now.to_string() }), sentence);
    match anna.refresh().await? {
        Ok(activation) => {
            let status = activation.entitlement.status.to_string();
            let sentence = format!(
                "{} refreshes, and everything works: the status is {status}. The product shows a notice that its license \
                 ends on {}.",
                anna.name,
                day(end)
            );
            scene.teller.tell("grace", json!({ "status": status, "graceEnd": end.to_string() }), sentence);
        }
        Err(problem) => scene.teller.refused("denied", "It refreshes", &problem),
    }
    Ok(())
}

/// After grace nothing does.
async fn lapsed(scene: &Scene<'_>, anna: &Machine, end: Timestamp) -> Result<(), Failure> {
    let now = scene.advance_past(end).await?;
    let verdict = standing(&anna.check()?);
    let sentence =
        format!("It is {}, and the grace is over too. {} needs no server to know: {verdict}.", day(now), anna.name);
    scene.teller.tell("lapsed", json!({ "now": now.to_string(), "standing": verdict }), sentence);
    if let Err(problem) = anna.refresh().await? {
        scene.teller.refused("denied", "It asks all the same", &problem);
    }
    Ok(())
}

/// What was bought for good goes on.
async fn unaffected(scene: &Scene<'_>, farm: &Machine) -> Result<(), Failure> {
    // Its daily refreshes of the year, in one. An endless lease has nothing to extend.
    farm.refresh().await?.ok();
    let verdict = standing(&farm.check()?);
    let sentence = format!("{} was bought for good, and is not affected: {verdict}.", farm.name);
    scene.teller.tell("unaffected", json!({ "standing": verdict }), sentence);
    Ok(())
}

/// Renewing heals every machine at its next refresh.
async fn renewed(scene: &Scene<'_>, sale: &Sale, anna: &Machine) -> Result<(), Failure> {
    let renewed = sale.command(scene, "renew", &RenewEntitlement {}).await?;
    let until = renewed.expiry.map(|expiry| day(expiry.0)).unwrap_or_default();
    let sentence = format!("Initech pays. Acme renews by one request, until {until}.");
    scene.teller.tell("renewed", json!({ "entitlementId": renewed.id, "expiry": renewed.expiry }), sentence);
    match anna.refresh().await? {
        Ok(_) => {
            let verdict = standing(&anna.check()?);
            let sentence = format!("{} refreshes, and is well again, without a new code: {verdict}.", anna.name);
            scene.teller.tell("refreshed", json!({ "standing": verdict }), sentence);
        }
        Err(problem) => scene.teller.refused("denied", "It refreshes", &problem),
    }
    Ok(())
}
