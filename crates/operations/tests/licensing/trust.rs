//! What is signed here is believed by whoever has the trust bundle: KEY-3, KEY-4, TOK-7.

use chancery_operations::activation::{Validation, validate};
use chancery_operations::credential::{self, Credential};
use chancery_operations::{Context, activation, vendor};
use chancery_token::{LeaseExpectation, Trust};

use crate::fixture::{CODE, Engine, Fixture, Terms};

#[tokio::test]
async fn key_4_tok_7_a_lease_opens_with_the_trust_bundle_alone() {
    let fixture = Fixture::new(Engine::SqliteFile, Terms::default()).await;
    let bundle = vendor::trust_bundle(&fixture.system, fixture.vendor.id, fixture.now(), [5; 32]).await.unwrap();
    let trust = Trust::open(&bundle, None, fixture.now()).unwrap();
    let seat = fixture.activate("a", None).await.unwrap();
    let expected = LeaseExpectation::online(fixture.product.id, fixture.now());
    let lease = trust.open_lease(&seat.lease, &expected).unwrap();
    assert_eq!(lease.activation, Some(seat.view.activation.id));
    assert_eq!(lease.expiry, seat.view.activation.lease.expiry);
    assert_eq!(lease.features.len(), 2);
    // A verdict is a lease without a seat, and no lease (LIC).
    let credential = Credential::ActivationCode(CODE.to_owned());
    let claimant =
        credential::claimant(&fixture.system, &credential, fixture.product.id.into(), fixture.now()).await.unwrap();
    let context = Context::new(claimant.caller.actor.clone(), claimant.caller.now, [6; 32]);
    let asked = Validation { claimant, edition: None, seat_id: None, release: None, secret: None, device_proof: None };
    let answer = validate(&fixture.system, &context, asked).await.unwrap();
    assert_eq!((answer.refusal, answer.seats_available.get()), (None, 1));
    let verdict = answer.verdict.unwrap();
    assert!(trust.open_lease(&verdict, &expected).is_err());
    trust.open_verdict(&verdict, &expected).unwrap();
}

#[tokio::test]
async fn lic_4_an_access_token_is_good_for_its_activation_alone() {
    let fixture = Fixture::new(Engine::SqliteMemory, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    let holder = credential::access_token(&fixture.system, &seat.access_token, fixture.now()).await.unwrap();
    assert_eq!((holder.activation, holder.chain), (seat.view.activation.id, 1));
    // A lease is no access token, and what was altered is nothing.
    assert!(credential::access_token(&fixture.system, &seat.lease, fixture.now()).await.is_err());
    let altered = format!("{}A", &seat.access_token[..seat.access_token.len() - 1]);
    assert!(credential::access_token(&fixture.system, &altered, fixture.now()).await.is_err());
    let page = chancery_operations::PageRequest::default();
    assert_eq!(activation::list(&fixture.system, &fixture.admin(), None, page).await.unwrap().items.len(), 1);
}
