//! A local server in the authority's place: the product's code is the same (TOK-8, LLS-1, EXP-9, OFF-11).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use chancery_client::{Because, Error, LeaseClaims, Product, Standing};
use chancery_domain::{EntitlementId, LocalServerId};
use chancery_token::SigningKey;
use common::faces::{Blocking, Face};
use common::local::{DELEGATED, Local};
use common::server::Server;
use common::vendor::{DAY, Vendor, id, product_id, start};
use common::world::Fault;
use common::{Scene, request};
use serde_json::Value;

both_faces!(
    tok_8_the_same_calls_work_against_a_local_server,
    tok_8_what_was_not_delegated_is_refused_and_the_good_lease_stays,
    lls_1_a_local_server_that_is_not_active_is_as_good_as_away,
    lls_1_a_call_that_was_lost_before_is_settled_when_the_server_is_active_again,
    exp_9_a_refresh_shows_the_lease_that_a_local_server_gave_on_repeats_too,
    exp_9_what_the_vendor_gave_is_not_shown,
    safe_3_a_refresh_is_repeated_to_the_letter_also_when_its_lease_is_believed_no_more,
    exp_9_a_server_of_another_name_is_the_same_server,
    sec_2_a_product_moves_to_a_local_server_and_back_by_activating,
    safe_3_what_was_lost_at_the_old_server_holds_up_nothing_at_the_new_one,
    off_11_a_local_server_whose_clock_is_a_little_wrong_is_believed,
    off_11_a_local_server_that_is_far_ahead_is_not_believed_and_costs_nothing,
    off_11_a_local_server_that_is_behind_gives_leases_that_end_sooner,
    off_11_a_site_whose_clocks_were_all_ahead_is_right_with_the_next_lease,
    off_11_a_clock_set_back_gives_no_time_at_a_local_server_either,
    off_11_a_process_that_only_asks_the_server_keeps_what_is_known_of_the_time,
    off_11_a_process_that_runs_on_does_not_hide_what_is_known_of_anothers_newer_lease,
);

fn open<F: Face>(scene: &Scene, server: &Server) -> F {
    F::open(&server.url, scene.product.clone(), scene.state(), scene.options.clone())
}

fn tok_8_the_same_calls_work_against_a_local_server<F: Face>() {
    let scene = Scene::local();
    let client: F = scene.client();
    assert!(client.validate(&request()).unwrap().allowed());
    client.activate(&request()).unwrap();
    let ended = start().shifted(7 * DAY);
    assert_eq!(client.check().unwrap(), Standing::Allowed { until: Some(ended) });
    assert_eq!(client.lease().unwrap().unwrap().host.as_ref().unwrap().id, id::<LocalServerId>(20));
    client.refresh().unwrap();
    client.checkout("renders", 2).unwrap();
    client.give_back("renders", 1).unwrap();
    assert_eq!(client.spend("renders", 1).unwrap().active.0.get(), 2);
    client.state().unwrap();
    client.deactivate().unwrap();
    assert_eq!(client.check().unwrap(), Standing::NotActivated);
}

