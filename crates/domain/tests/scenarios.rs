//! The rules of the domain as readable scripts: see `scenarios/README.md`.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod script;
mod world;

fn play(script: &str) {
    let (failures, expectations) = script::run(script);
    assert!(expectations > 0, "the script expects nothing");
    assert!(failures.is_empty(), "{} of {expectations} failed\n\n{}\n", failures.len(), failures.join("\n\n"));
}

#[test]
fn seat_1_choice_of_the_entitlement() {
    play(include_str!("scenarios/choice.txt"));
}

#[test]
fn seat_2_seat_3_seat_4_seat_5_seat_7_seat_9_seat_10_who_gets_which_seat() {
    play(include_str!("scenarios/seats.txt"));
}

#[test]
fn seat_6_seat_7_until_when_a_lease_runs() {
    play(include_str!("scenarios/leases.txt"));
}

#[test]
fn off_1_off_2_off_6_offline() {
    play(include_str!("scenarios/offline.txt"));
}

#[test]
fn seat_8_seat_10_reductions() {
    play(include_str!("scenarios/reductions.txt"));
}

#[test]
fn ent_1_ent_2_ent_3_ent_5_start_expiry_grace_and_maintenance() {
    play(include_str!("scenarios/times.txt"));
}

#[test]
fn ent_4_ent_6_renewing_and_disabling() {
    play(include_str!("scenarios/renewals.txt"));
}

#[test]
fn cat_1_cat_3_feat_1_feat_2_feat_3_feat_4_feat_5_feat_6_features() {
    play(include_str!("scenarios/features.txt"));
}

#[test]
fn ent_8_ent_9_another_offering_and_the_catalog_again() {
    play(include_str!("scenarios/offerings.txt"));
}

/// A harness that accepts anything would prove nothing.
#[test]
fn a_script_with_a_wrong_expectation_fails() {
    let script = "scenario wrong\nentitlement cad perpetual, seats 1\nactivate A -> cad seat 2 until…";
    let (failures, expectations) = script::run(script);
    assert_eq!((failures.len(), expectations), (1, 1));
    assert!(failures[0].contains("answered: cad seat 1 until 2026-01-08T00:00:00Z"), "{}", failures[0]);
}
