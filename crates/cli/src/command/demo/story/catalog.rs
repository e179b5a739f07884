//! The catalog: what the vendor sells, imported from one file (CAT-4).

use chancery_api_types::management::{CatalogAction, CatalogImport, CatalogKind};
use serde_json::json;

use crate::Failure;
use crate::api::path;
use crate::command::demo::scene::Scene;
use crate::command::demo::text::count;

const FILE: &str = include_str!("../../../../../../examples/acme.toml");

pub(super) async fn tell(scene: &Scene<'_>) -> Result<(), Failure> {
    let teller = scene.teller;
    teller.chapter("The catalog");
    let import = path(&[&"catalog", &"import"])?;
    let done: CatalogImport = scene.api.post_text(&import, "application/toml", FILE.to_owned()).await?;
    let of = |kind| count(done.changes.iter().filter(|change| change.kind == kind).count() as u64, noun(kind));
    let changed = done.changes.iter().filter(|change| change.action != CatalogAction::Unchanged).count() as u64;
    teller.tell(
        "catalog",
        json!({ "entries": done.changes.len() }),
        format!(
            "One readable file, examples/acme.toml, holds all that Acme sells: {}, {}, {}, {}.",
            of(CatalogKind::Product),
            of(CatalogKind::Edition),
            of(CatalogKind::Plan),
            of(CatalogKind::Offering)
        ),
    );
    let sentence = match changed {
        0 => "Imported again: nothing changed, because everything is there already.".to_owned(),
        1 => "Imported by one request: 1 entry is new or changed.".to_owned(),
        changed => format!("Imported by one request: {changed} entries are new or changed."),
    };
    teller.tell("imported", json!({ "changed": changed }), sentence);
    Ok(())
}

const fn noun(kind: CatalogKind) -> &'static str {
    match kind {
        CatalogKind::Product => "product",
        CatalogKind::Feature => "feature",
        CatalogKind::Attribute => "attribute",
        CatalogKind::Edition => "edition",
        CatalogKind::Plan => "plan",
        CatalogKind::Offering => "offering",
    }
}
