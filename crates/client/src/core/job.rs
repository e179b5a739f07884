//! What the client can be asked to do, as jobs for the machine.

use chancery_api_types::activation::{Activation, ActivationFeature};
use chancery_api_types::licensing::{
    ActivateRequest, ActivationReply, EntitlementInfo, EntitlementReply, FeatureReply, FeatureRequest, RefreshRequest,
    ValidateReply, ValidateRequest,
};
use chancery_api_types::wire::WireQuantity;
use chancery_domain::{Invalid, Key, Mode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Core;
use super::call::Reply;
use super::offline::Carried;
use super::verdict::not_understood;
use crate::request::{amount, checked, invalid};
use crate::state::record::Change;
use crate::{Activate, Error, Validation};

/// One thing to do.
pub(crate) enum Job {
    /// SEAT-1, SEAT-2: it makes or replaces the state.
    Activate { request: Box<ActivateRequest>, seat_id: String },
    /// SAFE-2: it needs the nonce, and turns it.
    Change { change: Change, body: String },
    /// SEAT-9: it removes the state.
    Deactivate,
    /// It reads something of the activation.
    Read { path: &'static str },
    /// It needs no activation.
    Validate { request: Box<ValidateRequest> },
    /// It asks nobody.
    Offline(Carried),
}

impl Job {
    /// What to say of it on an activation that carried tokens keep alive.
    pub(crate) fn without_connection(&self) -> Error {
        let instead = match self {
            Self::Change { change: Change::Refresh, .. } => "apply_offline_refresh",
            Self::Change { .. } => return Error::FeatureNeedsConnection,
            Self::Deactivate => "deactivate_offline",
            _ => "lease",
        };
        Error::WrongMode { mode: Mode::Offline, instead }
    }
}

/// What the state keeps of the reply to an activation. The rest is read when the state is safe.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Activated {
    pub(crate) activation: ActivationOnly,
    pub(crate) lease: String,
    #[serde(default)]
    pub(crate) revocations: Option<String>,
    pub(crate) access_token: String,
}

/// An activation's id.
#[derive(Deserialize)]
pub(crate) struct ActivationOnly {
    pub(crate) id: String,
}

/// What the state keeps of the reply to a refresh.
#[derive(Deserialize)]
pub(crate) struct LeaseOnly {
    pub(crate) lease: String,
    #[serde(default)]
    pub(crate) revocations: Option<String>,
}

/// A job, and how its reply is read.
pub(crate) struct Ask<T> {
    pub(crate) job: Job,
    pub(crate) read: fn(&Core, &Reply) -> Result<T, Error>,
}

pub(crate) fn activate(core: &Core, request: &Activate) -> Result<Ask<Activation>, Error> {
    let request = claim(core, request)?;
    Ok(Ask { job: Job::Activate { seat_id: request.seat_id.to_string(), request }, read: activation })
}

/// A claim on a seat, with what it leaves to the machine and to the client's options.
pub(super) fn claim(core: &Core, request: &Activate) -> Result<Box<ActivateRequest>, Error> {
    let mut request = Box::new(request.for_machine(core)?.to_activate(&core.product)?);
    request.licensee_secret = request.licensee_secret.or_else(|| core.options.licensee_secret.clone());
    Ok(request)
}

pub(crate) fn refresh(core: &Core) -> Result<Ask<Activation>, Error> {
    let release_date = core.product.release_date().map(|date| checked("releaseDate", date)).transpose()?;
    let licensee_secret = core.options.licensee_secret.clone();
    let body = text(&RefreshRequest { release_date, licensee_secret, ..RefreshRequest::default() })?;
    Ok(Ask { job: Job::Change { change: Change::Refresh, body }, read: activation })
}

/// A refresh's body that shows a lease too.
pub(super) fn showing(body: &str, lease: String) -> Result<String, Error> {
    let asked: RefreshRequest =
        serde_json::from_str(body).map_err(|_| Error::Internal("a refresh asks for something else".to_owned()))?;
    text(&RefreshRequest { lease: Some(lease), ..asked })
}

/// `change` makes the change of a feature's key.
pub(crate) fn feature(change: fn(String) -> Change, key: &str, n: u64) -> Result<Ask<ActivationFeature>, Error> {
    checked::<Key>("feature", key)?;
    // Such a segment of a path means the path's parent, however it is escaped.
    if matches!(key, "." | "..") {
        return Err(invalid("feature", Invalid::BadFormat, "no feature has such a key"));
    }
    let body = text(&FeatureRequest { amount: WireQuantity(amount(n)?) })?;
    let read = |_: &Core, reply: &Reply| parse::<FeatureReply>(reply).map(|reply| reply.feature);
    Ok(Ask { job: Job::Change { change: change(key.to_owned()), body }, read })
}

pub(crate) fn deactivate() -> Result<Ask<()>, Error> {
    Ok(Ask { job: Job::Deactivate, read: |_, _| Ok(()) })
}

pub(crate) fn state() -> Result<Ask<Activation>, Error> {
    Ok(Ask { job: Job::Read { path: "/api/v1/activation" }, read: activation })
}

pub(crate) fn entitlement() -> Result<Ask<EntitlementInfo>, Error> {
    let read = |_: &Core, reply: &Reply| parse::<EntitlementReply>(reply).map(|reply| reply.entitlement);
    Ok(Ask { job: Job::Read { path: "/api/v1/activation/entitlement" }, read })
}

pub(crate) fn validate(core: &Core, request: &Activate) -> Result<Ask<Validation>, Error> {
    let mut request = Box::new(request.to_validate(&core.product)?);
    request.licensee_secret = request.licensee_secret.or_else(|| core.options.licensee_secret.clone());
    let read = |core: &Core, reply: &Reply| {
        let answer: ValidateReply = parse(reply)?;
        let verdict = answer.verdict.as_deref().map(|verdict| core.open_verdict(verdict)).transpose()?;
        Ok(Validation { answer, verdict })
    };
    Ok(Ask { job: Job::Validate { request }, read })
}

/// The replies to activate and refresh have it too, beside the lease.
fn activation(_: &Core, reply: &Reply) -> Result<Activation, Error> {
    parse::<ActivationReply>(reply).map(|reply| reply.activation)
}

/// Reads a reply; members that it does not know do not matter (API-1).
pub(crate) fn parse<T: DeserializeOwned>(reply: &Reply) -> Result<T, Error> {
    serde_json::from_slice(&reply.body).map_err(|error| {
        let text = error.to_string();
        // The text of other errors may repeat what stands there, which may be a secret (API-7).
        let what = if text.starts_with("missing field") { text } else { format!("its line {}", error.line()) };
        not_understood(reply.status, &what).error
    })
}

pub(crate) fn text(request: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(request).map_err(|error| Error::Internal(format!("a request cannot be written: {error}")))
}
