//! What a local server decides for itself: EXP-4, EXP-9, EXP-10, LLS-1, LLS-3.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod world;

use std::collections::BTreeSet;

use chancery_domain::*;
use proptest::prelude::*;
use world::catalog::named_id;
use world::{Granting, World, at};

fn session(number: u64) -> ExportSessionId {
    named_id(&format!("session {number}"))
}

fn hash(seq: u8) -> [u8; 32] {
    [seq; 32]
}

/// Token 5 of session 3 was applied last; session 2 was closed.
fn state() -> ImportState {
    let issued = at("2026-05-05T00:00:00Z");
    let current = Applied { session: session(3), number: 3, seq: 5, hash: hash(5), issued };
    ImportState { applied: None, current: Some(current), closed: Some(2), session_closed: false }
}

/// The next token of that session.
fn next() -> ImportFacts {
    let issued = at("2026-05-06T00:00:00Z");
    ImportFacts { session: session(3), number: 3, seq: 6, prev: Some(hash(5)), issued }
}

#[test]
fn exp_4_a_token_is_refused_by_the_first_rule_that_it_breaks() {
    let goes_on = Ok(ImportStep { closes: None, issue_date_ran_back: false });
    assert_eq!(check_import(&state(), &next()), goes_on);
    let replayed = Refusal::TokenReplayed { applied: at("2026-05-05T00:00:00Z") };
    let closed = |number, current| Refusal::TokenSessionClosed { session: session(number), current };
    let superseded = |seq| Refusal::TokenSuperseded { seq, applied: 5 };
    let forked = |seq| Refusal::TokenHistoryForked { seq };
    let again = ImportState { applied: Some(at("2026-05-05T00:00:00Z")), ..state() };
    let (old, low, wrong) = (
        ImportFacts { session: session(2), number: 2, seq: 9, ..next() },
        ImportFacts { seq: 5, prev: Some(hash(9)), ..next() },
        ImportFacts { prev: Some(hash(9)), ..next() },
    );
    let cases = [
        ("applied before, whatever else", &again, old.clone(), replayed),
        ("of a session with a lower number", &state(), old, closed(2, Some(3))),
        (
            "of a lower number that was never closed here",
            &ImportState { closed: None, ..state() },
            ImportFacts { session: session(1), number: 1, ..next() },
            closed(1, Some(3)),
        ),
        ("not above the last, before its hash is looked at", &state(), low, superseded(5)),
        ("below the last", &state(), ImportFacts { seq: 1, prev: None, ..next() }, superseded(1)),
        ("after another than the last", &state(), wrong, forked(6)),
        ("after none", &state(), ImportFacts { prev: None, ..next() }, forked(6)),
        ("two sessions of one number", &state(), ImportFacts { session: session(9), ..next() }, forked(6)),
        (
            "of the session that was closed here",
            &ImportState { current: None, closed: Some(3), session_closed: true, applied: None },
            next(),
            closed(3, None),
        ),
    ];
    for (why, state, token, refusal) in cases {
        assert_eq!(check_import(state, &token), Err(refusal), "{why}");
    }
}

#[test]
fn exp_4_a_token_alone_suffices_and_a_newer_session_closes_the_older_one() {
    let skipped = ImportFacts { seq: 8, prev: Some(hash(7)), ..next() };
    assert!(check_import(&state(), &skipped).is_ok(), "a skipped one is no loss");
    let nothing = ImportState::default();
    assert!(check_import(&nothing, &skipped).is_ok());
    let newer = ImportFacts { session: session(4), number: 4, seq: 1, prev: None, ..next() };
    let step = check_import(&state(), &newer).unwrap();
    assert_eq!(step.closes, Some((session(3), 3)));
    let gone = ImportState { current: None, closed: Some(3), ..state() };
    assert_eq!(check_import(&gone, &newer).unwrap().closes, None);
}

#[test]
fn exp_4_an_issue_date_that_runs_back_is_reported_and_no_more() {
    let early = ImportFacts { issued: at("2020-01-01T00:00:00Z"), ..next() };
    assert_eq!(check_import(&state(), &early), Ok(ImportStep { closes: None, issue_date_ran_back: true }));
}