fn tok_8_what_was_not_delegated_is_refused_and_the_good_lease_stays<F: Face>() {
    type Spoil = fn(LeaseClaims) -> LeaseClaims;
    let spoils: [(Spoil, &str); 8] = [
        (|lease| LeaseClaims { product: id(9), ..lease }, "its delegation is for another product"),
        (
            |mut lease| {
                lease.entitlement.id = id::<EntitlementId>(9);
                lease
            },
            "its delegation is for another entitlement",
        ),
        (
            |mut lease| {
                lease.seat.as_mut().unwrap().number = 4;
                lease
            },
            "its delegation is for fewer seats",
        ),
        (
            |lease| LeaseClaims { expiry: Some(start().shifted(DELEGATED + 1)), ..lease },
            "its delegation ends before it",
        ),
        (|lease| LeaseClaims { expiry: None, ..lease }, "its delegation ends before it"),
        (
            |mut lease| {
                lease.host.as_mut().unwrap().id = id(21);
                lease
            },
            "its delegation is for another server",
        ),
        (|lease| LeaseClaims { delegation: None, ..lease }, "nobody vouches for it"),
        (|lease| LeaseClaims { host: None, ..lease }, "contradict"),
    ];
    let scene = Scene::local();
    let client: F = scene.activated();
    for (spoil, why) in spoils {
        scene.server.world().spoil = Some(spoil);
        let error = client.refresh().unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        assert!(client.check().unwrap().allowed(), "the good lease stays");
    }
    scene.server.world().spoil = None;
    // It is bound to the device's key as any lease.
    scene.server.world().spoil = Some(|lease| LeaseClaims {
        confirmation: Some(chancery_token::LeaseConfirmation { jkt: "another".to_owned() }),
        ..lease
    });
    assert_eq!(client.refresh().unwrap_err().code(), "token_wrong_recipient");
    scene.server.world().spoil = None;
    // Another server of the same vendor's cannot use this one's delegation.
    let mut thief = Local::new(78, &scene.server.world().vendor);
    thief.delegation = scene.server.world().local.as_ref().unwrap().delegation.clone();
    let own = scene.server.world().local.replace(thief);
    let error = client.refresh().unwrap_err();
    assert!(error.to_string().contains("its delegation is for another key"), "{error}");
    assert!(error.what_to_do().contains("local server"), "{}", error.what_to_do());
    scene.server.world().local = own;
    client.refresh().unwrap();
}

/// Every call that asks a server.
fn calls<F: Face>(client: &F) -> Vec<Error> {
    vec![
        client.activate(&request()).unwrap_err(),
        client.refresh().unwrap_err(),
        client.checkout("renders", 1).unwrap_err(),
        client.give_back("renders", 1).unwrap_err(),
        client.spend("renders", 1).unwrap_err(),
        client.state().unwrap_err(),
        client.entitlement().unwrap_err(),
        client.validate(&request()).unwrap_err(),
        client.deactivate().unwrap_err(),
    ]
}

fn lls_1_a_local_server_that_is_not_active_is_as_good_as_away<F: Face>() {
    let scene = Scene::local();
    let client: F = scene.activated();
    let (text, standing) = (scene.text(), client.check().unwrap());
    scene.server.world().inactive = true;
    for error in calls(&client) {
        assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
        assert_eq!((error.code(), error.is_outcome_unknown()), ("local_server_not_active", false));
        assert!(error.to_string().contains("run on"), "{error}");
    }
    assert_eq!(scene.server.seen().len(), 9, "a person must activate it: nobody waits for that");
    let status = client.status().unwrap();
    assert_eq!((status.standing, status.unsettled), (standing, None));
    assert!(standing.allowed(), "the lease runs on");
    scene.server.world().inactive = false;
    assert_eq!(client.spend("renders", 1).unwrap().active.0.get(), 1);
    let seen = scene.server.seen();
    assert_eq!(seen[0].header("chancery-nonce"), Some("nonce-1-0"), "nothing was turned");
    assert_ne!(scene.text(), text);
}

fn lls_1_a_call_that_was_lost_before_is_settled_when_the_server_is_active_again<F: Face>() {
    let scene = Scene::local();
    let client: F = scene.activated();
    scene.server.script([Fault::LoseReply]);
    scene.impatient::<F>().spend("renders", 2).unwrap_err();
    let lost = scene.server.seen();
    scene.server.world().inactive = true;
    let again = client.spend("renders", 2).unwrap_err();
    assert_eq!((again.code(), again.is_outcome_unknown()), ("local_server_not_active", true));
    let other = client.refresh().unwrap_err();
    assert_eq!((other.code(), other.is_outcome_unknown()), ("local_server_not_active", false));
    assert_eq!(client.status().unwrap().unsettled.as_deref(), Some("use renders"));
    scene.server.world().inactive = false;
    scene.server.seen();
    assert_eq!(client.spend("renders", 2).unwrap().active.0.get(), 2, "the lost reply");
    let seen = scene.server.seen();
    assert_eq!((seen.len(), &seen[0].body), (1, &lost[0].body));
    assert_eq!(seen[0].header("idempotency-key"), lost[0].header("idempotency-key"));
}

