//! What time it is, as far as it can be proved (OFF-11), through both faces.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use std::fs;
use std::sync::Arc;

use chancery_client::{Activate, SandboxClock, Standing};
use common::desk::{PERIOD, activated_offline};
use common::faces::{Blocking, Face};
use common::vendor::{DAY, Vendor, start};
use common::{Scene, request};

const HOUR: i64 = 3_600_000_000;
const MINUTE: i64 = HOUR / 60;
const YEAR: i64 = 365 * DAY;

both_faces!(
    off_11_a_clock_set_back_a_year_is_said_and_destroys_nothing,
    off_11_within_the_hour_time_is_the_proofs,
    off_11_a_wrong_clock_never_raises_the_proof,
    off_11_the_time_that_runs_on_is_proof,
    off_11_the_proof_outlives_activation_and_process,
    off_11_a_clock_that_is_behind_from_the_first_is_said_to_be_so,
    off_11_an_offline_life_outlasts_a_clock_set_back_and_forth,
    off_8_off_11_a_clock_that_is_ahead_spoils_no_deactivation,
);

fn files(scene: &Scene) -> Vec<(String, Vec<u8>)> {
    let read = |file: fs::DirEntry| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap());
    let mut files: Vec<_> = fs::read_dir(scene.folder.path()).unwrap().map(|file| read(file.unwrap())).collect();
    files.sort();
    files
}

fn off_11_a_clock_set_back_a_year_is_said_and_destroys_nothing<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    let before = files(&scene);
    let (proof, clock) = (start(), start().shifted(-YEAR));
    scene.clock.set(clock);
    for client in [client, scene.client()] {
        let standing = client.check().unwrap();
        assert_eq!(standing, Standing::ClockRolledBack { proof, clock });
        assert!(!standing.allowed());
        let error = standing.require().unwrap_err();
        assert_eq!(error.code(), "clock_rolled_back");
        assert!(error.what_to_do().contains("Set the clock"), "{}", error.what_to_do());
        assert!(error.to_string().contains(&proof.to_string()) && error.to_string().contains(&clock.to_string()));
        assert_eq!(client.status().unwrap().standing, standing);
    }
    assert_eq!(files(&scene), before);
    // What asks the server goes on: the server knows the time, and so does the proof.
    let client: F = scene.client();
    client.spend("renders", 1).unwrap();
    client.refresh().unwrap();
    assert_eq!(client.check().unwrap(), Standing::ClockRolledBack { proof, clock });
    scene.clock.set(start());
    assert_eq!(client.check().unwrap(), Standing::Allowed { until: Some(start().shifted(7 * DAY)) });
    client.deactivate().unwrap();
}

fn off_11_within_the_hour_time_is_the_proofs<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    let (hour_ago, ended) = (start().shifted(-HOUR), start().shifted(7 * DAY));
    scene.clock.set(hour_ago);
    assert_eq!(client.check().unwrap(), Standing::Allowed { until: Some(ended) });
    scene.clock.set(hour_ago.shifted(-1));
    assert!(matches!(client.check().unwrap(), Standing::ClockRolledBack { .. }));
    // The lease ends when it is proved that it has, not an hour later.
    scene.clock.run(7 * DAY - 1);
    scene.clock.set(ended.shifted(-HOUR / 2));
    assert_eq!(client.check().unwrap(), Standing::Allowed { until: Some(ended) });
    scene.clock.run(1);
    assert!(matches!(client.check().unwrap(), Standing::LeaseExpired { .. }));
}

fn off_11_a_wrong_clock_never_raises_the_proof<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    for ahead in [2 * HOUR, 8 * DAY, YEAR, 50 * YEAR] {
        scene.clock.set(start().shifted(ahead));
        assert_eq!(client.check().unwrap().allowed(), ahead < 7 * DAY);
        scene.clock.run(2 * MINUTE);
        client.check().unwrap();
        match client.refresh() {
            Ok(_) => assert!(ahead < 7 * DAY),
            Err(error) => assert_eq!(error.code(), "token_expired", "its lease would be over"),
        }
        scene.clock.set(start().shifted(8 * MINUTE));
        for client in [&client, &scene.client()] {
            assert!(client.check().unwrap().allowed(), "the lease that had ended runs again");
        }
        client.refresh().unwrap();
    }
}

