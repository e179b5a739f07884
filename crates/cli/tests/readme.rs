//! README's tour, as a new user would type it: every ```` ```sh tour ```` block, in one shell, against the built binary.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// What each part of the tour must have said: that a command failed inside a pipe would not end the shell.
const SAID: &[&str] = &[
    "\"clone_detected\"",
    "\"feature_exhausted\"",
    "\"seats_exhausted\"",
    "\"activation_replaced\"",
    "{\"operation\":\"replace\",\"seatId\":\"host-1\"",
    "\"action\":\"clock.move\"",
];

fn tour(readme: &str) -> String {
    let mut script = "set -e -o pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n".to_owned();
    let mut inside = false;
    for line in readme.lines() {
        match line {
            "```sh tour" => inside = true,
            "```" => inside = false,
            line if inside => script.extend([line, "\n"]),
            _ => {}
        }
    }
    script
}

#[test]
fn the_tour_of_the_readme_works_as_it_is_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let script = tour(&std::fs::read_to_string(root.join("README.md")).unwrap());
    assert!(script.lines().count() > 40, "README has lost its tour");
    let folder = tempfile::tempdir().unwrap();
    let programs = PathBuf::from(env!("CARGO_BIN_EXE_chancery")).parent().unwrap().to_owned();
    let path = std::env::join_paths(
        [programs].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let ran = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder.path())
        .env("PATH", path.unwrap())
        .env("LISTEN", format!("127.0.0.1:{}", chancery_testkit::free_port()))
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap();
    let (said, complained) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}\n{complained}");
    for expected in SAID {
        assert!(said.contains(expected), "the tour did not say {expected}:\n{said}\n{complained}");
    }
}
