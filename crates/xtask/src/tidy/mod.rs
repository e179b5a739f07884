//! `cargo xtask tidy`: the house rules that neither rustc nor clippy checks.

mod arrows;
mod decisions;
mod duplicates;
mod licenses;
mod links;
mod migrations;
mod modules;
mod size;
mod strings;
mod unfinished;

use std::error::Error;
use std::process::ExitCode;

pub(crate) use arrows::{short, table_order};

use crate::Outcome;
use crate::finding::Finding;
use crate::metadata::Metadata;
use crate::tree::{Tree, workspace_root};

/// What a check reads.
pub(crate) struct Repository {
    tree: Tree,
    metadata: Metadata,
}

/// A check: its name, and what it finds.
type Check = (&'static str, fn(&Repository) -> Result<Vec<Finding>, Box<dyn Error + Send + Sync>>);

/// Every check; a new one is a module and a line here.
const CHECKS: &[Check] = &[
    ("arrows between crates", |r| Ok(arrows::check(&r.metadata, &r.tree))),
    ("a sentence on each module", |r| Ok(modules::check(&r.tree))),
    ("size of files and functions", |r| Ok(size::check(&r.tree))),
    ("nothing unfinished", |r| Ok(unfinished::check(&r.tree))),
    ("no machine's paths, no registry's hosts", |r| Ok(strings::check(&r.tree))),
    ("released migrations", |r| migrations::check(&r.tree)),
    ("links", |r| Ok(links::check(&r.tree))),
    ("numbers of decisions", |r| Ok(decisions::check(&r.tree))),
    ("licences of dependencies", |r| Ok(licenses::check(&r.metadata, &r.tree))),
    ("duplicate dependencies", |r| duplicates::check(&r.metadata, &r.tree)),
];

/// Runs every check, prints all findings, and fails if there is one.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if let Some(unknown) = arguments.first() {
        return Err(format!("unexpected argument `{unknown}`").into());
    }
    let root = workspace_root()?;
    let repository = Repository { tree: Tree::read(&root)?, metadata: Metadata::resolved(&root)? };
    let mut count = 0;
    for (name, check) in CHECKS {
        let mut findings = check(&repository)?;
        findings.sort();
        findings.dedup();
        println!("{} {name}", if findings.is_empty() { "ok  " } else { "FAIL" });
        for finding in &findings {
            println!("{finding}");
        }
        count += findings.len();
    }
    println!("{}", size::summary(&repository.tree));
    if count == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    println!("cargo xtask tidy: {count} finding(s)");
    Ok(ExitCode::FAILURE)
}
