//! The commands as a developer runs them: what they print, and their exit codes.
#![allow(clippy::unwrap_used, reason = "what fails in a helper fails the test")]

use std::path::Path;
use std::process::{Command, Output};

fn xtask(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).current_dir(folder).output().unwrap()
}

/// A workspace of one crate, `chancery-domain`, with this library and no dependencies.
fn workspace(library: &str) -> tempfile::TempDir {
    let manifest = "[package]\nname = \"chancery-domain\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let files = [
        ("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n"),
        ("crates/domain/Cargo.toml", manifest),
        ("crates/domain/src/lib.rs", library),
        ("ARCHITECTURE.md", "<!-- generated: crate map -->\n<!-- end generated: crate map -->\n"),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
    }
    folder
}

#[test]
fn tidy_passes_a_tidy_workspace() {
    let folder = workspace("//! What it is.\n");
    let output = xtask(folder.path(), &["tidy"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn tidy_fails_and_says_where_and_how_to_mend_it() {
    let folder = workspace("fn a() {\n    todo!()\n}\n");
    let output = xtask(folder.path(), &["tidy"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text.contains("crates/domain/src/lib.rs:1: the module does not begin with `//!`"), "{text}");
    assert!(text.contains("crates/domain/src/lib.rs:2: `todo!` in code\n    mend: "), "{text}");
    assert!(text.contains("2 finding(s)"), "{text}");
}

#[test]
fn generate_check_fails_until_generate_has_run() {
    let folder = workspace("//! What it is.\n");
    let check = xtask(folder.path(), &["generate", "--check"]);
    assert_eq!(check.status.code(), Some(1), "{check:?}");
    assert!(String::from_utf8_lossy(&check.stdout).contains("mend: cargo xtask generate"), "{check:?}");
    assert_eq!(xtask(folder.path(), &["generate"]).status.code(), Some(0));
    assert_eq!(xtask(folder.path(), &["generate", "--check"]).status.code(), Some(0));
}

#[test]
fn an_unknown_command_is_a_usage_error() {
    let folder = workspace("//! What it is.\n");
    assert_eq!(xtask(folder.path(), &["polish"]).status.code(), Some(2));
    assert_eq!(xtask(folder.path(), &[]).status.code(), Some(2));
    assert_eq!(xtask(folder.path(), &["with-postgres"]).status.code(), Some(2));
}

#[test]
fn with_postgres_passes_the_exit_code_on_and_leaves_no_server() {
    let folder = workspace("//! What it is.\n");
    let output = xtask(folder.path(), &["with-postgres", "--", "sh", "-c", "echo $CHANCERY_TEST_POSTGRES; exit 7"]);
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    let url = String::from_utf8(output.stdout).unwrap();
    let (address, _) = url.split_once('@').unwrap().1.split_once('/').unwrap();
    assert!(std::net::TcpStream::connect(address).is_err(), "still there: {url}");
}
