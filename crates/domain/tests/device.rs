//! Who may have a seat that is bound to a device's key: SEAT-12, SEC-5.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use chancery_domain::*;

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn key(letter: char) -> Thumbprint {
    letter.to_string().repeat(43).parse().unwrap()
}

/// A seat whose lease runs for a week, bound to a key or not.
fn seat(device_key: Option<Thumbprint>) -> Activation {
    let end = now().plus(Interval::days(7));
    Activation {
        id: Id::new(now(), [1; 10]),
        vendor: Id::new(now(), [2; 10]),
        entitlement: Id::new(now(), [3; 10]),
        order: Id::new(now(), [4; 10]),
        product: Id::new(now(), [5; 10]),
        seat_id: SeatId::new("host").unwrap(),
        seat_name: None,
        standing: Standing::Seated(1),
        frees_at: end,
        mode: Mode::Online,
        concurrency: Concurrency::Concurrent,
        lease: Lease { issued: now(), expiry: Some(end), mark: None },
        activated: now(),
        chain: 1,
        counter: 0,
        client_code: String::new(),
        device: DeviceInfo::default(),
        device_key,
    }
}

#[test]
fn seat_12_only_the_key_of_a_bound_seat_opens_it_while_its_device_may_run() {
    let bound = seat(Some(key('a')));
    let held = Err(Refusal::SeatHeldByAnotherDevice { until: Some(bound.frees_at) });
    assert_eq!(bound.check_device(Some(&key('a')), now()), Ok(()));
    assert_eq!(bound.check_device(Some(&key('b')), now()), held);
    assert_eq!(bound.check_device(None, now()), held);
    assert_eq!(bound.check_device(Some(&key('b')), bound.frees_at.shifted(-1)), held);
    assert_eq!(bound.check_device(Some(&key('b')), bound.frees_at), Ok(()));
    assert_eq!(bound.check_device(None, bound.frees_at), Ok(()));
    // The device may keep an older, longer lease.
    let mut shorter = bound.clone();
    shorter.take_lease(Lease { issued: now(), expiry: Some(now().plus(Interval::days(1))), mark: None });
    assert_eq!(shorter.check_device(None, now().plus(Interval::days(2))), held);
    let locked = Activation { concurrency: Concurrency::NodeLocked, frees_at: Timestamp::MAX, ..bound };
    let never = Err(Refusal::SeatHeldByAnotherDevice { until: None });
    assert_eq!(locked.check_device(None, now().plus(Interval::days(999))), never);
    for anybody in [None, Some(&key('a')), Some(&key('b'))] {
        assert_eq!(seat(None).check_device(anybody, now()), Ok(()));
    }
}

#[test]
fn sec_5_who_proves_what_in_which_mode() {
    use Refusal::{LicenseeSecretMismatch as Mismatch, LicenseeSecretRequired as Required};
    let (bound, unbound) = (seat(Some(key('a'))), seat(None));
    let held = Refusal::SeatHeldByAnotherDevice { until: Some(bound.frees_at) };
    for mode in [SecretMode::Disabled, SecretMode::Predefined, SecretMode::Client] {
        assert_eq!(bound.check_possession(mode, Some(&key('a'))), Ok(()));
        assert_eq!(bound.check_possession(mode, Some(&key('b'))), Err(held.clone()));
        assert_eq!(bound.check_possession(mode, None), Ok(()));
        assert_eq!(unbound.check_possession(mode, Some(&key('b'))), Ok(()));
        assert_eq!(unbound.check_possession(mode, None), Ok(()));
    }
    assert_eq!(bound.check_possession(SecretMode::Key, Some(&key('a'))), Ok(()));
    assert_eq!(bound.check_possession(SecretMode::Key, Some(&key('b'))), Err(Mismatch));
    assert_eq!(bound.check_possession(SecretMode::Key, None), Err(Required.clone()));
    assert_eq!(unbound.check_possession(SecretMode::Key, Some(&key('b'))), Err(Required.clone()));
    assert_eq!(unbound.check_possession(SecretMode::Key, None), Err(Required));
}

#[test]
fn seat_12_a_thumbprint_is_that_of_a_key() {
    assert!("HR3GQxgoxa7BFqUc3G3ggydKMWbusoXqGmC6up6w5Zg".parse::<Thumbprint>().is_ok());
    for other in ["", "-", "a", &"a".repeat(42), &"a".repeat(44), &"=".repeat(43), &" ".repeat(43)] {
        assert_eq!(other.parse::<Thumbprint>(), Err(Invalid::BadFormat), "{other}");
    }
}
