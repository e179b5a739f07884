//! A trial: another customer, another edition, an end of its own.

use serde_json::json;

use crate::Failure;
use crate::command::demo::machine::Machine;
use crate::command::demo::sale::Sale;
use crate::command::demo::scene::Scene;
use crate::command::demo::text::day;

pub(super) async fn tell(scene: &Scene<'_>, sale: &Sale) -> Result<(), Failure> {
    let teller = scene.teller;
    teller.chapter("A trial");
    sale.in_force(scene, "Globex's trial ran out in an earlier run, so Acme extends it").await?;
    let hank = Machine::of(scene, sale, "globex-hank", "Hank's laptop")?;
    match hank.activate().await? {
        Ok(activation) => {
            let until = activation.entitlement.expiry.map(|expiry| day(expiry.0)).unwrap_or_default();
            let sentence =
                format!("{} at Globex activates. The trial began with its first seat, and ends on {until}.", hank.name);
            teller.tell("trial", json!({ "activationId": activation.id, "expiry": until }), sentence);
        }
        Err(problem) => teller.refused("denied", "Hank's laptop tries to activate", &problem),
    }
    match hank.checkout("export-step", 1).await? {
        Ok(feature) => {
            teller.tell("checkout", json!({ "feature": feature }), "It tries STEP export, which the trial has.")
        }
        Err(problem) => teller.refused("featureDenied", "It tries STEP export", &problem),
    }
    Ok(())
}
