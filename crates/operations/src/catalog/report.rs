//! What an import did, or would do; and how that is remembered (SAFE-1).

use std::str::FromStr;

use chancery_domain::{Change as FieldChange, Invalid};

use crate::receipt::fact;
use crate::{Change, Error, Remembered};

/// What an import did; of a dry run, what it would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportReport {
    /// Everything in the file.
    pub entries: Vec<ImportEntry>,
}

/// What becomes of one thing in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportEntry {
    /// What is done.
    pub action: ImportAction,
    /// What it is.
    pub kind: ImportKind,
    /// By what it is known, with its product's and edition's keys before it.
    pub key: String,
    /// Where in the file it stands.
    pub path: String,
    /// What changes in it, with names in the place of ids.
    pub changes: Vec<FieldChange>,
}

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                match text { $($text => Ok(Self::$variant),)* _ => Err(Invalid::BadFormat) }
            }
        }
    };
}

names! {
    /// What an import does to a thing.
    ImportAction {
        /// It is new.
        Create = "create",
        /// It changes.
        Update = "update",
        /// It is as the file says already.
        Unchanged = "unchanged",
    }
}

names! {
    /// Kinds of things in a catalog.
    #[allow(missing_docs, reason = "the names say it")]
    ImportKind {
        Product = "product",
        Feature = "feature",
        Attribute = "attribute",
        Edition = "edition",
        Plan = "plan",
        Offering = "offering",
    }
}

impl Remembered for ImportReport {
    /// One line for each thing; in it, parted by tabs: action, kind, key, path, and three for each change.
    fn facts(&self) -> String {
        self.entries.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn recall(_: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        facts.lines().map(entry).collect::<Result<_, _>>().map(|entries| Self { entries })
    }
}

fn line(entry: &ImportEntry) -> String {
    let mut parts = vec![entry.action.name().to_owned(), entry.kind.name().to_owned()];
    parts.extend([escape(&entry.key), escape(&entry.path)]);
    for change in &entry.changes {
        parts.extend([escape(&change.field), option(change.from.as_ref()), option(change.to.as_ref())]);
    }
    parts.join("\t")
}

fn entry(line: &str) -> Result<ImportEntry, Error> {
    let mut parts = line.split('\t');
    let mut next = || parts.next().unwrap_or_default();
    let (action, kind) = (fact(next())?, fact(next())?);
    let (key, path) = (unescape(next()), unescape(next()));
    let rest: Vec<&str> = parts.collect();
    let changes = rest.chunks(3).map(|chunk| match chunk {
        [field, from, to] => {
            Ok(FieldChange { field: unescape(field), from: read(from), to: read(to), personal: false })
        }
        _ => Err(Error::internal("a receipt with an unreadable change")),
    });
    Ok(ImportEntry { action, kind, key, path, changes: changes.collect::<Result<_, _>>()? })
}

/// An absent text is empty; one that is there begins with `=`.
fn option(text: Option<&String>) -> String {
    text.map_or_else(String::new, |text| format!("={}", escape(text)))
}

fn read(part: &str) -> Option<String> {
    part.strip_prefix('=').map(unescape)
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let plain = if c == '\\' { chars.next() } else { None };
        out.push(match plain {
            None => c,
            Some('t') => '\t',
            Some('n') => '\n',
            Some('r') => '\r',
            Some(other) => other,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cat_4_a_report_is_remembered_as_it_was() {
        let change = |from: Option<&str>, to: Option<&str>| FieldChange {
            field: "metadata".to_owned(),
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
            personal: false,
        };
        let entry = ImportEntry {
            action: ImportAction::Update,
            kind: ImportKind::Plan,
            key: "a\\tb \u{85} = \"c\"".to_owned(),
            path: "plans[0]".to_owned(),
            changes: vec![change(None, Some("x\ty\nz\\")), change(Some(""), None), change(Some("="), Some("\r"))],
        };
        let other = ImportEntry { action: ImportAction::Unchanged, changes: Vec::new(), ..entry.clone() };
        let facts = ImportReport { entries: vec![entry.clone(), other.clone()] }.facts();
        let again: Result<Vec<_>, _> = facts.lines().map(super::entry).collect();
        assert_eq!(again.unwrap(), [entry, other]);
    }
}