fn off_11_the_time_that_runs_on_is_proof<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    let file = scene.folder.path().join("clock.json");
    let written = || fs::read(&file).unwrap();
    let first = written();
    // Not more than once a minute.
    scene.clock.run(59_999_999);
    assert!(client.check().unwrap().allowed());
    assert_eq!(written(), first);
    scene.clock.run(1);
    assert!(client.check().unwrap().allowed());
    let second = written();
    assert_ne!(second, first);
    client.check().unwrap();
    assert_eq!(written(), second);
    // Somebody holds the clock: then it is behind what went by, in the next process too.
    scene.clock.run(HOUR);
    assert!(matches!(client.check().unwrap(), Standing::ClockRolledBack { .. }));
    let next: F = scene.client();
    let proof = start().shifted(HOUR + MINUTE);
    assert_eq!(next.check().unwrap(), Standing::ClockRolledBack { proof, clock: start() });
    scene.clock.set(proof);
    assert!(next.check().unwrap().allowed() && client.check().unwrap().allowed());
}

fn off_11_the_proof_outlives_activation_and_process<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    client.deactivate().unwrap();
    drop(client);
    scene.clock.set(start().shifted(-YEAR));
    let client: F = scene.client();
    assert_eq!(client.check().unwrap(), Standing::NotActivated);
    // It takes its seat by the time that is proved, and waits for the clock.
    client.activate(&request()).unwrap();
    assert!(matches!(client.check().unwrap(), Standing::ClockRolledBack { .. }));
    // Without the file the lease says the same.
    fs::remove_file(scene.folder.path().join("clock.json")).unwrap();
    for client in [&client, &scene.client()] {
        assert!(matches!(client.check().unwrap(), Standing::ClockRolledBack { .. }));
    }
    scene.clock.set(start());
    assert!(client.check().unwrap().allowed());
}

fn off_11_a_clock_that_is_behind_from_the_first_is_said_to_be_so<F: Face>() {
    let mut scene = Scene::new();
    // Later than the trust bundle in the product, which is all that this machine has seen.
    let later = start().shifted(30 * DAY);
    scene.server.world().now = later;
    let client: F = scene.client();
    let error = client.activate(&Activate::code("7K2M").seat_id("host-1")).unwrap_err();
    assert_eq!(error.code(), "token_not_yet_valid");
    assert!(error.what_to_do().contains("Set the clock"), "{}", error.what_to_do());
    assert_eq!(client.check().unwrap(), Standing::NotActivated);
    scene.clock.set(later);
    client.activate(&request()).unwrap();
    assert!(client.check().unwrap().allowed());
    // A clock before the bundle was made is wrong, too.
    scene = Scene::new();
    scene.clock.set(start().shifted(-2 * HOUR));
    let client: F = scene.activated();
    assert!(matches!(client.check().unwrap(), Standing::ClockRolledBack { .. }));
}

fn off_11_an_offline_life_outlasts_a_clock_set_back_and_forth<F: Face>() {
    let scene = Scene::new();
    let (client, mut desk): (F, _) = activated_offline(&scene);
    let is_rolled_back = |standing| matches!(standing, Standing::ClockRolledBack { .. });
    // Back a year: what is carried counts by the proved time.
    let year_ago = start().shifted(-YEAR);
    scene.clock.set(year_ago);
    assert!(is_rolled_back(client.check().unwrap()));
    assert_eq!(client.offline_request(&request()).unwrap_err().code(), "already_activated");
    desk.now = start().shifted(20 * HOUR);
    assert!(is_rolled_back(client.apply_offline(&desk.refresh()).unwrap()), "applied, and the clock is still wrong");
    desk.now = start().shifted(5 * DAY);
    let of_now = desk.refresh();
    let error = client.apply_offline(&of_now).unwrap_err();
    assert_eq!(error.code(), "token_not_yet_valid");
    assert!(error.what_to_do().contains("Set the clock"), "{}", error.what_to_do());
    // Forward a year: the lease seems to have ended, and so does that of the refresh.
    scene.clock.set(start().shifted(YEAR));
    assert!(matches!(client.check().unwrap(), Standing::LeaseExpired { .. }));
    assert_eq!(client.apply_offline(&of_now).unwrap_err().code(), "token_expired");
    // Right again.
    scene.clock.set(desk.now);
    assert!(client.check().unwrap().allowed());
    let until = Some(desk.now.shifted(PERIOD));
    assert_eq!(client.apply_offline(&of_now).unwrap(), Standing::Allowed { until });
    // Given up by a wrong clock: the vendor takes it, for it is as late as is proved.
    scene.clock.set(year_ago);
    let token = client.deactivate_offline().unwrap();
    assert_eq!(desk.open_deactivation(&token).issued.at, desk.now);
    assert_eq!(scene.offline::<F>().check().unwrap(), Standing::NotActivated);
}

