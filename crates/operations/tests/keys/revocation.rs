//! Revocation: a key that leaked counts no more (KEY-5).

use std::sync::Arc;

use chancery_domain::{KeyPurpose, KeyStatus, Refusal};
use chancery_operations::{Error, Unauthenticated, credential, vendor};
use chancery_token::TokenError;

use crate::fixture::{Engine, Fixture, Terms};
use crate::on_both_engines;
use crate::{kid, refusal};

on_both_engines! {
    key_5_a_revoked_key_neither_signs_nor_counts,
    key_5_a_newer_list_is_not_replaced_by_an_older_one,
    key_5_a_retired_key_can_be_revoked_and_takes_no_other_with_it,
    key_5_a_dry_run_of_a_revocation_changes_nothing,
    key_5_a_revocation_and_refreshes_race,
    key_5_neither_root_nor_unknown_is_revoked,
}

async fn key_5_a_revoked_key_neither_signs_nor_counts(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let shipped = fixture.trust().await;
    let leaked = fixture.active(KeyPurpose::Issuing).await.key;
    let seat = fixture.activate("a", None).await.unwrap();

    let revoked = fixture.revoke(leaked.id).await.unwrap().key;
    assert_eq!((revoked.status(), revoked.usable, revoked.revoked), (KeyStatus::Revoked, false, Some(fixture.now())));
    let present = fixture.active(KeyPurpose::Issuing).await.key;
    assert_ne!(present.id, leaked.id);

    // The access token is no more; the same seat id is the way back, and takes no other seat.
    let error = credential::access_token(&fixture.system, &seat.access_token, fixture.now()).await.unwrap_err();
    assert!(matches!(error, Error::Unauthenticated(Unauthenticated::AccessToken)), "{error:?}");
    let again = fixture.activate("a", None).await.unwrap();
    assert_eq!((again.created, again.view.activation.id), (false, seat.view.activation.id));
    assert_eq!(kid(&again.lease), present.kid);
    fixture.renew_lease(&again, &again.nonce, "one").await.unwrap();

    // Whoever has the newer list refuses the old lease; an older product believes the new one all the same.
    let trust = fixture.trust().await;
    assert_eq!(fixture.believes(&trust, &seat.lease), Err(TokenError::KeyRevoked));
    fixture.believes(&trust, &again.lease).unwrap();
    fixture.believes(&shipped, &again.lease).unwrap();
    let published = vendor::jwks(&fixture.system, fixture.vendor.id).await.unwrap().keys;
    assert!(!published.iter().any(|key| key.kid == leaked.kid));
    // Again: it stays as it is.
    assert_eq!(fixture.revoke(leaked.id).await.unwrap().key, revoked);
    assert_eq!(fixture.trust().await.revocations().number, 1);
}

async fn key_5_a_newer_list_is_not_replaced_by_an_older_one(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let mut bundles = vec![fixture.bundle().await];
    for _ in 0..3 {
        let present = fixture.active(KeyPurpose::Issuing).await.key;
        fixture.revoke(present.id).await.unwrap();
        bundles.push(fixture.bundle().await);
    }
    let mut trust = chancery_token::Trust::open(&bundles[0], None, fixture.now()).unwrap();
    for (number, bundle) in bundles.iter().enumerate() {
        trust.update(bundle, fixture.now()).unwrap();
        assert_eq!(trust.revocations().number, number as u64);
        assert_eq!(trust.revocations().revoked.len(), number);
    }
    let seen = TokenError::Superseded { number: 2, seen: 3 };
    assert_eq!(trust.update(&bundles[2], fixture.now()), Err(seen.clone()));
    assert_eq!(seen.code(), "token_superseded");
    assert_eq!(trust.revocations().number, 3);
}

async fn key_5_a_retired_key_can_be_revoked_and_takes_no_other_with_it(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let old = fixture.active(KeyPurpose::Issuing).await.key;
    let seat = fixture.activate("a", None).await.unwrap();
    let present = fixture.rotate().await.unwrap().key;
    fixture.revoke(old.id).await.unwrap();
    assert_eq!(fixture.active(KeyPurpose::Issuing).await.key.id, present.id);
    assert!(credential::access_token(&fixture.system, &seat.access_token, fixture.now()).await.is_err());
    let trust = fixture.trust().await;
    assert_eq!(fixture.believes(&trust, &seat.lease), Err(TokenError::KeyRevoked));
}

async fn key_5_a_dry_run_of_a_revocation_changes_nothing(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let (before, bundle) = (fixture.keys().await, fixture.bundle().await);
    let present = fixture.active(KeyPurpose::Issuing).await.key;
    let context = fixture.admin().rehearsing(true);
    let error = chancery_operations::signing_key::revoke(&fixture.system, &context, present.id).await.unwrap_err();
    let Error::Rehearsed(told) = error else { panic!("not a dry run: {error:?}") };
    let of_it: Vec<_> = told.changes.iter().filter(|(subject, _)| *subject == present.id.to_string()).collect();
    assert!(of_it.iter().any(|(_, change)| change.field == "status" && change.to.as_deref() == Some("revoked")));
    assert!(told.changes.iter().any(|(subject, _)| *subject != present.id.to_string()), "and of the one that follows");
    assert_eq!((fixture.keys().await, fixture.bundle().await), (before, bundle));
    fixture.activate("a", None).await.unwrap();
}

async fn key_5_a_revocation_and_refreshes_race(engine: Engine) {
    let fixture = Arc::new(Fixture::new(engine, Terms { seats: 20, ..Terms::default() }).await);
    let leaked = fixture.active(KeyPurpose::Issuing).await.key;
    let mut seats = Vec::new();
    for nth in 0..12 {
        seats.push(Arc::new(fixture.activate(&format!("machine-{nth}"), None).await.unwrap()));
    }
    let refreshes: Vec<_> = seats
        .iter()
        .map(|seat| {
            let (fixture, seat) = (Arc::clone(&fixture), Arc::clone(seat));
            tokio::spawn(async move { fixture.renew_lease(&seat, &seat.nonce, "one").await })
        })
        .collect();
    fixture.revoke(leaked.id).await.unwrap();
    for refresh in refreshes {
        // Before it or after it; nothing between.
        match refresh.await.unwrap() {
            Ok(_) | Err(Error::Unauthenticated(Unauthenticated::AccessToken)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    let trust = fixture.trust().await;
    for (nth, seat) in seats.iter().enumerate() {
        assert!(fixture.renew_lease(seat, &seat.nonce, "two").await.is_err());
        let again = fixture.activate(&format!("machine-{nth}"), None).await.unwrap();
        assert!(!again.created);
        fixture.believes(&trust, &again.lease).unwrap();
    }
    assert_eq!(fixture.used().await, (12, 0, 12));
}

async fn key_5_neither_root_nor_unknown_is_revoked(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let root = fixture.root().await.key;
    let error = fixture.revoke(root.id).await.unwrap_err();
    assert_eq!(refusal(&error), Some(&Refusal::KeyIsRoot));
    let nobody = chancery_domain::Id::new(fixture.now(), [9; 10]);
    assert!(matches!(fixture.revoke(nobody).await.unwrap_err(), Error::NotFound));
}
