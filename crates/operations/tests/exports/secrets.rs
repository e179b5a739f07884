//! Licensee secrets where local servers could be told a first one (SEC-2).

use chancery_domain::{LicenseeSecret, Refusal, SecretMode, Selector};
use chancery_operations::PageRequest;
use chancery_operations::entitlement::NewExport;
use chancery_operations::licensee::{self, LicenseeFilter};
use chancery_operations::product::{self, ProductEdit};
use chancery_token::hash::hmac_sha256;
use chancery_token::{CarriedSecret, Usage as Told};

use crate::carried::told;
use crate::fixture::Engine;
use crate::machine::refusal;
use crate::on_both_engines;
use crate::server::{Vendor, customer};

on_both_engines! {
    sec_2_a_licensee_without_a_secret_goes_to_one_server_only,
    sec_2_a_first_secret_comes_back_with_a_return,
    sec_2_a_first_secret_comes_back_with_a_report,
    sec_2_of_two_first_secrets_the_one_that_is_here_stays,
    sec_3_what_is_stored_goes_along_where_it_is_used,
    sec_2_of_exports_at_once_one_server_is_chosen,
    sec_4_a_secret_that_was_taken_away_does_not_come_back,
}

async fn asks_for_secrets(vendor: &Vendor, mode: SecretMode) {
    let edit = ProductEdit { secret_mode: Some(mode), ..ProductEdit::default() };
    product::update(&vendor.system, &vendor.admin(), vendor.product.id.into(), edit).await.unwrap();
}

/// A secret as a server stores it.
fn stored(vendor: &Vendor, text: &str) -> CarriedSecret {
    CarriedSecret { key: [4; 32], mac: hmac_sha256(&[4; 32], &[text.as_bytes()]), since: vendor.now() }
}

async fn with_secret(vendor: &Vendor, text: &str) -> Told {
    Told { licensee_secret: Some(stored(vendor, text)), ..told(0, None) }
}

/// Whether a secret is that of the fixture's customer.
async fn is_secret(vendor: &Vendor, text: &str) -> bool {
    let mut wanted = chancery_operations::activation::NewActivation {
        claimant: vendor.claimant().await.unwrap(),
        edition: None,
        seat_id: chancery_domain::SeatId::new("asks").unwrap(),
        seat_name: None,
        release: None,
        secret: Some(LicenseeSecret::new(text).unwrap()),
        device: Default::default(),
        device_proof: None,
    };
    wanted.claimant.caller.now = vendor.now();
    let by = vendor.by(wanted.claimant.caller.actor.clone());
    match chancery_operations::activation::activate(&vendor.system, &by, wanted).await {
        Ok(_) => true,
        other => {
            assert_eq!(refusal(other), Refusal::LicenseeSecretMismatch);
            false
        }
    }
}

async fn is_set(vendor: &Vendor) -> bool {
    let filter = LicenseeFilter { customer: Some(customer().into()), product: Some(vendor.product.id.into()) };
    let found = licensee::list(&vendor.system, &vendor.admin(), filter, PageRequest::default()).await.unwrap().items;
    found.first().is_some_and(|licensee| licensee.secret.is_some())
}

async fn sec_2_a_licensee_without_a_secret_goes_to_one_server_only(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    asks_for_secrets(&vendor, SecretMode::Client).await;
    let (one, other) = (vendor.server(1).await, vendor.server(2).await);
    let first = vendor.exports(&one, Some(1)).await.unwrap();
    assert_eq!(refusal(vendor.exports(&other, Some(1)).await), Refusal::LicenseeSecretNotSet);
    vendor.token(&one, None).await.unwrap();
    vendor.imports(&one.returns(&vendor, &first, told(0, None)).await).await.unwrap();
    vendor.exports(&other, Some(1)).await.unwrap();
    // Once there is one, all are given it.
    let filter = LicenseeFilter { customer: Some(customer().into()), product: Some(vendor.product.id.into()) };
    let found = licensee::list(&vendor.system, &vendor.admin(), filter, PageRequest::default()).await.unwrap();
    let (id, secret) = (found.items[0].id, LicenseeSecret::new("s3cret").unwrap());
    licensee::set_secret(&vendor.system, &vendor.admin(), Selector::Id(id), secret).await.unwrap();
    vendor.exports(&one, Some(1)).await.unwrap();
    // The mode can change when two servers have shares already.
    let vendor = Vendor::new(engine, 6).await;
    let (one, other) = (vendor.server(1).await, vendor.server(2).await);
    vendor.exports(&one, Some(1)).await.unwrap();
    vendor.exports(&other, Some(1)).await.unwrap();
    asks_for_secrets(&vendor, SecretMode::Client).await;
    assert_eq!(refusal(vendor.token(&one, None).await), Refusal::LicenseeSecretNotSet);
    asks_for_secrets(&vendor, SecretMode::Predefined).await;
    vendor.token(&one, None).await.unwrap();
}

