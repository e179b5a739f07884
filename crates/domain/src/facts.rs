//! What a record says, field by field, so that audit and dry runs can show what changed (AUD-1, MAN-3).

/// A record that can be written down as facts.
pub trait Facts {
    /// The record's fields by their wire names, in a fixed order. Secrets are never among them.
    fn facts(&self) -> Vec<Fact>;
}

/// One field of a record: its wire name, and its value as people read it. An absent value is an empty text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The wire name.
    pub field: &'static str,
    /// The value.
    pub value: String,
    /// Whether it may tell of a person, or names the customer: what a purge erases from the audit (ENT-10).
    pub personal: bool,
}

/// Writes a fact.
pub fn fact(field: &'static str, value: impl ToString) -> Fact {
    Fact { field, value: value.to_string(), personal: false }
}

/// Writes a fact that may be absent.
pub fn optional(field: &'static str, value: Option<impl ToString>) -> Fact {
    Fact { field, value: value.map_or_else(String::new, |value| value.to_string()), personal: false }
}

impl Fact {
    /// The same fact, as one that a purge erases from the audit (ENT-10).
    #[must_use]
    pub fn personal(self) -> Self {
        Self { personal: true, ..self }
    }
}

/// One field that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The wire name.
    pub field: String,
    /// What it was; nothing for a new record.
    pub from: Option<String>,
    /// What it is; nothing for a record that is gone.
    pub to: Option<String>,
    /// Whether its values may tell of a person, or name the customer (ENT-10).
    pub personal: bool,
}

/// What differs between a record before and after; every field of a record that is new or gone.
#[must_use]
pub fn changes<T: Facts>(before: Option<&T>, after: Option<&T>) -> Vec<Change> {
    let old = before.map(Facts::facts).unwrap_or_default();
    let new = after.map(Facts::facts).unwrap_or_default();
    let told = old.iter().chain(new.iter().filter(|fact| !has(&old, fact.field)));
    told.map(|fact| (fact.field, fact.personal))
        .map(|(field, personal)| {
            let (from, to) = (value_of(&old, field), value_of(&new, field));
            Change { field: field.to_owned(), from, to, personal }
        })
        .filter(|change| change.from != change.to)
        .collect()
}

fn has(facts: &[Fact], field: &str) -> bool {
    facts.iter().any(|fact| fact.field == field)
}

fn value_of(facts: &[Fact], field: &str) -> Option<String> {
    facts.iter().find(|fact| fact.field == field).map(|fact| fact.value.clone()).filter(|value| !value.is_empty())
}
