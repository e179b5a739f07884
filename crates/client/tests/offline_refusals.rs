//! What a client refuses of carried tokens: each with its code, and nothing is changed by it (OFF-5, OFF-7, TOK-3).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use chancery_client::{LeaseClaims, Standing};
use chancery_token::{Entropy, KeyUse, LeaseConfirmation, LocalKey, OfflineResponseClaims, SigningKey};
use common::desk::{Desk, activated_offline};
use common::faces::Face;
use common::vendor::{DAY, Vendor, id, start};
use common::{Scene, request};

both_faces!(
    off_5_what_is_for_somebody_else_is_refused,
    off_5_a_lease_for_somebody_else_is_refused,
    tok_3_what_the_vendor_did_not_sign_is_refused,
    tok_3_what_was_damaged_on_its_way_is_refused,
    tok_3_what_a_wrong_clock_refuses_is_taken_when_it_is_right,
    tok_3_the_other_kind_is_refused_by_the_function_for_one,
    off_7_what_was_applied_or_is_older_needs_nothing,
    key_5_a_revocation_list_in_a_reply_counts_first_and_stays,
);

const HOUR: i64 = DAY / 24;

/// A client that waits for a response, and what it asked.
struct Waiting<F> {
    scene: Scene,
    client: F,
    desk: Desk,
    request: String,
}

impl<F: Face> Waiting<F> {
    fn new() -> Self {
        let scene = Scene::new();
        let client: F = scene.offline();
        let request = client.offline_request(&request()).unwrap();
        Self { scene, client, desk: Desk::new(), request }
    }

    fn refuses(&self, text: &str, code: &str) {
        let before = self.scene.files();
        let error = self.client.apply_offline(text).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.what_to_do().len() > 20 && !error.is_outcome_unknown());
        assert!(text.len() < 20 || !format!("{error:?} {:?}", error.to_problem()).contains(text), "TOK-5");
        assert_eq!(self.scene.files(), before, "nothing was changed");
        assert_eq!(self.client.status().unwrap().requests, 1);
    }

    /// The right response, after all that was not.
    fn takes_the_right_one(mut self) {
        self.desk.spoil = None;
        let response = self.desk.respond(&self.request);
        assert!(self.client.apply_offline(&response).unwrap().allowed());
    }

    fn changed(&mut self, change: impl FnOnce(&mut OfflineResponseClaims)) -> String {
        let mut claims = self.desk.response(&self.request);
        change(&mut claims);
        self.desk.seal_response(&mut claims)
    }
}

fn off_7_what_was_applied_or_is_older_needs_nothing<F: Face>() {
    let scene = Scene::new();
    let (client, mut desk): (F, _) = activated_offline(&scene);
    let (older, newer) = (desk.refresh(), desk.refresh());
    client.apply_offline(&newer).unwrap();
    for (token, words) in [(&newer, "applied here already"), (&older, "a newer token was applied")] {
        let error = client.apply_offline(token).unwrap_err();
        assert!(error.code() == "token_superseded" && error.what_to_do().contains(words), "{}", error.what_to_do());
    }
    let error = client.apply_offline_response(&newer).unwrap_err();
    assert!(error.to_string().ends_with("the vendor's response to a request"), "{error}");
}

fn off_5_what_is_for_somebody_else_is_refused<F: Face>() {
    let mut here = Waiting::<F>::new();
    let mut elsewhere = Waiting::<F>::new();
    // The response to another machine's request, though its seat id is the same; that request itself, and one's own.
    here.refuses(&elsewhere.desk.respond(&elsewhere.request), "token_wrong_recipient");
    here.refuses(&elsewhere.request, "token_wrong_recipient");
    here.refuses(&here.request, "token_wrong_recipient");
    // What was sealed anew, by whoever could open it first.
    let resealed = here.changed(|claims| claims.audience = "another".to_owned());
    here.refuses(&resealed, "token_wrong_recipient");
    let unasked = here.changed(|claims| claims.request_id = "another".to_owned());
    here.refuses(&unasked, "token_superseded");
    here.takes_the_right_one();
    elsewhere.takes_the_right_one();
}

