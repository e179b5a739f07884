//! Who calls the management API: a vendor's system, by its API key (MAN-1).

use axum::extract::FromRequestParts;
use chancery_operations::credential::{self, Authenticated};
use chancery_operations::{Context, Error, Unauthenticated};
use http::request::Parts;

use super::call::{Call, bearer};
use super::{Body, Nothing};
use crate::App;
use crate::problem::Failure;

/// A caller that was recognised. What it may do, the operation decides.
pub(crate) struct Caller {
    call: Call,
    who: Authenticated,
    credential: String,
}

impl Caller {
    /// The context of a call that changes nothing.
    pub(crate) fn reads(self) -> Context {
        self.call.context(&self.who)
    }

    /// The context of a call that changes something, and what is wanted.
    pub(crate) fn changes<T>(self, body: Body<T>) -> (Context, T) {
        let (input, bytes) = body.into_parts();
        (self.call.change(&self.who, &self.credential, &bytes), input)
    }

    /// The context of a call that changes something and needs nothing said, such as a deletion.
    pub(crate) fn commands(self) -> Context {
        self.changes(Body::<Nothing>::default()).0
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let call = Call::from_request_parts(parts, app).await?;
        let missing = Error::Unauthenticated(Unauthenticated::Missing);
        let credential = bearer(&parts.headers).ok_or(missing)?;
        let who = credential::api_key(app.system(), &credential, call.clock).await?;
        call.recognised(&who);
        Ok(Self { call, who, credential })
    }
}
