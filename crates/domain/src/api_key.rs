//! API keys, as they are recorded (MAN-1).

use std::collections::BTreeSet;

use crate::{Actor, ApiKeyId, ContactId, Fact, Facts, KeyScope, Name, Timestamp, VendorId, fact, optional};

/// An API key: never the secret, only its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id, which is also the public part of the key.
    pub id: ApiKeyId,
    /// Whose it is.
    pub vendor: VendorId,
    /// What people read.
    pub name: Name,
    /// Who uses it, and what it may do.
    pub holder: KeyHolder,
    /// From when on it does not work.
    pub expires: Option<Timestamp>,
    /// SHA-256 of the secret, whose 256 random bits need no salt.
    pub hash: [u8; 32],
    /// When it was last used, to the hour.
    pub last_used: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
}

/// Who uses an API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyHolder {
    /// A system of the vendor, for the management API: it may do what its scopes say.
    System(BTreeSet<KeyScope>),
    /// A customer's contact, for the portal API: it may do what contacts may, for the orders that name it.
    Contact(ContactId),
}

impl KeyHolder {
    /// The scopes; a contact's key has none.
    #[must_use]
    pub const fn scopes(&self) -> Option<&BTreeSet<KeyScope>> {
        match self {
            Self::System(scopes) => Some(scopes),
            Self::Contact(_) => None,
        }
    }

    /// The contact, if it is a contact's.
    #[must_use]
    pub const fn contact(&self) -> Option<ContactId> {
        match self {
            Self::System(_) => None,
            Self::Contact(id) => Some(*id),
        }
    }

    /// The scopes in one line.
    #[must_use]
    pub fn scope_list(&self) -> String {
        let scopes = self.scopes().into_iter().flatten();
        scopes.map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

impl ApiKey {
    /// Who calls with it.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let (id, vendor) = (self.id, self.vendor);
        match &self.holder {
            KeyHolder::System(scopes) => Actor::ApiKey { id, vendor, scopes: scopes.clone() },
            KeyHolder::Contact(id) => Actor::Contact { id: *id, vendor },
        }
    }
}

impl Facts for ApiKey {
    fn facts(&self) -> Vec<Fact> {
        let who = match &self.holder {
            KeyHolder::System(_) => vec![fact("name", &self.name), fact("scopes", self.holder.scope_list())],
            // What such a key is called may name the person, and stays out of the audit: that is never erased (ENT-10).
            KeyHolder::Contact(id) => vec![fact("contact", id)],
        };
        who.into_iter().chain([optional("expires", self.expires)]).collect()
    }
}
