//! What records say: levels, overrides, facts for the audit, and a sandbox's clock.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod world;

use std::collections::BTreeMap;

use chancery_domain::*;
use world::{Granting, World, at, count, key};

fn granted() -> World {
    let mut world = World::new();
    let kind = FeatureKind::new(FeatureType::ElementPool, Overdraft::None, UsageReset::Never).unwrap();
    world.shelf.features.push((key("pool"), kind, Level::Global, FeatureValue::Count(Some(count(1)))));
    world.shelf.values.push((key("pool"), Level::Edition, FeatureValue::Count(Some(count(10)))));
    let year = Interval::new(Unit::Year, 1).ok();
    world.grant("cad", &Granting { duration: year, license_start: LicenseStart::Creation, ..Granting::default() });
    world
}

#[test]
fn cat_1_both_levels_are_told_the_one_that_defines_and_the_one_that_gives() {
    let mut world = granted();
    let told = |world: &World| {
        let feature = &world.entitlement("cad").features[0];
        (feature.level, feature.value_level(), feature.value())
    };
    assert_eq!(told(&world), (Level::Global, Level::Edition, FeatureValue::Count(Some(count(10)))));
    world.override_feature("cad", "pool", Some(FeatureValue::Count(None)));
    assert_eq!(told(&world), (Level::Global, Level::Entitlement, FeatureValue::Count(None)));
    world.override_feature("cad", "pool", None);
    assert_eq!(told(&world), (Level::Global, Level::Edition, FeatureValue::Count(Some(count(10)))));
}

#[test]
fn cat_1_an_attribute_without_a_value_anywhere_is_absent() {
    let name = Name::new("Parts").unwrap();
    let mut attribute = GrantedAttribute {
        key: key("max-parts"),
        name,
        attribute_type: AttributeType::Number,
        level: Level::Product,
        catalog: (Level::Product, None),
        overriding: None,
    };
    assert_eq!((attribute.value(), attribute.value_level()), (None, Level::Product));
    attribute.overriding = AttributeType::Number.check("5000").ok();
    assert_eq!(attribute.value().map(AttributeText::as_str), Some("5000"));
    assert_eq!(attribute.value_level(), Level::Entitlement);
}

#[test]
fn cat_1_a_definition_covers_what_is_below_it() {
    let at = at("2026-01-01T00:00:00Z");
    let (one, other) = (ProductId::new(at, [1; 10]), ProductId::new(at, [2; 10]));
    let edition = EditionId::new(at, [3; 10]);
    assert!(Scope::Global.covers(Scope::Product(one)) && Scope::Global.covers(Scope::Edition(one, edition)));
    assert!(
        Scope::Product(one).covers(Scope::Product(one)) && Scope::Product(one).covers(Scope::Edition(one, edition))
    );
    assert!(!Scope::Product(one).covers(Scope::Global) && !Scope::Product(one).covers(Scope::Product(other)));
    assert!(!Scope::Edition(one, edition).covers(Scope::Product(one)));
    assert!(!Scope::Edition(one, edition).covers(Scope::Edition(other, edition)));
}

#[test]
fn ent_7_overrides_are_kept_per_field() {
    let mut world = granted();
    assert!(world.entitlement("cad").overrides.is_empty());
    let edit = EntitlementEdit {
        seats: Some(count(5)),
        grace_period: Some(None),
        maintenance_end: Some(Some(at("2027-01-01T00:00:00Z"))),
        notes: Some("called".to_owned()),
        ..EntitlementEdit::default()
    };
    world.entitlement_mut("cad").edit(&edit).unwrap();
    let entitlement = world.entitlement("cad");
    let overrides: Vec<&str> = entitlement.overrides.iter().map(|member| member.name()).collect();
    assert_eq!(overrides, ["seats", "gracePeriod", "maintenanceEnd"]);
    assert_eq!((entitlement.seats, entitlement.notes.as_str()), (count(5), "called"));
}

