//! The repository's own files: what is committed, and what would be if everything were added.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A text file of the repository.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// Relative to the root, with `/` between its parts.
    pub(crate) path: String,
    /// Its whole text.
    pub(crate) text: String,
}

impl File {
    /// Whether it is Rust.
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether it is nothing but tests: under a folder `tests` or `benches`, or a module file `tests.rs`.
    pub(crate) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "tests" | "benches" | "tests.rs"))
    }
}

/// The files of the repository, without what git ignores.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    /// Where it is on this machine.
    pub(crate) root: PathBuf,
    /// Its text files, sorted by path.
    pub(crate) files: Vec<File>,
    /// Every path, text or not.
    pub(crate) paths: BTreeSet<String>,
}

impl Tree {
    /// Reads the repository at `root`.
    pub(crate) fn read(root: &Path) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let paths = match tracked(root)? {
            Some(paths) => paths,
            None => walk(root)?,
        };
        let mut files = Vec::new();
        for path in &paths {
            // What is not UTF-8 is no text: an image, a font.
            if let Ok(text) = String::from_utf8(std::fs::read(root.join(path))?) {
                files.push(File { path: path.clone(), text });
            }
        }
        Ok(Self { root: root.to_owned(), files, paths })
    }

    /// The Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_rust())
    }

    /// The line of `path` that first contains `needle`, or 1.
    pub(crate) fn line_of(&self, path: &str, needle: &str) -> usize {
        self.files
            .iter()
            .find(|file| file.path == path)
            .and_then(|file| file.text.lines().position(|line| line.contains(needle)))
            .map_or(1, |index| index + 1)
    }

    /// A tree that exists only in a test.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files: Vec<File> =
            files.iter().map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() }).collect();
        let paths = files.iter().map(|file| file.path.clone()).collect();
        Self { root: PathBuf::new(), files, paths }
    }
}

/// The workspace that the current folder lies in.
pub(crate) fn workspace_root() -> Result<PathBuf, Box<dyn Error + Send + Sync>> {
    let here = std::env::current_dir()?;
    here.ancestors()
        .find(|folder| {
            std::fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.contains("[workspace]"))
        })
        .map(Path::to_owned)
        .ok_or_else(|| format!("no Cargo workspace at {} or above", here.display()).into())
}

/// What git tracks or would track; `None` where `root` is no git repository (a source archive).
fn tracked(root: &Path) -> Result<Option<BTreeSet<String>>, Box<dyn Error + Send + Sync>> {
    if !root.join(".git").exists() {
        return Ok(None);
    }
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()?;
    if !output.status.success() {
        return Err(format!("git ls-files: {}", String::from_utf8_lossy(&output.stderr).trim()).into());
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(Some(text.split_terminator('\0').filter(|path| root.join(path).is_file()).map(str::to_owned).collect()))
}

fn walk(root: &Path) -> Result<BTreeSet<String>, Box<dyn Error + Send + Sync>> {
    let mut paths = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                if entry.file_name() != "target" {
                    folders.push(entry.path());
                }
            } else if let Some(path) = entry.path().strip_prefix(root)?.to_str() {
                paths.insert(path.replace('\\', "/"));
            }
        }
    }
    Ok(paths)
}
