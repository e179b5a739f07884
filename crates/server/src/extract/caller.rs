//! Who calls the management API: a vendor's system, by its API key (MAN-1); or the portal API: a contact, by its own; or a local
//! server's: its administrator.

use axum::extract::FromRequestParts;
use chancery_api_types::Code;
use chancery_domain::Actor;
use chancery_operations::credential::{self, Authenticated};
use chancery_operations::{Context, Error, Expected, Unauthenticated};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::call::{Call, basic, bearer, path};
use super::{Body, Nothing, Rehearses, condition, query};
use crate::limits::Kind;
use crate::problem::{Answer, Failure};
use crate::{App, portal};

/// A caller that was recognised, with the parameters of its query. What it may do, the operation decides.
///
/// No handler has a caller without saying which parameters it takes; all others are refused, so that nobody's
/// `?dryRun=true` is done in earnest (API-3).
pub(crate) struct Caller<Q = Nothing> {
    call: Call,
    who: Authenticated,
    credential: String,
    expected: Option<Expected>,
    pub(crate) query: Q,
}

impl<Q> Caller<Q> {
    /// The context of a call that changes nothing.
    pub(crate) fn reads(self) -> Context {
        self.call.context(&self.who)
    }

    /// The context of a call that changes nothing, and its parameters.
    pub(crate) fn asks(self) -> (Context, Q) {
        (self.call.context(&self.who), self.query)
    }

    /// The context of a call that changes something, and what is wanted.
    pub(crate) fn changes<T>(self, body: Body<T>) -> (Context, T) {
        let (input, bytes) = body.into_parts();
        (self.change(&bytes), input)
    }

    /// The circumstances of the call, for credentials that come inside of its body.
    pub(crate) fn call(&self) -> Call {
        self.call.clone()
    }

    fn change(&self, bytes: &[u8]) -> Context {
        self.call.change(&self.who, &self.credential, bytes).expecting(self.expected.clone())
    }
}

impl<Q: Rehearses> Caller<Q> {
    /// The context of a call that changes something, or is a dry run of that; what is wanted; and the parameters (MAN-3).
    pub(crate) fn rehearses<T>(self, body: Body<T>) -> (Context, T, Q) {
        let (input, bytes) = body.into_parts();
        let context = self.change(&bytes).rehearsing(self.query.is_dry_run());
        (context, input, self.query)
    }
}

impl<Q: DeserializeOwned> FromRequestParts<App> for Caller<Q> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let call = Call::from_request_parts(parts, app).await?;
        let missing = Error::Unauthenticated(Unauthenticated::Missing);
        let as_password = || app.is_local().then(|| basic(&parts.headers)).flatten();
        let credential = bearer(&parts.headers).or_else(as_password).ok_or(missing)?;
        call.admit(Kind::ApiKey, credential.as_bytes())?;
        let who = credential::api_key(app.system(), &credential, call.clock).await?;
        call.proved(Kind::ApiKey, credential.as_bytes());
        call.recognised(&who);
        check_api(&who.actor, &path(parts))?;
        let expected = condition::if_match(&parts.headers)?;
        let query = query::read(&parts.uri)?;
        Ok(Self { call, who, credential, expected, query })
    }
}

/// Contacts' keys work on the portal API, and all others on the management API: neither does on the other one.
fn check_api(actor: &Actor, path: &str) -> Answer<()> {
    let what = match (actor, path.starts_with(portal::PREFIX)) {
        (Actor::Contact { .. }, false) => {
            "This is a contact's key: it works on the portal API, `/api/portal/v1`, alone"
        }
        (Actor::Contact { .. }, true) | (_, false) => return Ok(()),
        (_, true) => "This key is no contact's: it works on the management API, `/api/admin/v1`, alone",
    };
    Err(Failure::new(Code::NotPermitted, what))
}
