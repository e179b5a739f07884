//! Which crate may use which: the picture in ARCHITECTURE.md, as a table.

use crate::finding::Finding;
use crate::metadata::{Metadata, Package};
use crate::tree::Tree;

/// What one crate of the workspace may depend on, normally or to build. Tests may depend on more.
struct Rule {
    /// Without the prefix `chancery-`.
    name: &'static str,
    /// Crates of the workspace.
    may_use: &'static [&'static str],
    /// Crates from outside.
    foreign: Foreign,
}

/// Which crates from outside a crate may use.
enum Foreign {
    /// None but these.
    Only(&'static [&'static str]),
    /// Any but these.
    AnyBut(&'static [&'static str]),
}

const HTTP: &[&str] = &["axum", "http", "hyper", "reqwest", "tower", "tower-http", "utoipa", "serde", "serde_json"];
const DATABASES: &[&str] = &["rusqlite", "tokio-postgres"];

/// The table. A crate stands below those that it may use.
const TABLE: &[Rule] = &[
    Rule { name: "domain", may_use: &[], foreign: Foreign::Only(&["jiff", "uuid"]) },
    Rule {
        name: "token",
        may_use: &["domain"],
        foreign: Foreign::AnyBut(&["axum", "reqwest", "rusqlite", "tokio", "tokio-postgres"]),
    },
    Rule { name: "api-types", may_use: &["domain"], foreign: Foreign::AnyBut(&["rusqlite", "tokio-postgres"]) },
    Rule { name: "qr", may_use: &[], foreign: Foreign::Only(&["png", "qrcodegen", "rqrr", "thiserror"]) },
    Rule { name: "store", may_use: &["domain"], foreign: Foreign::AnyBut(&["axum", "reqwest", "aws-lc-rs"]) },
    Rule { name: "operations", may_use: &["domain", "token", "store"], foreign: Foreign::AnyBut(HTTP) },
    Rule { name: "client", may_use: &["domain", "token", "api-types"], foreign: Foreign::AnyBut(DATABASES) },
    Rule {
        name: "server",
        may_use: &["domain", "api-types", "qr", "operations", "client"],
        foreign: Foreign::AnyBut(&["rusqlite", "tokio-postgres", "aws-lc-rs"]),
    },
    Rule {
        name: "cli",
        may_use: &["server", "client", "api-types", "qr"],
        foreign: Foreign::AnyBut(&["rusqlite", "tokio-postgres", "aws-lc-rs"]),
    },
    Rule {
        name: "testkit",
        may_use: &["domain", "token", "api-types", "store", "operations", "client", "server"],
        foreign: Foreign::AnyBut(&[]),
    },
    Rule {
        name: "xtask",
        may_use: &["testkit", "domain", "token", "api-types", "store", "operations", "server", "client", "cli"],
        foreign: Foreign::AnyBut(&[]),
    },
];

const MEND: &str =
    "turn the arrow round, or go through the crate between; the table is in crates/xtask/src/tidy/arrows.rs";

/// The name of a crate without its prefix; the binary's crate is `cli`.
pub(crate) fn short(name: &str) -> &str {
    if name == "chancery" { "cli" } else { name.strip_prefix("chancery-").unwrap_or(name) }
}

/// Where a crate stands in the table; unknown ones stand last.
pub(crate) fn table_order(name: &str) -> usize {
    TABLE.iter().position(|rule| rule.name == short(name)).unwrap_or(TABLE.len())
}

/// Compares every crate's manifest with the table.
pub(crate) fn check(metadata: &Metadata, tree: &Tree) -> Vec<Finding> {
    let members: Vec<&Package> = metadata.members().collect();
    let mut findings = Vec::new();
    for package in &members {
        let manifest = package.manifest(&tree.root);
        let Some(rule) = TABLE.iter().find(|rule| rule.name == short(&package.name)) else {
            let problem = format!("`{}` is not in the table of crates", package.name);
            findings.push(Finding::new(
                &manifest,
                1,
                problem,
                "add it to crates/xtask/src/tidy/arrows.rs, and say why",
            ));
            continue;
        };
        for dependency in package.built_with() {
            let name = dependency.name.as_str();
            let inside = members.iter().any(|member| member.name == name);
            if !allowed(rule, name, inside) {
                let problem = format!("`{}` may not depend on `{name}`", package.name);
                findings.push(Finding::new(&manifest, tree.line_of(&manifest, name), problem, MEND));
            }
        }
    }
    findings
}

fn allowed(rule: &Rule, name: &str, inside: bool) -> bool {
    if inside {
        return rule.may_use.contains(&short(name));
    }
    match rule.foreign {
        Foreign::Only(names) => names.contains(&name),
        Foreign::AnyBut(names) => !names.contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// A workspace of crates named by the arrows, given as (from, to, kind).
    fn findings(arrows: &[(&str, &str, Option<&str>)]) -> Vec<String> {
        let mut names: Vec<&str> = arrows.iter().map(|(from, _, _)| *from).collect();
        names.extend(arrows.iter().map(|(_, to, _)| *to).filter(|to| to.starts_with("chancery")));
        names.sort_unstable();
        names.dedup();
        let package = |name: &&str| -> Value {
            let dependencies: Vec<Value> = arrows
                .iter()
                .filter(|(from, _, _)| from == name)
                .map(|(_, to, kind)| json!({ "name": to, "kind": kind }))
                .collect();
            json!({ "id": name, "name": name, "version": "0.1.0", "targets": [], "dependencies": dependencies,
                "manifest_path": format!("{name}/Cargo.toml") })
        };
        let packages: Vec<Value> = names.iter().map(package).collect();
        let json = json!({ "packages": packages, "workspace_members": names, "resolve": null });
        let metadata = Metadata::parse(&json.to_string()).unwrap();
        check(&metadata, &Tree::default()).into_iter().map(|finding| finding.problem).collect()
    }

    #[test]
    fn allowed_arrows_pass() {
        let good = [
            ("chancery-store", "chancery-domain", None),
            ("chancery-server", "chancery-operations", None),
            ("chancery", "chancery-server", None),
            ("chancery-domain", "jiff", None),
            ("chancery-store", "chancery-testkit", Some("dev")),
            ("chancery-domain", "proptest", Some("dev")),
        ];
        assert_eq!(findings(&good), Vec::<String>::new());
    }

    #[test]
    fn a_forbidden_arrow_is_found() {
        for (from, to) in [
            ("chancery-domain", "chancery-store"),
            ("chancery-server", "chancery-store"),
            ("chancery-server", "chancery-token"),
            ("chancery-server", "chancery-testkit"),
            ("chancery", "chancery-domain"),
            ("chancery-domain", "serde"),
            ("chancery-operations", "serde_json"),
            ("chancery-operations", "axum"),
            ("chancery-server", "rusqlite"),
            ("chancery-server", "aws-lc-rs"),
        ] {
            for kind in [None, Some("build")] {
                assert_eq!(findings(&[(from, to, kind)]), vec![format!("`{from}` may not depend on `{to}`")]);
            }
        }
    }

    #[test]
    fn an_unknown_crate_is_found() {
        let found = findings(&[("chancery-extra", "serde", None)]);
        assert_eq!(found, vec!["`chancery-extra` is not in the table of crates".to_owned()]);
    }
}