proptest! {
    #[test]
    fn exp_4_what_is_applied_only_ever_goes_forward(
        tokens in proptest::collection::vec((1..4_u64, 1..6_u64, any::<bool>()), 1..40)
    ) {
        let mut state = ImportState::default();
        let (mut seen, mut last) = (BTreeSet::new(), (0, 0));
        for (number, seq, right) in tokens {
            let issued = at("2026-05-05T00:00:00Z");
            let before = u8::try_from(seq - 1).unwrap() + if right { 0 } else { 100 };
            let token = ImportFacts { session: session(number), number, seq, prev: Some(hash(before)), issued };
            state.applied = seen.contains(&(number, seq)).then_some(issued);
            state.session_closed = state.closed.is_some_and(|closed| number <= closed);
            let Ok(step) = check_import(&state, &token) else { continue };
            prop_assert!((number, seq) > last && seen.insert((number, seq)));
            prop_assert_eq!(step.closes.map(|(_, number)| number), Some(last.0).filter(|last| *last > 0 && *last < number));
            state.closed = state.closed.max(step.closes.map(|(_, number)| number));
            last = (number, seq);
            let hash = hash(u8::try_from(seq).unwrap());
            state.current = Some(Applied { session: session(number), number, seq, hash, issued });
        }
    }
}

/// A local server with three seats, of which the record knows `known` holders. Its database was set back on the fifth of January.
struct Restored {
    world: World,
    restored: Option<Timestamp>,
}

const SET_BACK: &str = "2026-01-05T00:00:00Z";

impl Restored {
    fn new(known: u64) -> Self {
        let mut world = World::new();
        let policy = Policy { lease_period: Period::Limited(Interval::days(30)), ..Policy::default() };
        world.grant("cad", &Granting { seats: 3, policy, ..Granting::default() });
        for who in 1..=known {
            let seat: SeatId = format!("seat {who}").parse().unwrap();
            world.activate(&format!("machine {who}"), &seat, "cad", None, None).unwrap();
        }
        world.now = at("2026-01-06T00:00:00Z");
        for (serial, one) in (1..).zip(&mut world.activations) {
            one.lease.mark = Some(LeaseMark { epoch: 1, serial });
        }
        // It is noticed a day after: who came back meanwhile has been seen.
        let restored = Some(world.now);
        Self { world, restored }
    }

    /// The holder of that number, as the record has it.
    fn holder(&self, number: u64) -> &Activation {
        self.world.activations.iter().find(|one| one.seat_number() == Some(number)).unwrap()
    }

    /// Somebody was given a lease since.
    fn see(&mut self, number: u64) {
        let one = self.world.activations.iter_mut().find(|one| one.seat_number() == Some(number)).unwrap();
        one.lease.issued = at(SET_BACK);
    }

    fn take_back(&self, shown: &ShownLease) -> TakeBack {
        let entitlement = self.world.entitlement("cad");
        let listed: Vec<&Activation> = self.world.listed(entitlement.id).collect();
        let others = || listed.iter().copied().filter(|one| one.id != shown.activation);
        let taken: BTreeSet<u64> = listed.iter().filter_map(|one| one.seat_number()).collect();
        let recorded = Recorded {
            entitlement,
            activation: self.world.activations.iter().find(|one| one.id == shown.activation),
            same_seat: others().find(|one| one.seat_id == shown.seat_id),
            holder: others().find(|one| one.seat_number() == Some(shown.number)),
            free: (1..=entitlement.counter.highest + 1).find(|number| !taken.contains(number)),
            restored: self.restored,
        };
        take_back(shown, &recorded, self.world.now)
    }
}

/// A lease that was given on the fourth, after the backup, with the ninth serial.
fn forgotten(who: &str, number: u64) -> ShownLease {
    let mark = Some(LeaseMark { epoch: 1, serial: 9 });
    let (issued, expiry) = (at("2026-01-04T00:00:00Z"), Some(at("2026-02-03T00:00:00Z")));
    let lease = Lease { issued, expiry, mark };
    ShownLease { activation: named_id(who), number, seat_id: who.parse().unwrap(), device_key: None, lease }
}

#[test]
fn exp_9_a_serial_above_the_recorded_proves_that_the_database_was_set_back() {
    let mark = |epoch, serial| LeaseMark { epoch, serial };
    for (shown, proves) in
        [(mark(2, 8), true), (mark(3, 1), true), (mark(2, 7), false), (mark(2, 6), false), (mark(1, 99), false)]
    {
        assert_eq!(shown.proves_restored(mark(2, 7)), proves, "{shown:?}");
    }
}

