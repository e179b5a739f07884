//! What `cargo metadata` says of the workspace and of what it depends on.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

type Answer<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The part of `cargo metadata`'s output that the checks read.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    /// Members of the workspace and, after [`Metadata::resolved`], everything they depend on.
    pub(crate) packages: Vec<Package>,
    workspace_members: Vec<String>,
}

/// A crate.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Package {
    /// Unique among all packages.
    pub(crate) id: String,
    /// As in its manifest.
    pub(crate) name: String,
    /// A semantic version.
    pub(crate) version: String,
    /// An SPDX expression.
    pub(crate) license: Option<String>,
    /// One sentence.
    pub(crate) description: Option<String>,
    /// What its manifest asks for.
    pub(crate) dependencies: Vec<Dependency>,
    manifest_path: String,
    source: Option<String>,
}

/// A line under `[dependencies]`, `[build-dependencies]` or `[dev-dependencies]`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Dependency {
    /// The package's name, whatever it is renamed to.
    pub(crate) name: String,
    /// `None` for a normal dependency; `build`; `dev`.
    pub(crate) kind: Option<String>,
}

impl Package {
    /// Whether it comes from outside the repository.
    pub(crate) fn is_foreign(&self) -> bool {
        self.source.is_some()
    }

    /// Its manifest, relative to `root`.
    pub(crate) fn manifest(&self, root: &Path) -> String {
        let path = Path::new(&self.manifest_path);
        path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }

    /// The dependencies that end up in what it builds: all but `dev`.
    pub(crate) fn built_with(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().filter(|dependency| dependency.kind.as_deref() != Some("dev"))
    }
}

impl Metadata {
    /// The members of the workspace and their manifests; works offline, without a lock file.
    pub(crate) fn members_only(root: &Path) -> Answer<Self> {
        Self::parse(&cargo(root, &["--no-deps"])?)
    }

    /// Everything the workspace depends on, on this kind of machine. (All platforms would download crates that no build
    /// here needs; `cargo deny` looks at those.)
    pub(crate) fn resolved(root: &Path) -> Answer<Self> {
        Self::parse(&cargo(root, &["--filter-platform", &host(root)?])?)
    }

    /// From the JSON that `cargo metadata --format-version 1` prints.
    pub(crate) fn parse(json: &str) -> Answer<Self> {
        Ok(serde_json::from_str(json)?)
    }

    /// The crates of this repository.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }
}

/// What these crates bring into a program on this kind of machine, as (name, version). Macros are left out, with all that
/// only they need: they run in the compiler. (`cargo metadata` would name optional crates that no feature asks for.)
pub(crate) fn normal_tree(root: &Path, crates: &[&str]) -> Answer<BTreeSet<(String, String)>> {
    let mut command = Command::new(program());
    command.args(["tree", "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"]);
    command.args(crates.iter().flat_map(|name| ["--package", name])).current_dir(root);
    Ok(parse_tree(&run(&mut command)?))
}

fn parse_tree(text: &str) -> BTreeSet<(String, String)> {
    let line = |line: &str| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned()))
    };
    text.lines().filter_map(line).collect()
}

fn cargo(root: &Path, arguments: &[&str]) -> Answer<String> {
    run(Command::new(program()).args(["metadata", "--format-version", "1"]).args(arguments).current_dir(root))
}

/// The cargo that runs this, or the one in the path.
fn program() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

/// The triple of this machine, as rustc names it.
pub(crate) fn host(root: &Path) -> Answer<String> {
    let version = run(Command::new("rustc").arg("-vV").current_dir(root))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("rustc -vV names no host")?.to_owned())
}

fn run(command: &mut Command) -> Answer<String> {
    let output = command.output().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} failed: {}", command.get_program().display(), stderr.trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_read_line_by_line() {
        let text = "chancery v0.1.0 (file:///x)\nserde v1.0.0\nserde v1.0.0 (*)\n\nserde v2.0.0\n";
        let found: Vec<String> =
            parse_tree(text).into_iter().map(|(name, version)| format!("{name} {version}")).collect();
        assert_eq!(found, ["chancery 0.1.0", "serde 1.0.0", "serde 2.0.0"]);
    }
}
