//! The circumstances of a request, read once: when, from where, with which seed and idempotency key.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chancery_domain::{Invalid, Timestamp};
use chancery_operations::credential::Authenticated;
use chancery_operations::{Context, IdempotencyKey, Origin};
use http::header::{AUTHORIZATION, HeaderMap};
use http::request::Parts;

use crate::App;
use crate::limits::{Kind, Meter};
use crate::problem::{Answer, Failure};

/// The most characters of an idempotency key.
const LONGEST_KEY: usize = 255;

/// The request's id, set by the middleware (API-6).
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) Arc<str>);

/// Where the request came from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address(pub(crate) IpAddr);

/// What the request's line in the log shall name besides: who called, once that is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes(Arc<OnceLock<(String, String)>>);

impl Notes {
    /// Notes who calls: an id, never the credential.
    pub(crate) fn caller(&self, who: &Authenticated) {
        // A second caller of one request would be a mistake that the log need not show.
        let _ = self.0.set((who.actor.to_string(), who.vendor.id.to_string()));
    }

    /// The caller and its vendor.
    pub(crate) fn read(&self) -> Option<(&str, &str)> {
        self.0.get().map(|(actor, vendor)| (actor.as_str(), vendor.as_str()))
    }
}

/// A request before its caller is known. For calls that bring their credential in the body.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The server's clock: read here, and nowhere else in this request.
    pub(crate) clock: Timestamp,
    seed: [u8; 32],
    origin: Origin,
    key: Option<String>,
    operation: String,
    notes: Notes,
    meter: Option<Meter>,
}

impl Call {
    /// Lets a credential be looked up, unless it was used too often, or may be one more guess (API-8).
    pub(crate) fn admit(&self, kind: Kind, credential: &[u8]) -> Answer<()> {
        self.meter.as_ref().map_or(Ok(()), |meter| meter.admit(kind, credential))
    }

    /// A credential that was let in was right.
    pub(crate) fn proved(&self, kind: Kind, credential: &[u8]) {
        self.meter.iter().for_each(|meter| meter.proved(kind, credential));
    }

    /// Counts a wrong secret that is no problem of its own: the answer to a question (API-8).
    pub(crate) fn guessed(&self) -> Answer<()> {
        self.meter.as_ref().map_or(Ok(()), Meter::count_failure)
    }

    /// Counts a call of somebody who was recognised (API-8).
    pub(super) fn count(&self, kind: Kind, who: &[u8]) -> Answer<()> {
        self.meter.as_ref().map_or(Ok(()), |meter| meter.count(kind, who))
    }

    /// Notes for the log who calls, also where nothing comes of the call.
    pub(super) fn recognised(&self, who: &Authenticated) {
        self.notes.caller(who);
    }

    /// The context of a call that changes nothing.
    pub(crate) fn context(&self, who: &Authenticated) -> Context {
        self.recognised(who);
        Context::new(who.actor.clone(), who.now, self.seed).from_origin(self.origin.clone())
    }

    /// The context of a call that may change something: with its idempotency key, mixed with the credential (SAFE-1).
    pub(crate) fn change(&self, who: &Authenticated, credential: &str, body: &[u8]) -> Context {
        let mixed = |key: &String| IdempotencyKey::new(credential.as_bytes(), key, &self.operation, body);
        self.context(who).with_idempotency(self.key.as_ref().map(mixed))
    }
}

impl FromRequestParts<App> for Call {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let address = parts.extensions.get::<Address>().map(|address| address.0.to_string());
        let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.to_string());
        let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        Ok(Self {
            clock: app.clock().now(),
            seed: app.randomness().seed()?,
            origin: Origin { address, request_id },
            key: idempotency_key(&parts.headers)?,
            operation: format!("{} {}{query}", parts.method, path(parts)),
            notes: parts.extensions.get().cloned().unwrap_or_default(),
            meter: parts.extensions.get().cloned(),
        })
    }
}

/// The whole path: inside of a nested router the request's own has lost its beginning.
pub(super) fn path(parts: &Parts) -> String {
    let whole = parts.extensions.get::<axum::extract::OriginalUri>();
    whole.map_or_else(|| parts.uri.path(), |uri| uri.0.path()).to_owned()
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Failure> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().unwrap_or_default();
    if key.is_empty() || key.len() > LONGEST_KEY {
        let right = "give 1 to 255 visible ASCII characters, such as a UUID";
        return Err(Failure::invalid("Idempotency-Key", Invalid::BadFormat, right));
    }
    Ok(Some(key.to_owned()))
}

/// The credential after `Bearer`, if there is one.
pub(super) fn bearer(headers: &HeaderMap) -> Option<String> {
    shown(headers, "bearer").map(ToOwned::to_owned)
}

/// The admin key of a local server after `Basic`, as the password of `admin` (RFC 7617). What is something else is no key.
pub(super) fn basic(headers: &HeaderMap) -> Option<String> {
    let decoded = STANDARD.decode(shown(headers, "basic")?).unwrap_or_default();
    let text = String::from_utf8(decoded).unwrap_or_default();
    Some(text.strip_prefix("admin:").map(ToOwned::to_owned).unwrap_or_default())
}

/// The credential after the name of its scheme.
fn shown<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credential) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case(wanted).then(|| credential.trim())
}
