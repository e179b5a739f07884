//! Rotation while serving (KEY-5).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chancery_domain::{KeyPurpose, KeyStatus, Refusal};
use chancery_operations::{Context, IdempotencyKey, signing_key, vendor};

use crate::fixture::{Engine, Fixture, Terms};
use crate::on_both_engines;
use crate::{kid, refusal};

on_both_engines! {
    key_5_a_new_key_takes_over_at_once_and_nothing_stops_working,
    key_5_no_call_fails_while_keys_are_rotated,
    key_5_two_rotations_at_once_leave_one_key_that_signs,
    key_5_a_reply_that_is_told_again_after_a_rotation_is_believed,
    safe_1_a_rotation_that_is_repeated_happens_once,
}

async fn key_5_a_new_key_takes_over_at_once_and_nothing_stops_working(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let (shipped, before) = (fixture.trust().await, fixture.active(KeyPurpose::Issuing).await.key);
    let seat = fixture.activate("a", None).await.unwrap();
    assert_eq!((kid(&seat.lease), kid(&seat.access_token)), (before.kid.clone(), before.kid.clone()));

    let made = fixture.rotate().await.unwrap().key;
    assert_eq!((made.status(), made.purpose), (KeyStatus::Active, KeyPurpose::Issuing));
    let retired = fixture.keys().await.into_iter().find(|view| view.key.id == before.id).unwrap().key;
    assert_eq!((retired.status(), retired.usable, retired.retired), (KeyStatus::Retired, false, Some(fixture.now())));

    // The old access token goes on, and what it gets is by the new key.
    let refreshed = fixture.renew_lease(&seat, &seat.nonce, "one").await.unwrap();
    assert_eq!(kid(&refreshed.lease), made.kid);
    let second = fixture.activate("b", None).await.unwrap();
    assert_eq!(kid(&second.access_token), made.kid);
    // A product that was built before needs nothing new; one that is built now believes what was granted before.
    for trust in [&shipped, &fixture.trust().await] {
        for lease in [&seat.lease, &refreshed.lease, &second.lease] {
            fixture.believes(trust, lease).unwrap();
        }
    }
    let published = vendor::jwks(&fixture.system, fixture.vendor.id).await.unwrap().keys;
    for kid in [&before.kid, &made.kid] {
        assert!(published.iter().any(|key| key.kid == *kid && key.chancery_cert.is_some()), "{kid}");
    }
}

async fn key_5_no_call_fails_while_keys_are_rotated(engine: Engine) {
    const MACHINES: usize = 8;
    let fixture = Arc::new(Fixture::new(engine, Terms { seats: 100, ..Terms::default() }).await);
    let shipped = Arc::new(fixture.trust().await);
    let over = Arc::new(AtomicBool::new(false));
    let machine = |nth: usize| {
        let (fixture, shipped, over) = (Arc::clone(&fixture), Arc::clone(&shipped), Arc::clone(&over));
        tokio::spawn(async move {
            let seat = fixture.activate(&format!("machine-{nth}"), None).await.unwrap();
            let (mut nonce, mut calls) = (seat.nonce.clone(), 0_u64);
            while !over.load(Ordering::Relaxed) || calls < 3 {
                let refreshed = fixture.renew_lease(&seat, &nonce, &format!("call {calls}")).await.unwrap();
                fixture.believes(&shipped, &refreshed.lease).unwrap();
                (nonce, calls) = (refreshed.nonce, calls + 1);
                let again = fixture.activate(&format!("other-{nth}"), None).await.unwrap();
                fixture.believes(&shipped, &again.lease).unwrap();
            }
            calls
        })
    };
    let machines: Vec<_> = (0..MACHINES).map(machine).collect();
    for _ in 0..20 {
        fixture.rotate().await.unwrap();
    }
    over.store(true, Ordering::Relaxed);
    for machine in machines {
        assert!(machine.await.unwrap() >= 3);
    }
    assert_eq!(fixture.keys().await.iter().filter(|view| view.key.purpose == KeyPurpose::Issuing).count(), 21);
    // Many certificates: the bundle stays one that a product can read.
    let bundle = fixture.bundle().await;
    assert!(bundle.len() < 64 * 1024, "{}", bundle.len());
    let last = fixture.activate("last", None).await.unwrap();
    fixture.believes(&fixture.trust().await, &last.lease).unwrap();
}

async fn key_5_two_rotations_at_once_leave_one_key_that_signs(engine: Engine) {
    let fixture = Arc::new(Fixture::new(engine, Terms::default()).await);
    let rotations: Vec<_> = (0..6)
        .map(|_| {
            let fixture = Arc::clone(&fixture);
            tokio::spawn(async move { fixture.rotate().await.unwrap().key.id })
        })
        .collect();
    let mut made = Vec::new();
    for rotation in rotations {
        made.push(rotation.await.unwrap());
    }
    let present = fixture.active(KeyPurpose::Issuing).await.key;
    assert!(made.contains(&present.id));
    assert_eq!(kid(&fixture.activate("a", None).await.unwrap().lease), present.kid);
    let issuing = fixture.keys().await.into_iter().filter(|view| view.key.purpose == KeyPurpose::Issuing);
    assert_eq!(issuing.filter(|view| view.key.status() == KeyStatus::Retired).count(), 6);
}

async fn key_5_a_reply_that_is_told_again_after_a_rotation_is_believed(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let shipped = fixture.trust().await;
    let seat = fixture.activate("a", Some("once")).await.unwrap();
    let refreshed = fixture.renew_lease(&seat, &seat.nonce, "one").await.unwrap();
    fixture.advance(chancery_domain::Interval::new(chancery_domain::Unit::Hour, 23).unwrap());
    let made = fixture.rotate().await.unwrap().key;
    // The lease was granted before the new key was made, and is signed by it.
    let again = fixture.renew_lease(&seat, &seat.nonce, "one").await.unwrap();
    assert_eq!(again.view.activation.lease, refreshed.view.activation.lease);
    assert_eq!(kid(&again.lease), made.kid);
    fixture.believes(&shipped, &again.lease).unwrap();
}

async fn safe_1_a_rotation_that_is_repeated_happens_once(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let key = IdempotencyKey::new(b"admin", "one", "rotate", b"{}");
    let context = || -> Context { fixture.admin().with_idempotency(Some(key.clone())) };
    let first = signing_key::rotate(&fixture.system, &context(), KeyPurpose::Issuing).await.unwrap();
    let second = signing_key::rotate(&fixture.system, &context(), KeyPurpose::Issuing).await.unwrap();
    assert_eq!(first, second);
    let error = signing_key::rotate(&fixture.system, &fixture.admin(), KeyPurpose::Root).await.unwrap_err();
    assert_eq!(refusal(&error), Some(&Refusal::KeyIsRoot));
}
