//! The repository's corpus: few and small files that reach as much as can be.

use std::fs;
use std::process::{Command, Stdio};

use super::Failure;
use super::build::Built;

/// The most files of a target.
const MOST: usize = 40;
/// The longest file.
const LONGEST: &str = "4096";

/// Writes the smallest set of inputs that reach what all of them reach, or of so many the ones that reach most. Returns how many
/// there are.
pub(super) fn keep(built: &Built, target: &str) -> Result<usize, Failure> {
    let kept = built.kept(target)?;
    let merged = built.folder.join("merged").join(target);
    if merged.exists() {
        fs::remove_dir_all(&merged)?;
    }
    fs::create_dir_all(&merged)?;
    let mut command = Command::new(built.program(target));
    // What is reached counts, and not how often.
    command.args(["-set_cover_merge=1", "-use_counters=0", &format!("-max_len={LONGEST}")]).arg(&merged);
    command.arg(&kept).arg(built.work(target)?).arg(built.seeds(target)?);
    let log = fs::File::create(built.folder.join(format!("{target}-merge.log")))?;
    if !command.stdout(Stdio::null()).stderr(log).status()?.success() {
        return Err(format!("the corpus of {target} cannot be merged").into());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(&merged)? {
        let entry = entry?;
        files.push((entry.metadata()?.len(), entry.file_name()));
    }
    // More than this would be for machines alone: the smallest say most for their size.
    files.sort();
    files.truncate(MOST);
    for entry in fs::read_dir(&kept)? {
        let entry = entry?;
        // What broke a decoder once has a name that says what it did.
        if !entry.file_name().to_string_lossy().starts_with("found-") {
            fs::remove_file(entry.path())?;
        }
    }
    for (_, name) in &files {
        fs::copy(merged.join(name), kept.join(name))?;
    }
    Ok(files.len())
}
