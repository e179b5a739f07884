//! Where a feature or an attribute stands: with all products, with one, or in one edition (CAT-1).

use std::fmt::Display;

use chancery_api_types::wire::{EditionRef, ProductRef};
use clap::Args;

use crate::Failure;
use crate::api::path;

/// A place of the catalog. Without a product: all products.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Place")]
pub(crate) struct PlaceArgs {
    /// With this product, by its id or key [default: all products]
    #[arg(long)]
    product: Option<ProductRef>,
    /// In this edition of the product, by its id or key
    #[arg(long, requires = "product")]
    edition: Option<EditionRef>,
}

impl PlaceArgs {
    /// The path of what stands at the place.
    pub(crate) fn path(&self, rest: &[&dyn Display]) -> Result<String, Failure> {
        let mut segments: Vec<&dyn Display> = Vec::new();
        if let Some(product) = &self.product {
            segments.extend([&"products" as &dyn Display, product]);
        }
        if let Some(edition) = &self.edition {
            segments.extend([&"editions" as &dyn Display, edition]);
        }
        segments.extend_from_slice(rest);
        path(&segments)
    }

    /// The members that tell most: at a product or an edition, also where the value comes from.
    pub(crate) const fn columns(&self) -> &'static [&'static str] {
        match self.product {
            None => &["key", "name", "type", "value", "id"],
            Some(_) => &["key", "name", "type", "value", "level", "valueLevel"],
        }
    }
}
