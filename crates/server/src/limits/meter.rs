//! One request's dealings with the limits.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use chancery_api_types::{Code, Problem};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Kind, Left, Limits};
use crate::problem::{Answer, Failure};

/// `RateLimit-Policy` and `RateLimit`, as in the IETF's draft-ietf-httpapi-ratelimit-headers.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STANDING: HeaderName = HeaderName::from_static("ratelimit");

/// The limits, for one request.
#[derive(Clone)]
pub(crate) struct Meter(Arc<Inner>);

struct Inner {
    limits: Arc<Limits>,
    address: Option<IpAddr>,
    now: i64,
    told: Mutex<Option<(Kind, Left)>>,
}

impl std::fmt::Debug for Meter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meter")
    }
}

impl Meter {
    /// For a request from an address, at an instant in microseconds.
    pub(crate) fn new(limits: Arc<Limits>, address: Option<IpAddr>, now: i64) -> Self {
        Self(Arc::new(Inner { limits, address, now, told: Mutex::default() }))
    }

    /// Lets a credential be looked up. One that was right before is counted; any other may be a guess, of which an address has few.
    ///
    /// # Errors
    /// `rate_limited`.
    pub(crate) fn admit(&self, kind: Kind, credential: &[u8]) -> Answer<()> {
        if let Some(left) = self.0.limits.take_known(kind, credential, self.0.now) {
            return self.tell(kind, left);
        }
        let failures = self.address(Kind::Failures, false);
        match failures.filter(|left| left.wait.is_some()) {
            Some(left) => self.tell(Kind::Failures, left),
            None => Ok(()),
        }
    }

    /// A credential that was let in was right: from now on it is known. It is counted once.
    pub(crate) fn proved(&self, kind: Kind, credential: &[u8]) {
        if self.told().is_none()
            && let Some(left) = self.0.limits.take(kind, credential, self.0.now)
        {
            *self.lock() = Some((kind, left));
        }
    }

    /// Counts a call against somebody who was recognised, whoever else calls from there.
    ///
    /// # Errors
    /// `rate_limited`.
    pub(crate) fn count(&self, kind: Kind, who: &[u8]) -> Answer<()> {
        self.0.limits.take(kind, who, self.0.now).map_or(Ok(()), |left| self.tell(kind, left))
    }

    /// Counts a call that needs no credential.
    ///
    /// # Errors
    /// `rate_limited`.
    pub(crate) fn count_public(&self) -> Answer<()> {
        self.address(Kind::Public, true).map_or(Ok(()), |left| self.tell(Kind::Public, left))
    }

    /// Counts a credential that was wrong.
    ///
    /// # Errors
    /// `rate_limited`, which is then all that the caller is told.
    pub(crate) fn count_failure(&self) -> Answer<()> {
        self.address(Kind::Failures, true).map_or(Ok(()), |left| self.tell(Kind::Failures, left))
    }

    /// Says in a reply how many calls are left, if any were counted.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let Some((kind, left)) = self.told() else { return };
        let Some(quota) = self.0.limits.traffic.limits.of(kind) else { return };
        let name = kind.name();
        let policy = format!("\"{name}\";q={};w={}", quota.calls(), quota.seconds());
        let standing = format!("\"{name}\";r={};t={}", left.calls, left.wait.unwrap_or(left.full_in));
        for (header, text) in [(POLICY, policy), (STANDING, standing)] {
            if let Ok(text) = HeaderValue::from_str(&text) {
                headers.insert(header, text);
            }
        }
    }

    fn address(&self, kind: Kind, count: bool) -> Option<Left> {
        self.0.limits.of_address(kind, self.0.address?, self.0.now, count)
    }

    fn tell(&self, kind: Kind, left: Left) -> Answer<()> {
        *self.lock() = Some((kind, left));
        left.wait.map_or(Ok(()), |wait| Err(refused(kind, wait)))
    }

    fn told(&self) -> Option<(Kind, Left)> {
        *self.lock()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(Kind, Left)>> {
        // Held for one assignment.
        self.0.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused(kind: Kind, wait: u32) -> Failure {
    let what = match kind {
        Kind::ApiKey => "This API key was used too often",
        Kind::Activation => "This activation called too often",
        Kind::ActivationCode => "This activation code was used too often",
        Kind::Failures => "Too many wrong credentials came from this address",
        Kind::Public => "Too many calls came from this address",
    };
    let problem = Problem::new(Code::RateLimited, what).with("limit", kind.name());
    Failure::from(problem).retry_after(wait)
}

/// Whether a problem says that a credential was wrong, or was not there.
pub(crate) fn is_failure(problem: &Problem) -> bool {
    const FAILURES: [Code; 6] = [
        Code::CredentialMissing,
        Code::CredentialInvalid,
        Code::CredentialExpired,
        Code::AccessTokenInvalid,
        Code::ActivationCodeUnknown,
        Code::LicenseeSecretMismatch,
    ];
    FAILURES.iter().any(|code| problem.code == code.name())
}
