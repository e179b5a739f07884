//! A key that leaked counts no more, as soon as the server has said so (KEY-5).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use std::fs;

use common::faces::Face;
use common::vendor::Vendor;
use common::{Scene, request};

both_faces!(
    key_5_a_list_that_comes_with_a_lease_counts_from_then_on,
    key_5_an_older_or_a_forged_list_changes_nothing,
    key_5_the_list_outlives_the_activation,
    key_5_activating_again_is_the_way_back,
);

fn vendor() -> Vendor {
    Vendor::new(1, false)
}

/// A client whose server has rotated, and says that the key of before leaked.
fn revoked<F: Face>(scene: &Scene) -> F {
    let client: F = scene.activated();
    {
        let mut world = scene.server.world();
        world.vendor = vendor().rotated(2);
        world.revocations = Some(vendor().revocations(2, &[&vendor()]));
    }
    client.refresh().unwrap();
    client
}

fn key_5_a_list_that_comes_with_a_lease_counts_from_then_on<F: Face>() {
    let scene = Scene::new();
    let before = scene.activated::<F>();
    let old = scene.text();
    drop(before);
    let client: F = revoked(&scene);
    assert!(client.check().unwrap().allowed());
    // Somebody puts a lease of the leaked key back.
    fs::write(scene.folder.path().join("state.json"), old).unwrap();
    assert_eq!(client.check().unwrap_err().code(), "token_key_revoked");
    let reopened: F = scene.client();
    assert_eq!(reopened.check().unwrap_err().code(), "token_key_revoked");
    // And the server's own reply is not believed by it either.
    scene.server.world().forger = Some(vendor());
    assert_eq!(reopened.activate(&request()).unwrap_err().code(), "token_key_revoked");
}

fn key_5_an_older_or_a_forged_list_changes_nothing<F: Face>() {
    let scene = Scene::new();
    let client: F = revoked(&scene);
    let lists = [
        vendor().revocations(1, &[]),
        vendor().revocations(2, &[]),
        Vendor::new(7, false).revocations(9, &[]),
        "no list".to_owned(),
    ];
    for list in lists {
        scene.server.world().revocations = Some(list);
        client.refresh().unwrap();
        assert!(client.check().unwrap().allowed());
        scene.server.world().forger = Some(vendor());
        assert_eq!(client.refresh().unwrap_err().code(), "token_key_revoked");
        scene.server.world().forger = None;
    }
    // A newer one that takes the key of now back takes the lease that came with it back too.
    scene.server.world().revocations = Some(vendor().revocations(3, &[&vendor().rotated(2)]));
    assert_eq!(client.refresh().unwrap_err().code(), "token_key_revoked");
    assert_eq!(client.check().unwrap_err().code(), "token_key_revoked");
}

fn key_5_the_list_outlives_the_activation<F: Face>() {
    let scene = Scene::new();
    let client: F = revoked(&scene);
    client.deactivate().unwrap();
    scene.server.world().revocations = None;
    scene.server.world().forger = Some(vendor());
    assert_eq!(client.activate(&request()).unwrap_err().code(), "token_key_revoked");
    // A damaged one is none, and comes again.
    fs::write(scene.folder.path().join("revocations.json"), "damaged").unwrap();
    scene.server.world().forger = None;
    scene.server.world().revocations = Some(vendor().revocations(2, &[&vendor()]));
    client.activate(&request()).unwrap();
    scene.server.world().forger = Some(vendor());
    assert_eq!(client.refresh().unwrap_err().code(), "token_key_revoked");
}

fn key_5_activating_again_is_the_way_back<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    // The server refuses the access token, because its key was revoked.
    {
        let mut world = scene.server.world();
        world.vendor = vendor().rotated(2);
        world.revocations = Some(vendor().revocations(2, &[&vendor()]));
        world.fate = Some(chancery_api_types::Code::AccessTokenInvalid);
    }
    let error = client.refresh().unwrap_err();
    assert!(matches!(error, chancery_client::Error::ActivateAgain { .. }), "{error:?}");
    assert!(client.check().unwrap().allowed(), "until it is known why, the lease is a lease");
    client.activate(&request()).unwrap();
    assert!(client.check().unwrap().allowed());
    client.refresh().unwrap();
}