/// The lease that a request shows.
fn shown(request: &common::world::Seen) -> Option<String> {
    let body: Value = serde_json::from_str(&request.body).unwrap();
    body["lease"].as_str().map(str::to_owned)
}

fn exp_9_a_refresh_shows_the_lease_that_a_local_server_gave_on_repeats_too<F: Face>() {
    let scene = Scene::local();
    let client: F = scene.activated();
    client.refresh().unwrap();
    scene.server.script([Fault::LoseReply]);
    scene.impatient::<F>().refresh().unwrap_err();
    client.refresh().unwrap();
    let seen = scene.server.seen();
    let shown: Vec<_> = seen.iter().map(|seen| shown(seen).unwrap()).collect();
    let serial = |lease: &String| {
        let payload = chancery_token::hash::from_base64url(lease.split('.').nth(1).unwrap()).unwrap();
        serde_json::from_slice::<Value>(&payload).unwrap()["host"]["serial"].as_u64().unwrap()
    };
    // The second is lost, and repeated to the letter; the last shows what that repetition brought.
    assert_eq!(shown.iter().map(serial).collect::<Vec<_>>(), [1, 2, 2, 3]);
    assert_eq!(seen[1].body, seen[2].body);
    // Also one that has ended: it proves what was given.
    let ended = start().shifted(8 * DAY);
    scene.clock.set(ended);
    scene.server.world().now = ended;
    client.refresh().unwrap();
    assert_eq!(serial(&self::shown(&scene.server.seen()[0]).unwrap()), 4);
}

fn exp_9_what_the_vendor_gave_is_not_shown<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    client.refresh().unwrap();
    assert_eq!(shown(&scene.server.seen()[0]), None);
}

/// The application is updated between a refresh whose reply was lost and its repetition, and its new trust bundle says that the key of
/// the delegation leaked.
fn safe_3_a_refresh_is_repeated_to_the_letter_also_when_its_lease_is_believed_no_more<F: Face>() {
    let scene = Scene::local();
    scene.activated::<F>();
    scene.server.script([Fault::LoseReply]);
    scene.impatient::<F>().refresh().unwrap_err();
    let (vendor, rotated) = (Vendor::new(1, false), Vendor::new(1, false).rotated(2));
    let bundle = vendor.bundle_with(vec![rotated.certificate()], vendor.revocations(2, &[&vendor]));
    let product = Product::new(&product_id().to_string(), &bundle).unwrap();
    let updated = F::open(&scene.server.url, product, scene.state(), scene.options.clone());
    assert_eq!(updated.check().unwrap_err().code(), "token_key_revoked");
    scene.server.world().local = Some(Local::new(77, &rotated));
    updated.refresh().unwrap();
    let seen = scene.server.seen();
    assert_eq!((seen.len(), &seen[0].body), (3, &seen[1].body), "to the letter");
    assert_eq!(shown(&seen[2]), None, "a lease that is not believed here proves nothing there");
    assert!(updated.check().unwrap().allowed());
}

fn exp_9_a_server_of_another_name_is_the_same_server<F: Face>() {
    let scene = Scene::local();
    let client: F = scene.activated();
    client.refresh().unwrap();
    scene.server.seen();
    let name = scene.server.url.replace("127.0.0.1", "localhost");
    scene.server.world().url.clone_from(&name);
    let renamed = F::open(&name, scene.product.clone(), scene.state(), scene.options.clone());
    renamed.refresh().unwrap();
    let seen = scene.server.seen();
    assert!(seen.len() == 1 && shown(&seen[0]).is_some(), "{seen:?}");
}

