//! What an outcome means: done, refused, lost, or not to be understood.

use std::time::Duration;

use chancery_api_types::Problem;

use super::call::{Outcome, Reply};
use crate::Error;

/// The code of a local server that is not activated itself.
const NOT_ACTIVE: &str = "local_server_not_active";

pub(crate) enum Verdict {
    /// The server did it.
    Done(Reply),
    /// The server did not do it, and says why.
    Refused(Refusal),
    /// Nobody knows, or the server asks to come back: the same call again.
    Lost(Lost),
}

pub(crate) struct Refusal {
    pub(crate) problem: Box<Problem>,
    /// The next nonce, where the refusal turned it.
    pub(crate) nonce: Option<String>,
    /// Whether it settles the call: 401 and 428 come before the rules are asked, and say nothing of an earlier try (SAFE-2).
    pub(crate) settles: bool,
}

pub(crate) struct Lost {
    pub(crate) error: Error,
    /// Whether this try may have been done.
    pub(crate) may_be_done: bool,
    /// Whether another try makes sense.
    pub(crate) again: bool,
    pub(crate) after: Option<Duration>,
    pub(crate) took: Duration,
}

/// Sorts an outcome.
pub(crate) fn verdict(outcome: Outcome) -> Verdict {
    let reply = match outcome {
        Ok(reply) => reply,
        Err(failure) => {
            let error = Error::Unavailable { detail: failure.detail, problem: None, outcome_unknown: false };
            return Verdict::Lost(Lost {
                error,
                may_be_done: failure.may_have_arrived,
                again: !failure.lasting,
                after: None,
                took: failure.took,
            });
        }
    };
    match reply.status {
        200..=299 => Verdict::Done(reply),
        408 | 429 | 500..=599 => Verdict::Lost(busy(&reply)),
        status => match problem(&reply) {
            Some(problem) if status == 405 && problem.code == NOT_ACTIVE => Verdict::Lost(not_active(problem)),
            Some(problem) => {
                let settles = !matches!(status, 401 | 428);
                Verdict::Refused(Refusal { problem, nonce: reply.nonce, settles })
            }
            None => Verdict::Lost(match &reply.location {
                Some(location) => not_understood(status, &format!("a redirect to {location}: give that address")),
                None => not_understood(status, "it is no problem document"),
            }),
        },
    }
}

/// A reply that is not the licensing server's: a proxy's, a sign-in page's. Trying again does not help.
pub(crate) fn not_understood(status: u16, detail: &str) -> Lost {
    let error = Error::Reply { status, detail: format!("HTTP {status}, {detail}"), outcome_unknown: false };
    Lost { error, may_be_done: true, again: false, after: None, took: Duration::ZERO }
}

fn busy(reply: &Reply) -> Lost {
    let problem = problem(reply);
    let detail = problem.as_ref().map_or_else(|| format!("HTTP {}", reply.status), |known| known.detail.clone());
    Lost {
        error: Error::Unavailable { detail, problem, outcome_unknown: false },
        // Whoever is limited was stopped at the door; all else may have failed at any point.
        may_be_done: reply.status != 429,
        again: true,
        after: reply.retry_after,
        took: Duration::ZERO,
    }
}

/// A local server that is not licensed answers nobody: as if it could not be reached (LLS-1). It says so before it looks at the call, so
/// that this try surely was not done; an earlier one may have been. It will say the same until a person activates it, for whom
/// no call waits.
fn not_active(problem: Box<Problem>) -> Lost {
    let detail = format!("{} Leases that products hold run on until they end.", problem.detail);
    Lost {
        error: Error::Unavailable { detail, problem: Some(problem), outcome_unknown: false },
        may_be_done: false,
        again: false,
        after: None,
        took: Duration::ZERO,
    }
}

fn problem(reply: &Reply) -> Option<Box<Problem>> {
    let mut problem: Problem = serde_json::from_slice(&reply.body).ok()?;
    problem.status = Some(reply.status);
    Some(Box::new(problem))
}
