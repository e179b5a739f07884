//! `chancery audit export`: the whole audit, or a part of it, as a file.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;

use super::FilterArgs;
use crate::Failure;
use crate::api::{path, with_query};
use crate::part::PartFile;
use crate::progress::ProgressArgs;
use crate::session::Session;

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The file; `-` for standard output
    file: PathBuf,
    /// The form of its rows [default: by the file's name, else jsonl]
    #[arg(long)]
    format: Option<Format>,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    progress: ProgressArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object on each line
    Jsonl,
    /// A table; cells that a spreadsheet would take for formulas have a `'` before them
    Csv,
}

impl Format {
    fn of(file: &Path) -> Self {
        let is_csv = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        if is_csv { Self::Csv } else { Self::Jsonl }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
        }
    }
}

impl Export {
    pub(crate) async fn run(self, session: &Session) -> Result<(), Failure> {
        let format = self.format.unwrap_or_else(|| Format::of(&self.file));
        let parameters = [("format", Some(format.name().to_owned()))];
        let filters = self.filter.parameters();
        let path = with_query(&path(&[&"audit", &"export"])?, parameters.iter().chain(&filters));
        let mut download = session.api.download(&path).await?;
        let mut file = PartFile::create(&self.file)?;
        let mut progress = self.progress.begin(session.printer, "rows of the audit", None);
        let mut lines = 0_u64;
        while let Some(bytes) = download.chunk().await? {
            file.write(&bytes)?;
            lines += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
            progress.at(lines);
        }
        drop(progress);
        let rows = lines.saturating_sub(u64::from(format == Format::Csv));
        let silent = file.is_standard_output();
        file.finish()?;
        if !silent {
            let said = json!({ "file": self.file, "rows": rows });
            session.printer.result(&said, |_| format!("{rows} rows of the audit are in {}.", self.file.display()));
        }
        Ok(())
    }
}
