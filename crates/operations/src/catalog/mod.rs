//! Whole catalogs: what a file wants, what stands, what becomes of it (CAT-4).

mod content;
mod decide;
mod export;
mod import;
mod input;
mod report;

pub use content::{CatalogContent, EditionContent, OfferingContent, ProductContent};
pub use export::export;
pub use import::import;
pub use input::{
    AttributeLiteral, AttributeMembers, CatalogInput, Definitions, EditionInput, EditionMembers, FeatureMembers, Given,
    Item, Member, OfferingMembers, PlanMembers, PolicyMembers, ProductInput, ProductMembers, Values,
};
pub use report::{ImportAction, ImportEntry, ImportKind, ImportReport};
