//! The repository's corpus: few and small files that reach as much as can be.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Failure;
use super::build::Built;

/// The most files of a target, but for what broke a decoder once.
const MOST: usize = 30;
/// The longest file.
const LONGEST: &str = "-max_len=4096";

/// What an input reaches: the numbers of places in the program.
type Reached = (PathBuf, BTreeSet<u64>);

/// Writes the inputs that together reach most. Returns how many there are.
pub(super) fn keep(built: &Built, target: &str) -> Result<usize, Failure> {
    let kept = built.kept(target)?;
    let inputs = measured(built, target)?;
    let mut chosen = Vec::new();
    for (path, _) in few(inputs) {
        let name = path.file_name().ok_or("a file without a name")?.to_owned();
        chosen.push((name, fs::read(path)?));
    }
    for entry in fs::read_dir(&kept)? {
        let entry = entry?;
        // What broke a decoder once has a name that says what it did.
        if !entry.file_name().to_string_lossy().starts_with("found-") {
            fs::remove_file(entry.path())?;
        }
    }
    for (name, bytes) in &chosen {
        fs::write(kept.join(name), bytes)?;
    }
    Ok(chosen.len())
}

/// What each input reaches, as libFuzzer writes it down when it merges.
fn measured(built: &Built, target: &str) -> Result<Vec<Reached>, Failure> {
    let merged = built.folder.join("merged").join(target);
    if merged.exists() {
        fs::remove_dir_all(&merged)?;
    }
    fs::create_dir_all(merged.join("inputs"))?;
    let control = merged.join("control");
    let mut command = Command::new(built.program(target));
    // Places, and not how often each is passed.
    command.args([
        "-set_cover_merge=1",
        "-use_counters=0",
        LONGEST,
        &format!("-merge_control_file={}", control.display()),
    ]);
    command.arg(merged.join("inputs")).arg(built.work(target)?).arg(built.seeds(target)?).arg(built.kept(target)?);
    let log = fs::File::create(merged.join("log"))?;
    if !command.stdout(Stdio::null()).stderr(log).status()?.success() {
        return Err(format!("the corpus of {target} cannot be measured: {}", merged.display()).into());
    }
    read(&fs::read_to_string(control)?)
}

/// The control file: how many inputs there are, how many of them were there before, their paths; then of each, by its number,
/// `FT <number> <place> <place> …`.
fn read(control: &str) -> Result<Vec<Reached>, Failure> {
    let mut lines = control.lines();
    let count: usize = lines.next().unwrap_or_default().parse()?;
    let mut inputs: Vec<Reached> =
        lines.by_ref().skip(1).take(count).map(|path| (Path::new(path).to_owned(), BTreeSet::new())).collect();
    for line in lines {
        let mut words = line.split(' ');
        if words.next() != Some("FT") {
            continue;
        }
        let number: usize = words.next().unwrap_or_default().parse()?;
        if let Some((_, reached)) = inputs.get_mut(number) {
            reached.extend(words.filter_map(|place| place.parse::<u64>().ok()));
        }
    }
    Ok(inputs)
}

/// Always the one that reaches most of what none before it did.
fn few(mut inputs: Vec<Reached>) -> Vec<Reached> {
    let mut known = BTreeSet::new();
    let mut chosen = Vec::new();
    while chosen.len() < MOST {
        let new = |(_, reached): &Reached| reached.difference(&known).count();
        let best = inputs.iter().enumerate().max_by_key(|(_, input)| new(input)).map(|(at, input)| (at, new(input)));
        let Some((at, 1..)) = best else { break };
        let input = inputs.swap_remove(at);
        known.extend(input.1.iter().copied());
        chosen.push(input);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_are_kept_that_reach_most() {
        let control = "3\n0\na\nb\nc\nSTARTED 0 1\nFT 0 1 2\nCOV 0 9\nSTARTED 1 1\nFT 1 2 3 4\nSTARTED 2 1\nFT 2 3\n";
        let names: Vec<PathBuf> = few(read(control).unwrap()).into_iter().map(|(path, _)| path).collect();
        assert_eq!(names, [PathBuf::from("b"), PathBuf::from("a")]);
    }
}
