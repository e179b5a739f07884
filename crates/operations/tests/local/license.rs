//! LLS-1, LLS-2, EXP-11: a local server's own license, from its first request to the token by which it is given up.

use chancery_domain::*;
use chancery_operations::local::license;
use chancery_operations::{Error, offline};
use chancery_token::{Recipient, TokenError};

use crate::dark::{Dark, machine, not_active};
use crate::fixture::Engine;
use crate::machine::{refusal, token_error};
use crate::on_both_engines;
use crate::server::Vendor;

on_both_engines!(
    lls_1_a_server_serves_while_its_license_runs,
    lls_2_it_is_the_same_server_whatever_becomes_of_its_license,
    exp_11_giving_the_license_up_warns_and_closes_nothing,
    key_6_the_keys_of_a_cycle_are_encrypted_anew_with_the_others,
    off_8_a_full_disk_leaves_the_license_or_the_token,
    off_5_what_is_not_for_this_server_changes_nothing,
    off_8_a_license_that_was_given_up_tells_the_same_token,
);

/// Licenses of thirty days.
async fn of_thirty_days(of: &Vendor) {
    use chancery_operations::entitlement;
    let filter = entitlement::EntitlementFilter { order: Some(of.licenses), ..Default::default() };
    let page = chancery_operations::PageRequest::default();
    let list = entitlement::list(&of.system, &of.admin(), filter, None, page).await.unwrap();
    let edit = EntitlementEdit {
        offline_lease_period: Some(Some(Period::Limited(Interval::days(30)))),
        ..EntitlementEdit::default()
    };
    let id = list.items[0].entitlement.id;
    entitlement::update(&of.system, &of.admin(), id, edit, false).await.unwrap();
}

async fn lls_1_a_server_serves_while_its_license_runs(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    of_thirty_days(&of).await;
    let dark = Dark::new(engine, &of, 1).await;
    assert_eq!(dark.status(&of).await.standing, LocalStanding::NotActive(NotActiveReason::NeverActivated));
    assert!(!dark.serves(&of));

    let status = dark.license(&of).await;
    let until = status.license.clone().unwrap().expiry.unwrap();
    assert_eq!(status.standing, LocalStanding::Active { until: Some(until) });
    assert_eq!(status.license.unwrap().seat_name.as_deref(), Some("dark-1"));
    assert!(dark.serves(&of));
    let again = license::request(&dark.system, &dark.admin(&of), &of.code, None).await;
    assert_eq!(refusal(again), Refusal::AlreadyActivated { until: Some(until) });

    of.advance(Interval::days(30));
    assert!(!dark.serves(&of), "on the instant");
    assert_eq!(dark.status(&of).await.standing, LocalStanding::NotActive(NotActiveReason::LeaseEnded(until)));

    let activation = dark.status(&of).await.license.unwrap().activation;
    let refresh = offline::refresh(&of.system, &of.admin(), activation).await.unwrap();
    let status = license::refresh(&dark.system, &dark.admin(&of), &refresh.token).await.unwrap();
    assert!(status.standing.is_active() && dark.serves(&of));
    let again = license::refresh(&dark.system, &dark.admin(&of), &refresh.token).await;
    assert!(matches!(token_error(again), TokenError::Superseded { .. }), "a refresh is applied once");
}

async fn lls_2_it_is_the_same_server_whatever_becomes_of_its_license(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::hosting(engine, &of, Some(2)).await;
    let registered = chancery_operations::local_server::find(&of.system, &of.admin(), dark.id).await.unwrap();
    assert!(registered.active);
    let given_up = license::deactivate(&dark.system, &dark.admin(&of)).await.unwrap();
    assert_eq!(given_up.hosted, 1, "EXP-11: it is said that something is hosted");
    assert_eq!(dark.status(&of).await.standing, LocalStanding::NotActive(NotActiveReason::Deactivated));
    offline::deactivate(&of.system, &of.admin(), &given_up.token).await.unwrap();
    let marked = chancery_operations::local_server::find(&of.system, &of.admin(), dark.id).await.unwrap();
    assert!(!marked.active, "it cannot be chosen as a host");
    assert_eq!(of.seats_here().await, 3, "the sessions stay, held (EXP-11)");

    dark.license(&of).await;
    let back = chancery_operations::local_server::find(&of.system, &of.admin(), dark.id).await.unwrap();
    assert!(back.active);
    assert_eq!(back.server.keys, registered.server.keys, "with the same keys");
    assert_ne!(back.server.activation, registered.server.activation);
    let seat = dark.claim(&of, "pc-1", None).await.unwrap();
    of.believes(&seat.lease).await.unwrap();
}

