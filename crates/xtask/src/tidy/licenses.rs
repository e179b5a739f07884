//! Every dependency may be used under a licence that suits MIT OR Apache-2.0.

use crate::finding::Finding;
use crate::metadata::Metadata;
use crate::tree::Tree;

/// The same list as in deny.toml; a test compares them.
const ALLOWED: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
];

/// Finds dependencies without a licence, or under one that is not in the list.
pub(crate) fn check(metadata: &Metadata, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in metadata.packages.iter().filter(|package| package.is_foreign()) {
        let problem = match package.license.as_deref() {
            Some(license) if satisfied(license) => continue,
            Some(license) => format!("`{} {}` is under `{license}`", package.name, package.version),
            None => format!("`{} {}` names no licence", package.name, package.version),
        };
        let line = tree.line_of("Cargo.lock", &format!("name = \"{}\"", package.name));
        let mend = "do without it, or allow the licence in deny.toml and crates/xtask/src/tidy/licenses.rs";
        findings.push(Finding::new("Cargo.lock", line, problem, mend));
    }
    findings
}

/// Whether an SPDX expression can be satisfied by allowed licences. The old spelling `MIT/Apache-2.0` means OR.
fn satisfied(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    matches!(either(&words), Some((true, [])))
}

/// What was read is satisfied, and the words after it; `None` is a mistake in the expression.
type Read<'a> = Option<(bool, &'a [&'a str])>;

fn either<'a>(words: &'a [&'a str]) -> Read<'a> {
    let (mut satisfied, mut rest) = both(words)?;
    while let ["OR", after @ ..] = rest {
        let (next, after) = both(after)?;
        (satisfied, rest) = (satisfied || next, after);
    }
    Some((satisfied, rest))
}

fn both<'a>(words: &'a [&'a str]) -> Read<'a> {
    let (mut satisfied, mut rest) = one(words)?;
    while let ["AND", after @ ..] = rest {
        let (next, after) = one(after)?;
        (satisfied, rest) = (satisfied && next, after);
    }
    Some((satisfied, rest))
}

fn one<'a>(words: &'a [&'a str]) -> Read<'a> {
    match words {
        ["(", inside @ ..] => {
            let (satisfied, rest) = either(inside)?;
            rest.strip_prefix(&[")"]).map(|rest| (satisfied, rest))
        }
        // An exception only gives more rights than the licence alone.
        [license, "WITH", _, rest @ ..] | [license, rest @ ..] => Some((ALLOWED.contains(license), rest)),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_understood() {
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0-only OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "ISC AND (GPL-2.0 OR (ISC AND Zlib))",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(satisfied(good), "{good}");
        }
        for bad in ["", "GPL-3.0-only", "MIT AND GPL-3.0-only", "(MIT", "MIT)", "MIT OR", "OpenSSL AND (MIT OR ISC)"] {
            assert!(!satisfied(bad), "{bad}");
        }
    }

    #[test]
    fn a_foreign_licence_is_found() {
        let package = |name: &str, license: &str| {
            format!(
                r#"{{"id":"{name}","name":"{name}","version":"1.0.0","license":{license},"dependencies":[],
                    "targets":[],"manifest_path":"x","source":"somewhere"}}"#
            )
        };
        let packages = [package("a", "\"MIT\""), package("b", "\"AGPL-3.0-only\""), package("c", "null")].join(",");
        let json = format!(r#"{{"packages":[{packages}],"workspace_members":[],"resolve":null}}"#);
        let tree = Tree::of(&[("Cargo.lock", "name = \"a\"\nname = \"b\"\nname = \"c\"\n")]);
        let found = check(&Metadata::parse(&json).unwrap(), &tree);
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn deny_toml_allows_the_same_licences() {
        let deny = include_str!("../../../../deny.toml");
        let list = deny.split_once("allow = [").unwrap().1.split_once(']').unwrap().0;
        let listed: Vec<&str> =
            list.split(',').map(|item| item.trim().trim_matches('"')).filter(|s| !s.is_empty()).collect();
        assert_eq!(listed, ALLOWED);
    }
}