#[test]
fn exp_9_what_is_recorded_is_nothing_new_and_what_is_newer_is_taken_over() {
    let restored = Restored::new(2);
    let known = restored.holder(2);
    let shown = ShownLease { activation: known.id, lease: known.lease, ..forgotten("seat 2", 2) };
    assert_eq!(restored.take_back(&shown), TakeBack::Nothing);
    let older = Lease { mark: Some(LeaseMark { epoch: 1, serial: 1 }), ..known.lease };
    assert_eq!(restored.take_back(&ShownLease { lease: older, ..shown.clone() }), TakeBack::Nothing);
    let newer = ShownLease { lease: forgotten("seat 2", 2).lease, ..shown };
    assert_eq!(restored.take_back(&newer), TakeBack::Renew);
    let unmarked = Lease { mark: None, ..newer.lease };
    assert_eq!(restored.take_back(&ShownLease { lease: unmarked, ..newer }), TakeBack::Nothing, "it proves nothing");
}

#[test]
fn exp_9_a_forgotten_activation_gets_its_number_or_another() {
    let mut restored = Restored::new(1);
    assert_eq!(restored.take_back(&forgotten("new", 2)), TakeBack::Adopt { number: 2 });
    assert_eq!(restored.take_back(&forgotten("new", 3)), TakeBack::Adopt { number: 2 }, "numbers are taken in turn");
    let holder = restored.holder(1).id;
    let displace = TakeBack::Displace { activation: holder, number: 1 };
    assert_eq!(restored.take_back(&forgotten("new", 1)), displace, "nobody has seen the holder since");
    restored.see(1);
    assert_eq!(restored.take_back(&forgotten("new", 1)), TakeBack::Adopt { number: 2 });
    restored.restored = None;
    assert_eq!(restored.take_back(&forgotten("new", 1)), TakeBack::Adopt { number: 2 }, "after the confirmation too");
}

#[test]
fn exp_9_seat_10_nobody_is_taken_back_beyond_the_seats() {
    let mut restored = Restored::new(3);
    (1..=3).for_each(|number| restored.see(number));
    let replaced = TakeBack::Refuse(Refusal::ActivationReplaced);
    assert_eq!(restored.take_back(&forgotten("new", 2)), replaced);
    assert_eq!(restored.take_back(&forgotten("new", 7)), replaced, "a number beyond the seats was reduced away");
    let ended = Lease { expiry: Some(at("2026-01-05T12:00:00Z")), ..forgotten("new", 2).lease };
    let late = ShownLease { lease: ended, ..forgotten("new", 2) };
    assert_eq!(Restored::new(1).take_back(&late), replaced, "whose lease has ended claims anew");
    let mut owned = Restored::new(1);
    owned.world.entitlement_mut("cad").concurrency = Concurrency::NodeLocked;
    assert_eq!(owned.take_back(&late), TakeBack::Adopt { number: 2 }, "a nodeLocked seat stays its seat id's");
}

#[test]
fn exp_9_seat_2_a_seat_id_is_taken_back_once() {
    let mut restored = Restored::new(2);
    let other = restored.holder(1).id;
    let displace = TakeBack::Displace { activation: other, number: 1 };
    assert_eq!(restored.take_back(&forgotten("seat 1", 3)), displace);
    restored.see(1);
    assert_eq!(restored.take_back(&forgotten("seat 1", 3)), TakeBack::Refuse(Refusal::ActivationSuperseded));
}