fn sec_2_a_product_moves_to_a_local_server_and_back_by_activating<F: Face>() {
    let scene = Scene::local();
    let authority = scene.authority();
    let at_authority: F = open(&scene, &authority);
    at_authority.activate(&request()).unwrap();
    let device = authority.world().device.clone();

    // Another address: the new server knows nothing of the old one's token, and says so before anything is turned.
    let at_local: F = scene.client();
    for error in [at_local.refresh().unwrap_err(), at_local.deactivate().unwrap_err()] {
        assert!(matches!(error, Error::ActivateAgain { because: Because::TokenInvalid, .. }), "{error:?}");
    }
    assert!(at_local.check().unwrap().allowed(), "the lease of before runs on");
    at_local.activate(&request()).unwrap();
    at_local.refresh().unwrap();
    assert!(at_local.lease().unwrap().unwrap().host.is_some());
    assert_eq!(scene.server.world().device, device, "the same device, by the same key");

    // And back: the authority knows the seat and the key, and begins a new chain.
    let error = at_authority.spend("renders", 1).unwrap_err();
    assert!(matches!(error, Error::ActivateAgain { because: Because::TokenInvalid, .. }), "{error:?}");
    at_authority.activate(&request()).unwrap();
    at_authority.refresh().unwrap();
    let world = authority.world();
    assert_eq!((world.chain, &world.device), (2, &device));
    drop(world);
    assert!(at_authority.lease().unwrap().unwrap().host.is_none());
}

fn safe_3_what_was_lost_at_the_old_server_holds_up_nothing_at_the_new_one<F: Face>() {
    let scene = Scene::local();
    let authority = scene.authority();
    open::<F>(&scene, &authority).activate(&request()).unwrap();
    authority.script([Fault::LoseReply, Fault::LoseReply]);
    let mut options = scene.options.clone();
    options.patience = std::time::Duration::ZERO;
    let away = F::open(&authority.url, scene.product.clone(), scene.state(), options);
    away.spend("renders", 3).unwrap_err();
    let client: F = scene.client();
    client.spend("renders", 1).unwrap_err();
    assert_eq!(client.status().unwrap().unsettled.as_deref(), Some("use renders"), "only its own server can tell");
    client.activate(&request()).unwrap();
    assert_eq!(client.status().unwrap().unsettled, None);
    assert_eq!(client.spend("renders", 1).unwrap().active.0.get(), 1);
}

const MINUTE: i64 = 60_000_000;

fn off_11_a_local_server_whose_clock_is_a_little_wrong_is_believed<F: Face>() {
    for minutes in [-5, 5] {
        let scene = Scene::local();
        scene.server.world().now = start().shifted(minutes * MINUTE);
        let client: F = scene.activated();
        client.refresh().unwrap();
        assert!(client.check().unwrap().allowed());
    }
}

fn off_11_a_local_server_that_is_far_ahead_is_not_believed_and_costs_nothing<F: Face>() {
    let scene = Scene::local();
    let client: F = scene.activated();
    scene.server.world().now = start().shifted(DAY);
    let error = client.refresh().unwrap_err();
    assert_eq!(error.code(), "token_not_yet_valid");
    assert!(error.what_to_do().contains("clock"), "{}", error.what_to_do());
    assert!(client.check().unwrap().allowed(), "a wrong clock over there takes nothing");
    // It is set right, and all is as before.
    scene.server.world().now = start();
    client.refresh().unwrap();
    assert_eq!(client.check().unwrap(), Standing::Allowed { until: Some(start().shifted(7 * DAY)) });
}

fn off_11_a_local_server_that_is_behind_gives_leases_that_end_sooner<F: Face>() {
    let scene = Scene::local();
    // This machine knows by its trust bundle that it is later.
    scene.server.world().now = start().shifted(-2 * DAY);
    let client: F = scene.activated();
    assert_eq!(client.check().unwrap(), Standing::Allowed { until: Some(start().shifted(5 * DAY)) });
    // So far behind that what it gives has ended: told, and nothing is kept of it.
    scene.server.world().now = start().shifted(-8 * DAY);
    assert_eq!(client.refresh().unwrap_err().code(), "token_expired");
    assert!(client.check().unwrap().allowed());
}

fn off_11_a_site_whose_clocks_were_all_ahead_is_right_with_the_next_lease<F: Face>() {
    let scene = Scene::local();
    let client: F = scene.activated();
    let wrong = start().shifted(20 * DAY);
    scene.clock.set(wrong);
    scene.server.world().now = wrong;
    client.refresh().unwrap();
    assert!(client.check().unwrap().allowed());
    // Both are set right. The lease that is held says that it is later, and is believed for itself alone.
    let right = start().shifted(DAY);
    scene.clock.set(right);
    scene.server.world().now = right;
    assert!(matches!(client.check().unwrap(), Standing::ClockRolledBack { .. }));
    client.refresh().unwrap();
    let allowed = Standing::Allowed { until: Some(right.shifted(7 * DAY)) };
    assert_eq!(client.check().unwrap(), allowed);
    assert_eq!(scene.client::<F>().check().unwrap(), allowed, "also for the next process");
}

