//! What is done by carried tokens, without any server (OFF-3, OFF-5, OFF-7, OFF-8).
//!
//! Each step from one standing to the next is one write of the record. The keys of a cycle stand on disk before the first request
//! is shown, and go after the record says that the activation is given up.

mod apply;
mod deactivate;
mod request;

use chancery_api_types::licensing::ActivateRequest;
use chancery_token::{Entropy, Issued, SealingKey, carried};

use super::Core;
use super::call::Reply;
use super::job::{Ask, Job, claim};
use super::locked::Locked;
use crate::{Activate, Error, Standing};

/// What is done by carried tokens.
pub(crate) enum Carried {
    /// OFF-3: it makes a request, and replaces what is damaged.
    Request(Box<ActivateRequest>),
    /// OFF-5, OFF-7: it takes what the vendor made.
    Apply { token: String, kind: Expected },
    /// OFF-8: it gives the activation up.
    Deactivate,
    /// It forgets the requests, and the keys that were made for them.
    Forget,
}

/// Which of the vendor's tokens is expected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Response,
    Refresh,
    Either,
}

pub(crate) fn request(core: &Core, request: &Activate) -> Result<Ask<String>, Error> {
    Ok(Ask { job: Job::Offline(Carried::Request(claim(core, request)?)), read: made_here })
}

/// Applies what a person brought: a line, a file, parts.
pub(crate) fn apply(text: &str, kind: Expected) -> Result<Ask<Standing>, Error> {
    let token = carried::read(text).map_err(Error::Carried)?;
    Ok(Ask { job: Job::Offline(Carried::Apply { token, kind }), read: |core, _| core.check() })
}

pub(crate) fn deactivate() -> Result<Ask<String>, Error> {
    Ok(Ask { job: Job::Offline(Carried::Deactivate), read: made_here })
}

pub(crate) fn forget() -> Result<Ask<()>, Error> {
    Ok(Ask { job: Job::Offline(Carried::Forget), read: |_, _| Ok(()) })
}

fn made_here(_: &Core, reply: &Reply) -> Result<String, Error> {
    String::from_utf8(reply.body.clone()).map_err(|_| Error::Internal("a token is no text".to_owned()))
}

/// Does it, and gives the token that it makes, if it makes one.
pub(super) fn carry(core: &Core, locked: &mut Locked, job: &Carried, entropy: &mut Entropy) -> Result<String, Error> {
    match job {
        Carried::Request(asked) => request::request(core, locked, asked, entropy),
        Carried::Apply { token, kind } => apply::apply(core, locked, token, *kind, entropy).map(|()| String::new()),
        Carried::Deactivate => deactivate::deactivate(core, locked, entropy),
        Carried::Forget => locked.forget_requests(&core.store).map(|()| String::new()),
    }
}

fn issued(core: &Core, entropy: &mut Entropy) -> Issued {
    let anchor = core.product.trust().anchor();
    Issued::new(anchor.vendor, core.now(), entropy.token_id(), anchor.sandbox)
}

/// What the vendor's tokens are sealed to.
fn receiving_key(core: &Core) -> Result<SealingKey, Error> {
    core.trust()?.receiving_key(core.now()).ok_or_else(|| {
        Error::Configuration(
            "the trust bundle in the product has no key to seal offline requests to: embed a newer one".to_owned(),
        )
    })
}

fn unmade(error: &dyn std::error::Error) -> Error {
    Error::Internal(format!("the token cannot be made: {error}"))
}
