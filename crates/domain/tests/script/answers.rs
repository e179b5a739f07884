//! How a script's answers read.

use chancery_domain::*;

use crate::world::World;

fn time(instant: Option<Timestamp>) -> String {
    instant.map_or_else(|| "never".to_owned(), |instant| instant.to_string())
}

/// The code, and the facts that a person needs.
pub(super) fn refused(refusal: &Refusal) -> String {
    let facts = match refusal {
        Refusal::EntitlementExpired { since } => format!("since {}", time(*since)),
        Refusal::EntitlementDisabled { reason: Some(reason) } => format!("{reason}"),
        Refusal::EntitlementNotStarted { start } => format!("start {}", time(*start)),
        Refusal::MaintenanceEnded { end, .. } => format!("{end}"),
        Refusal::SeatsExhausted { seats, overdraft, used, next_lease_end } => {
            format!("{used} used of {seats}+{overdraft}, next {}", time(*next_lease_end))
        }
        Refusal::LeaseNotExtendable { lease_expiry } => time(*lease_expiry),
        Refusal::FeatureExhausted { requested, available, total, .. } => {
            let total = total.map_or_else(|| "unlimited".to_owned(), |total| total.to_string());
            format!("{requested} asked, {available} of {total} left")
        }
        Refusal::ReturnedMoreThanTaken { requested, taken, .. } => format!("{requested} given, {taken} taken"),
        Refusal::SeatsInUse { used, requested } => format!("{used} used, {requested} wanted"),
        Refusal::AlreadyStarted { start } => start.to_string(),
        Refusal::NotStartedByCommand { license_start } => license_start.to_string(),
        _ => String::new(),
    };
    format!("{} {facts}", refusal.code()).trim_end().to_owned()
}

/// `active, start …, expiry …, grace end …`
pub(super) fn show(world: &World, name: &str) -> String {
    let one = world.entitlement(name);
    let (start, expiry, stop) = (time(one.start), time(one.expiry), time(one.grace_end()));
    format!("{}, start {start}, expiry {expiry}, grace end {stop}", one.status(world.now))
}

/// `2 used of 2+1, 1 left`
pub(super) fn figures(world: &World, name: &str) -> String {
    let one = world.entitlement(name);
    let openings = world.openings(one);
    let beyond = one.seat_limit().minus(one.seats);
    let left = one.seats_available(&openings);
    format!("{} used of {}+{beyond}, {left} left", one.seats_used(&openings), one.seats)
}

/// `A 1 active, B 2 leaseExpired`
pub(super) fn list(world: &World, name: &str) -> String {
    let mut listed: Vec<_> = world.listed(world.entitlement(name).id).collect();
    listed.sort_by_key(|one| one.seat_number());
    let told = listed.iter().map(|one| {
        let number = one.seat_number().unwrap_or_default();
        format!("{} {number} {}", one.seat_id, one.status(world.now))
    });
    told.collect::<Vec<_>>().join(", ")
}

/// `5, active 2, available 3 of 5, since 2026-01-01T00:00:00Z`
pub(super) fn state(state: &FeatureState) -> String {
    let count = |amount: Option<Quantity>| amount.map_or_else(|| "unlimited".to_owned(), |amount| amount.to_string());
    let period = state.period.map_or_else(String::new, |since| format!(", since {since}"));
    let (active, available, total) = (state.active, count(state.available), count(state.total));
    format!("{}, active {active}, available {available} of {total}{period}", state.value)
}

/// `seats 2+1, concurrent, lease 7 days, maintenance never, overrides seats`
pub(super) fn terms(world: &World, name: &str) -> String {
    let one = world.entitlement(name);
    let beyond = one.seat_limit().minus(one.seats);
    let overrides: Vec<&str> = one.overrides.iter().map(|member| member.name()).collect();
    let overrides = if overrides.is_empty() { "nothing".to_owned() } else { overrides.join(" ") };
    let (lease, maintenance) = (one.policy.lease_period, time(one.maintenance_end));
    format!(
        "seats {}+{beyond}, {}, lease {lease}, maintenance {maintenance}, overrides {overrides}",
        one.seats, one.concurrency
    )
}