async fn exp_11_giving_the_license_up_warns_and_closes_nothing(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::hosting(engine, &of, Some(2)).await;
    let held = dark.claim(&of, "pc-1", None).await.unwrap();
    let given_up = license::deactivate(&dark.system, &dark.admin(&of)).await.unwrap();
    assert_eq!(given_up.hosted, 1);
    assert!(!dark.serves(&of));
    offline::deactivate(&of.system, &of.admin(), &given_up.token).await.unwrap();
    let token = dark.token(&of, Some(3)).await;
    dark.import(&of, &token).await.unwrap();
    dark.reports(&of).await;
    dark.license(&of).await;
    assert!(dark.serves(&of));
    dark.refresh(&of, &held, &held.nonce, None).await.unwrap();
}

async fn key_6_the_keys_of_a_cycle_are_encrypted_anew_with_the_others(engine: Engine) {
    use chancery_operations::{KeyEncryptionKey, System, SystemOptions, signing_key};
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::licensed(engine, &of, 1).await;
    let key = || KeyEncryptionKey::from_bytes(&[4; 32]).unwrap();
    let count = signing_key::rewrap(&dark.system, key(), of.now(), [6; 32]).await.unwrap();
    assert_eq!(count, 4, "the vendor's secret, two keys, and those of the cycle");
    let options = SystemOptions { key_encryption_key: key(), public_url: None, machine: Some(machine(1)) };
    let system = System::open(dark.store.clone(), options).await.unwrap();
    license::deactivate(&system, &dark.admin(&of)).await.unwrap_or_else(|error| {
        assert_eq!(not_active::<()>(Err(error)), NotActiveReason::AnotherMachine, "PostgreSQL is bound to itself");
        license::Deactivation { token: String::new(), hosted: 0 }
    });
}

async fn off_8_a_full_disk_leaves_the_license_or_the_token(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::licensed(engine, &of, 1).await;
    dark.fill(true);
    let failed = license::deactivate(&dark.system, &dark.admin(&of)).await;
    assert!(matches!(failed, Err(Error::Store(_))));
    assert!(dark.serves(&of), "it was not given up");
    dark.fill(false);
    license::deactivate(&dark.system, &dark.admin(&of)).await.unwrap();
    assert!(!dark.serves(&of));
}

async fn off_5_what_is_not_for_this_server_changes_nothing(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let (one, other) = (Dark::new(engine, &of, 1).await, Dark::new(engine, &of, 2).await);
    let request = one.asks(&of).await;
    let response = of.answers(&of.admin(), &request, &of.code).await.unwrap().token;
    other.asks(&of).await;
    let wrong = license::activate(&other.system, &other.admin(&of), &response).await;
    assert_eq!(token_error(wrong), TokenError::WrongRecipient(Recipient::Device));
    for text in ["", "x", "a.b.c", "a.b.c.d.e", &request] {
        assert!(matches!(license::activate(&one.system, &one.admin(&of), text).await, Err(Error::Token { .. })));
    }
    let as_refresh = license::refresh(&one.system, &one.admin(&of), &response).await;
    assert!(matches!(token_error(as_refresh), TokenError::WrongType { .. }));
    assert!(!one.serves(&of) && !other.serves(&of));

    license::activate(&one.system, &one.admin(&of), &response).await.unwrap();
    let twice = license::activate(&one.system, &one.admin(&of), &response).await;
    assert!(matches!(token_error(twice), TokenError::Superseded { .. }), "a response is taken once");
    let refresh =
        offline::refresh(&of.system, &of.admin(), one.status(&of).await.license.unwrap().activation).await.unwrap();
    let as_response = license::activate(&one.system, &one.admin(&of), &refresh.token).await;
    assert!(matches!(token_error(as_response), TokenError::WrongType { .. }));
}

async fn off_8_a_license_that_was_given_up_tells_the_same_token(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::new(engine, &of, 1).await;
    let never = license::deactivate(&dark.system, &dark.admin(&of)).await;
    assert_eq!(not_active(never), NotActiveReason::NeverActivated);
    let request = dark.asks(&of).await;
    let response = of.answers(&of.admin(), &request, &of.code).await.unwrap().token;
    license::activate(&dark.system, &dark.admin(&of), &response).await.unwrap();

    let first = license::deactivate(&dark.system, &dark.admin(&of)).await.unwrap().token;
    let again = license::deactivate(&dark.system, &dark.admin(&of)).await.unwrap().token;
    assert_eq!(first, again);
    let old = license::activate(&dark.system, &dark.admin(&of), &response).await;
    assert_eq!(token_error(old), TokenError::WrongRecipient(Recipient::Device), "its keys were destroyed");
    let done = offline::deactivate(&of.system, &of.admin(), &first).await.unwrap();
    assert!(!done.already_done);
    assert!(offline::deactivate(&of.system, &of.admin(), &first).await.unwrap().already_done);

    let request = dark.asks(&of).await;
    assert_eq!(
        license::deactivate(&dark.system, &dark.admin(&of)).await.unwrap().token,
        first,
        "until it is activated"
    );
    let response = of.answers(&of.admin(), &request, &of.code).await.unwrap().token;
    license::activate(&dark.system, &dark.admin(&of), &response).await.unwrap();
    assert!(dark.serves(&of));
}
