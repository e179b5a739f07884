//! The whole catalog of a vendor as it stands.

use std::collections::BTreeMap;

use chancery_domain::{
    AttributeDefinition, AttributeValue, Edition, EditionId, FeatureDefinition, FeatureValue, Key, Level, Name,
    Offering, Permit, Plan, PlanId, Product, Scope,
};
use chancery_store::{List, PageRequest, ReadTx, StoreError, attribute, edition, feature, offering, plan, product};

use crate::Error;

/// Everything that a vendor sells, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogContent {
    /// Features of all products.
    pub features: Vec<FeatureDefinition>,
    /// Attributes of all products.
    pub attributes: Vec<AttributeDefinition>,
    /// Products, with all that belongs to them.
    pub products: Vec<ProductContent>,
    /// Plans.
    pub plans: Vec<Plan>,
    /// Offerings.
    pub offerings: Vec<OfferingContent>,
}

/// A product and what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductContent {
    /// The product.
    pub product: Product,
    /// Its values of global features.
    pub feature_values: BTreeMap<Key, FeatureValue>,
    /// Its values of global attributes.
    pub attribute_values: BTreeMap<Key, AttributeValue>,
    /// The features that it defines.
    pub features: Vec<FeatureDefinition>,
    /// The attributes that it defines.
    pub attributes: Vec<AttributeDefinition>,
    /// Its editions.
    pub editions: Vec<EditionContent>,
}

/// An edition and what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionContent {
    /// The edition.
    pub edition: Edition,
    /// Its values of features that are defined farther away.
    pub feature_values: BTreeMap<Key, FeatureValue>,
    /// Its values of attributes that are defined farther away.
    pub attribute_values: BTreeMap<Key, AttributeValue>,
    /// The features that it defines.
    pub features: Vec<FeatureDefinition>,
    /// The attributes that it defines.
    pub attributes: Vec<AttributeDefinition>,
}

/// An offering, with the names of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferingContent {
    /// The offering.
    pub offering: Offering,
    /// The key of its product.
    pub product: Key,
    /// The key of its edition.
    pub edition: Key,
    /// The name of its plan.
    pub plan: Name,
}

/// What stands at one place.
struct Shelf {
    features: Vec<FeatureDefinition>,
    attributes: Vec<AttributeDefinition>,
    feature_values: BTreeMap<Key, FeatureValue>,
    attribute_values: BTreeMap<Key, AttributeValue>,
}

/// Reads it all.
pub(super) fn load(tx: &mut ReadTx<'_>, permit: &Permit) -> Result<CatalogContent, Error> {
    let global = shelf(tx, permit, Scope::Global)?;
    let mut products = Vec::new();
    for product in all(|page| product::list(tx, permit, page))? {
        products.push(load_product(tx, permit, product)?);
    }
    let plans = all(|page| plan::list(tx, permit, page))?;
    let offerings = all(|page| offering::list(tx, permit, &offering::OfferingFilter::default(), page))?;
    let offerings = named(offerings, &products, &plans)?;
    Ok(CatalogContent { features: global.features, attributes: global.attributes, products, plans, offerings })
}

fn load_product(tx: &mut ReadTx<'_>, permit: &Permit, product: Product) -> Result<ProductContent, Error> {
    let Shelf { features, attributes, feature_values, attribute_values } =
        shelf(tx, permit, Scope::Product(product.id))?;
    let mut editions = Vec::new();
    for edition in all(|page| edition::list(tx, permit, product.id, page))? {
        let Shelf { features, attributes, feature_values, attribute_values } =
            shelf(tx, permit, Scope::Edition(product.id, edition.id))?;
        editions.push(EditionContent { edition, feature_values, attribute_values, features, attributes });
    }
    Ok(ProductContent { product, feature_values, attribute_values, features, attributes, editions })
}

fn shelf(tx: &mut ReadTx<'_>, permit: &Permit, scope: Scope) -> Result<Shelf, Error> {
    let features = all(|page| feature::list(tx, permit, scope, page))?;
    let attributes = all(|page| attribute::list(tx, permit, scope, page))?;
    let vendor = permit.vendor();
    let (granted_features, granted_attributes) = match scope {
        Scope::Global => (Vec::new(), Vec::new()),
        Scope::Product(product) => (
            feature::effective_for_product(tx, vendor, product)?,
            attribute::effective_for_product(tx, vendor, product)?,
        ),
        Scope::Edition(product, edition) => {
            (feature::effective(tx, vendor, product, edition)?, attribute::effective(tx, vendor, product, edition)?)
        }
    };
    // Set here, and defined elsewhere: a definition's own value stands with the definition.
    let set = |defined: Level, given: Level| given == scope.level() && defined != given;
    let feature_values = granted_features.into_iter().filter(|one| set(one.level, one.catalog.0));
    let attribute_values = granted_attributes.into_iter().filter(|one| set(one.level, one.catalog.0));
    Ok(Shelf {
        features,
        attributes,
        feature_values: feature_values.map(|one| (one.key, one.catalog.1)).collect(),
        attribute_values: attribute_values.filter_map(|one| Some((one.key, one.catalog.1?))).collect(),
    })
}

fn all<T>(mut list: impl FnMut(&PageRequest) -> Result<List<T>, StoreError>) -> Result<Vec<T>, StoreError> {
    let mut page = PageRequest { limit: chancery_store::LONGEST_PAGE, ..PageRequest::default() };
    let mut items = Vec::new();
    loop {
        let found = list(&page)?;
        items.extend(found.items);
        match found.next {
            Some(next) => page.after = Some(next),
            None => return Ok(items),
        }
    }
}

fn named(offerings: Vec<Offering>, products: &[ProductContent], plans: &[Plan]) -> Result<Vec<OfferingContent>, Error> {
    let mut editions = BTreeMap::<EditionId, (&Key, &Key)>::new();
    for content in products {
        let of = |edition: &EditionContent| edition.edition.id;
        editions.extend(content.editions.iter().map(|one| (of(one), (&content.product.key, &one.edition.key))));
    }
    let plans: BTreeMap<PlanId, &Name> = plans.iter().map(|plan| (plan.id, &plan.name)).collect();
    let name = |offering: Offering| {
        let &(product, edition) = editions.get(&offering.edition)?;
        let &plan = plans.get(&offering.plan)?;
        Some(OfferingContent { product: product.clone(), edition: edition.clone(), plan: plan.clone(), offering })
    };
    let named: Option<Vec<_>> = offerings.into_iter().map(name).collect();
    named.ok_or_else(|| Error::internal("an offering without its edition or plan"))
}
