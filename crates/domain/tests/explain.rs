//! That an explanation is what then happens, in random worlds, and that its steps lead to it (LIC-5).
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod world;

use chancery_domain::*;
use proptest::prelude::*;
use world::catalog::named_id;
use world::{Granting, World, count};

const NAMES: [&str; 3] = ["one", "two", "three"];

/// What happens to an order of several entitlements.
#[derive(Clone, Debug)]
enum Event {
    Claim { who: u8, edition: Option<bool>, release: Option<bool>, device: DeviceClaim },
    Wait(u8),
    Release(u8, bool),
    Deactivate(u8),
    Seats(u8, u64, bool),
    Disabled(u8, bool),
    CustomerDisabled(bool),
}

/// No key, where none is needed and where one is; or one of two.
fn device() -> impl Strategy<Value = DeviceClaim> {
    let key = |letter: &str| DeviceClaim::Proved(letter.repeat(43).parse().unwrap());
    let required = DeviceClaim::Keyless { required: Some(Refusal::DeviceKeyRequired) };
    proptest::sample::select(vec![DeviceClaim::Keyless { required: None }, required, key("a"), key("b")])
}

fn event() -> impl Strategy<Value = Event> {
    let which = || 0..3_u8;
    let maybe = || proptest::option::of(any::<bool>());
    prop_oneof![
        8 => (0..6_u8, maybe(), maybe(), device())
            .prop_map(|(who, edition, release, device)| Event::Claim { who, edition, release, device }),
        4 => (0..40_u8).prop_map(Event::Wait),
        2 => (0..6_u8, any::<bool>()).prop_map(|(who, free)| Event::Release(who, free)),
        2 => (0..6_u8).prop_map(Event::Deactivate),
        2 => (which(), 0..4_u64, any::<bool>()).prop_map(|(which, seats, force)| Event::Seats(which, seats, force)),
        2 => (which(), any::<bool>()).prop_map(|(which, disabled)| Event::Disabled(which, disabled)),
        1 => any::<bool>().prop_map(Event::CustomerDisabled),
    ]
}

fn granting() -> impl Strategy<Value = Granting> {
    let start = proptest::sample::select(LicenseStart::ALL);
    (start, 0..4_u64, 0..2_u64, any::<[bool; 4]>()).prop_map(|(license_start, seats, over, flags)| {
        let [subscription, node_locked, pro, maintained] = flags;
        let day = Interval::days;
        let custom = (license_start == LicenseStart::Custom).then(|| "2026-01-04T00:00:00Z".parse().unwrap());
        Granting {
            duration: subscription.then(|| day(12)),
            license_start,
            custom_start: custom,
            seats,
            overdraft: Overdraft::Absolute(count(over)),
            concurrency: if node_locked { Concurrency::NodeLocked } else { Concurrency::Concurrent },
            maintenance: maintained.then(|| day(6)),
            policy: Policy { lease_period: Period::Limited(day(2)), ..Policy::default() },
            edition: if pro { "pro" } else { "standard" }.to_owned(),
            product: "cad".to_owned(),
        }
    })
}

fn seat(who: u8) -> SeatId {
    SeatId::new(&format!("seat-{who}")).unwrap()
}

fn play(world: &mut World, event: &Event) -> Result<(), TestCaseError> {
    let name = |which: &u8| NAMES[usize::from(*which)];
    let now = world.now;
    match event {
        Event::Claim { who, edition, release, device } => return claims(world, *who, *edition, *release, device),
        Event::Wait(steps) => world.now = now.shifted(i64::from(*steps) * 3 * 3_600_000_000),
        Event::Release(who, free) => {
            if let Some(id) = seated(world, *who) {
                world.release(id, *free);
            }
        }
        Event::Deactivate(who) => {
            if let Some(id) = seated(world, *who) {
                world.unseat(id, End::Deactivated);
            }
        }
        Event::Seats(which, seats, force) => {
            let edit = EntitlementEdit { seats: Some(count(*seats)), ..EntitlementEdit::default() };
            let _ = world.edit(name(which), &edit, *force);
        }
        Event::Disabled(which, true) => world.entitlement_mut(name(which)).disable(None, now),
        Event::Disabled(which, false) => world.entitlement_mut(name(which)).enable(),
        Event::CustomerDisabled(disabled) => {
            world.entitlements.iter_mut().for_each(|one| one.customer_disabled = *disabled);
        }
    }
    Ok(())
}

fn seated(world: &World, who: u8) -> Option<ActivationId> {
    let holds = |one: &&Activation| one.seat_id == seat(who) && matches!(one.standing, Standing::Seated(_));
    world.activations.iter().find(holds).map(|one| one.id)
}

/// Asks for explanations, then claims: what was explained is what is done.
fn claims(
    world: &mut World,
    who: u8,
    pro: Option<bool>,
    late: Option<bool>,
    device: &DeviceClaim,
) -> Result<(), TestCaseError> {
    let edition = pro.map(|pro| if pro { "pro" } else { "standard" });
    let release = late.map(|late| if late { world.now } else { "2025-12-01T00:00:00Z".parse().unwrap() });
    let (edition, device) = (edition.map(named_id), device.clone());
    let request = ClaimRequest { seat_id: Some(seat(who)), edition, release, device, mode: Mode::Online };
    let ids: Vec<EntitlementId> = world.entitlements.iter().map(|one| one.id).collect();
    let candidates = world.candidates("cad", &seat(who));
    let explained: Vec<(EntitlementId, Explanation)> = ids
        .into_iter()
        .map(|id| (id, explain(candidates.clone(), id, &request, world.now).expect("it is a candidate")))
        .collect();
    let done = world.claim("machine", "cad", &request);
    for (subject, explanation) in &explained {
        match (&explanation.outcome, &done) {
            (Ok(granted), Ok(seated)) => {
                prop_assert_eq!(granted.entitlement, seated.entitlement);
                prop_assert_eq!(granted.number, seated.number);
                let means = match granted.means {
                    Means::Again(id) => (true, id == seated.activation, false),
                    Means::Free => (false, true, false),
                    Means::Replacing(_) => (false, true, true),
                    Means::Overdraft => (false, seated.overdraft, false),
                };
                prop_assert_eq!(means, (seated.again, true, seated.replaced.is_some()));
            }
            (Err(denied), Err(refusal)) => prop_assert_eq!(&denied.refusal, refusal),
            (explained, done) => prop_assert!(false, "{explained:?}, but {:?}", done.as_ref().map(|one| one.number)),
        }
        steps_lead_there(*subject, explanation)?;
    }
    Ok(())
}