#[test]
fn ent_7_all_errors_of_an_edit_are_told_at_once() {
    let mut world = granted();
    let edit = EntitlementEdit {
        expiry: Some(at("2000-01-01T00:00:00Z")),
        features: BTreeMap::from([
            (key("pool"), Some(FeatureValue::Bool(true))),
            (key("other"), Some(FeatureValue::Bool(true))),
        ]),
        attributes: BTreeMap::from([(key("max-parts"), Some("x".to_owned()))]),
        ..EntitlementEdit::default()
    };
    let errors = world.entitlement_mut("cad").edit(&edit).unwrap_err();
    let told: Vec<(&str, Invalid)> = errors.iter().map(|error| (error.path.as_str(), error.invalid)).collect();
    let expected = [
        ("expiry", Invalid::OutOfRange),
        ("features.other", Invalid::Unknown),
        ("features.pool", Invalid::BadFormat),
        ("attributes.max-parts", Invalid::Unknown),
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_offering_is_silent_where_the_products_policy_holds() {
    let product = Policy { grace_period: Some(Interval::days(3)), ..Policy::default() };
    let choice = PolicyChoice { lease_period: Some(Period::Unlimited), ..PolicyChoice::default() };
    let policy = product.with(&choice);
    assert_eq!(policy, Policy { lease_period: Period::Unlimited, ..product.clone() });
    assert_eq!(product.with(&PolicyChoice::default()), product);
    assert_eq!(Policy::default().lease_period, Period::Limited(Interval::days(7)));
}

#[test]
fn aud_1_renewing_and_disabling_show_as_changes() {
    let mut world = granted();
    let before = world.entitlement("cad").clone();
    let mut after = before.clone();
    after.renew(world.now).unwrap();
    after.disable(Reason::new("unpaid").ok(), world.now);
    let told: Vec<_> = changes(Some(&before), Some(&after)).into_iter().map(|c| (c.field, c.from, c.to)).collect();
    let text = |text: &str| Some(text.to_owned());
    let expected = [
        ("expiry".to_owned(), text("2027-01-01T00:00:00Z"), text("2028-01-01T00:00:00Z")),
        ("disabled".to_owned(), text("false"), text("true")),
        ("disabledReason".to_owned(), None, text("unpaid")),
    ];
    assert_eq!(told, expected);
    world.put(after);
}

#[test]
fn ent_6_disabling_again_changes_the_reason_and_not_since_when() {
    let mut world = granted();
    let (now, entitlement) = (world.now, world.entitlement_mut("cad"));
    entitlement.disable(Reason::new("unpaid").ok(), now);
    entitlement.disable(Reason::new("fraud").ok(), now.plus(Interval::days(1)));
    let disabled = entitlement.disabled.clone().unwrap();
    assert_eq!((disabled.since, disabled.reason), (now, Reason::new("fraud").ok()));
}

#[test]
fn aud_1_people_do_not_stand_in_the_audit() {
    let contact = Contact {
        id: ContactId::new(at("2026-01-01T00:00:00Z"), [7; 10]),
        name: Name::new("Bob Slydell").unwrap(),
        email: Email::new("bob@initech.example").unwrap(),
    };
    let told = format!("{:?}", contact.facts());
    assert!(told.contains(&contact.id.to_string()) && !told.contains("Bob") && !told.contains("initech"), "{told}");
}

#[test]
fn clk_1_a_sandbox_runs_ahead_and_a_live_vendor_does_not() {
    let clock = at("2026-01-01T00:00:00Z");
    let id = VendorId::new(clock, [1; 10]);
    let offline_request_age = Vendor::OFFLINE_REQUEST_AGE;
    let name = || Name::new("Acme").unwrap();
    let vendor = |mode| Vendor {
        id,
        name: name(),
        mode,
        offline_request_age,
        contact_exports: false,
        created: clock,
        updated: clock,
    };
    assert_eq!(vendor(VendorMode::Live).now(clock), clock);
    let sandbox = vendor(VendorMode::Sandbox { ahead: 86_400_000_000 });
    assert!(sandbox.is_sandbox());
    assert_eq!(sandbox.now(clock), at("2026-01-02T00:00:00Z"));
}

#[test]
fn seat_11_every_entry_of_the_log_has_one_action_and_is_found_by_it() {
    for operation in LogOperation::ALL {
        assert_eq!(LogOperation::of_action(operation.action()), Some(*operation));
        assert_eq!(operation.name().parse(), Ok(*operation));
    }
    assert_eq!(LogOperation::of_action("entitlement.renew"), None);
}
