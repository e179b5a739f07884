//! The rows of a table, and how several rows of one ref become what is wanted of one customer.

use std::collections::{BTreeMap, HashMap};

use chancery_domain::{Email, FieldError, Invalid, Name, Reference};

use crate::customer::same_address;

/// A table of customers, as far as it could be read.
#[derive(Clone, Debug, Default)]
pub struct CustomerTable {
    /// Its rows. Of a cell that could not be read there is nothing here, but a fault.
    pub rows: Vec<CustomerRow>,
    /// What is wrong with its cells, by [`cell_path`].
    pub faults: Vec<FieldError>,
}

/// One row. An empty cell says nothing.
#[derive(Clone, Debug)]
pub struct CustomerRow {
    /// Which row, as a spreadsheet counts them.
    pub row: u32,
    /// Whose row it is.
    pub reference: Reference,
    /// What people read of the customer.
    pub name: Option<Name>,
    /// What the vendor's staff note.
    pub notes: Option<String>,
    /// Members of the metadata.
    pub metadata: BTreeMap<String, String>,
    /// A person there.
    pub contact: Option<ContactCells>,
}

/// The cells of a contact.
#[derive(Clone, Debug)]
pub struct ContactCells {
    /// The person's name.
    pub name: Option<Name>,
    /// The person's address, by which a contact is found.
    pub email: Email,
}

/// The path of a cell in the errors of an import.
#[must_use]
pub fn cell_path(row: u32, column: &str) -> String {
    format!("rows[{row}].{column}")
}

/// What all rows of one ref say of a customer.
pub(super) struct Wanted<'a> {
    /// The first of the rows.
    pub(super) row: u32,
    pub(super) reference: &'a Reference,
    pub(super) name: Option<&'a Name>,
    pub(super) notes: Option<&'a String>,
    pub(super) metadata: BTreeMap<&'a str, &'a String>,
    pub(super) contacts: Vec<(u32, &'a ContactCells)>,
    /// Whether a cell of the rows could not be read: what seems to be missing may only be that.
    pub(super) broken: bool,
}

/// Brings the rows of each ref together, in the order of their first rows; and all that is wrong so far.
pub(super) fn merge(table: &CustomerTable) -> (Vec<Wanted<'_>>, Vec<FieldError>) {
    let mut faults = table.faults.clone();
    let mut wanted: Vec<Wanted<'_>> = Vec::new();
    let mut places: HashMap<&Reference, usize> = HashMap::new();
    for row in &table.rows {
        let place = *places.entry(&row.reference).or_insert_with(|| {
            wanted.push(Wanted::of(row));
            wanted.len() - 1
        });
        if let Some(one) = wanted.get_mut(place) {
            one.broken |= is_broken(&table.faults, row.row);
            one.add(row, &mut faults);
        }
    }
    (wanted, faults)
}

fn is_broken(faults: &[FieldError], row: u32) -> bool {
    let row = cell_path(row, "");
    faults.iter().any(|fault| fault.path.starts_with(&row))
}

impl<'a> Wanted<'a> {
    fn of(row: &'a CustomerRow) -> Self {
        Self {
            row: row.row,
            reference: &row.reference,
            name: None,
            notes: None,
            metadata: BTreeMap::new(),
            contacts: Vec::new(),
            broken: false,
        }
    }

    fn add(&mut self, row: &'a CustomerRow, faults: &mut Vec<FieldError>) {
        let mut differs = |column: &str| faults.push(differs_from(self.row, row.row, column));
        if !settle(&mut self.name, row.name.as_ref()) {
            differs("name");
        }
        if !settle(&mut self.notes, row.notes.as_ref()) {
            differs("notes");
        }
        for (key, value) in &row.metadata {
            let mut known = self.metadata.get(key.as_str()).copied();
            if !settle(&mut known, Some(value)) {
                differs(&format!("metadata.{key}"));
            }
            self.metadata.extend(known.map(|value| (key.as_str(), value)));
        }
        if let Some(contact) = &row.contact {
            self.add_contact(row.row, contact, faults);
        }
    }

    fn add_contact(&mut self, row: u32, contact: &'a ContactCells, faults: &mut Vec<FieldError>) {
        let same = self.contacts.iter().find(|(_, known)| same_address(&known.email, &contact.email));
        match same {
            None => self.contacts.push((row, contact)),
            Some((_, known)) if known.name == contact.name => {}
            Some((first, _)) => faults.push(differs_from(*first, row, "contact.name")),
        }
    }
}

/// Takes what is said if nothing was said before; says whether it agrees with that.
fn settle<T: PartialEq>(known: &mut Option<T>, said: Option<T>) -> bool {
    match (&*known, said) {
        (_, None) => true,
        (None, said) => {
            *known = said;
            true
        }
        (Some(known), Some(said)) => *known == said,
    }
}

fn differs_from(first: u32, row: u32, column: &str) -> FieldError {
    let right = format!("leave the cell empty, or give what row {first} of the same ref gives");
    FieldError::new(cell_path(row, column), Invalid::Duplicate, right)
}
