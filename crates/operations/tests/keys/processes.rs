//! Several processes on one PostgreSQL: what one does with keys, the others follow (KEY-5).

use chancery_domain::KeyPurpose;
use chancery_operations::{Error, Unauthenticated, credential, vendor};

use crate::fixture::{Engine, Fixture, Terms};
use crate::kid;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn key_5_another_process_goes_on_with_the_new_key() {
    let one = Fixture::new(Engine::Postgres, Terms::default()).await;
    let other = one.twin().await;
    assert!(!other.system.follow_keys().await.unwrap());
    let old = one.active(KeyPurpose::Issuing).await.key;
    let made = one.rotate().await.unwrap().key;
    // Until it follows it signs by the old key, which is no harm.
    let late = other.activate("a", None).await.unwrap();
    assert_eq!(kid(&late.lease), old.kid);
    one.believes(&one.trust().await, &late.lease).unwrap();
    one.renew_lease(&late, &late.nonce, "one").await.unwrap();
    // What the new key signed it takes at once: it looks for keys that it does not know.
    other.advance(chancery_domain::Interval::new(chancery_domain::Unit::Minute, 1).unwrap());
    let seat = one.activate("b", None).await.unwrap();
    credential::access_token(&other.system, &seat.access_token, other.now()).await.unwrap();
    // Its ring has the new key by that; and there is nothing left to follow.
    assert!(!other.system.follow_keys().await.unwrap());
    assert_eq!(kid(&other.activate("a", None).await.unwrap().lease), made.kid);
    let again = one.rotate().await.unwrap().key;
    assert!(other.system.follow_keys().await.unwrap());
    assert_eq!(kid(&other.activate("a", None).await.unwrap().lease), again.kid);
    other.system.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn key_5_another_process_drops_a_revoked_key() {
    let one = Fixture::new(Engine::Postgres, Terms::default()).await;
    let other = one.twin().await;
    let seat = other.activate("a", None).await.unwrap();
    credential::access_token(&other.system, &seat.access_token, other.now()).await.unwrap();
    let leaked = one.active(KeyPurpose::Issuing).await.key;
    one.revoke(leaked.id).await.unwrap();
    assert!(other.system.follow_keys().await.unwrap());
    let error = credential::access_token(&other.system, &seat.access_token, other.now()).await.unwrap_err();
    assert!(matches!(error, Error::Unauthenticated(Unauthenticated::AccessToken)), "{error:?}");
    assert_ne!(kid(&other.activate("a", None).await.unwrap().lease), leaked.kid);
    assert_eq!(other.bundle().await, one.bundle().await);
    other.system.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn key_5_two_processes_rotate_and_revoke_at_once() {
    let one = std::sync::Arc::new(Fixture::new(Engine::Postgres, Terms::default()).await);
    let other = std::sync::Arc::new(one.twin().await);
    let first = one.active(KeyPurpose::Issuing).await.key;
    let work = |fixture: std::sync::Arc<Fixture>| async move {
        for _ in 0..5 {
            fixture.rotate().await.unwrap();
        }
    };
    let (a, b, c) = tokio::join!(
        tokio::spawn(work(one.clone())),
        tokio::spawn(work(other.clone())),
        tokio::spawn({
            let other = other.clone();
            async move { other.revoke(first.id).await.unwrap() }
        }),
    );
    a.unwrap();
    b.unwrap();
    c.unwrap();
    for fixture in [&one, &other] {
        fixture.system.follow_keys().await.unwrap();
        let present = fixture.active(KeyPurpose::Issuing).await.key;
        assert_eq!(kid(&fixture.activate("a", None).await.unwrap().lease), present.kid);
    }
    let trust = one.trust().await;
    assert_eq!(trust.revocations().number, 1);
    assert!(trust.revocations().revokes(&first.kid));
    let published = vendor::jwks(&other.system, one.vendor.id).await.unwrap().keys;
    assert!(!published.iter().any(|key| key.kid == first.kid));
    other.system.close().await;
}
