//! Writing the file: everything is said, in the order in which it was made, so that it can be imported anywhere.

use std::collections::BTreeMap;
use std::fmt::Display;

use chancery_domain::{
    AttributeDefinition, AttributeType, AttributeValue, FeatureDefinition, FeatureValue, Key, Metadata, Overdraft, Plan,
};
use chancery_operations::catalog::{CatalogContent, EditionContent, OfferingContent, ProductContent};

/// An inline table is written on one line up to this length; a longer one with a line for each member.
const LONGEST_LINE: usize = 100;

const HEADER: &str = "\
# A catalog: what a vendor sells. Import it with `chancery catalog import FILE`.
# Importing changes what differs and makes what is new; what the file leaves out stays.
";

/// The whole catalog as a file.
pub(in super::super) fn write(content: &CatalogContent) -> String {
    let types: Types = content.attributes.iter().map(|one| (&one.key, one.attribute_type)).collect();
    let mut file = File(HEADER.to_owned());
    content.features.iter().for_each(|one| feature(&mut file, "features", one));
    content.attributes.iter().for_each(|one| attribute(&mut file, "attributes", one));
    content.products.iter().for_each(|one| product(&mut file, one, &types));
    content.plans.iter().for_each(|one| plan(&mut file, one));
    content.offerings.iter().for_each(|one| offering(&mut file, one));
    file.0
}

/// The types of the attributes that may be given values at a place.
type Types<'a> = BTreeMap<&'a Key, AttributeType>;

struct File(String);

impl File {
    fn section(&mut self, header: &str) {
        self.0.push_str(&format!("\n[[{header}]]\n"));
    }

    fn line(&mut self, name: &str, value: impl Display) {
        self.0.push_str(&format!("{name} = {value}\n"));
    }

    fn text(&mut self, name: &str, text: impl Display) {
        self.line(name, quoted(&text.to_string()));
    }

    /// A value that may not be there, for which a word stands.
    fn optional(&mut self, name: &str, value: Option<impl Display>, absent: &str) {
        match value {
            Some(value) => self.text(name, value),
            None => self.text(name, absent),
        }
    }

    fn map(&mut self, name: &str, members: &[(String, String)]) {
        let whole = members.iter().map(|(key, value)| format!("{key} = {value}")).collect::<Vec<_>>().join(", ");
        if whole.is_empty() {
            self.line(name, "{}");
        } else if name.len() + whole.len() + 7 <= LONGEST_LINE {
            self.line(name, format!("{{ {whole} }}"));
        } else {
            members.iter().for_each(|(key, value)| self.line(&format!("{name}.{key}"), value));
        }
    }

    fn metadata(&mut self, metadata: &Metadata) {
        let members: Vec<_> = metadata.as_map().iter().map(|(key, value)| (bare(key), quoted(value))).collect();
        self.map("metadata", &members);
    }

    fn feature_values(&mut self, name: &str, values: &BTreeMap<Key, FeatureValue>) {
        let members: Vec<_> = values.iter().map(|(key, value)| (bare(key.as_str()), feature_value(*value))).collect();
        if !members.is_empty() {
            self.map(name, &members);
        }
    }

    fn attribute_values(&mut self, name: &str, values: &BTreeMap<Key, AttributeValue>, types: &Types<'_>) {
        let write = |(key, value): (&Key, &AttributeValue)| {
            (bare(key.as_str()), attribute_value(types.get(key).copied().unwrap_or(AttributeType::String), value))
        };
        let members: Vec<_> = values.iter().map(write).collect();
        if !members.is_empty() {
            self.map(name, &members);
        }
    }
}

fn feature(file: &mut File, header: &str, one: &FeatureDefinition) {
    file.section(header);
    file.text("key", &one.key);
    file.text("name", &one.name);
    file.text("type", one.kind.feature_type());
    file.line("value", feature_value(one.value));
    file.line("overdraft", overdraft(one.kind.overdraft()));
    file.text("usageReset", one.kind.usage_reset());
    file.metadata(&one.metadata);
}

fn attribute(file: &mut File, header: &str, one: &AttributeDefinition) {
    file.section(header);
    file.text("key", &one.key);
    file.text("name", &one.name);
    file.text("type", one.attribute_type);
    if let Some(value) = &one.value {
        file.line("value", attribute_value(one.attribute_type, value));
    }
    file.metadata(&one.metadata);
}

