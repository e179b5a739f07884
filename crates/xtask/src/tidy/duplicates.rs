//! The program holds each dependency once, but for those listed with a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use crate::finding::Finding;
use crate::metadata::{Metadata, normal_tree};
use crate::tree::Tree;

/// Crates whose normal dependencies end up in what is shipped.
const SHIPPED: &[&str] = &["chancery", "chancery-server", "chancery-client"];

/// Crates that may be there in several versions, and why. The list may only shrink.
const ALLOWED: &[(&str, &str)] = &[
    ("base64", "tokio-postgres wants 0.22; hyper-util and reqwest want 0.23"),
    ("const-oid", "tokio-postgres wants 0.10 for its hashes; tokio-postgres-rustls wants 0.9 to read certificates"),
    ("fallible-iterator", "tokio-postgres wants 0.2; rusqlite wants 0.3"),
    ("tower-http", "reqwest wants 0.6 to follow redirects; the server uses 0.7"),
    ("untrusted", "aws-lc-rs, with the features that jsonwebtoken wants, takes 0.7; rustls-webpki wants 0.9"),
];

/// Finds crates that are in the program in several versions, and reasons that no longer hold.
pub(crate) fn check(metadata: &Metadata, tree: &Tree) -> Result<Vec<Finding>, Box<dyn Error + Send + Sync>> {
    let shipped: Vec<&str> =
        SHIPPED.iter().copied().filter(|name| metadata.members().any(|p| p.name == *name)).collect();
    if shipped.is_empty() {
        return Ok(Vec::new());
    }
    Ok(compare(&normal_tree(&tree.root, &shipped)?, tree, ALLOWED))
}

fn compare(program: &BTreeSet<(String, String)>, tree: &Tree, allowed: &[(&str, &str)]) -> Vec<Finding> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, version) in program {
        versions.entry(name).or_default().push(version);
    }
    versions.retain(|_, versions| versions.len() > 1);
    let mut findings = Vec::new();
    for (name, versions) in versions.iter().filter(|(name, _)| !allowed.iter().any(|(a, _)| a == *name)) {
        let line = tree.line_of("Cargo.lock", &format!("name = \"{name}\""));
        let problem = format!("`{name}` is in the program in versions {}", versions.join(" and "));
        let mend =
            format!("`cargo tree --invert {name}@VERSION` says who wants it; if it must be, list it in {}", file!());
        findings.push(Finding::new("Cargo.lock", line, problem, mend));
    }
    for (name, _) in allowed.iter().filter(|(name, _)| !versions.contains_key(name)) {
        let problem = format!("`{name}` is allowed in several versions, but there are not several now");
        findings.push(Finding::new(file!(), tree.line_of(file!(), name), problem, "strike it from the list"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(packages: &[(&str, &str)]) -> BTreeSet<(String, String)> {
        packages.iter().map(|(name, version)| ((*name).to_owned(), (*version).to_owned())).collect()
    }

    #[test]
    fn a_second_version_in_the_program_is_found() {
        let program = program(&[("a", "1.0.0"), ("b", "1.0.0"), ("b", "2.0.0")]);
        let tree = Tree::of(&[("Cargo.lock", "name = \"a\"\nname = \"b\"\n")]);
        let found = compare(&program, &tree, &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].line, found[0].problem.as_str()),
            (2, "`b` is in the program in versions 1.0.0 and 2.0.0")
        );
        assert_eq!(compare(&program, &tree, &[("b", "a wants the old one")]), Vec::new());
    }

    #[test]
    fn a_reason_that_no_longer_holds_is_found() {
        let program = program(&[("a", "1.0.0"), ("b", "2.0.0")]);
        assert_eq!(compare(&program, &Tree::default(), &[]), Vec::new());
        assert_eq!(compare(&program, &Tree::default(), &[("b", "no longer")]).len(), 1);
    }
}
