//! A migration that was released is never edited: databases in the field have run it as it was.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::Command;

use crate::finding::Finding;
use crate::tree::Tree;

/// Compares each migration with what every released tag (`v…`) has under its name. Without tags, nothing is released.
pub(crate) fn check(tree: &Tree) -> Result<Vec<Finding>, Box<dyn Error + Send + Sync>> {
    let mut findings = Vec::new();
    if !tree.root.join(".git").exists() {
        return Ok(findings);
    }
    for tag in git(&tree.root, &["tag", "--list", "v*"])?.lines() {
        let mut released = BTreeMap::new();
        for path in git(&tree.root, &["ls-tree", "-r", "--name-only", tag])?.lines().filter(|path| is_migration(path)) {
            released.insert(path.to_owned(), git(&tree.root, &["show", &format!("{tag}:{path}")])?);
        }
        findings.extend(compare(tag, &released, tree));
    }
    Ok(findings)
}

fn compare(tag: &str, released: &BTreeMap<String, String>, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in released {
        let Some(file) = tree.files.iter().find(|file| file.path == *path) else {
            findings.push(Finding::new(path, 1, format!("gone, but {tag} has it"), "put it back as it was"));
            continue;
        };
        if file.text != *text {
            let line = file.text.lines().zip(text.lines()).position(|(new, old)| new != old).unwrap_or(0) + 1;
            let mend = format!("git checkout {tag} -- {path}; write the change as a new migration");
            findings.push(Finding::new(path, line, format!("edited after {tag} was released with it"), mend));
        }
    }
    findings
}

fn is_migration(path: &str) -> bool {
    path.starts_with("crates/store/") && path.contains("/migrations/") && path.ends_with(".sql")
}

fn git(root: &Path, arguments: &[&str]) -> Result<String, Box<dyn Error + Send + Sync>> {
    let output = Command::new("git").args(arguments).current_dir(root).output()?;
    if !output.status.success() {
        return Err(format!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edited_and_a_deleted_migration_are_found() {
        let (a, b, c) =
            ("crates/store/migrations/1.sql", "crates/store/migrations/2.sql", "crates/store/migrations/3.sql");
        let released: BTreeMap<String, String> =
            [a, b, c].into_iter().map(|path| (path.to_owned(), "one\ntwo\n".to_owned())).collect();
        let tree = Tree::of(&[(a, "one\ntwo\n"), (b, "one\nTWO\n"), ("crates/store/migrations/4.sql", "new\n")]);
        let found: Vec<(String, usize)> =
            compare("v1.0.0", &released, &tree).into_iter().map(|finding| (finding.path, finding.line)).collect();
        assert_eq!(found, [(b.to_owned(), 2), (c.to_owned(), 1)]);
    }

    #[test]
    fn a_real_repository_is_compared_with_its_tag() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let path = "crates/store/migrations/0001.sql";
        std::fs::create_dir_all(root.join("crates/store/migrations")).unwrap();
        std::fs::write(root.join(path), "create\n").unwrap();
        let author = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
        git(root, &["init", "--quiet"]).unwrap();
        git(root, &["add", "."]).unwrap();
        git(root, &[&author[..], &["commit", "--quiet", "--no-verify", "-m", "first"]].concat()).unwrap();
        git(root, &["tag", "v0.1.0"]).unwrap();
        assert_eq!(check(&Tree::read(root).unwrap()).unwrap(), Vec::new());
        std::fs::write(root.join(path), "edited\n").unwrap();
        assert_eq!(check(&Tree::read(root).unwrap()).unwrap().len(), 1);
    }
}
