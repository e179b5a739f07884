//! The table of crates in ARCHITECTURE.md, from the manifests.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use super::between_markers;
use crate::metadata::{Metadata, Package};
use crate::tidy::{short, table_order};

/// The page with its table of crates renewed.
pub(super) fn render(root: &Path, page: &str) -> Result<Option<String>, Box<dyn Error + Send + Sync>> {
    let metadata = Metadata::members_only(root)?;
    Ok(between_markers(page, "crate map", &table(&metadata)))
}

fn table(metadata: &Metadata) -> String {
    let mut members: Vec<&Package> = metadata.members().collect();
    members.sort_by_key(|package| (table_order(&package.name), package.name.clone()));
    let mut table = "| crate | what it is | uses |\n|---|---|---|\n".to_owned();
    for package in &members {
        let mut uses: Vec<&str> = package.built_with().map(|dependency| dependency.name.as_str()).collect();
        uses.retain(|name| members.iter().any(|member| member.name == *name));
        uses.sort_by_key(|name| table_order(name));
        uses.dedup();
        let uses: Vec<String> = uses.into_iter().map(|name| format!("`{}`", short(name))).collect();
        let uses = if uses.is_empty() { "–".to_owned() } else { uses.join(", ") };
        let name = short(&package.name);
        let description = package.description.as_deref().unwrap_or_default().trim().replace('|', "\\|");
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| [`{name}`](crates/{name}) | {description} | {uses} |");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_stand_in_the_order_of_their_arrows() {
        let package = |name: &str, uses: &str| {
            format!(
                r#"{{"id":"{name}","name":"{name}","version":"1.0.0","description":"What {name} is","targets":[],
                    "manifest_path":"x","dependencies":[{{"name":"serde","kind":null}},{uses}]}}"#
            )
        };
        let store = package("chancery-store", r#"{"name":"chancery-domain","kind":null}"#);
        let domain = package("chancery-domain", r#"{"name":"chancery-store","kind":"dev"}"#);
        let json = format!(
            r#"{{"packages":[{store},{domain}],"workspace_members":["chancery-store","chancery-domain"],"resolve":null}}"#
        );
        let rows: Vec<String> = table(&Metadata::parse(&json).unwrap()).lines().skip(2).map(str::to_owned).collect();
        assert_eq!(
            rows,
            [
                "| [`domain`](crates/domain) | What chancery-domain is | – |",
                "| [`store`](crates/store) | What chancery-store is | `domain` |",
            ]
        );
    }
}
