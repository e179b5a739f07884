//! A perpetual license, locked to its machine.

use serde_json::json;

use crate::Failure;
use crate::command::demo::machine::Machine;
use crate::command::demo::sale::Sale;
use crate::command::demo::scene::Scene;
use crate::command::demo::text::standing;

/// Activates the render server, and gives it to the later chapters.
pub(super) async fn tell(scene: &Scene<'_>, sale: &Sale) -> Result<Machine, Failure> {
    let teller = scene.teller;
    teller.chapter("A render server, bought for good");
    let farm = Machine::of(scene, sale, "render-1", "The render server")?;
    match farm.activate().await? {
        Ok(activation) => {
            let sentence = format!(
                "{} activates. Its seat is its own until it gives it back; {}.",
                farm.name,
                standing(&farm.check()?)
            );
            teller.tell("activated", json!({ "activationId": activation.id, "seatId": activation.seat_id }), sentence);
        }
        Err(problem) => teller.refused("denied", "The render server tries to activate", &problem),
    }
    let second = Machine::of(scene, sale, "render-2", "A second render server")?;
    match second.activate().await? {
        Ok(activation) => {
            teller.tell(
                "activated",
                json!({ "activationId": activation.id }),
                format!("{} has a seat, too.", second.name),
            );
        }
        Err(problem) => teller.refused("denied", "A second render server tries to activate", &problem),
    }
    Ok(farm)
}