/// The steps end with the first refusal, and there is none exactly when this entitlement serves the claim.
fn steps_lead_there(subject: EntitlementId, explanation: &Explanation) -> Result<(), TestCaseError> {
    let steps = &explanation.steps;
    let refused = steps.iter().position(|step| step.verdict == Verdict::Refused);
    let serves = explanation.outcome.as_ref().is_ok_and(|granted| granted.entitlement == subject);
    prop_assert_eq!(refused.is_none(), serves, "{:?}", steps);
    let reached = &steps[..refused.unwrap_or(steps.len())];
    prop_assert!(reached.iter().all(|step| step.verdict == Verdict::Passed || step.rule == "SEAT-3"), "{:?}", steps);
    if let Some(refused) = refused {
        prop_assert!(steps[refused + 1..].iter().all(|step| step.verdict == Verdict::NotReached), "{:?}", steps);
    }
    prop_assert!(steps.iter().all(|step| !step.text.is_empty()), "{:?}", steps);
    // Whoever is refused here by a rule on the entitlement alone is told so by that rule's code, if nothing else came nearer.
    if let (Err(denied), Some(refused)) = (&explanation.outcome, refused)
        && denied.entitlement.as_ref().is_some_and(|nearest| nearest.id == subject)
    {
        let codes: &[&str] = match steps[refused].rule {
            "ENT-6" => &["entitlement_disabled", "customer_disabled"],
            "ENT-3" => &["entitlement_not_started"],
            "ENT-2" => &["entitlement_expired"],
            "ENT-5" => &["maintenance_ended"],
            "SEAT-12" => &["seat_held_by_another_device", "device_key_required"],
            "SEAT-3" | "SEAT-4" => &["seats_exhausted"],
            other => return Err(TestCaseError::fail(format!("{other} refuses, and {:?} is told", denied.refusal))),
        };
        prop_assert!(codes.contains(&denied.refusal.code()), "{} and {:?}", steps[refused].rule, denied.refusal);
    }
    Ok(())
}

proptest! {
    #[test]
    fn lic_5_what_is_explained_is_what_activate_then_does(
        terms in proptest::collection::vec(granting(), 1..=3), events in proptest::collection::vec(event(), 1..40)
    ) {
        let mut world = World::new();
        for (name, granting) in NAMES.iter().zip(&terms) {
            world.grant(name, granting);
        }
        for event in &events {
            let known = match event {
                Event::Seats(which, ..) | Event::Disabled(which, _) => usize::from(*which) < terms.len(),
                _ => true,
            };
            if known {
                play(&mut world, event)?;
            }
        }
    }
}

fn claim_of(seat_id: Option<SeatId>) -> ClaimRequest {
    ClaimRequest { seat_id, edition: None, release: None, device: DeviceClaim::default(), mode: Mode::Online }
}

#[test]
fn lic_5_off_1_an_offline_claim_asks_one_rule_more() {
    let mut world = World::new();
    let one = world.grant("one", &Granting::default());
    for (period, verdict) in [(None, Verdict::Refused), (Some(Period::Unlimited), Verdict::Passed)] {
        world.entitlement_mut("one").policy.offline_lease_period = period;
        let request = ClaimRequest { mode: Mode::Offline, ..claim_of(Some(seat(1))) };
        let told = explain(world.candidates("cad", &seat(1)), one, &request, world.now).unwrap();
        let step = told.steps.iter().find(|step| step.rule == "OFF-1").unwrap();
        assert_eq!((step.verdict, told.outcome.is_ok()), (verdict, period.is_some()));
    }
}

#[test]
fn lic_5_an_entitlement_that_is_no_candidate_is_not_explained() {
    let mut world = World::new();
    world.grant("one", &Granting::default());
    let other = world.grant("two", &Granting { product: "cam".to_owned(), ..Granting::default() });
    let request = claim_of(None);
    assert!(explain(world.candidates("cad", &seat(1)), other, &request, world.now).is_none());
}

#[test]
fn lic_5_a_full_entitlement_says_who_may_come_free_next() {
    let mut world = World::new();
    let one = world.grant("one", &Granting::default());
    world.activate("a", &seat(1), "cad", None, None).unwrap();
    let request = claim_of(Some(seat(2)));
    let told = explain(world.candidates("cad", &seat(2)), one, &request, world.now).unwrap();
    let step = told.steps.iter().find(|step| step.rule == "SEAT-3").unwrap();
    assert_eq!(step.verdict, Verdict::Refused);
    let value = |field: &str| step.facts.iter().find(|fact| fact.field == field).map(|fact| fact.value.as_str());
    assert_eq!((value("seats"), value("seatsUsed")), (Some("1"), Some("1")));
    assert_eq!(value("nextLeaseEnd"), Some("2026-01-08T00:00:00Z"));
}