fn off_8_off_11_a_clock_that_is_ahead_spoils_no_deactivation<F: Face>() {
    let scene = Scene::new();
    let (client, desk): (F, _) = activated_offline(&scene);
    scene.clock.set(start().shifted(YEAR));
    // It cannot be made again: the keys are gone.
    let token = client.deactivate_offline().unwrap();
    assert_eq!(desk.open_deactivation(&token).issued.at, desk.now);
    scene.clock.set(start());
    assert_eq!(client.deactivate_offline().unwrap(), token);
}

#[test]
fn off_11_a_state_in_use_or_read_only_holds_no_check_up() {
    let scene = Scene::new();
    let client: Blocking = scene.activated();
    let path = |name: &str| scene.folder.path().join(name);
    let written = || fs::read(path("clock.json")).unwrap();
    let first = written();
    let lock = fs::File::open(path("state.lock")).unwrap();
    lock.lock().unwrap();
    scene.clock.run(2 * MINUTE);
    assert!(client.check().unwrap().allowed());
    assert_eq!(written(), first, "the other has the lock");
    lock.unlock().unwrap();
    // As in a folder that cannot be written to.
    fs::remove_file(path("state.lock")).unwrap();
    fs::create_dir(path("state.lock")).unwrap();
    scene.clock.run(2 * MINUTE);
    assert!(client.check().unwrap().allowed() && scene.client::<Blocking>().check().unwrap().allowed());
    assert_eq!(written(), first);
    fs::remove_dir(path("state.lock")).unwrap();
    scene.clock.run(MINUTE);
    assert!(client.check().unwrap().allowed());
    assert_ne!(written(), first, "the next one writes it");
    assert!(scene.waits.0.lock().unwrap().is_empty(), "nobody waited");
}

#[test]
fn off_11_what_one_process_saw_another_knows() {
    let scene = Scene::new();
    let one: Blocking = scene.activated();
    let other: Blocking = scene.client();
    assert!(other.check().unwrap().allowed());
    let later = start().shifted(2 * DAY);
    scene.server.world().now = later;
    scene.clock.set(later);
    one.refresh().unwrap();
    scene.clock.set(start());
    assert_eq!(other.check().unwrap(), Standing::ClockRolledBack { proof: later, clock: start() });
    // Of two that write, none takes back what the other proved.
    scene.clock.run(HOUR);
    one.check().unwrap();
    other.check().unwrap();
    let third: Blocking = scene.client();
    assert_eq!(third.check().unwrap(), Standing::ClockRolledBack { proof: later.shifted(HOUR), clock: start() });
}

#[test]
fn off_11_clk_1_a_sandbox_clock_is_moved_forth_and_back_but_not_to_before_what_is_signed() {
    let mut scene = Scene::of(Vendor::new(1, true));
    let file = scene.folder.path().join("clock");
    let set = |text: &str| fs::write(&file, text).unwrap();
    set(&start().to_string());
    scene.options.clock = Arc::new(SandboxClock::open(&file).unwrap());
    let client: Blocking = scene.client();
    client.activate(&request()).unwrap();
    for (text, allowed) in [
        ("2027-01-18T00:00:00Z", true),
        ("2028-01-15T08:00:00Z", false),
        ("2027-01-16T00:00:00Z", true),
        ("2027-01-15T07:30:00Z", true),
        ("2026-01-15T08:00:00Z", false),
        ("2027-01-15T08:00:00Z", true),
    ] {
        set(text);
        assert_eq!(client.check().unwrap().allowed(), allowed, "{text}");
    }
    set("2026-01-15T08:00:00Z");
    assert_eq!(client.check().unwrap().require().unwrap_err().code(), "clock_rolled_back");
}
