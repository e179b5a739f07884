//! Floating seats: taken until none is left, resumed, overdrawn, denied, given back (SEAT-1…5).

use chancery_api_types::management::{Entitlement, ReleaseActivation};
use chancery_client::Activation;
use serde_json::json;

use crate::Failure;
use crate::api::path;
use crate::command::demo::machine::Machine;
use crate::command::demo::sale::Sale;
use crate::command::demo::scene::Scene;
use crate::command::demo::text::{count, day};

/// More machines than the seats and the overdraft that Initech buys.
const MACHINES: [(&str, &str); 8] = [
    ("ws-anna", "Anna's workstation"),
    ("ws-boris", "Boris's workstation"),
    ("ws-chen", "Chen's workstation"),
    ("ws-dora", "Dora's workstation"),
    ("ws-emil", "Emil's workstation"),
    ("ws-fay", "Fay's workstation"),
    ("ws-goran", "Goran's workstation"),
    ("ws-hana", "Hana's workstation"),
];

/// The machines that later chapters play with: both have a seat.
pub(super) struct Machines {
    pub(super) anna: Machine,
    pub(super) chen: Machine,
}

pub(super) async fn tell(scene: &Scene<'_>, sale: &Sale) -> Result<Machines, Failure> {
    scene.teller.chapter("Floating seats");
    let bought = free_and_running(scene, sale).await?;
    scene.teller.tell(
        "seats",
        json!({ "seats": bought.seats, "leasePeriod": bought.lease_period }),
        format!(
            "Initech bought {}. Any machine may borrow one: it gets a signed lease, refreshes it daily, and the seat is \
             free again when it is given back or the lease ends.",
            count(bought.seats.0.get(), "seat")
        ),
    );
    let mut machines = MACHINES.iter().map(|(seat_id, name)| Machine::of(scene, sale, seat_id, name));
    let (Some(anna), Some(boris), Some(chen)) = (machines.next(), machines.next(), machines.next()) else {
        return Err(Failure::internal("there are too few machines"));
    };
    let (anna, boris, chen) = (anna?, boris?, chen?);
    take(scene, &anna).await?;
    resume(scene, sale, &anna).await?;
    let mut denied = None;
    take(scene, &boris).await?;
    take(scene, &chen).await?;
    for machine in machines {
        let machine = machine?;
        if !take(scene, &machine).await? {
            denied = Some(machine);
            break;
        }
    }
    if let Some(denied) = denied {
        hand_over(scene, &boris, &denied).await?;
    }
    Ok(Machines { anna: Machine::of(scene, sale, "ws-anna", "Anna's workstation")?, chen })
}

/// Whatever an earlier run left: leases end, a subscription that lapsed is renewed.
async fn free_and_running(scene: &Scene<'_>, sale: &Sale) -> Result<Entitlement, Failure> {
    let found = sale.entitlement(scene).await?;
    if found.seats_used.0.get() > 0 {
        let now = scene.advance(8).await?;
        let sentence =
            "Eight days go by: the leases of the last run have ended, and their seats are free again. The clock";
        scene.teller.tell("clock", json!({ "now": now.to_string() }), format!("{sentence} shows {}.", day(now)));
    }
    sale.in_force(scene, "The subscription ran out in an earlier run, so Acme renews it").await
}

/// Takes a seat; says whether it got one.
async fn take(scene: &Scene<'_>, machine: &Machine) -> Result<bool, Failure> {
    let name = machine.name;
    match machine.activate().await? {
        Ok(activation) => {
            let number = number(&activation);
            let sentence = match activation.overdraft {
                false => format!("{name} activates and gets seat {number}."),
                true => {
                    format!(
                        "{name} gets seat {number}. It is an overdraft seat: allowed, and on record as more than was bought."
                    )
                }
            };
            scene.teller.tell("activated", facts(&activation), sentence);
            Ok(true)
        }
        Err(problem) => {
            scene.teller.refused("denied", &format!("{name} tries to activate"), &problem);
            Ok(false)
        }
    }
}

/// SEAT-2: the same seat id gets its activation back.
async fn resume(scene: &Scene<'_>, sale: &Sale, machine: &Machine) -> Result<(), Failure> {
    let Ok(activation) = machine.activate().await? else { return Ok(()) };
    let used = sale.entitlement(scene).await?.seats_used;
    scene.teller.tell(
        "resumed",
        facts(&activation),
        format!(
            "It activates with the same seat id, and gets its own seat {} back, not a second one: {} in use.",
            number(&activation),
            count(used.0.get(), "seat")
        ),
    );
    replace_disk(scene, machine, &activation).await
}

/// SEAT-12: the seat is bound to a key that only the machine has; without it, only the vendor can help (SEAT-9).
async fn replace_disk(scene: &Scene<'_>, machine: &Machine, held: &Activation) -> Result<(), Failure> {
    machine.wipe(scene)?;
    if let Err(problem) = machine.activate().await? {
        let tried =
            "Its disk fails and is replaced, and the key to its seat is gone. It tries to activate all the same";
        scene.teller.refused("denied", tried, &problem);
        let reason = Some("Anna's disk failed".parse().map_err(|_| Failure::internal("a reason"))?);
        let path = path(&[&"activations", &held.id])? + "?free=true";
        scene.api.delete::<serde_json::Value>(&path, Some(&ReleaseActivation { reason })).await?;
        scene.teller.tell(
            "released",
            json!({ "activationId": held.id }),
            "A copy of the machine would look just like it. But Anna calls Acme, who frees the seat, with the reason on \
             record.",
        );
        take(scene, machine).await?;
    }
    Ok(())
}

/// SEAT-9: a seat that is given back is free at once.
async fn hand_over(scene: &Scene<'_>, from: &Machine, to: &Machine) -> Result<(), Failure> {
    from.client.deactivate().await?;
    let sentence = format!("{} goes home and gives its seat back. {} tries again:", from.name, to.name);
    scene.teller.tell("deactivated", json!({ "machine": from.name }), sentence);
    take(scene, to).await?;
    Ok(())
}

fn number(activation: &Activation) -> u64 {
    activation.seat_number.map_or(0, |number| number.0.get())
}

fn facts(activation: &Activation) -> serde_json::Value {
    json!({
        "activationId": activation.id, "seatId": activation.seat_id, "seatNumber": activation.seat_number,
        "overdraft": activation.overdraft, "leaseExpiry": activation.lease_expiry,
    })
}
