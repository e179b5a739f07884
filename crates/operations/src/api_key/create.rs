//! `api-key.create`.

use std::collections::BTreeSet;

use chancery_domain::{Action, ApiKey, ApiKeyId, KeyScope, Name, Timestamp};
use chancery_store::{Aggregate, api_key};
use chancery_token::Entropy;

use super::secret::{generate, hash};
use crate::receipt::fact;
use crate::{Change, Context, Error, Remembered, System};

/// An API key to be made.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// What people read.
    pub name: Name,
    /// What it may do.
    pub scopes: BTreeSet<KeyScope>,
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

/// Makes an API key of the caller's vendor. No key makes one that may do more than itself.
///
/// # Errors
/// `NotPermitted` for a scope that the caller does not have; the database's.
pub async fn create(system: &System, context: &Context, input: NewApiKey) -> Result<Created, Error> {
    context.actor().check_grants(&input.scopes)?;
    let seed = context.entropy("api key").bytes::<32>();
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::CreateApiKey, aggregate, move |change| {
            let (id, secret) = generate(change.now, &mut Entropy::new(seed));
            let key = ApiKey {
                id,
                vendor: change.permit.vendor(),
                name: input.name.clone(),
                scopes: input.scopes.clone(),
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
