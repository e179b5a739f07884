//! What becomes of one customer: from what stands and what the table wants, or all that is wrong with that. It writes
//! nothing, so a dry run and an import decide alike.

use chancery_domain::{
    Change as FieldChange, Contact, ContactId, Customer, FieldError, Invalid, Metadata, Name, Timestamp, VendorId,
    changes,
};
use chancery_token::Entropy;

use super::merge::{ContactCells, Wanted, cell_path};
use super::{CustomerImported, CustomerOutcome};
use crate::customer::same_address;

/// What is told, and what is written.
pub(super) struct Step {
    pub(super) told: CustomerImported,
    pub(super) before: Option<Customer>,
    /// A new customer with its contacts; else the customer with the contacts that it had.
    pub(super) after: Customer,
    pub(super) new_contacts: Vec<Contact>,
    pub(super) renamed_contacts: Vec<Contact>,
}

/// Decides one customer.
pub(super) fn decide(
    present: Option<Customer>,
    wanted: &Wanted<'_>,
    vendor: VendorId,
    entropy: &mut Entropy,
    now: Timestamp,
) -> Result<Step, Vec<FieldError>> {
    let mut faults = Vec::new();
    if present.as_ref().is_some_and(|customer| customer.deleted().is_some()) {
        let path = cell_path(wanted.row, "ref");
        return Err(vec![FieldError::new(path, Invalid::NotAllowed, "the customer is deleted; restore it first")]);
    }
    let metadata = metadata(present.as_ref(), wanted, &mut faults);
    let name = wanted.name.or(present.as_ref().map(|customer| &customer.name));
    if name.is_none() && !wanted.broken {
        faults.push(required(wanted.row, "name", "give the name of a new customer"));
    }
    let known = present.as_ref().map_or(&[][..], |customer| &customer.contacts);
    let (new, renamed) = contacts(known, wanted, entropy, now, &mut faults);
    let (Some(name), true) = (name.cloned(), faults.is_empty()) else { return Err(faults) };
    Ok(match present {
        None => create(wanted, vendor, name, metadata, new, entropy, now),
        Some(before) => update(before, wanted, name, metadata, (new, renamed), now),
    })
}

fn create(
    wanted: &Wanted<'_>,
    vendor: VendorId,
    name: Name,
    metadata: Metadata,
    contacts: Vec<Contact>,
    entropy: &mut Entropy,
    now: Timestamp,
) -> Step {
    let after = Customer {
        id: entropy.id(now),
        vendor,
        name,
        reference: Some(wanted.reference.clone()),
        disabled: None,
        deletion: None,
        contacts,
        notes: wanted.notes.cloned().unwrap_or_default(),
        metadata,
        created: now,
        updated: now,
    };
    let mut told: Vec<FieldChange> = changes(None, Some(&after));
    told.retain(|change| change.field != "contacts");
    told.extend(after.contacts.iter().map(|contact| shown(None, contact)));
    Step {
        told: tell(wanted, CustomerOutcome::Create, told),
        before: None,
        after,
        new_contacts: Vec::new(),
        renamed_contacts: Vec::new(),
    }
}

fn update(
    before: Customer,
    wanted: &Wanted<'_>,
    name: Name,
    metadata: Metadata,
    (new, renamed): (Vec<Contact>, Vec<Contact>),
    now: Timestamp,
) -> Step {
    let notes = wanted.notes.unwrap_or(&before.notes).clone();
    let mut after = Customer { name, notes, metadata, ..before.clone() };
    if after != before {
        after.updated = now;
    }
    let mut told = changes(Some(&before), Some(&after));
    told.extend(new.iter().map(|contact| shown(None, contact)));
    let old = |contact: &Contact| before.contacts.iter().find(|old| old.id == contact.id);
    told.extend(renamed.iter().map(|contact| shown(old(contact), contact)));
    let outcome = if told.is_empty() { CustomerOutcome::Unchanged } else { CustomerOutcome::Update };
    Step {
        told: tell(wanted, outcome, told),
        before: Some(before),
        after,
        new_contacts: new,
        renamed_contacts: renamed,
    }
}

fn tell(wanted: &Wanted<'_>, outcome: CustomerOutcome, changes: Vec<FieldChange>) -> CustomerImported {
    CustomerImported { row: wanted.row, reference: wanted.reference.clone(), outcome, changes }
}

fn metadata(present: Option<&Customer>, wanted: &Wanted<'_>, faults: &mut Vec<FieldError>) -> Metadata {
    let mut map = present.map(|customer| customer.metadata.as_map().clone()).unwrap_or_default();
    map.extend(wanted.metadata.iter().map(|(key, value)| ((*key).to_owned(), (*value).clone())));
    Metadata::new(map).unwrap_or_else(|invalid| {
        let right = format!("a customer has at most {} members of metadata", Metadata::MOST);
        faults.push(FieldError::new(cell_path(wanted.row, "metadata"), invalid, right));
        Metadata::default()
    })
}

/// The contacts that are new, and those whose names differ.
fn contacts(
    known: &[Contact],
    wanted: &Wanted<'_>,
    entropy: &mut Entropy,
    now: Timestamp,
    faults: &mut Vec<FieldError>,
) -> (Vec<Contact>, Vec<Contact>) {
    let (mut new, mut renamed) = (Vec::new(), Vec::new());
    for (row, ContactCells { name, email }) in &wanted.contacts {
        let found = known.iter().find(|contact| same_address(&contact.email, email));
        match (found, name) {
            (None, Some(name)) => {
                new.push(Contact { id: entropy.id(now), name: name.clone(), email: email.clone() });
            }
            (None, None) if wanted.broken => {}
            (None, None) => faults.push(required(*row, "contact.name", "give the name of a new contact")),
            (Some(contact), Some(name)) if contact.name != *name => {
                renamed.push(Contact { name: name.clone(), ..contact.clone() });
            }
            (Some(_), _) => {}
        }
    }
    // What is listed by id is then listed as it was given.
    let mut ids: Vec<ContactId> = new.iter().map(|contact: &Contact| contact.id).collect();
    ids.sort_unstable();
    new.iter_mut().zip(ids).for_each(|(contact, id)| contact.id = id);
    (new, renamed)
}

fn required(row: u32, column: &str, right: &str) -> FieldError {
    FieldError::new(cell_path(row, column), Invalid::Required, right)
}

/// A contact as a preview shows it; the audit never does (ENT-10).
fn shown(before: Option<&Contact>, after: &Contact) -> FieldChange {
    let text = |contact: &Contact| format!("{} <{}>", contact.name, contact.email);
    FieldChange { field: "contact".to_owned(), from: before.map(text), to: Some(text(after)), personal: true }
}

/// A renamed contact as the audit shows it.
pub(super) fn renamed(id: ContactId) -> FieldChange {
    FieldChange { field: "contactName".to_owned(), from: None, to: Some(id.to_string()), personal: false }
}
