//! `chancery catalog`: the whole catalog as one readable file (CAT-4).

use std::path::{Path, PathBuf};

use chancery_api_types::management::{CatalogAction, CatalogImport};
use clap::Subcommand;

use super::managed::Verbs;
use crate::Failure;
use crate::api::{path, with_query};
use crate::file;
use crate::progress::ProgressArgs;
use crate::session::Session;

const TOML: &str = "application/toml";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Write the catalog into a TOML file
    Export {
        /// The file; `-` for standard output
        file: PathBuf,
    },
    /// Make or change what a TOML file says; what it leaves out stays
    Import {
        /// The file; `-` for standard input
        file: PathBuf,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        progress: ProgressArgs,
    },
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Export { file } => {
                let text = session.api.get_text(&path(&[&"catalog", &"export"])?).await?;
                file::write(session.printer, &file, &text, "The catalog")
            }
            Self::Import { file, dry_run, progress } => import(session, &file, dry_run, progress).await,
        }
    }
}

async fn import(session: &Session, file: &Path, dry_run: bool, progress: ProgressArgs) -> Result<(), Failure> {
    let text = file::read_or_standard_input(file)?;
    let query = [("dryRun", dry_run.then(|| "true".to_owned()))];
    let path = with_query(&path(&[&"catalog", &"import"])?, query.iter());
    // One request: nobody knows how far the server is with it.
    let telling = progress.begin(session.printer, "Importing the catalog", None);
    let done: CatalogImport = session.api.post_text(&path, TOML, text).await?;
    drop(telling);
    session.printer.result(&done, summary);
    Ok(())
}

/// A line for everything that changes, and how much does not.
fn summary(done: &CatalogImport) -> String {
    let mut lines = Vec::new();
    for change in &done.changes {
        let verb = match change.action {
            CatalogAction::Create => "create",
            CatalogAction::Update => "update",
            CatalogAction::Unchanged => continue,
        };
        let kind = format!("{:?}", change.kind).to_lowercase();
        lines.push(format!("{verb} {kind} {}", change.key));
        if change.action == CatalogAction::Update {
            lines.extend(change.changes.iter().map(|one| format!("  {}: {} -> {}", one.field, one.from, one.to)));
        }
    }
    let count = |action| done.changes.iter().filter(|change| change.action == action).count();
    let (made, updated) = (count(CatalogAction::Create), count(CatalogAction::Update));
    let unchanged = count(CatalogAction::Unchanged);
    let ending = if done.dry_run { " Nothing was changed: this was a dry run." } else { "" };
    lines.push(format!("{made} created, {updated} updated, {unchanged} unchanged.{ending}"));
    lines.join("\n")
}
