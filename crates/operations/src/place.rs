//! Places of the catalog: where features and attributes are defined, and are given values (CAT-1).

use chancery_domain::{EditionId, Id, Key, Name, Permit, ProductId, Scope, Selector};
use chancery_store::{List, PageRequest, ReadTx};

use crate::receipt::fact;
use crate::{Error, edition, product};

/// A place of the catalog, as a caller points at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// All products of the vendor.
    Global,
    /// One product.
    Product(Selector<ProductId>),
    /// One edition of a product.
    Edition(Selector<ProductId>, Selector<EditionId>),
}

impl Place {
    /// The place itself.
    ///
    /// # Errors
    /// `NotFound`; the database's.
    pub(crate) fn scope(&self, tx: &mut ReadTx<'_>, permit: &Permit) -> Result<Scope, Error> {
        Ok(match self {
            Self::Global => Scope::Global,
            Self::Product(product) => Scope::Product(product::get(tx, permit, product)?.id),
            Self::Edition(product, edition) => {
                let edition = edition::get(tx, permit, product, edition)?;
                Scope::Edition(edition.product, edition.id)
            }
        })
    }
}

/// What the audit names as the subject of a value that a place gives.
pub(crate) fn subject(scope: Scope) -> String {
    match scope {
        Scope::Global => "global".to_owned(),
        Scope::Product(product) => product.to_string(),
        Scope::Edition(_, edition) => edition.to_string(),
    }
}

/// The facts that tell a definition at a place again: its id, the product, the edition (SAFE-1).
pub(crate) fn facts(id: impl Id, scope: Scope) -> String {
    let mut facts = id.to_string();
    for part in [scope.product().map(|id| id.to_string()), scope.edition().map(|id| id.to_string())] {
        facts.extend(part.map(|part| format!(" {part}")));
    }
    facts
}

/// Reads what [`facts`] wrote.
pub(crate) fn recall<I: Id>(facts: &str) -> Result<(I, Scope), Error> {
    let mut parts = facts.split(' ');
    let id = fact(parts.next().unwrap_or_default())?;
    Ok(match (parts.next(), parts.next()) {
        (None, _) => (id, Scope::Global),
        (Some(product), None) => (id, Scope::Product(fact(product)?)),
        (Some(product), Some(edition)) => (id, Scope::Edition(fact(product)?, fact(edition)?)),
    })
}

/// A place and those that it is in, the nearest first.
pub(crate) fn outwards(scope: Scope) -> impl Iterator<Item = Scope> {
    let product = scope.product().map(Scope::Product);
    let edition = scope.edition().map(|_| scope);
    [edition, product, Some(Scope::Global)].into_iter().flatten()
}

/// One page, by id, of what stands at a place and at those that it is in: `lists` are the pages of each.
pub(crate) fn merge<T>(lists: Vec<List<T>>, page: &PageRequest, id: impl Fn(&T) -> String) -> List<T> {
    let mut more = lists.iter().any(|list| list.next.is_some());
    let mut items: Vec<T> = lists.into_iter().flat_map(|list| list.items).collect();
    items.sort_by_cached_key(&id);
    if page.descending {
        items.reverse();
    }
    let limit = usize::from(page.limit);
    more |= items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(id);
    List { items, next }
}

/// A feature or an attribute that is given no name is called by its key.
pub(crate) fn name_of(name: Option<&Name>, key: &Key) -> Result<Name, Error> {
    let by_key = || Name::new(key.as_str()).map_err(|invalid| Error::invalid("name", invalid, "give a name"));
    name.cloned().map_or_else(by_key, Ok)
}