#[test]
fn exp_9_seat_12_seat_9_another_device_and_a_released_seat_are_not_taken_back() {
    let mut restored = Restored::new(2);
    let key = |letter: &str| Some(letter.repeat(43).parse::<Thumbprint>().unwrap());
    let known = restored.holder(2).id;
    restored.world.activations[1].device_key = key("a");
    let shown = ShownLease { activation: known, device_key: key("b"), ..forgotten("seat 2", 2) };
    assert_eq!(restored.take_back(&shown), TakeBack::Refuse(Refusal::ActivationSuperseded));
    let own = ShownLease { device_key: key("a"), ..shown };
    assert_eq!(restored.take_back(&own), TakeBack::Renew);
    restored.world.release(known, false);
    assert_eq!(restored.take_back(&own), TakeBack::Refuse(Refusal::ActivationReleased));
    for (end, expected) in [
        (End::Released, TakeBack::Refuse(Refusal::ActivationReleased)),
        (End::Deactivated, TakeBack::Refuse(Refusal::ActivationDeactivated)),
        (End::Replaced, TakeBack::Adopt { number: 2 }),
    ] {
        let mut restored = Restored::new(2);
        restored.world.unseat(known, end);
        assert_eq!(restored.take_back(&ShownLease { device_key: None, ..own.clone() }), expected, "{end:?}");
    }
}

impl Restored {
    /// Does what was decided.
    fn apply(&mut self, shown: &ShownLease) {
        let number = match self.take_back(shown) {
            TakeBack::Nothing | TakeBack::Refuse(_) => return,
            TakeBack::Renew => {
                let one = self.world.activations.iter_mut().find(|one| one.id == shown.activation).unwrap();
                return one.take_lease(shown.lease);
            }
            TakeBack::Adopt { number } => {
                self.world.entitlement_mut("cad").counter.take(number);
                number
            }
            TakeBack::Displace { activation, number } => {
                let one = self.world.activations.iter_mut().find(|one| one.id == activation).unwrap();
                assert!(one.lease.issued <= shown.lease.issued, "EXP-9: somebody who came back was displaced");
                one.end(End::Replaced);
                number
            }
        };
        let known = self.world.activations.iter().find(|one| one.id == shown.activation);
        let mut taken = known.unwrap_or(&self.world.activations[0]).clone();
        (taken.id, taken.seat_id, taken.standing) = (shown.activation, shown.seat_id.clone(), Standing::Seated(number));
        taken.frees_at = shown.lease.issued;
        taken.take_lease(shown.lease);
        self.world.activations.retain(|one| one.id != shown.activation);
        self.world.activations.push(taken);
    }
}

proptest! {
    #[test]
    fn exp_9_seat_2_seat_10_whatever_is_shown_no_more_seats_are_taken_than_there_are(
        known in 1..4_u64, seen in any::<[bool; 3]>(), confirmed in any::<bool>(),
        shows in proptest::collection::vec((0..5_u8, 0..5_u8, 1..5_u64, 1..40_u64), 1..20)
    ) {
        let mut restored = Restored::new(known);
        (1..=known).zip(seen).filter(|(_, seen)| *seen).for_each(|(number, _)| restored.see(number));
        restored.restored = restored.restored.filter(|_| !confirmed);
        for (who, activation, number, serial) in shows {
            let mark = Some(LeaseMark { epoch: 1, serial });
            let shown = forgotten(&format!("seat {who}"), number);
            let lease = Lease { mark, ..shown.lease };
            restored.apply(&ShownLease { activation: named_id(&format!("{who} {activation}")), lease, ..shown });
            restored.world.check().map_err(TestCaseError::fail)?;
        }
    }
}

fn identity(signs: &[(&str, u32, u8)]) -> MachineIdentity {
    let sign =
        |&(kind, weight, hash): &(&str, u32, u8)| MachineSign { kind: kind.to_owned(), weight, hash: [hash; 16] };
    MachineIdentity { signs: signs.iter().map(sign).collect() }
}

#[test]
fn exp_10_a_machine_is_the_same_by_more_than_half_of_its_signs() {
    let recorded = identity(&[("board", 2, 1), ("disk", 1, 2), ("cpu", 1, 3)]);
    for (here, same) in [
        (identity(&[("board", 2, 1), ("disk", 1, 2), ("cpu", 1, 3), ("nic", 9, 9)]), true),
        (identity(&[("board", 9, 1), ("disk", 1, 2)]), true),
        (identity(&[("board", 2, 1), ("disk", 1, 9), ("cpu", 1, 9)]), false),
        (identity(&[("disk", 9, 2), ("cpu", 9, 3)]), false),
        (identity(&[("disk", 2, 1), ("board", 1, 2)]), false),
        (identity(&[]), false),
    ] {
        assert_eq!(recorded.is_same(&here), same, "{here}");
    }
    let nothing = MachineIdentity::default();
    assert!(nothing.is_same(&recorded) && nothing.is_same(&nothing), "bound to nothing");
    assert!(identity(&[("board", 0, 1)]).is_same(&nothing), "signs of no weight bind to nothing");
}

