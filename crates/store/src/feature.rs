//! Features, as rows: definitions at the levels of the catalog, and the values that nearer levels give them (CAT-1).

use std::collections::BTreeMap;

use chancery_domain::{
    EditionId, FeatureDefinition, FeatureId, FeatureKind, FeatureType, FeatureValue, GrantedFeature, Level, Permit,
    ProductId, Quantity, Scope, Selector, SetValue, VendorId, nearest,
};

use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, Value, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.product_id, t.edition_id, t.key, t.name, t.type, t.overdraft, t.usage_reset,
                t.value, t.metadata, t.created, t.updated
         FROM features t"
    };
}

macro_rules! select_values {
    () => {
        "SELECT v.feature_id, v.product_id, v.edition_id, t.type, v.value
         FROM feature_values v JOIN features t ON t.id = v.feature_id"
    };
}

fn read(c: &mut Columns<'_>) -> Result<FeatureDefinition, StoreError> {
    let (id, vendor, scope, key, name) = (c.take()?, c.take()?, read_scope(c)?, c.take()?, c.take()?);
    let feature_type = c.take()?;
    let kind = FeatureKind::new(feature_type, c.take()?, c.take()?)
        .map_err(|_| StoreError::corrupt("a feature with members that its type has not"))?;
    let value = read_value(feature_type, c)?;
    let (metadata, created, updated) = (c.take()?, c.take()?, c.take()?);
    Ok(FeatureDefinition { id, vendor, scope, key, name, kind, value, metadata, created, updated })
}

fn read_set_value(c: &mut Columns<'_>) -> Result<SetValue<FeatureId, FeatureValue>, StoreError> {
    let (definition, scope, feature_type) = (c.take()?, read_scope(c)?, c.take()?);
    Ok(SetValue { definition, scope, value: read_value(feature_type, c)? })
}

fn read_value(feature_type: FeatureType, c: &mut Columns<'_>) -> Result<FeatureValue, StoreError> {
    Ok(match feature_type {
        FeatureType::Bool => FeatureValue::Bool(c.take()?),
        FeatureType::UsageCount | FeatureType::ElementPool => FeatureValue::Count(c.take()?),
    })
}

/// A value as its column has it: a switch as 0 or 1, an unlimited count as `NULL`.
fn column(value: FeatureValue) -> Value<'static> {
    match value {
        FeatureValue::Bool(on) => i64::from(on).into(),
        FeatureValue::Count(amount) => Option::<Quantity>::into(amount),
    }
}

/// Reads a place of the catalog from its two columns, product and edition.
pub(crate) fn read_scope(c: &mut Columns<'_>) -> Result<Scope, StoreError> {
    match (c.take()?, c.take()?) {
        (None, None) => Ok(Scope::Global),
        (Some(product), None) => Ok(Scope::Product(product)),
        (Some(product), Some(edition)) => Ok(Scope::Edition(product, edition)),
        (None, Some(_)) => Err(StoreError::corrupt("an edition without its product")),
    }
}

/// A place's product and edition as texts, empty where it has none: as the unique indexes have them.
pub(crate) fn place(scope: Scope) -> (String, String) {
    let product = scope.product().map(|id| id.to_string());
    (product.unwrap_or_default(), scope.edition().map(|id| id.to_string()).unwrap_or_default())
}

/// The definition that stands exactly at a place.
///
/// # Errors
/// The database's.
pub fn find(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    scope: Scope,
    which: &Selector<FeatureId>,
) -> Result<Option<FeatureDefinition>, StoreError> {
    let (product, edition) = place(scope);
    match which {
        Selector::Id(id) => tx.query_opt(
            concat!(
                select!(),
                " WHERE t.vendor_id = $1 AND COALESCE(t.product_id, '') = $2
                  AND COALESCE(t.edition_id, '') = $3 AND t.id = $4"
            ),
            params![vendor, product, edition, *id],
            read,
        ),
        Selector::Name(key) => tx.query_opt(
            concat!(
                select!(),
                " WHERE t.vendor_id = $1 AND COALESCE(t.product_id, '') = $2
                  AND COALESCE(t.edition_id, '') = $3 AND t.key = $4"
            ),
            params![vendor, product, edition, key],
            read,
        ),
    }
}

