//! Places of the catalog: where features and attributes are defined, and are given values (CAT-1).

use chancery_domain::{EditionId, Id, Permit, ProductId, Scope, Selector};
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

/// One page, by key, of all that holds at a place.
pub(crate) fn page<T>(mut items: Vec<T>, page: &PageRequest, key: impl Fn(&T) -> &str) -> List<T> {
    items.sort_by(|one, other| key(one).cmp(key(other)));
    if page.descending {
        items.reverse();
    }
    if let Some(after) = page.after.as_deref() {
        items.retain(|item| if page.descending { key(item) < after } else { key(item) > after });
    }
    let limit = usize::from(page.limit);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| key(last).to_owned());
    List { items, next }
}