#[test]
fn exp_10_an_identity_is_one_line_of_text() {
    let text = identity(&[("board", 2, 0xab), ("disk-1", 1, 0)]).to_string();
    assert_eq!(text, format!("board:2:{},disk-1:1:{}", "ab".repeat(16), "00".repeat(16)));
    assert_eq!(format!(" {text}\n").parse(), Ok(identity(&[("board", 2, 0xab), ("disk-1", 1, 0)])));
    assert_eq!("none".parse(), Ok(MachineIdentity::default()));
    let (hex, long) = ("ab".repeat(16), "a".repeat(MachineIdentity::LONGEST + 1));
    for bad in [
        String::new(),
        ",".to_owned(),
        "board".to_owned(),
        "board:2".to_owned(),
        format!("board:2:{hex}x"),
        format!("board:2:{hex}:1"),
        format!("board:-1:{hex}"),
        format!("board:+1:{hex}"),
        format!("board:02:{hex}"),
        format!("board:4294967296:{hex}"),
        format!("Board:2:{hex}"),
        format!(":2:{hex}"),
        format!("board:2:{}", hex.to_uppercase()),
        format!("board:2:{}", &hex[1..]),
        format!("board:2:+{}", &hex[1..]),
        format!("board:2:{hex},"),
        format!("board:2:{hex}, disk:1:{hex}"),
    ] {
        assert_eq!(bad.parse::<MachineIdentity>(), Err(Invalid::BadFormat), "{bad}");
    }
    assert_eq!(format!("board:2:{hex},board:2:{hex}").parse::<MachineIdentity>(), Err(Invalid::Duplicate));
    assert_eq!(long.parse::<MachineIdentity>(), Err(Invalid::TooLong));
}

proptest! {
    #[test]
    fn exp_10_any_n_of_m_signs_decide(weights in proptest::collection::vec(1..20_u32, 1..9), kept in any::<u16>()) {
        let kinds: Vec<String> = (0..weights.len()).map(|at| format!("sign-{at}")).collect();
        let keeps = |at: usize| kept >> at & 1 == 1;
        let of = |changes: bool| {
            let signs = kinds.iter().zip(&weights).enumerate();
            let sign = |(at, (kind, weight)): (usize, (&String, &u32))| {
                (kind.clone(), *weight, u8::from(changes && !keeps(at)))
            };
            let signs: Vec<_> = signs.map(sign).collect();
            identity(&signs.iter().map(|(kind, weight, hash)| (kind.as_str(), *weight, *hash)).collect::<Vec<_>>())
        };
        let (recorded, here) = (of(false), of(true));
        let all: u32 = weights.iter().sum();
        let same: u32 = weights.iter().enumerate().filter(|(at, _)| keeps(*at)).map(|(_, weight)| weight).sum();
        prop_assert_eq!(recorded.is_same(&here), same * 2 > all);
        prop_assert_eq!(recorded.to_string().parse::<MachineIdentity>(), Ok(recorded));
    }
}

#[test]
fn lls_1_a_local_server_serves_while_its_license_runs_on_its_machine() {
    let (now, end) = (at("2026-05-05T00:00:00Z"), at("2026-06-05T00:00:00Z"));
    let not = LocalStanding::NotActive;
    let active = |until| LocalStanding::Active { until };
    for (license, same_machine, moved, at, expected) in [
        (LocalLicense::None, true, false, now, not(NotActiveReason::NeverActivated)),
        (LocalLicense::Activated(None), true, false, now, active(None)),
        (LocalLicense::Activated(Some(end)), true, false, end.shifted(-1), active(Some(end))),
        (LocalLicense::Activated(Some(end)), true, false, end, not(NotActiveReason::LeaseEnded(end))),
        (LocalLicense::Deactivated, true, false, now, not(NotActiveReason::Deactivated)),
        (LocalLicense::Revoked, true, false, now, not(NotActiveReason::LicenseRevoked)),
        (LocalLicense::Activated(None), false, false, now, not(NotActiveReason::AnotherMachine)),
        (LocalLicense::Activated(None), false, true, now, not(NotActiveReason::Moved)),
        (LocalLicense::Activated(None), true, true, now, active(None)),
    ] {
        let standing = LocalStanding::of(license, same_machine, moved, at);
        assert_eq!(standing, expected, "{license:?} {same_machine} {moved}");
        assert_eq!(standing.is_active(), matches!(expected, LocalStanding::Active { .. }));
    }
}