/// The definition of a key that holds for a place: the nearest of the edition's, the product's and the global one.
///
/// # Errors
/// The database's.
pub fn find_covering(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    scope: Scope,
    key: &str,
) -> Result<Option<FeatureDefinition>, StoreError> {
    let (product, edition) = place(scope);
    let covering = tx.query(
        concat!(
            select!(),
            " WHERE t.vendor_id = $1 AND COALESCE(t.product_id, '') IN ('', $2)
              AND COALESCE(t.edition_id, '') IN ('', $3) AND t.key = $4"
        ),
        params![vendor, product, edition, key],
        read,
    )?;
    Ok(covering.into_iter().max_by_key(|definition| definition.scope.level()))
}

/// A page of the definitions that stand exactly at a place.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    scope: Scope,
    page: &PageRequest,
) -> Result<List<FeatureDefinition>, StoreError> {
    let (product, edition) = place(scope);
    let sql = page.pick(listing!(select, "AND COALESCE(t.product_id, '') = $3 AND COALESCE(t.edition_id, '') = $4", metadata "$5" "$6" "$7"));
    let items = tx.query(
        sql,
        params![permit.vendor(), page.from(), product, edition, page.member(0), page.member(1), page.member(2)],
        read,
    )?;
    Ok(page.cut(items, |definition| definition.id.to_string()))
}

/// Adds a definition.
///
/// # Errors
/// The database's; a constraint if the key is taken.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, definition: &FeatureDefinition) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO features (id, vendor_id, product_id, edition_id, key, name, type, value, overdraft, usage_reset,
                               metadata, created, updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![
            definition.id,
            permit.vendor(),
            definition.scope.product(),
            definition.scope.edition(),
            &definition.key,
            &definition.name,
            definition.kind.feature_type(),
            column(definition.value),
            definition.kind.overdraft(),
            definition.kind.usage_reset(),
            &definition.metadata,
            definition.created,
            definition.updated,
        ],
    )?;
    Ok(())
}

/// Changes a definition. Its place stays, and its type, since set values are of it.
///
/// # Errors
/// The database's; a constraint if the key is taken.
pub fn update(tx: &mut WriteTx<'_>, permit: &Permit, definition: &FeatureDefinition) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE features SET key = $1, name = $2, value = $3, overdraft = $4, usage_reset = $5, metadata = $6,
                updated = $7
         WHERE vendor_id = $8 AND id = $9",
        params![
            &definition.key,
            &definition.name,
            column(definition.value),
            definition.kind.overdraft(),
            definition.kind.usage_reset(),
            &definition.metadata,
            definition.updated,
            permit.vendor(),
            definition.id,
        ],
    )?;
    Ok(())
}

/// Removes a definition with the values set for it. What was sold keeps its copy (CAT-3).
///
/// # Errors
/// The database's.
pub fn delete(tx: &mut WriteTx<'_>, permit: &Permit, id: FeatureId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM features WHERE vendor_id = $1 AND id = $2", params![permit.vendor(), id])?;
    Ok(())
}

