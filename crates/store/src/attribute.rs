//! Attributes, as rows: definitions at the levels of the catalog, and the values that nearer levels give them (CAT-1).

use std::collections::BTreeMap;

use chancery_domain::{
    AttributeDefinition, AttributeId, AttributeValue, EditionId, GrantedAttribute, Level, Permit, ProductId, Scope,
    Selector, SetValue, VendorId, nearest,
};

use crate::feature::{place, read_scope};
use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.product_id, t.edition_id, t.key, t.name, t.type, t.value, t.metadata, t.created,
                t.updated
         FROM attributes t"
    };
}

macro_rules! select_values {
    () => {
        "SELECT v.attribute_id, v.product_id, v.edition_id, v.value
         FROM attribute_values v JOIN attributes t ON t.id = v.attribute_id"
    };
}

fn read(c: &mut Columns<'_>) -> Result<AttributeDefinition, StoreError> {
    Ok(AttributeDefinition {
        id: c.take()?,
        vendor: c.take()?,
        scope: read_scope(c)?,
        key: c.take()?,
        name: c.take()?,
        attribute_type: c.take()?,
        value: c.take()?,
        metadata: c.take()?,
        created: c.take()?,
        updated: c.take()?,
    })
}

fn read_set_value(c: &mut Columns<'_>) -> Result<SetValue<AttributeId, AttributeValue>, StoreError> {
    Ok(SetValue { definition: c.take()?, scope: read_scope(c)?, value: c.take()? })
}

/// The definition that stands exactly at a place.
///
/// # Errors
/// The database's.
pub fn find(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    scope: Scope,
    which: &Selector<AttributeId>,
) -> Result<Option<AttributeDefinition>, StoreError> {
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
) -> Result<Option<AttributeDefinition>, StoreError> {
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
) -> Result<List<AttributeDefinition>, StoreError> {
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
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, definition: &AttributeDefinition) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO attributes (id, vendor_id, product_id, edition_id, key, name, type, value, metadata, created,
                                 updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            definition.id,
            permit.vendor(),
            definition.scope.product(),
            definition.scope.edition(),
            &definition.key,
            &definition.name,
            definition.attribute_type,
            definition.value.as_ref(),
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
pub fn update(tx: &mut WriteTx<'_>, permit: &Permit, definition: &AttributeDefinition) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE attributes SET key = $1, name = $2, value = $3, metadata = $4, updated = $5
         WHERE vendor_id = $6 AND id = $7",
        params![
            &definition.key,
            &definition.name,
            definition.value.as_ref(),
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
pub fn delete(tx: &mut WriteTx<'_>, permit: &Permit, id: AttributeId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM attributes WHERE vendor_id = $1 AND id = $2", params![permit.vendor(), id])?;
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
    set: &SetValue<AttributeId, AttributeValue>,
) -> Result<(), StoreError> {
    let (product, edition) = place(set.scope);
    let changed = tx.execute(
        "UPDATE attribute_values SET value = $1
         WHERE attribute_id IN (SELECT t.id FROM attributes t WHERE t.vendor_id = $2 AND t.id = $3)
           AND product_id = $4 AND COALESCE(edition_id, '') = $5",
        params![&set.value, permit.vendor(), set.definition, product, edition],
    )?;
    if changed == 0 {
        tx.execute(
            "INSERT INTO attribute_values (attribute_id, product_id, edition_id, value)
             SELECT t.id, CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT)
             FROM attributes t WHERE t.vendor_id = $4 AND t.id = $5",
            params![set.scope.product(), set.scope.edition(), &set.value, permit.vendor(), set.definition],
        )?;
    }
    Ok(())
}

/// Removes the value that a product or an edition gives, so that the next level's holds; says whether there was one.
///
/// # Errors
/// The database's.
pub fn remove_value(tx: &mut WriteTx<'_>, permit: &Permit, id: AttributeId, scope: Scope) -> Result<bool, StoreError> {
    let (product, edition) = place(scope);
    let removed = tx.execute(
        "DELETE FROM attribute_values
         WHERE attribute_id IN (SELECT t.id FROM attributes t WHERE t.vendor_id = $1 AND t.id = $2)
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
    id: AttributeId,
) -> Result<Vec<SetValue<AttributeId, AttributeValue>>, StoreError> {
    tx.query(
        concat!(
            select_values!(),
            " WHERE t.vendor_id = $1 AND t.id = $2 ORDER BY v.product_id, COALESCE(v.edition_id, '')"
        ),
        params![vendor, id],
        read_set_value,
    )
}

/// The attributes that an edition has, each with the value that holds there, by key.
///
/// # Errors
/// The database's.
pub fn effective(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    product: ProductId,
    edition: EditionId,
) -> Result<Vec<GrantedAttribute>, StoreError> {
    effective_at(tx, vendor, Scope::Edition(product, edition))
}

/// The attributes that a product has where no edition adds to them, each with the value that holds there, by key.
///
/// # Errors
/// The database's.
pub fn effective_for_product(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    product: ProductId,
) -> Result<Vec<GrantedAttribute>, StoreError> {
    effective_at(tx, vendor, Scope::Product(product))
}

fn effective_at(tx: &mut ReadTx<'_>, vendor: VendorId, scope: Scope) -> Result<Vec<GrantedAttribute>, StoreError> {
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
    let mut values = BTreeMap::<AttributeId, Vec<(Level, Option<AttributeValue>)>>::new();
    for one in set {
        values.entry(one.definition).or_default().push((one.scope.level(), Some(one.value)));
    }
    // Where a product defines a global key again, the nearer definition comes later and takes the key's place.
    definitions.sort_by_key(|definition| definition.scope.level());
    let by_key = definitions.into_iter().map(|definition| {
        let AttributeDefinition { id, scope, key, name, attribute_type, value, .. } = definition;
        let catalog = nearest((scope.level(), value), values.remove(&id).unwrap_or_default());
        (key.clone(), GrantedAttribute { key, name, attribute_type, level: scope.level(), catalog, overriding: None })
    });
    Ok(by_key.collect::<BTreeMap<_, _>>().into_values().collect())
}
