//! Who calls the management API: a vendor's system, by its API key (MAN-1).

use axum::extract::{FromRequestParts, MatchedPath};
use chancery_domain::Invalid;
use chancery_operations::credential::{self, Authenticated};
use chancery_operations::{Context, Error, Unauthenticated};
use http::Method;
use http::request::Parts;

use super::call::{Call, bearer};
use super::{Body, Nothing};
use crate::App;
use crate::problem::{Answer, Failure};

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
        no_surprises(parts)?;
        Ok(Self { call, who, credential })
    }
}

/// The changes that take parameters. All others refuse them, so that nobody's `?dryRun=true` is done in earnest (API-3).
const CHANGES_WITH_PARAMETERS: [&str; 1] = ["/api/admin/v1/catalog/import"];

fn no_surprises(parts: &Parts) -> Answer<()> {
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let takes_some = parts.method == Method::GET || CHANGES_WITH_PARAMETERS.contains(&route);
    match parts.uri.query().filter(|query| !query.is_empty() && !takes_some) {
        None => Ok(()),
        Some(query) => {
            let name = query.split(['=', '&']).next().unwrap_or_default();
            Err(Failure::invalid(name, Invalid::UnknownField, "this call takes no parameters"))
        }
    }
}
