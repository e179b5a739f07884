//! Features: taken from a pool and given back, spent for good (FEAT-1…4).

use chancery_api_types::management::ResetUsage;
use chancery_client::ActivationFeature;
use serde_json::json;

use super::seats::Machines;
use crate::Failure;
use crate::command::demo::machine::Machine;
use crate::command::demo::sale::Sale;
use crate::command::demo::scene::Scene;

const POOL: &str = "export-step";
const COUNTER: &str = "render-minutes";
const MINUTES: u64 = 45;

pub(super) async fn tell(scene: &Scene<'_>, sale: &Sale, machines: &Machines) -> Result<(), Failure> {
    scene.teller.chapter("Features");
    let Machines { anna, chen } = machines;
    // What an earlier run was killed with.
    give_back_all(anna).await?;
    give_back_all(chen).await?;
    if let Some(free) = left(anna, POOL).await? {
        pool(scene, anna, chen, free).await?;
    }
    counter(scene, sale, anna).await
}

/// FEAT-3: elements are taken until there are none, and given back.
async fn pool(scene: &Scene<'_>, anna: &Machine, chen: &Machine, free: u64) -> Result<(), Failure> {
    let teller = scene.teller;
    teller.tell(
        "pool",
        json!({ "feature": POOL, "available": free }),
        format!("STEP export is a pool: {free} exports may run at once, on all seats together."),
    );
    if free > 1 {
        took(scene, anna, free - 1).await?;
    }
    took(scene, chen, 1).await?;
    took(scene, anna, 1).await?;
    give_back_all(chen).await?;
    teller.tell("returned", json!({ "feature": POOL }), format!("{} gives one back. Now it works:", chen.name));
    took(scene, anna, 1).await?;
    give_back_all(anna).await?;
    teller.tell("returned", json!({ "feature": POOL }), format!("{} is done, and gives all back.", anna.name));
    Ok(())
}

async fn took(scene: &Scene<'_>, machine: &Machine, amount: u64) -> Result<(), Failure> {
    match machine.checkout(POOL, amount).await? {
        Ok(feature) => {
            let left = available(&feature).map_or_else(|| "any number is".to_owned(), |left| format!("{left} left"));
            scene.teller.tell(
                "checkout",
                json!({ "feature": feature }),
                format!("{} takes {amount}: {left}.", machine.name),
            );
        }
        Err(problem) => {
            scene.teller.refused("featureDenied", &format!("{} asks for {amount} more", machine.name), &problem)
        }
    }
    Ok(())
}

async fn give_back_all(machine: &Machine) -> Result<(), Failure> {
    let Some(feature) = machine.feature(POOL).await? else { return Ok(()) };
    let amount = feature.active.0.get();
    if amount > 0 {
        machine.client.give_back(POOL, amount).await?;
    }
    Ok(())
}

/// FEAT-2: what is spent is spent.
async fn counter(scene: &Scene<'_>, sale: &Sale, anna: &Machine) -> Result<(), Failure> {
    let Some(left_before) = left(anna, COUNTER).await? else { return Ok(()) };
    if left_before < MINUTES {
        let key = COUNTER.parse().map_err(|_| Failure::internal("the feature's key is none"))?;
        sale.command(scene, "reset-usage", &ResetUsage { features: vec![key] }).await?;
        scene.teller.tell(
            "resetUsage",
            json!({ "feature": COUNTER }),
            "Acme sets the count of render minutes back to zero.",
        );
    }
    let who = format!("{} renders for {MINUTES} minutes", anna.name);
    match anna.spend(COUNTER, MINUTES).await? {
        Ok(feature) => {
            let left = available(&feature).map_or_else(|| "without bound".to_owned(), |left| left.to_string());
            let sentence = format!("Render minutes are spent for good. {who}: {left} left.");
            scene.teller.tell("used", json!({ "feature": feature }), sentence);
        }
        Err(problem) => scene.teller.refused("featureDenied", &who, &problem),
    }
    let Some(rest) = left(anna, COUNTER).await? else { return Ok(()) };
    if let Err(problem) = anna.spend(COUNTER, rest + 1).await? {
        scene.teller.refused("featureDenied", &format!("It asks for {} more", rest + 1), &problem);
    }
    Ok(())
}

/// How much of a feature is left; nothing if the license does not have it, or without bound.
async fn left(machine: &Machine, key: &str) -> Result<Option<u64>, Failure> {
    Ok(machine.feature(key).await?.as_ref().and_then(available))
}

fn available(feature: &ActivationFeature) -> Option<u64> {
    feature.available.map(|available| available.0.get())
}