fn product(file: &mut File, content: &ProductContent, global: &Types<'_>) {
    let (one, policy) = (&content.product, &content.product.policy);
    file.section("products");
    file.text("key", &one.key);
    file.text("name", &one.name);
    file.text("leasePeriod", policy.lease_period);
    file.optional("offlineLeasePeriod", policy.offline_lease_period, "none");
    file.optional("gracePeriod", policy.grace_period, "none");
    file.optional("outageTolerance", policy.outage_tolerance, "none");
    file.text("enforcement", policy.enforcement);
    file.text("deviceKeys", one.device_keys);
    file.text("licenseeSecretMode", one.secret_mode);
    file.line("licenseeAutoCreate", one.licensee_auto_create);
    file.metadata(&one.metadata);
    file.feature_values("featureValues", &content.feature_values);
    file.attribute_values("attributeValues", &content.attribute_values, global);
    content.features.iter().for_each(|one| feature(file, "products.features", one));
    content.attributes.iter().for_each(|one| attribute(file, "products.attributes", one));
    let mut types = global.clone();
    types.extend(content.attributes.iter().map(|one| (&one.key, one.attribute_type)));
    content.editions.iter().for_each(|one| edition(file, one, &types));
}

fn edition(file: &mut File, content: &EditionContent, types: &Types<'_>) {
    file.section("products.editions");
    file.text("key", &content.edition.key);
    file.text("name", &content.edition.name);
    file.feature_values("features", &content.feature_values);
    file.attribute_values("attributes", &content.attribute_values, types);
    file.metadata(&content.edition.metadata);
    content.features.iter().for_each(|one| feature(file, "products.editions.ownFeatures", one));
    content.attributes.iter().for_each(|one| attribute(file, "products.editions.ownAttributes", one));
}

fn plan(file: &mut File, one: &Plan) {
    file.section("plans");
    file.text("name", &one.name);
    file.text("licenseType", one.license_type());
    file.text("licenseStart", one.license_start);
    file.text("planType", one.plan_type);
    if let Some(duration) = one.duration {
        file.text("duration", duration);
    }
    file.metadata(&one.metadata);
}

fn offering(file: &mut File, content: &OfferingContent) {
    let (one, policy) = (&content.offering, &content.offering.policy);
    file.section("offerings");
    file.text("sku", &one.sku);
    file.text("name", &one.name);
    file.text("product", &content.product);
    file.text("edition", &content.edition);
    file.text("plan", &content.plan);
    file.line("seats", one.seats);
    file.line("overdraft", overdraft(one.overdraft));
    file.text("concurrency", one.concurrency);
    file.line("automatic", one.automatic);
    file.optional("maintenance", one.maintenance, "unlimited");
    file.optional("leasePeriod", policy.lease_period, "product");
    file.optional("offlineLeasePeriod", policy.offline_lease_period, "product");
    file.optional("gracePeriod", policy.grace_period, "product");
    file.optional("outageTolerance", policy.outage_tolerance, "product");
    file.optional("enforcement", policy.enforcement, "product");
    file.metadata(&one.metadata);
}

fn feature_value(value: FeatureValue) -> String {
    match value {
        FeatureValue::Count(None) => quoted("unlimited"),
        other => other.to_string(),
    }
}

fn overdraft(overdraft: Overdraft) -> String {
    match overdraft {
        Overdraft::Absolute(more) => more.to_string(),
        Overdraft::Percentage(percent) => quoted(&format!("{percent}%")),
        other => quoted(&other.to_string()),
    }
}

/// Without quotes where TOML reads the very same text again.
fn attribute_value(attribute_type: AttributeType, value: &AttributeValue) -> String {
    let text = value.as_str();
    let plain = match attribute_type {
        AttributeType::String => false,
        AttributeType::Number => text.parse::<i64>().is_ok_and(|number| number.to_string() == text),
        AttributeType::Date => text.len() == 10 && text.starts_with(|c: char| c.is_ascii_digit()),
    };
    if plain { text.to_owned() } else { quoted(text) }
}

/// A key, in quotes only where TOML needs them.
fn bare(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !key.is_empty() && key.bytes().all(plain) { key.to_owned() } else { quoted(key) }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
