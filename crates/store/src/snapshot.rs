//! What the catalog says of one offering, read in one go: what an order grants (CAT-3).

use chancery_domain::{CatalogSnapshot, OfferingId, Selector, VendorId};

use crate::{ReadTx, StoreError, attribute, edition, feature, offering, plan, product};

/// An offering of a vendor with its plan, its product, and the features and attributes that its edition has.
///
/// # Errors
/// The database's.
pub fn load(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    which: &Selector<OfferingId>,
) -> Result<Option<CatalogSnapshot>, StoreError> {
    let Some(offering) = offering::find(tx, vendor, which)? else { return Ok(None) };
    let Some(plan) = plan::find(tx, vendor, &offering.plan.into())? else { return Err(missing("plan")) };
    let edition = edition::find(tx, vendor, None, &offering.edition.into())?;
    let Some(edition) = edition else { return Err(missing("edition")) };
    let Some(product) = product::find(tx, vendor, &edition.product.into())? else { return Err(missing("product")) };
    let features = feature::effective(tx, vendor, product.id, edition.id)?;
    let attributes = attribute::effective(tx, vendor, product.id, edition.id)?;
    Ok(Some(CatalogSnapshot { product, plan, offering, features, attributes }))
}

/// The schema's references rule this out, but for rows that point at another vendor's.
fn missing(what: &str) -> StoreError {
    StoreError::corrupt(format!("an offering whose {what} is not its vendor's"))
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use chancery_domain::*;
    use chancery_testkit::Postgres;

    use super::load;
    use crate::customer::CustomerFilter;
    use crate::offering::OfferingFilter;
    use crate::*;

    const NOW: i64 = 1_790_000_000_000_000;

    fn id<I: Id>(n: u8) -> I {
        I::new(now(), [n; 10])
    }

    fn now() -> Timestamp {
        Timestamp::from_micros(NOW).unwrap()
    }

    fn parse<T: std::str::FromStr<Err: Debug>>(text: &str) -> T {
        text.parse().unwrap()
    }

    fn permit(vendor: VendorId) -> Permit {
        Actor::Operator { vendor }.permit(Action::ImportCatalog).unwrap()
    }

    fn count(n: u64) -> FeatureValue {
        FeatureValue::Count(Some(Quantity::new(n).unwrap()))
    }

    fn a_product(vendor: VendorId) -> Product {
        Product {
            id: id(1),
            vendor,
            name: parse("Solver"),
            key: parse("solver"),
            policy: Policy::default(),
            device_keys: DeviceKeys::Optional,
            secret_mode: SecretMode::Disabled,
            licensee_auto_create: false,
            metadata: Metadata::default(),
            created: now(),
            updated: now(),
        }
    }

    fn an_edition(n: u8, key: &str, vendor: VendorId, product: ProductId) -> Edition {
        let (name, key, metadata) = (parse("An edition"), parse(key), Metadata::default());
        Edition { id: id(n), vendor, product, name, key, metadata, created: now(), updated: now() }
    }

    fn a_plan(vendor: VendorId) -> Plan {
        Plan {
            id: id(1),
            vendor,
            name: parse("Yearly"),
            license_start: LicenseStart::Activation,
            plan_type: PlanType::Paid,
            duration: Some(parse("1 year")),
            metadata: Metadata::default(),
            created: now(),
            updated: now(),
        }
    }

    fn an_offering(vendor: VendorId, edition: EditionId, plan: PlanId) -> Offering {
        Offering {
            id: id(1),
            vendor,
            sku: parse("SOLV-PRO-Y"),
            name: parse("Solver Pro, yearly"),
            edition,
            plan,
            seats: Quantity::new(5).unwrap(),
            overdraft: Overdraft::Percentage(20),
            concurrency: Concurrency::Concurrent,
            automatic: true,
            maintenance: Some(parse("1 year")),
            policy: PolicyChoice { lease_period: Some(Period::Unlimited), ..PolicyChoice::default() },
            metadata: Metadata::default(),
            created: now(),
            updated: now(),
        }
    }

    fn a_feature(n: u8, scope: Scope, key: &str, kind: FeatureKind, value: FeatureValue) -> FeatureDefinition {
        let (vendor, name, metadata) = (id(1), parse("A feature"), Metadata::default());
        let (id, key) = (id(n), parse(key));
        FeatureDefinition { id, vendor, scope, key, name, kind, value, metadata, created: now(), updated: now() }
    }

    fn an_attribute(n: u8, scope: Scope, key: &str, value: Option<&str>) -> AttributeDefinition {
        AttributeDefinition {
            id: id(n),
            vendor: id(1),
            scope,
            key: parse(key),
            name: parse("An attribute"),
            attribute_type: AttributeType::String,
            value: value.map(parse),
            metadata: Metadata::default(),
            created: now(),
            updated: now(),
        }
    }

    fn a_customer(n: u8, reference: Option<&str>, contacts: &[u8]) -> Customer {
        let contact = |&n: &u8| Contact { id: id(n), name: parse("Ada"), email: parse(&format!("ada{n}@example.com")) };
        Customer {
            id: id(n),
            vendor: id(1),
            name: parse("Acme"),
            reference: reference.map(parse),
            disabled: (n == 2).then(|| Disabled { since: now(), reason: Some(parse("unpaid")) }),
            deletion: None,
            contacts: contacts.iter().map(contact).collect(),
            notes: String::new(),
            metadata: Metadata::default(),
            created: now(),
            updated: now(),
        }
    }

    /// Runs a test's body on each engine, in one transaction on a database with two vendors.
    async fn on_each_engine(body: fn(&mut WriteTx<'_>, &Permit) -> Result<(), StoreError>) {
        for location in [Location::Memory, Location::Postgres(Postgres::shared().fresh_database())] {
            let store = Store::open(location, Options::default()).await.unwrap();
            let work = move |tx: &mut WriteTx<'_>| -> Result<Outcome<(), StoreError>, StoreError> {
                for n in [1, 2] {
                    let (name, mode) = (parse(&format!("vendor {n}")), VendorMode::Live);
                    let vendor = Vendor {
                        id: id(n),
                        name,
                        mode,
                        offline_request_age: Vendor::OFFLINE_REQUEST_AGE,
                        contact_exports: false,
                        created: now(),
                        updated: now(),
                    };
                    vendor::insert(tx, &permit(vendor.id), &vendor, b"secret")?;
                }
                body(tx, &permit(id(1))).map(Outcome::Done)
            };
            store.write(Aggregate::Vendor(id(1)), work).await.unwrap();
        }
    }

    /// A product with two editions, a plan and an offering of the first edition.
    fn a_catalog(tx: &mut WriteTx<'_>, permit: &Permit) -> Result<(Product, Edition, Offering), StoreError> {
        let product = a_product(permit.vendor());
        product::insert(tx, permit, &product)?;
        let edition = an_edition(1, "pro", permit.vendor(), product.id);
        edition::insert(tx, permit, &edition)?;
        edition::insert(tx, permit, &an_edition(2, "basic", permit.vendor(), product.id))?;
        let plan = a_plan(permit.vendor());
        plan::insert(tx, permit, &plan)?;
        let offering = an_offering(permit.vendor(), edition.id, plan.id);
        offering::insert(tx, permit, &offering)?;
        Ok((product, edition, offering))
    }

    fn set<D, V>(definition: D, scope: Scope, value: V) -> SetValue<D, V> {
        SetValue { definition, scope, value }
    }

    #[tokio::test]
    async fn cat_1_the_nearest_value_holds_and_removing_it_falls_back() {
        on_each_engine(|tx, permit| {
            let (product, edition, _) = a_catalog(tx, permit)?;
            let (on_product, on_edition) = (Scope::Product(product.id), Scope::Edition(product.id, edition.id));
            let pool = FeatureKind::ElementPool(Overdraft::None);
            let parts = a_feature(1, Scope::Global, "parts", pool, count(1));
            feature::insert(tx, permit, &parts)?;
            let holds = |tx: &mut WriteTx<'_>| -> Result<_, StoreError> {
                let found = feature::effective(tx, permit.vendor(), product.id, edition.id)?;
                Ok(found.into_iter().map(|granted| (granted.level, granted.catalog)).collect::<Vec<_>>())
            };
            assert_eq!(holds(tx)?, [(Level::Global, (Level::Global, count(1)))]);
            feature::set_value(tx, permit, &set(parts.id, on_product, count(2)))?;
            feature::set_value(tx, permit, &set(parts.id, on_edition, count(3)))?;
            feature::set_value(tx, permit, &set(parts.id, on_edition, FeatureValue::Count(None)))?;
            assert_eq!(holds(tx)?, [(Level::Global, (Level::Edition, FeatureValue::Count(None)))]);
            assert_eq!(feature::values_of(tx, permit.vendor(), parts.id)?.len(), 2, "set twice is set once");
            let plain = feature::effective_for_product(tx, permit.vendor(), product.id)?;
            assert_eq!(plain[0].catalog, (Level::Product, count(2)));

            let other = Actor::Operator { vendor: id(2) }.permit(Action::SetFeatureValue).unwrap();
            assert!(!feature::remove_value(tx, &other, parts.id, on_edition)?, "it is another vendor's");
            assert!(feature::remove_value(tx, permit, parts.id, on_edition)?);
            assert!(!feature::remove_value(tx, permit, parts.id, on_edition)?);
            assert_eq!(holds(tx)?, [(Level::Global, (Level::Product, count(2)))]);
            assert!(feature::remove_value(tx, permit, parts.id, on_product)?);
            assert_eq!(holds(tx)?, [(Level::Global, (Level::Global, count(1)))]);
            Ok(())
        })
        .await;
    }

    #[tokio::test]
    async fn cat_1_a_definition_holds_below_its_level_and_the_nearest_of_a_key_wins() {
        on_each_engine(|tx, permit| {
            let (product, edition, _) = a_catalog(tx, permit)?;
            let on_product = Scope::Product(product.id);
            let on_edition = Scope::Edition(product.id, edition.id);
            let on_other = Scope::Edition(product.id, id(2));
            attribute::insert(tx, permit, &an_attribute(1, Scope::Global, "unit", Some("mm")))?;
            attribute::insert(tx, permit, &an_attribute(2, on_product, "unit", None))?;
            attribute::insert(tx, permit, &an_attribute(3, on_other, "theme", Some("dark")))?;
            attribute::set_value(tx, permit, &set(id(2), on_edition, parse("inch")))?;

            let key = |scope, tx: &mut WriteTx<'_>| attribute::find_covering(tx, permit.vendor(), scope, "unit");
            assert_eq!(key(Scope::Global, tx)?.map(|found| found.id), Some(id(1)));
            assert_eq!(key(on_edition, tx)?.map(|found| found.id), Some(id(2)));
            assert_eq!(attribute::find_covering(tx, permit.vendor(), on_edition, "theme")?, None);
            let there = attribute::find_covering(tx, permit.vendor(), on_other, "theme")?;
            assert_eq!(there.map(|found| found.scope), Some(on_other));
            assert_eq!(attribute::find(tx, permit.vendor(), on_product, &Selector::Name("theme".into()))?, None);
            assert_eq!(attribute::list(tx, permit, on_other, &PageRequest::default())?.items.len(), 1);

            let here = attribute::effective(tx, permit.vendor(), product.id, edition.id)?;
            assert_eq!(here.len(), 1);
            assert_eq!(here[0].level, Level::Product);
            assert_eq!(here[0].catalog, (Level::Edition, Some(parse("inch"))));
            let there = attribute::effective(tx, permit.vendor(), product.id, id(2))?;
            let keys: Vec<_> = there.iter().map(|granted| (granted.key.as_str(), granted.catalog.0)).collect();
            assert_eq!(keys, [("theme", Level::Edition), ("unit", Level::Product)]);
            Ok(())
        })
        .await;
    }

    #[tokio::test]
    async fn a_snapshot_has_all_that_an_order_grants() {
        on_each_engine(|tx, permit| {
            let (product, edition, mut offering) = a_catalog(tx, permit)?;
            let usage = FeatureKind::UsageCount(Overdraft::Unlimited, UsageReset::Monthly);
            feature::insert(
                tx,
                permit,
                &a_feature(1, Scope::Product(product.id), "runs", usage, FeatureValue::Count(None)),
            )?;
            let switch = a_feature(
                2,
                Scope::Edition(product.id, edition.id),
                "cloud",
                FeatureKind::Bool,
                FeatureValue::Bool(true),
            );
            feature::insert(tx, permit, &switch)?;
            feature::update(tx, permit, &switch)?;
            assert_eq!(feature::find(tx, permit.vendor(), switch.scope, &switch.id.into())?, Some(switch));
            offering.seats = Quantity::new(7).unwrap();
            offering::update(tx, permit, &offering)?;

            let taken = load(tx, permit.vendor(), &Selector::Name("SOLV-PRO-Y".into()))?.unwrap();
            assert_eq!((taken.product, taken.plan, taken.offering), (product, a_plan(permit.vendor()), offering));
            let features: Vec<_> =
                taken.features.iter().map(|granted| (granted.key.as_str(), granted.value())).collect();
            assert_eq!(features, [("cloud", FeatureValue::Bool(true)), ("runs", FeatureValue::Count(None))]);
            assert!(load(tx, id(2), &id::<OfferingId>(1).into())?.is_none(), "it is another vendor's");
            Ok(())
        })
        .await;
    }

    #[tokio::test]
    async fn things_are_found_by_their_names_and_removed_once_nothing_refers_to_them() {
        on_each_engine(|tx, permit| {
            let (product, edition, offering) = a_catalog(tx, permit)?;
            let vendor = permit.vendor();
            let pro = Selector::Name("pro".to_owned());
            assert_eq!(edition::find(tx, vendor, None, &pro)?, None);
            assert_eq!(edition::find(tx, vendor, Some(product.id), &pro)?.as_ref(), Some(&edition));
            assert_eq!(edition::find(tx, vendor, Some(id(9)), &edition.id.into())?, None);
            assert_eq!(edition::list(tx, permit, product.id, &PageRequest::default())?.items.len(), 2);
            assert_eq!(plan::find(tx, vendor, &Selector::Name("Yearly".into()))?, Some(a_plan(vendor)));
            assert_eq!(plan::list(tx, permit, &PageRequest::default())?.items, [a_plan(vendor)]);
            plan::update(tx, permit, &a_plan(vendor))?;
            edition::update(tx, permit, &edition)?;

            let mut listed =
                |filter| offering::list(tx, permit, &filter, &PageRequest::default()).map(|list| list.items.len());
            let all = OfferingFilter::default();
            assert_eq!(listed(all)?, 1);
            assert_eq!(listed(OfferingFilter { product: Some(product.id), plan: Some(offering.plan), ..all })?, 1);
            assert_eq!(listed(OfferingFilter { product: Some(id(9)), ..all })?, 0);
            assert_eq!(listed(OfferingFilter { edition: Some(id(2)), ..all })?, 0);

            assert_eq!(edition::references(tx, vendor, edition.id)?, [("offering", 1)]);
            assert_eq!(plan::references(tx, vendor, offering.plan)?, [("offering", 1)]);
            assert_eq!(offering::references(tx, vendor, offering.id)?, []);
            offering::delete(tx, permit, offering.id)?;
            plan::delete(tx, permit, offering.plan)?;
            let scope = Scope::Edition(product.id, edition.id);
            let feature = a_feature(1, Scope::Global, "cloud", FeatureKind::Bool, FeatureValue::Bool(false));
            feature::insert(tx, permit, &feature)?;
            feature::set_value(tx, permit, &set(feature.id, scope, FeatureValue::Bool(true)))?;
            attribute::insert(tx, permit, &an_attribute(1, scope, "theme", None))?;
            edition::delete(tx, permit, edition.id)?;
            assert_eq!(feature::values_of(tx, vendor, feature.id)?, []);
            feature::delete(tx, permit, feature.id)?;
            Ok(())
        })
        .await;
    }

    #[tokio::test]
    async fn customers_come_with_their_contacts() {
        on_each_engine(|tx, permit| {
            let (first, second) = (a_customer(1, Some("C-1"), &[1, 2]), a_customer(2, None, &[3]));
            let mut third = a_customer(3, None, &[]);
            for customer in [&first, &second, &third] {
                customer::insert(tx, permit, customer)?;
            }
            assert_eq!(customer::find(tx, permit.vendor(), &Selector::Name("C-1".into()))?.as_ref(), Some(&first));
            assert_eq!(customer::find(tx, id(2), &first.id.into())?, None, "it is another vendor's");
            let page = customer::list(
                tx,
                permit,
                &CustomerFilter::default(),
                &PageRequest { limit: 2, ..PageRequest::default() },
            )?;
            assert_eq!(page.items, [first.clone(), second.clone()]);
            let rest = PageRequest { after: page.next, ..PageRequest::default() };
            assert_eq!(customer::list(tx, permit, &CustomerFilter::default(), &rest)?.items, [third.clone()]);

            let contact = first.contacts[0].clone();
            assert_eq!(customer::find_contact(tx, permit.vendor(), first.id, contact.id)?.as_ref(), Some(&contact));
            assert_eq!(customer::find_contact(tx, permit.vendor(), second.id, contact.id)?, None);
            customer::delete_contact(tx, permit, first.id, contact.id)?;
            customer::insert_contact(tx, permit, third.id, &contact)?;
            third.contacts.push(contact);
            third.disabled = Some(Disabled { since: now(), reason: None });
            customer::update(tx, permit, &third)?;
            assert_eq!(customer::find(tx, permit.vendor(), &third.id.into())?, Some(third));
            customer::delete(tx, permit, first.id)?;
            assert_eq!(customer::find(tx, permit.vendor(), &first.id.into())?, None);
            Ok(())
        })
        .await;
    }
}
