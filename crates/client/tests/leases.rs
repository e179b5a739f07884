//! A product runs by a lease that the vendor signed for it, and by nothing else (KEY-3, TOK-4, TOK-7).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use std::sync::Arc;

use chancery_client::{Enforcement, FixedClock, Options, Product, Standing, StateStore, blocking};
use chancery_domain::Id;
use common::faces::{Blocking, Face};
use common::vendor::{DAY, Vendor, id, product_id, start};
use common::{Scene, request};

both_faces!(
    tok_7_check_decides_from_the_lease_alone,
    key_3_a_bad_lease_is_refused_when_it_is_received,
    validate_is_signed
);

fn tok_7_check_decides_from_the_lease_alone<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    let ended = start().shifted(7 * DAY);
    assert_eq!(client.check().unwrap(), Standing::Allowed { until: Some(ended) });
    scene.clock.set(ended.shifted(-1));
    assert!(client.check().unwrap().allowed());
    scene.clock.set(ended);
    let standing = client.check().unwrap();
    assert_eq!(standing, Standing::LeaseExpired { ended, enforcement: Enforcement::Limit });
    assert_eq!(standing.require().unwrap_err().code(), "lease_expired");
    scene.server.world().now = ended;
    client.refresh().unwrap();
    assert!(client.check().unwrap().allowed());
    assert!(scene.server.seen().len() == 1, "checks ask nobody");
}

fn key_3_a_bad_lease_is_refused_when_it_is_received<F: Face>() {
    type Spoil = fn(chancery_client::LeaseClaims) -> chancery_client::LeaseClaims;
    let spoils: [(Spoil, &str); 5] = [
        (
            |mut lease| {
                lease.product = id(9);
                lease
            },
            "token_wrong_product",
        ),
        (
            |mut lease| {
                lease.activation = Some(id(9));
                lease
            },
            "token_wrong_recipient",
        ),
        (
            |mut lease| {
                lease.seat.as_mut().unwrap().id = "host-2".to_owned();
                lease
            },
            "token_wrong_recipient",
        ),
        (
            |mut lease| {
                lease.issued.sandbox = true;
                lease
            },
            "token_wrong_recipient",
        ),
        (
            |mut lease| {
                lease.expiry = Some(start());
                lease
            },
            "token_expired",
        ),
    ];
    for (spoil, code) in spoils {
        let scene = Scene::new();
        let client: F = scene.client();
        scene.server.world().spoil = Some(spoil);
        assert_eq!(client.activate(&request()).unwrap_err().code(), code);
        assert_eq!(client.check().unwrap(), Standing::NotActivated);

        scene.server.world().spoil = None;
        client.activate(&request()).unwrap();
        scene.server.world().spoil = Some(spoil);
        assert_eq!(client.refresh().unwrap_err().code(), code);
        assert!(client.check().unwrap().allowed(), "the good lease stays");
        scene.server.world().spoil = None;
        client.refresh().unwrap();
    }
}

fn validate_is_signed<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.client();
    let request = chancery_client::Activate::code("7K2M");
    assert!(client.validate(&request).unwrap().allowed());
    scene.server.world().forger = Some(Vendor::new(7, false));
    assert_eq!(client.validate(&request).unwrap_err().code(), "token_key_unknown");
    assert_eq!(client.check().unwrap(), Standing::NotActivated);
}

#[test]
fn key_3_a_forged_lease_is_refused() {
    let scene = Scene::new();
    scene.server.world().forger = Some(Vendor::new(7, false));
    let client: Blocking = scene.client();
    assert_eq!(client.activate(&request()).unwrap_err().code(), "token_key_unknown");
    assert_eq!(client.check().unwrap(), Standing::NotActivated);
}

#[test]
fn key_3_a_state_of_another_product_or_vendor_is_refused_when_it_is_read() {
    let scene = Scene::new();
    scene.activated::<Blocking>();
    let other = |id: &str, vendor: &Vendor| {
        let product = Product::new(id, &vendor.bundle()).unwrap();
        let client = Blocking::open(&scene.server.url, product, scene.state(), scene.options.clone());
        client.check().unwrap_err().code().to_owned()
    };
    let mine = product_id().to_string();
    let another = chancery_client::ProductId::from_uuid(id::<chancery_domain::ProductId>(9).uuid()).to_string();
    assert_eq!(other(&another, &Vendor::new(1, false)), "token_wrong_product");
    assert_eq!(other(&mine, &Vendor::new(5, false)), "token_key_unknown");
    assert_eq!(
        other(&mine, &Vendor::new(1, true)),
        "token_wrong_recipient",
        "live and sandbox are never taken for each other"
    );
}

#[test]
fn guard_2_an_outage_is_tolerated_but_never_past_the_hard_stop() {
    let scene = Scene::new();
    scene.server.world().spoil = Some(|lease| Vendor::tolerant(lease, 3));
    let client: Blocking = scene.activated();
    let (ended, stop) = (start().shifted(7 * DAY), start().shifted(8 * DAY));
    scene.clock.set(ended);
    let standing = client.check().unwrap();
    assert_eq!(standing, Standing::Tolerated { ended, until: stop });
    assert!(standing.allowed() && standing.require().is_ok());
    scene.clock.set(stop);
    assert!(!client.check().unwrap().allowed());
}

#[test]
fn clk_1_a_clock_that_can_be_moved_is_for_sandboxes() {
    for (sandbox, vendor) in [(true, Vendor::new(1, true)), (false, Vendor::new(1, false))] {
        let product = Product::new(&product_id().to_string(), &vendor.bundle()).unwrap();
        let options = Options { clock: Arc::new(FixedClock(start())), ..Options::default() };
        let state = StateStore::in_memory();
        let opened = blocking::Client::open_with("http://127.0.0.1:9", product, state, options);
        assert_eq!(
            opened.map(|_| ()).map_err(|error| error.code().to_owned()),
            if sandbox { Ok(()) } else { Err("not_a_sandbox".to_owned()) }
        );
    }
}

#[test]
fn key_4_a_bundle_may_come_as_a_server_publishes_it() {
    let bundle = Vendor::new(1, false).bundle();
    let id = product_id().to_string();
    let published = serde_json::json!({"token": bundle, "more": 1}).to_string();
    assert!(Product::new(&id, &published).is_ok());
    assert!(Product::new(&id, &format!("\n{bundle}\n")).is_ok());
    assert_eq!(Product::new(&id, "").unwrap_err().code(), "token_malformed");
    let cut = bundle.get(..bundle.len() - 4).unwrap();
    assert!(Product::new(&id, cut).unwrap_err().code().starts_with("token_"));
    assert_eq!(Product::new("prod_1", &bundle).unwrap_err().code(), "configuration_invalid");
}
