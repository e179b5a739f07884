//! Who calls the management API: a vendor's system, by its API key (MAN-1).

use axum::extract::FromRequestParts;
use chancery_operations::credential::{self, Authenticated};
use chancery_operations::{Context, Error, Unauthenticated};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::call::{Call, bearer};
use super::{Body, Nothing, query};
use crate::App;
use crate::problem::Failure;

/// A caller that was recognised, with the parameters of its query. What it may do, the operation decides.
///
/// No handler has a caller without saying which parameters it takes; all others are refused, so that nobody's
/// `?dryRun=true` is done in earnest (API-3).
pub(crate) struct Caller<Q = Nothing> {
    call: Call,
    who: Authenticated,
    credential: String,
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
        (self.call.change(&self.who, &self.credential, &bytes), input)
    }
}

impl<Q: DeserializeOwned> FromRequestParts<App> for Caller<Q> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let call = Call::from_request_parts(parts, app).await?;
        let missing = Error::Unauthenticated(Unauthenticated::Missing);
        let credential = bearer(&parts.headers).ok_or(missing)?;
        let who = credential::api_key(app.system(), &credential, call.clock).await?;
        call.recognised(&who);
        let query = query::read(&parts.uri)?;
        Ok(Self { call, who, credential, query })
    }
}
