//! The commands that the documentation shows exist, with their options.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::path::{Path, PathBuf};

use clap::error::ErrorKind;

/// README, and the guide.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let guide = std::fs::read_dir(root.join("docs/guide")).unwrap().map(|entry| entry.unwrap().path());
    guide.chain([root.join("README.md")]).filter(|path| path.extension().is_some_and(|kind| kind == "md")).collect()
}

/// The commands of a page: lines that begin with the program, without comments, continued ones joined.
fn commands(page: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(page).unwrap().replace("\\\n", " ");
    let plain =
        |line: &str| line.split(" #").next().unwrap_or_default().split(" 2>").next().unwrap_or_default().to_owned();
    text.lines().filter(|line| line.starts_with("chancery ")).map(plain).collect()
}

/// Its words; what stands in quotes is one.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('"').enumerate();
    let whole: String =
        parts.map(|(i, part)| if i % 2 == 1 { part.replace(' ', "_") } else { part.to_owned() }).collect();
    whole.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn the_commands_of_the_documentation_exist() {
    let mut found = 0;
    for page in pages() {
        for command in commands(&page) {
            found += 1;
            // Values are examples, and often cut short; names are not.
            let wrong = [
                ErrorKind::UnknownArgument,
                ErrorKind::InvalidSubcommand,
                ErrorKind::MissingSubcommand,
                ErrorKind::ArgumentConflict,
            ];
            let kind = chancery::command_line().try_get_matches_from(words(&command)).map_err(|error| error.kind());
            assert!(!wrong.iter().any(|wrong| kind == Err(*wrong)), "{}: {command}: {kind:?}", page.display());
        }
    }
    assert!(found > 20, "only {found} commands were found");
}