#[test]
fn lls_3_it_warns_30_14_7_3_and_1_days_before_an_end() {
    let end = at("2026-06-30T00:00:00Z");
    let days = |before: i64, micros: i64| {
        let now = end.shifted(-before * 86_400_000_000 + micros);
        Warning::about(WarningOf::License, Timestamp::MIN, end, now).map(|warning| warning.days)
    };
    let first: Vec<_> = [30, 14, 7, 3, 1].into_iter().map(|before| (days(before, -1), days(before, 0))).collect();
    let expected =
        [(None, Some(30)), (Some(30), Some(14)), (Some(14), Some(7)), (Some(7), Some(3)), (Some(3), Some(1))];
    assert_eq!(first, expected);
    assert_eq!((days(0, -1), days(0, 0), days(0, 1)), (Some(1), None, None), "what has ended is no warning any more");
}

#[test]
fn lls_3_what_lasts_a_month_does_not_end_soon_from_its_first_second_on() {
    let begun = at("2026-05-01T00:00:00Z");
    let days = |lasts: i64, hours: i64| {
        let (ends, now) = (begun.shifted(lasts * 3_600_000_000), begun.shifted(hours * 3_600_000_000));
        Warning::about(WarningOf::License, begun, ends, now).map(|warning| warning.days)
    };
    let month = 30 * 24;
    assert_eq!((days(month, 0), days(month, 15 * 24 - 1)), (None, None));
    assert_eq!((days(month, 15 * 24), days(month, 16 * 24), days(month, month - 1)), (Some(30), Some(14), Some(1)));
    assert_eq!((days(month + 1, 0), days(month + 1, 1)), (None, Some(30)), "thirty days before, whatever is longer");
    assert_eq!((days(14 * 24, 0), days(14 * 24, 7 * 24)), (None, Some(7)));
    assert_eq!((days(24, 11), days(24, 12)), (None, Some(1)));
    // A token says in whole seconds when it was made.
    let ends = begun.shifted(30 * 86_400_000_000 + 700_000);
    assert_eq!(Warning::about(WarningOf::License, begun, ends, begun.shifted(900_000)), None);
}

#[test]
fn lls_3_it_warns_of_its_license_and_of_each_delegation_the_next_end_first() {
    let now = at("2026-05-05T00:00:00Z");
    let (soon, later, far) = (at("2026-05-07T00:00:00Z"), at("2026-05-17T00:00:00Z"), at("2026-07-05T00:00:00Z"));
    let id = |name: &str| named_id::<EntitlementId>(name);
    let begun = at("2026-01-05T00:00:00Z");
    let ends = [("later", Some(later)), ("soon", Some(soon)), ("far", Some(far)), ("never", None)];
    let delegations = ends.map(|(name, end)| (id(name), begun, end));
    let warned = |standing| {
        let warnings = warnings(standing, begun, delegations, now);
        warnings.into_iter().map(|one| (one.what, one.days, one.ends)).collect::<Vec<_>>()
    };
    let of = |name| WarningOf::Delegation(id(name));
    let both = [(of("soon"), 3, soon), (of("later"), 14, later)];
    assert_eq!(warned(LocalStanding::NotActive(NotActiveReason::Deactivated)), both);
    assert_eq!(warned(LocalStanding::Active { until: None }), both);
    let with_license = [both[0], (WarningOf::License, 14, later), both[1]];
    assert_eq!(warned(LocalStanding::Active { until: Some(later) }), with_license);
}

#[test]
fn lls_2_the_built_in_product_is_known_by_its_vendors_id() {
    let vendor: VendorId = named_id("acme");
    assert_eq!(ProductId::of_local_server(vendor).uuid(), vendor.uuid());
    assert_eq!(EditionId::of_local_server(vendor).uuid(), vendor.uuid());
    assert!(Key::new(LOCAL_SERVER_KEY).is_ok() && Key::new(LOCAL_SERVER_EDITION_KEY).is_ok());
}
