//! Customers and contacts between the wire and the domain.

use chancery_api_types::management::{Contact, CreateContact, CreateCustomer, Customer, UpdateCustomer};
use chancery_operations::customer::{CustomerEdit, NewContact, NewCustomer};

pub(super) fn new_customer(body: CreateCustomer) -> NewCustomer {
    NewCustomer {
        name: body.name.0,
        reference: body.reference.map(|text| text.0),
        contacts: body.contacts.into_iter().map(new_contact).collect(),
        notes: body.notes.map(|text| text.0.into_string()).unwrap_or_default(),
        metadata: body.metadata.map(Into::into).unwrap_or_default(),
    }
}

pub(in crate::management) fn new_contact(body: CreateContact) -> NewContact {
    NewContact { name: body.name.0, email: body.email.0 }
}

pub(super) fn edit(body: UpdateCustomer) -> CustomerEdit {
    CustomerEdit {
        name: body.name.map(|text| text.0),
        reference: body.reference.map(|text| text.0),
        notes: body.notes.map(|text| text.0.into_string()),
        metadata: body.metadata.map(Into::into),
    }
}

pub(super) fn customer(customer: chancery_domain::Customer) -> Customer {
    let disabled = customer.disabled;
    Customer {
        id: customer.id.into(),
        name: customer.name.into(),
        reference: customer.reference.map(Into::into),
        disabled: disabled.is_some(),
        disabled_since: disabled.as_ref().map(|disabled| disabled.since.into()),
        disabled_reason: disabled.and_then(|disabled| disabled.reason).map(Into::into),
        deleted: customer.deletion.map(|deletion| deletion.since.into()),
        purge_at: customer.deletion.map(|deletion| deletion.purge_at.into()),
        contacts: customer.contacts.into_iter().map(contact).collect(),
        notes: customer.notes,
        metadata: customer.metadata.into(),
        created: customer.created.into(),
        updated: customer.updated.into(),
    }
}

pub(in crate::management) fn contact(contact: chancery_domain::Contact) -> Contact {
    Contact { id: contact.id.into(), name: contact.name.into(), email: contact.email.into() }
}
