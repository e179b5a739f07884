//! Certificates: for what, until when, and renewed by themselves (KEY-3).

use chancery_domain::{Interval, KeyPurpose, KeyWarning, Period, Unit};
use chancery_operations::{Error, signing_key};

use crate::fixture::{Engine, Fixture, Terms};
use crate::kid;
use crate::on_both_engines;

on_both_engines! {
    key_3_certificates_are_renewed_before_they_end,
    key_3_without_the_root_certificates_end_and_say_so_before,
}

fn months(count: u64) -> Interval {
    Interval::new(Unit::Month, count).unwrap()
}

/// Years of use, for a lease that can still be asked for at their end.
fn terms() -> Terms {
    Terms { duration: None, ..Terms::default() }
}

async fn key_3_certificates_are_renewed_before_they_end(engine: Engine) {
    let fixture = Fixture::new(engine, terms()).await;
    let (shipped, first) = (fixture.trust().await, fixture.active(KeyPurpose::Issuing).await.key);
    fixture.advance(months(12));
    assert!(signing_key::renew(&fixture.system, fixture.now(), [8; 32]).await.unwrap().is_empty());
    assert_eq!(fixture.active(KeyPurpose::Issuing).await.key.certified_until, first.certified_until, "not yet");

    fixture.advance(months(7));
    assert!(signing_key::renew(&fixture.system, fixture.now(), [8; 32]).await.unwrap().is_empty());
    let renewed = fixture.active(KeyPurpose::Issuing).await.key;
    assert_eq!((renewed.id, renewed.certified_until), (first.id, Some(fixture.now().plus(months(24)))));
    let trust = fixture.trust().await;
    assert_eq!(trust.certificates().iter().filter(|known| known.kid() == first.kid).count(), 2, "both are alive");
    // Nothing more to do.
    signing_key::renew(&fixture.system, fixture.now(), [9; 32]).await.unwrap();
    assert_eq!(fixture.trust().await.certificates().len(), trust.certificates().len());

    // Past the end of the first certificate; the product knows nothing of the second but what the lease brings.
    fixture.advance(months(6));
    let seat = fixture.activate("a", None).await.unwrap();
    fixture.believes(&shipped, &seat.lease).unwrap();
}

async fn key_3_without_the_root_certificates_end_and_say_so_before(engine: Engine) {
    let fixture = Fixture::new(engine, terms()).await;
    let pem = fixture.remove_root().await;
    fixture.advance(months(20));
    let attention = signing_key::renew(&fixture.system, fixture.now(), [8; 32]).await.unwrap();
    assert_eq!(attention.len(), 3, "both keys that sign leases, and the one that receives");
    assert!(attention.iter().all(|one| one.warning == KeyWarning::CertificateEnding));
    assert_eq!(fixture.active(KeyPurpose::Issuing).await.warning, Some(KeyWarning::CertificateEnding));
    fixture.activate("a", None).await.unwrap();

    fixture.advance(months(5));
    assert_eq!(fixture.active(KeyPurpose::Issuing).await.warning, Some(KeyWarning::CertificateEnded));
    assert!(matches!(fixture.activate("b", None).await, Err(Error::NoSigningKey)));

    fixture.import(&pem, Some("a long passphrase"), None).await.unwrap();
    assert!(signing_key::renew(&fixture.system, fixture.now(), [8; 32]).await.unwrap().is_empty());
    let seat = fixture.activate("b", None).await.unwrap();
    fixture.believes(&fixture.trust().await, &seat.lease).unwrap();
}

/// The rule knows no engine.
#[tokio::test]
async fn key_3_seat_6_what_lives_long_is_signed_by_the_key_for_that() {
    for (period, purpose) in [
        (Period::Limited(Interval::days(1)), KeyPurpose::Issuing),
        (Period::Limited(Interval::days(400)), KeyPurpose::Issuing),
        (Period::Limited(Interval::days(401)), KeyPurpose::Lasting),
        (Period::Unlimited, KeyPurpose::Lasting),
    ] {
        let fixture = Fixture::new(Engine::SqliteMemory, Terms { lease_period: period, ..terms() }).await;
        let seat = fixture.activate("a", None).await.unwrap();
        assert_eq!(kid(&seat.lease), fixture.active(purpose).await.key.kid, "{period:?}");
        fixture.believes(&fixture.trust().await, &seat.lease).unwrap();
        assert_eq!(kid(&seat.access_token), fixture.active(KeyPurpose::Issuing).await.key.kid);
    }
}