/// Sets the value of a product or an edition, in place of the one that it may have. (The global value is the
/// definition's own.)
///
/// # Errors
/// The database's; a constraint for a global value.
pub fn set_value(
    tx: &mut WriteTx<'_>,
    permit: &Permit,
    set: &SetValue<FeatureId, FeatureValue>,
) -> Result<(), StoreError> {
    let (product, edition) = place(set.scope);
    let changed = tx.execute(
        "UPDATE feature_values SET value = $1
         WHERE feature_id IN (SELECT t.id FROM features t WHERE t.vendor_id = $2 AND t.id = $3)
           AND product_id = $4 AND COALESCE(edition_id, '') = $5",
        params![column(set.value), permit.vendor(), set.definition, product, edition],
    )?;
    if changed == 0 {
        tx.execute(
            "INSERT INTO feature_values (feature_id, product_id, edition_id, value)
             SELECT t.id, CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS BIGINT)
             FROM features t WHERE t.vendor_id = $4 AND t.id = $5",
            params![set.scope.product(), set.scope.edition(), column(set.value), permit.vendor(), set.definition],
        )?;
    }
    Ok(())
}

/// Removes the value that a product or an edition gives, so that the next level's holds; says whether there was one.
///
/// # Errors
/// The database's.
pub fn remove_value(tx: &mut WriteTx<'_>, permit: &Permit, id: FeatureId, scope: Scope) -> Result<bool, StoreError> {
    let (product, edition) = place(scope);
    let removed = tx.execute(
        "DELETE FROM feature_values
         WHERE feature_id IN (SELECT t.id FROM features t WHERE t.vendor_id = $1 AND t.id = $2)
           AND product_id = $3 AND COALESCE(edition_id, '') = $4",
        params![permit.vendor(), id, product, edition],
    )?;
    Ok(removed > 0)
}

/// Every value that is set for a definition.
///
/// # Errors
/// The database's.
pub fn values_of(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    id: FeatureId,
) -> Result<Vec<SetValue<FeatureId, FeatureValue>>, StoreError> {
    tx.query(
        concat!(
            select_values!(),
            " WHERE t.vendor_id = $1 AND t.id = $2 ORDER BY v.product_id, COALESCE(v.edition_id, '')"
        ),
        params![vendor, id],
        read_set_value,
    )
}

/// The features that an edition has, each with the value that holds there, by key.
///
/// # Errors
/// The database's.
pub fn effective(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    product: ProductId,
    edition: EditionId,
) -> Result<Vec<GrantedFeature>, StoreError> {
    effective_at(tx, vendor, Scope::Edition(product, edition))
}

/// The features that a product has where no edition adds to them, each with the value that holds there, by key.
///
/// # Errors
/// The database's.
pub fn effective_for_product(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    product: ProductId,
) -> Result<Vec<GrantedFeature>, StoreError> {
    effective_at(tx, vendor, Scope::Product(product))
}

fn effective_at(tx: &mut ReadTx<'_>, vendor: VendorId, scope: Scope) -> Result<Vec<GrantedFeature>, StoreError> {
    let (product, edition) = place(scope);
    let mut definitions = tx.query(
        concat!(
            select!(),
            " WHERE t.vendor_id = $1 AND COALESCE(t.product_id, '') IN ('', $2)
              AND COALESCE(t.edition_id, '') IN ('', $3)"
        ),
        params![vendor, &product, &edition],
        read,
    )?;
    let set = tx.query(
        concat!(
            select_values!(),
            " WHERE t.vendor_id = $1 AND v.product_id = $2 AND COALESCE(v.edition_id, '') IN ('', $3)"
        ),
        params![vendor, &product, &edition],
        read_set_value,
    )?;
    let mut values = BTreeMap::<FeatureId, Vec<(Level, FeatureValue)>>::new();
    for one in set {
        values.entry(one.definition).or_default().push((one.scope.level(), one.value));
    }
    // Where a product defines a global key again, the nearer definition comes later and takes the key's place.
    definitions.sort_by_key(|definition| definition.scope.level());
    let by_key = definitions.into_iter().map(|FeatureDefinition { id, scope, key, name, kind, value, .. }| {
        let catalog = nearest((scope.level(), value), values.remove(&id).unwrap_or_default());
        (key.clone(), GrantedFeature { key, name, kind, level: scope.level(), catalog, overriding: None })
    });
    Ok(by_key.collect::<BTreeMap<_, _>>().into_values().collect())
}