fn off_11_a_clock_set_back_gives_no_time_at_a_local_server_either<F: Face>() {
    let scene = Scene::local();
    let given = start().shifted(10 * DAY);
    scene.clock.set(given);
    scene.server.world().now = given;
    let client: F = scene.activated();
    assert!(client.check().unwrap().allowed());
    scene.clock.set(given.shifted(-61 * MINUTE));
    assert!(matches!(client.check().unwrap(), Standing::ClockRolledBack { proof, .. } if proof == given));
    // Eight days by a clock that is stopped, with a new process each day.
    scene.clock.set(given);
    for _ in 0..8 {
        let process: F = scene.client();
        process.check().unwrap();
        scene.clock.run(DAY);
        process.check().unwrap();
    }
    let process: F = scene.client();
    assert!(
        matches!(process.check().unwrap(), Standing::ClockRolledBack { proof, .. } if proof >= given.shifted(8 * DAY))
    );
    scene.clock.set(given.shifted(8 * DAY));
    assert!(matches!(process.check().unwrap(), Standing::LeaseExpired { .. }), "by the right clock it has ended");
}

fn off_11_a_process_that_only_asks_the_server_keeps_what_is_known_of_the_time<F: Face>() {
    let scene = Scene::local();
    let given = start().shifted(10 * DAY);
    scene.clock.set(given);
    scene.server.world().now = given;
    scene.activated::<F>();
    let process: F = scene.client();
    process.check().unwrap();
    scene.clock.run(3 * DAY);
    process.check().unwrap();
    // It never asks what a lease is worth, and writes down how long it ran.
    let other: F = scene.client();
    other.state().unwrap();
    scene.clock.run(DAY);
    other.state().unwrap();
    let standing = scene.client::<F>().check().unwrap();
    assert!(
        matches!(standing, Standing::ClockRolledBack { proof, .. } if proof >= given.shifted(4 * DAY)),
        "{standing:?}"
    );
}

fn off_11_a_process_that_runs_on_does_not_hide_what_is_known_of_anothers_newer_lease<F: Face>() {
    // Whether or not it ever asked what the lease of before was worth.
    for asked in [false, true] {
        let scene = Scene::local();
        let at = |day: i64| start().shifted((10 + day) * DAY);
        let set = |day: i64| {
            scene.clock.set(at(day));
            scene.server.world().now = at(day);
        };
        set(0);
        let first: F = scene.activated();
        first.check().unwrap();
        scene.clock.run(MINUTE);
        first.check().unwrap();
        let runs_on: F = scene.client();
        runs_on.state().unwrap();
        if asked {
            runs_on.check().unwrap();
        }
        // Another one gets a newer lease, and knows a day later that it is a day old.
        set(3);
        let other: F = scene.client();
        other.refresh().unwrap();
        other.check().unwrap();
        scene.clock.run(DAY);
        other.check().unwrap();
        runs_on.state().unwrap();
        scene.clock.run(MINUTE);
        runs_on.state().unwrap();
        let standing = scene.client::<F>().check().unwrap();
        assert!(matches!(standing, Standing::ClockRolledBack { proof, .. } if proof >= at(4)), "{asked} {standing:?}");
    }
}

#[test]
fn key_5_a_local_server_whose_key_was_revoked_gives_nothing() {
    let scene = Scene::local();
    let client: Blocking = scene.activated();
    let vendor = Vendor::new(1, false);
    let server = scene.server.world().local.as_ref().unwrap().key.kid().to_owned();
    scene.server.world().revocations = Some(vendor.revoked(2, vec![server]));
    assert_eq!(client.refresh().unwrap_err().code(), "token_key_revoked");
    assert_eq!(
        client.check().unwrap_err().code(),
        "token_key_revoked",
        "the newest list counts for the lease on disk too"
    );
}