fn off_5_a_lease_for_somebody_else_is_refused<F: Face>() {
    let mut here = Waiting::<F>::new();
    type Spoil = fn(LeaseClaims) -> LeaseClaims;
    let spoils: [(Spoil, &str); 7] = [
        (|lease| LeaseClaims { product: id(9), ..lease }, "token_wrong_product"),
        (|lease| LeaseClaims { confirmation: None, ..lease }, "token_wrong_recipient"),
        (
            |lease| LeaseClaims { confirmation: Some(LeaseConfirmation { jkt: "another".to_owned() }), ..lease },
            "token_wrong_recipient",
        ),
        (
            |mut lease| {
                lease.seat.as_mut().unwrap().id = "host-2".to_owned();
                lease
            },
            "token_wrong_recipient",
        ),
        (|lease| LeaseClaims { seat: None, activation: None, ..lease }, "token_wrong_recipient"),
        (|lease| LeaseClaims { seat: None, ..lease }, "token_malformed"),
        (|lease| LeaseClaims { expiry: Some(start()), ..lease }, "token_expired"),
    ];
    for (spoil, code) in spoils {
        here.desk.spoil = Some(spoil);
        let response = here.desk.respond(&here.request);
        here.refuses(&response, code);
    }
    here.desk.spoil = None;
    let no_lease = here.changed(|claims| claims.lease = "no lease".to_owned());
    here.refuses(&no_lease, "token_malformed");
    here.takes_the_right_one();
    // A refresh is looked at as closely.
    let scene = Scene::new();
    let (client, mut desk): (F, _) = activated_offline(&scene);
    let before = scene.files();
    for (spoil, code) in spoils {
        desk.spoil = Some(spoil);
        assert_eq!(client.apply_offline_refresh(&desk.refresh()).unwrap_err().code(), code);
    }
    desk.spoil = Some(|lease| LeaseClaims { activation: Some(id(9)), ..lease });
    assert_eq!(client.apply_offline_refresh(&desk.refresh()).unwrap_err().code(), "token_wrong_recipient");
    assert_eq!(scene.files(), before);
    desk.spoil = None;
    client.apply_offline_refresh(&desk.refresh()).unwrap();
}

fn tok_3_what_the_vendor_did_not_sign_is_refused<F: Face>() {
    let mut here = Waiting::<F>::new();
    let claims = here.desk.response(&here.request);
    let seal = |key: &LocalKey, certificate: &str| {
        let device = &here.desk.device.as_ref().unwrap().seal;
        claims.seal(key, certificate, device, &mut Entropy::new([1; 32])).unwrap()
    };
    let (vendor, other) = (Vendor::new(1, false), Vendor::new(7, false));
    let forged = [
        // Another vendor; its key with the vendor's certificate; a key that is for leases alone, or for nothing.
        (seal(&other.issuing, &other.certificate()), "token_key_unknown"),
        (seal(&other.issuing, &vendor.certificate()), "token_key_unknown"),
        (seal(&vendor.issuing, &vendor.certificate_for(&[KeyUse::Lease])), "token_key_unknown"),
        (seal(&vendor.root, &vendor.certificate()), "token_key_unknown"),
        // The sandbox of the same keys (CLK-1).
        (seal(&vendor.issuing, &Vendor::new(1, true).certificate()), "token_wrong_recipient"),
    ];
    for (token, code) in forged {
        here.refuses(&token, code);
    }
    assert_eq!(claims.audience, here.desk.device.as_ref().unwrap().seal.kid());
    here.desk.forger = Some(other);
    let lease = here.desk.respond(&here.request);
    here.refuses(&lease, "token_key_unknown");
    here.desk.forger = None;
    here.takes_the_right_one();
}

fn tok_3_what_was_damaged_on_its_way_is_refused<F: Face>() {
    let mut here = Waiting::<F>::new();
    let (good, other) = (here.desk.respond(&here.request), here.desk.respond(&here.request));
    let half = good.len() / 2;
    let mut swapped: Vec<&str> = good.split('.').collect();
    swapped[3] = other.split('.').nth(3).unwrap();
    let claims = here.desk.response(&here.request);
    let texts = [
        String::new(),
        "hello".to_owned(),
        good[..half].to_owned(),
        good[half..].to_owned(),
        format!("{good}x"),
        format!("{good}{other}"),
        format!("{good}\n{other}"),
        swapped.join("."),
        claims.lease,
        "eyJ".repeat(30_000),
        good.repeat(200),
        good.replacen('.', "..", 1),
    ];
    for text in texts {
        here.refuses(&text, "token_malformed");
    }
    for at in (0..good.len()).step_by(good.len() / 40) {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let error = here.client.apply_offline(&String::from_utf8(bytes).unwrap()).unwrap_err();
        assert!(matches!(error.code(), "token_malformed" | "token_wrong_recipient"), "{at}: {error}");
    }
    assert!(here.client.apply_offline(&good).unwrap().allowed());
}