async fn sec_2_a_first_secret_comes_back_with_a_return(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    asks_for_secrets(&vendor, SecretMode::Client).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, None).await.unwrap();
    assert!(!is_set(&vendor).await);
    let usage = with_secret(&vendor, "s3cret").await;
    vendor.imports(&server.returns(&vendor, &exported, usage).await).await.unwrap();
    assert!(is_set(&vendor).await);
    assert!(!is_secret(&vendor, "another").await);
    assert!(is_secret(&vendor, "s3cret").await);
}

async fn sec_2_a_first_secret_comes_back_with_a_report(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, Some(2)).await.unwrap();
    let usage = with_secret(&vendor, "ignored").await;
    vendor.takes_report(&server.reports(&vendor, 1, &[(&exported, usage)]).await).await.unwrap();
    assert!(!is_set(&vendor).await, "the product asks for none");
    asks_for_secrets(&vendor, SecretMode::Client).await;
    let usage = with_secret(&vendor, "s3cret").await;
    vendor.takes_report(&server.reports(&vendor, 2, &[(&exported, usage)]).await).await.unwrap();
    assert!(is_secret(&vendor, "s3cret").await);
}

async fn sec_2_of_two_first_secrets_the_one_that_is_here_stays(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    asks_for_secrets(&vendor, SecretMode::Client).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, Some(2)).await.unwrap();
    assert!(is_secret(&vendor, "here").await, "the first that is brought");
    let usage = with_secret(&vendor, "there").await;
    vendor.imports(&server.returns(&vendor, &exported, usage).await).await.unwrap();
    assert!(is_secret(&vendor, "here").await);
}

async fn sec_3_what_is_stored_goes_along_where_it_is_used(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    asks_for_secrets(&vendor, SecretMode::Client).await;
    assert!(is_secret(&vendor, "s3cret").await);
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, Some(2)).await.unwrap();
    let carried = server.opens(&vendor, &exported.token).await.claims.payload.licensee.clone().unwrap();
    let secret = carried.secret.unwrap();
    assert_eq!(secret.mac, hmac_sha256(&secret.key, &[b"s3cret"]));
    asks_for_secrets(&vendor, SecretMode::Disabled).await;
    let next = vendor.token(&server, None).await.unwrap();
    let carried = server.opens(&vendor, &next.token).await.claims.payload.licensee.clone().unwrap();
    assert_eq!(carried.secret, None);
}

async fn sec_2_of_exports_at_once_one_server_is_chosen(engine: Engine) {
    let vendor = std::sync::Arc::new(Vendor::new(engine, 6).await);
    asks_for_secrets(&vendor, SecretMode::Client).await;
    let mut tasks = tokio::task::JoinSet::new();
    for seed in 1..=3 {
        let server = vendor.server(seed).await;
        let new: NewExport = vendor.export_of(&server, Some(1));
        let vendor = std::sync::Arc::clone(&vendor);
        tasks.spawn(async move { vendor.exports_as(new).await });
    }
    let results = tasks.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for result in results.into_iter().filter(Result::is_err) {
        assert_eq!(refusal(result), Refusal::LicenseeSecretNotSet);
    }
}

async fn sec_4_a_secret_that_was_taken_away_does_not_come_back(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    asks_for_secrets(&vendor, SecretMode::Client).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, Some(2)).await.unwrap();
    let usage = with_secret(&vendor, "s3cret").await;
    vendor.takes_report(&server.reports(&vendor, 1, &[(&exported, usage.clone())]).await).await.unwrap();
    vendor.advance(chancery_domain::Interval::days(1));
    let filter = LicenseeFilter { customer: Some(customer().into()), product: Some(vendor.product.id.into()) };
    let found = licensee::list(&vendor.system, &vendor.admin(), filter, PageRequest::default()).await.unwrap();
    let id = found.items[0].id;
    licensee::reset_secret(&vendor.system, &vendor.admin(), Selector::Id(id)).await.unwrap();
    let next = vendor.token(&server, None).await.unwrap();
    let carried = server.opens(&vendor, &next.token).await.claims.payload.licensee.clone().unwrap();
    assert_eq!((carried.secret, carried.secret_cleared), (None, Some(vendor.now())));
    // The server has not heard of it, and tells what it has.
    vendor.takes_report(&server.reports(&vendor, 2, &[(&exported, usage)]).await).await.unwrap();
    assert!(!is_set(&vendor).await);
    vendor.advance(chancery_domain::Interval::days(1));
    let another = with_secret(&vendor, "another").await;
    vendor.takes_report(&server.reports(&vendor, 3, &[(&next, another)]).await).await.unwrap();
    assert!(is_secret(&vendor, "another").await, "it was set there since");
}
