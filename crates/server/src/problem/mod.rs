//! From errors to problems (RFC 9457, API-2): the one exhaustive match, for every endpoint.

mod export;
pub(crate) mod local;
mod refusal;
mod store;
mod token;

use axum::response::{IntoResponse, Response};
use chancery_api_types::{Code, Problem};
use chancery_domain::{FieldError, Invalid, NotPermitted};
use chancery_operations::{Error, Refused, Unauthenticated, Version};
use http::header::{ALLOW, ETAG, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};

/// The header with the next nonce of an activation (SAFE-2).
pub(crate) const NONCE: HeaderName = HeaderName::from_static("chancery-nonce");

/// What a handler returns when it does not do what it was asked.
///
/// Its response has no body yet: the middleware `request` writes the problem, because it knows the request's id.
#[derive(Clone, Debug)]
pub struct Failure {
    problem: Box<Problem>,
    nonce: Option<String>,
    retry_after: Option<u32>,
    present: Option<Version>,
}

/// What handlers return.
pub(crate) type Answer<T> = Result<T, Failure>;

impl Failure {
    /// A problem that has no more to say than its code.
    pub(crate) fn of(code: Code) -> Self {
        Problem::of(code).into()
    }

    /// A problem that says what happened.
    pub(crate) fn new(code: Code, what: &str) -> Self {
        Problem::new(code, what).into()
    }

    /// One member, parameter or header that cannot be taken.
    pub(crate) fn invalid(path: &str, invalid: Invalid, detail: &str) -> Self {
        Problem::invalid([FieldError::new(path, invalid, detail)]).into()
    }

    /// What the reply says.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Adds a fact.
    pub(crate) fn with(mut self, name: &str, fact: &str) -> Self {
        self.problem.facts.insert(name.to_owned(), fact.into());
        self
    }

    /// Seconds after which the request may be repeated.
    pub(crate) fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), nonce: None, retry_after: None, present: None }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Unauthenticated(reason) => unauthenticated(reason).into(),
            Error::NotPermitted(NotPermitted { needed }) => {
                Problem::of(Code::NotPermitted).with("needed", needed.to_string()).into()
            }
            Error::NotFound => Self::of(Code::NotFound),
            Error::ActivationCodeUnknown => Self::of(Code::ActivationCodeUnknown),
            Error::Invalid(errors) => Problem::invalid(errors).into(),
            Error::Refused(refused) => refused_by_rule(*refused),
            Error::Token { error, now } => token::problem(&error, now).into(),
            Error::AlreadyExists { field } => Problem::of(Code::AlreadyExists).with("field", field).into(),
            Error::InUse { by } => in_use(by).into(),
            Error::VersionConflict { present } => version_conflict(present),
            Error::IdempotencyKeyReused => Self::of(Code::IdempotencyKeyReused),
            Error::IdempotencyKeyMissing => Self::of(Code::IdempotencyKeyMissing),
            Error::NonceMissing => Self::of(Code::NonceMissing),
            Error::RateLimited { retry_after } => {
                let what = "Too many new licensees came from this address today";
                let problem = Problem::new(Code::RateLimited, what).with("limit", "automatic-licensees");
                Self::from(problem).retry_after(retry_after)
            }
            Error::LocalServerNotActive(reason) => local::failure(reason),
            Error::CredentialNotAvailableHere => Self::of(Code::CredentialNotAvailableHere),
            // Only commands that take `dryRun` get a context for one, and they answer it by `Rehearsed`.
            Error::Rehearsed(_) => internal("a dry run that nobody answers"),
            Error::NoSigningKey => no_signing_key(),
            Error::Store(error) => store::failure(&error),
            Error::Internal(detail) => internal(&detail),
        }
    }
}

fn unauthenticated(reason: Unauthenticated) -> Problem {
    match reason {
        Unauthenticated::Missing => Problem::of(Code::CredentialMissing),
        Unauthenticated::Invalid => Problem::of(Code::CredentialInvalid),
        Unauthenticated::Expired { at } => Problem::of(Code::CredentialExpired).with("expired", at.to_string()),
        Unauthenticated::AccessToken => Problem::of(Code::AccessTokenInvalid),
    }
}

fn refused_by_rule(refused: Refused) -> Failure {
    let problem = refusal::problem(&refused.refusal);
    Failure { nonce: refused.nonce, ..problem.into() }
}

/// API-4: with the present version's tag, where there is one.
fn version_conflict(present: Option<Version>) -> Failure {
    let what = match &present {
        Some(_) => "It was changed since its `ETag` was read",
        None => "What this call makes or changes has no version, and so none that `If-Match` names",
    };
    Failure { present, ..Problem::new(Code::VersionConflict, what).into() }
}

/// A version as an entity tag (RFC 9110, section 8.8.3).
pub(crate) fn entity_tag(version: &Version) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("\"{version}\"")).ok()
}

fn in_use(by: Vec<(&'static str, i64)>) -> Problem {
    let by: serde_json::Map<_, _> = by.into_iter().map(|(what, count)| (what.to_owned(), count.into())).collect();
    Problem::of(Code::InUse).with("by", by)
}

/// The vendor must do something: whoever called cannot.
fn no_signing_key() -> Failure {
    tracing::error!("no key may sign: import the root, and certificates are renewed (chancery key import)");
    Failure::of(Code::SigningKeyUnavailable).retry_after(60)
}

/// A fault of the program: the detail goes to the log alone.
pub(crate) fn internal(detail: &str) -> Failure {
    tracing::error!(detail, "the server failed");
    Failure::of(Code::InternalError)
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = self.problem.status.and_then(|status| StatusCode::from_u16(status).ok());
        let mut response = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        let headers = response.headers_mut();
        if response_needs_credential(&self.problem) {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.problem.code == Code::LocalServerNotActive.name() {
            // No method would do, until the server is active (LLS-1).
            headers.insert(ALLOW, HeaderValue::from_static(""));
        }
        if let Some(nonce) = self.nonce.as_deref().and_then(|nonce| HeaderValue::from_str(nonce).ok()) {
            headers.insert(NONCE, nonce);
        }
        if let Some(tag) = self.present.as_ref().and_then(entity_tag) {
            headers.insert(ETAG, tag);
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

fn response_needs_credential(problem: &Problem) -> bool {
    problem.status == Some(401)
}