fn tok_3_what_a_wrong_clock_refuses_is_taken_when_it_is_right<F: Face>() {
    let mut here = Waiting::<F>::new();
    let now = start().shifted(3 * DAY);
    here.desk.now = now;
    let good = here.desk.respond(&here.request);
    // A year behind, a year ahead, then right.
    here.scene.clock.set(now.shifted(-365 * DAY));
    here.refuses(&good, "token_not_yet_valid");
    here.scene.clock.set(now.shifted(365 * DAY));
    here.refuses(&good, "token_expired");
    here.scene.clock.set(now);
    // The vendor's clock is ahead: by a day that is let pass, by more it is not.
    here.desk.now = now.shifted(25 * HOUR);
    let early = here.desk.respond(&here.request);
    here.refuses(&early, "token_not_yet_valid");
    here.desk.now = now.shifted(HOUR);
    here.takes_the_right_one();

    // What proves the time lets a token in by a clock that is behind; the product runs when that is right (OFF-11).
    let mut here = Waiting::<F>::new();
    let response = here.desk.respond(&here.request);
    here.scene.clock.set(start().shifted(-365 * DAY));
    let standing = here.client.apply_offline(&response).unwrap();
    assert!(matches!(standing, Standing::ClockRolledBack { .. }) && !standing.allowed(), "{standing:?}");
    here.scene.clock.set(start());
    assert!(here.client.check().unwrap().allowed());
}

fn tok_3_the_other_kind_is_refused_by_the_function_for_one<F: Face>() {
    let mut here = Waiting::<F>::new();
    let response = here.desk.respond(&here.request);
    assert_eq!(here.client.apply_offline_refresh(&response).unwrap_err().code(), "token_wrong_type");
    let refresh = here.desk.refresh();
    assert_eq!(here.client.apply_offline_response(&refresh).unwrap_err().code(), "token_wrong_type");
    assert_eq!(here.client.status().unwrap().requests, 1);
    here.client.apply_offline_response(&response).unwrap();
    assert_eq!(here.client.apply_offline_response(&refresh).unwrap_err().code(), "token_wrong_type");
    here.client.apply_offline_refresh(&refresh).unwrap();
    // What was given up goes to the vendor, not here.
    let given_up = here.client.deactivate_offline().unwrap();
    assert_eq!(here.client.apply_offline(&given_up).unwrap_err().code(), "token_wrong_recipient");
}

fn key_5_a_revocation_list_in_a_reply_counts_first_and_stays<F: Face>() {
    let (leaked, rotated) = (Vendor::new(1, false), Vendor::new(1, false).rotated(2));
    let mut here = Waiting::<F>::new();
    let list = leaked.revocations(2, &[&leaked]);
    // A reply by the very key that it takes back.
    let by_leaked = here.changed(|claims| claims.revocations = Some(list.clone()));
    here.refuses(&by_leaked, "token_key_revoked");
    // A reply by the key of now, with a lease by the leaked one.
    let lease = here.desk.response(&here.request).lease;
    here.desk.vendor = Vendor { receiving: leaked.receiving, ..rotated };
    let mixed = here.changed(|claims| (claims.lease, claims.revocations) = (lease.clone(), Some(list.clone())));
    assert_eq!(here.client.apply_offline(&mixed).unwrap_err().code(), "token_key_revoked");
    assert!(here.scene.files().contains_key("revocations.json"));
    let without_list = here.changed(|claims| claims.lease = lease);
    here.refuses(&without_list, "token_key_revoked");
    let older = here.changed(|claims| claims.revocations = Some(Vendor::new(1, false).revocations(1, &[])));
    assert!(here.client.apply_offline(&older).unwrap().allowed(), "an older list changes nothing");
    assert_eq!(here.client.lease().unwrap().unwrap().kid(), here.desk.vendor.issuing.kid());
}
