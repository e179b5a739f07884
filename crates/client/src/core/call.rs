//! What goes to the server, and what comes back: plain values.

use std::fmt;
use std::time::Duration;

use crate::state::record::{Change, Online, Pending};

/// The methods in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Delete,
}

impl Method {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// A request. It can be sent any number of times.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) bearer: Option<String>,
    pub(crate) nonce: Option<String>,
    /// The proof that this device has the activation's key (SEC-5).
    pub(crate) proof: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) body: Option<String>,
}

impl Call {
    pub(crate) fn post(path: &str, body: &str) -> Self {
        Self { body: Some(body.to_owned()), ..Self::new(Method::Post, path.to_owned()) }
    }

    pub(crate) const fn new(method: Method, path: String) -> Self {
        Self { method, path, bearer: None, nonce: None, proof: None, idempotency_key: None, body: None }
    }
}

/// Without credentials and body (API-7).
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.method, self.path)
    }
}

/// A reply, with the headers that matter.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) nonce: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// Where a redirect leads.
    pub(crate) location: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// What a job gives that asked nobody.
    pub(crate) const fn made_here(text: String) -> Self {
        Self { status: 200, nonce: None, retry_after: None, location: None, body: text.into_bytes() }
    }
}

/// No reply came.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// What happened.
    pub(crate) detail: String,
    /// Whether the request may have arrived.
    pub(crate) may_have_arrived: bool,
    /// Whether it would only happen again: a certificate that is not trusted, a header that cannot be sent.
    pub(crate) lasting: bool,
    /// How long it took, as far as that matters: a timeout.
    pub(crate) took: Duration,
}

/// What became of a call.
pub(crate) type Outcome = Result<Reply, Failure>;

/// The call of a change that stands in the state.
pub(crate) fn change_call(online: &Online, pending: &Pending) -> Call {
    let of = |feature: &str, verb: &str| format!("/api/v1/activation/features/{}/{verb}", segment(feature));
    let path = match &pending.change {
        Change::Refresh => "/api/v1/activation/refresh".to_owned(),
        Change::Checkout { feature } => of(feature, "checkout"),
        Change::Return { feature } => of(feature, "return"),
        Change::Use { feature } => of(feature, "use"),
    };
    Call {
        method: Method::Post,
        path,
        bearer: Some(online.access_token.clone()),
        nonce: Some(pending.nonce.clone()),
        proof: None,
        idempotency_key: Some(pending.idempotency_key.clone()),
        body: Some(pending.body.clone()),
    }
}

/// A path's segment, with everything escaped that could mean something else there.
fn segment(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_key_is_one_segment_of_the_path() {
        assert_eq!(segment("export-step_2.0~a"), "export-step_2.0~a");
        assert_eq!(segment("a/b?c#d%e é"), "a%2Fb%3Fc%23d%25e%20%C3%A9");
    }
}
