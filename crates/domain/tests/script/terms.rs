//! The terms by which scripts grant entitlements, define features and edit.

use chancery_domain::*;

use crate::world::{Granting, World, at, count, key};

/// `perpetual, seats 2, lease 7 days, …`
pub(super) fn granting(terms: &str) -> Granting {
    let mut granting = Granting::default();
    for term in terms.split(',').map(str::trim) {
        let (word, rest) = term.split_once(' ').unwrap_or((term, ""));
        match word {
            "perpetual" => granting.duration = None,
            "subscription" => granting.duration = Some(read(rest)),
            "starts" if rest.starts_with("20") => {
                (granting.license_start, granting.custom_start) = (LicenseStart::Custom, Some(instant(rest)));
            }
            "starts" => granting.license_start = read(rest),
            "seats" => granting.seats = read(rest),
            "overdraft" => granting.overdraft = read(rest),
            "lease" => granting.policy.lease_period = read(rest),
            "offline" => granting.policy.offline_lease_period = Some(read(rest)),
            "grace" => granting.policy.grace_period = Some(read(rest)),
            "maintenance" => granting.maintenance = Some(read(rest)),
            "concurrent" | "nodeLocked" => granting.concurrency = read(word),
            "edition" => granting.edition = rest.to_owned(),
            "product" => granting.product = rest.to_owned(),
            _ => panic!("unknown term: {term}"),
        }
    }
    granting
}

/// `KEY TYPE LEVEL VALUE[, overdraft …][, resets …]`
pub(super) fn define(world: &mut World, text: &str) {
    let (mut overdraft, mut reset) = (Overdraft::None, UsageReset::Never);
    let mut parts = text.split(',').map(str::trim);
    let head: Vec<&str> = parts.next().unwrap_or_default().split(' ').collect();
    for part in parts {
        match part.split_once(' ') {
            Some(("overdraft", rest)) => overdraft = read(rest),
            Some(("resets", rest)) => reset = read(rest),
            _ => panic!("unknown term: {part}"),
        }
    }
    let [feature, feature_type, level, value] = head[..] else { panic!("feature KEY TYPE LEVEL VALUE: {text}") };
    let kind = FeatureKind::new(read(feature_type), overdraft, reset).expect("they go together");
    world.shelf.features.push((key(feature), kind, read(level), self::value(value)));
}

/// `KEY LEVEL VALUE`; an entitlement's own value is an edit.
pub(super) fn set_value(world: &mut World, text: &str) {
    let [feature, level, value] = text.split(' ').collect::<Vec<_>>()[..] else { panic!("value KEY LEVEL VALUE") };
    let level: Level = read(level);
    world.shelf.values.retain(|(known, at, _)| known.as_str() != feature || *at != level);
    if value != "none" {
        world.shelf.values.push((key(feature), level, self::value(value)));
    }
}

/// `MEMBER VALUE`
pub(super) fn edit(text: &str) -> EntitlementEdit {
    let mut edit = EntitlementEdit::default();
    let (member, value) = text.split_once(' ').expect("edit NAME MEMBER VALUE");
    match member {
        "seats" => edit.seats = Some(count(read(value))),
        "overdraft" => edit.overdraft = Some(read(value)),
        "leasePeriod" => edit.lease_period = Some(read(value)),
        "offlineLeasePeriod" => edit.offline_lease_period = Some(unless_none(value, read)),
        "gracePeriod" => edit.grace_period = Some(unless_none(value, read)),
        "expiry" => edit.expiry = Some(instant(value)),
        "maintenanceEnd" => edit.maintenance_end = Some(unless_none(value, instant)),
        "usageReset" => edit.usage_reset = Some(unless_none(value, read)),
        feature => {
            edit.features.insert(key(feature), unless_none(value, self::value));
        }
    }
    edit
}

/// Members and features, by commas.
pub(super) fn reset(text: &str) -> Reset {
    let mut reset = Reset::default();
    for word in text.split(' ').filter(|word| *word != "nothing") {
        match word.parse() {
            Ok(member) => reset.fields.push(member),
            Err(_) => reset.features.push(key(word)),
        }
    }
    reset
}

fn unless_none<T>(text: &str, read: impl Fn(&str) -> T) -> Option<T> {
    (text != "none").then(|| read(text))
}

fn value(text: &str) -> FeatureValue {
    match text {
        "on" => FeatureValue::Bool(true),
        "off" => FeatureValue::Bool(false),
        "unlimited" => FeatureValue::Count(None),
        amount => FeatureValue::Count(Some(count(read(amount)))),
    }
}

/// An instant, or a date for its midnight.
pub(super) fn instant(text: &str) -> Timestamp {
    if text.len() == 10 { at(&format!("{text}T00:00:00Z")) } else { at(text) }
}

/// Any value that has a text.
pub(super) fn read<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("cannot read {text}"))
}
