//! `api-key.create`.

use chancery_domain::{
    Access, Action, ApiKey, ApiKeyId, ContactId, Group, Invalid, KeyHolder, KeyScope, Name, Timestamp,
};
use chancery_store::{Aggregate, api_key, customer};
use chancery_token::Entropy;

use super::secret::{generate, hash};
use crate::receipt::fact;
use crate::{Change, Context, Error, Remembered, System};

/// An API key to be made.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// What people read.
    pub name: Name,
    /// Who will use it, and what it may do.
    pub holder: KeyHolder,
    /// From when on it does not work.
    pub expires: Option<Timestamp>,
}

/// A new API key, with what is shown only now.
pub struct Created {
    /// The key's record.
    pub key: ApiKey,
    /// The key itself.
    pub secret: String,
}

impl Remembered for Created {
    fn facts(&self) -> String {
        self.key.id.to_string()
    }

    fn secret(&self) -> Option<String> {
        Some(self.secret.clone())
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, secret: Option<String>) -> Result<Self, Error> {
        let id: ApiKeyId = fact(facts)?;
        let vendor = change.permit.vendor();
        let key = api_key::find(change.tx, id)?.filter(|key| key.vendor == vendor).ok_or(Error::NotFound)?;
        Ok(Self { key, secret: secret.unwrap_or_default() })
    }
}

/// What a contact may do is part of what this scope allows.
const OF_CONTACTS: KeyScope = KeyScope::Group(Group::Entitlements, Access::Write);

/// Makes an API key of the caller's vendor, or of a contact. No key makes one that may do more than itself.
///
/// # Errors
/// `NotPermitted` for a scope that the caller does not have; `Invalid` for a contact that is not known, or whose customer
/// is deleted; the database's.
pub async fn create(system: &System, context: &Context, input: NewApiKey) -> Result<Created, Error> {
    match &input.holder {
        KeyHolder::System(scopes) => context.actor().check_grants(scopes)?,
        KeyHolder::Contact(_) => context.actor().check_grants(&[OF_CONTACTS].into())?,
    }
    let seed = context.entropy("api key").bytes::<32>();
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::CreateApiKey, aggregate, move |change| {
            input.holder.contact().map_or(Ok(()), |contact| check_contact(change, contact))?;
            let (id, secret) = generate(change.now, &mut Entropy::new(seed));
            let key = ApiKey {
                id,
                vendor: change.permit.vendor(),
                name: input.name.clone(),
                holder: input.holder.clone(),
                expires: input.expires,
                hash: hash(&secret),
                last_used: None,
                created: change.now,
            };
            api_key::insert(change.tx, change.permit, &key)?;
            change.record(key.id, None, Some(&key))?;
            Ok(Created { key, secret })
        })
        .await
}

fn check_contact(change: &mut Change<'_, '_>, id: ContactId) -> Result<(), Error> {
    let found = customer::find_by_contact(change.tx, change.permit.vendor(), id)?;
    let wrong = |detail: &str| Err(Error::invalid("contactId", Invalid::Unknown, detail));
    match found {
        None => wrong("give the id of a contact of one of your customers"),
        Some(customer) if customer.deleted().is_some() => wrong("the contact's customer is deleted: restore it first"),
        Some(_) => Ok(()),
    }
}
