//! Why a call was not done: sorted by whose fault it is, with a code and with what to do.

use std::collections::BTreeMap;

use chancery_api_types::{Code, Problem};
use chancery_domain::{ActivationId, FieldError, Mode, Timestamp};
use chancery_token::{KeyFault, Recipient, TokenError};
use serde_json::Value;

use crate::SignalKind;

/// Why a call was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server said no, by a rule: nothing was changed. The problem has the facts.
    #[error("{}", .0.detail)]
    Refused(Box<Problem>),
    /// The stored activation is no longer the one that holds the seat. [`activate`](crate::Client::activate) is the way back.
    #[error("{}", .problem.detail)]
    ActivateAgain {
        /// What became of it.
        because: Because,
        /// What the server said.
        problem: Box<Problem>,
    },
    /// The server cannot be reached, or cannot answer now, after all retries.
    #[error("the server does not answer: {detail}")]
    Unavailable {
        /// What happened last.
        detail: String,
        /// What the server said, if it said something.
        problem: Option<Box<Problem>>,
        /// Whether the call may have been done all the same. See [`Error::is_outcome_unknown`].
        outcome_unknown: bool,
    },
    /// What answers is not a licensing server, or one that this version does not understand.
    #[error("the reply cannot be understood: {detail}")]
    Reply {
        /// The reply's HTTP status.
        status: u16,
        /// What is wrong with it.
        detail: String,
        /// As in [`Error::Unavailable`].
        outcome_unknown: bool,
    },
    /// The lease is not one that this product, activation and seat may run by. It was received or found so on disk.
    #[error("the lease is refused: {0}")]
    Lease(TokenError),
    /// The trust bundle in the product is bad.
    #[error("the trust bundle is refused: {0}")]
    Trust(TokenError),
    /// A carried token is not one that this client may take. Nothing was changed.
    #[error("the carried token is refused: {0}")]
    Carried(TokenError),
    /// An offline response answers no request that is waited for. Nothing was changed.
    #[error(
        "the response answers no request that waits for one: another response was applied since, or the request was forgotten"
    )]
    Unasked,
    /// There is a running activation: an offline request waits until its lease ends, or it is deactivated (OFF-3).
    #[error("the product is activated already, {}", or_never(*.until))]
    AlreadyActivated {
        /// The activation.
        activation: ActivationId,
        /// How it is kept alive.
        mode: Mode,
        /// When its lease ends; nothing: never.
        until: Option<Timestamp>,
    },
    /// The activation is kept alive in another way than by this call.
    #[error("the activation is an {mode} one, which this call is not for: use `{instead}`")]
    WrongMode {
        /// How it is kept alive.
        mode: Mode,
        /// The method for it.
        instead: &'static str,
    },
    /// Features are taken, given back and used by calls, which an offline activation has not (OFF-10).
    #[error("features are taken, returned and used over a connection, and the activation is an offline one")]
    FeatureNeedsConnection,
    /// There is no activation here.
    #[error("the product is not activated")]
    NotActivated,
    /// The lease has ended.
    #[error("the lease ended at {ended}")]
    LeaseExpired {
        /// When.
        ended: Timestamp,
    },
    /// The clock of this machine is more than an hour behind what is proved (OFF-11). Nothing is lost.
    #[error("the clock of this machine shows {clock}, and it is {proof} at least")]
    ClockRolledBack {
        /// It is at least this late.
        proof: Timestamp,
        /// What the clock shows.
        clock: Timestamp,
    },
    /// The stored state is damaged: which file, and how.
    #[error("the stored state is damaged: {0}")]
    StateDamaged(String),
    /// The stored state was written by a newer version of the SDK.
    #[error("the stored state has version {0}, this program knows version 1")]
    StateNewer(u64),
    /// The stored state was made on another machine: more of the signs of this one are others than can be explained by a repair.
    #[error("the stored state is of another machine: {}", kinds(.0))]
    StateFromAnotherMachine(Vec<SignalKind>),
    /// Nothing tells this machine from others, as in a container: the product must say who holds the seat.
    #[error("nothing tells this machine from others, and no seat id was given")]
    NoMachineIdentity,
    /// Another process or thread uses the stored state, for longer than the client is willing to wait.
    #[error("another process uses the stored state in {0}")]
    StateLocked(String),
    /// The stored state cannot be read or written.
    #[error("the stored state cannot be read or written: {0}")]
    StateUnavailable(String),
    /// The caller gave a value that cannot be taken. Nothing was sent.
    #[error("`{}` {}: {}", .0.path, .0.invalid, .0.detail)]
    Invalid(FieldError),
    /// The client is not configured as it must be.
    #[error("{0}")]
    Configuration(String),
    /// A clock that can be moved was given to a product of a live vendor (CLK-1).
    #[error("a sandbox clock is refused: the trust bundle in the product is that of a live vendor")]
    SandboxClock,
    /// The blocking client was called on a thread of an async runtime, which must not be blocked.
    #[error("the blocking client cannot be used on a thread of an async runtime")]
    BlockingInAsync,
    /// The machine or the runtime failed: no randomness, no thread, no runtime.
    #[error("{0}")]
    Internal(String),
}

/// What became of the stored activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// A copy of the state was used (SAFE-3).
    CloneDetected,
    /// The seat id was activated again, here or elsewhere (SEAT-2).
    Superseded,
    /// The lease had ended, and another took the seat (SEAT-7).
    Replaced,
    /// The vendor or a contact released the seat (SEAT-9).
    Released,
    /// The seat was given back (SEAT-9).
    Deactivated,
    /// The server does not accept the access token, whose signature or activation it does not know.
    TokenInvalid,
}

impl Because {
    pub(crate) fn of(code: &str) -> Option<Self> {
        Some(match code {
            "clone_detected" => Self::CloneDetected,
            "activation_superseded" => Self::Superseded,
            "activation_replaced" => Self::Replaced,
            "activation_released" => Self::Released,
            "activation_deactivated" => Self::Deactivated,
            "access_token_invalid" => Self::TokenInvalid,
            _ => return None,
        })
    }

    /// Whether the activation has no seat any more that it could give back.
    pub(crate) const fn is_gone(self) -> bool {
        matches!(self, Self::Replaced | Self::Released | Self::Deactivated)
    }
}

impl Error {
    /// The code: one of the documented problem codes.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(problem) | Self::ActivateAgain { problem, .. } => &problem.code,
            Self::Unavailable { problem: Some(problem), .. } => &problem.code,
            Self::Unavailable { problem: None, .. } => "server_unreachable",
            Self::Reply { .. } => "reply_not_understood",
            Self::Lease(error) | Self::Trust(error) | Self::Carried(error) => error.code(),
            Self::Unasked => "token_superseded",
            Self::AlreadyActivated { .. } => "already_activated",
            Self::WrongMode { .. } => "wrong_mode",
            Self::FeatureNeedsConnection => "feature_needs_connection",
            Self::NotActivated => "not_activated",
            Self::LeaseExpired { .. } => "lease_expired",
            Self::ClockRolledBack { .. } => "clock_rolled_back",
            Self::StateDamaged(_) => "state_damaged",
            Self::StateNewer(_) => "state_newer_than_program",
            Self::StateFromAnotherMachine(_) => "state_from_another_machine",
            Self::NoMachineIdentity => "no_machine_identity",
            Self::StateLocked(_) => "state_locked",
            Self::StateUnavailable(_) => "state_unavailable",
            Self::Invalid(_) => "validation_failed",
            Self::Configuration(_) => "configuration_invalid",
            Self::SandboxClock => "not_a_sandbox",
            Self::BlockingInAsync => "blocking_in_async",
            Self::Internal(_) => "internal_error",
        }
    }

    /// Whether the call may have been done although this is an error: its reply was lost, or could not be understood.
    ///
    /// Nothing is done twice by calling again: the same call again (same feature, same amount) first asks the server for
    /// the lost reply, and returns that; any other changing call first settles the lost one, and then does its own (SAFE-3).
    #[must_use]
    pub const fn is_outcome_unknown(&self) -> bool {
        match self {
            Self::Unavailable { outcome_unknown, .. } | Self::Reply { outcome_unknown, .. } => *outcome_unknown,
            _ => false,
        }
    }

    /// The server's problem, where there is one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Refused(problem) | Self::ActivateAgain { problem, .. } => Some(problem),
            Self::Unavailable { problem, .. } => problem.as_deref(),
            _ => None,
        }
    }

    /// What to do about it, in a sentence for whoever runs the product.
    #[must_use]
    pub fn what_to_do(&self) -> &str {
        match self {
            Self::Reply { .. } => {
                "Check the address, and that no proxy or sign-in page answers in the server's place; then update the product."
            }
            Self::Lease(TokenError::NotYetValid { .. }) => "Set the clock of this machine right, then do it again.",
            Self::Lease(TokenError::KeyUnknown(KeyFault::Delegation(_))) => {
                "Ask whoever runs the local server to import a newer token of the vendor's; the lease of before counts until then."
            }
            Self::Lease(_) => "Check the clock of this machine, then activate again with the same seat id.",
            Self::Carried(error) => carried(error),
            Self::Trust(_) => "Embed the vendor's trust bundle as it was exported, as a whole.",
            Self::StateUnavailable(_) => "Check that the state's folder exists, has room, and belongs to this user.",
            Self::Configuration(_) => "Mend the configuration of the product.",
            Self::SandboxClock => "Use the clock of the machine, or the trust bundle of a sandbox vendor.",
            Self::BlockingInAsync => {
                "Use `chancery_client::Client` there, and await it; or call the blocking client on a thread of its own."
            }
            Self::Internal(_) => "Try again; if it happens again, report it to the maker of the product.",
            known => Code::from_name(known.code()).map_or("Ask the vendor of the product.", Code::help),
        }
    }

    /// The error as a problem: the server's own, or one that is made here. For programs that print problems.
    #[must_use]
    pub fn to_problem(&self) -> Problem {
        if let Some(problem) = self.problem() {
            return problem.clone();
        }
        if let Self::Invalid(error) = self {
            return Problem::invalid([error.clone()]);
        }
        let what = self.to_string();
        let known = Code::from_name(self.code());
        Problem {
            kind: known.map_or_else(|| format!("/docs/problems#{}", self.code()), Code::page),
            title: known.map_or_else(|| what.clone(), |code| code.title().to_owned()),
            status: None,
            detail: format!("{what}. {}", self.what_to_do()),
            code: self.code().to_owned(),
            request_id: None,
            errors: Vec::new(),
            facts: self.facts(),
        }
    }
}

impl Error {
    fn facts(&self) -> BTreeMap<String, Value> {
        let facts = match self {
            Self::AlreadyActivated { activation, mode, until } => vec![
                ("activationId", Value::from(activation.to_string())),
                ("mode", Value::from(mode.name())),
                ("leaseExpiry", until.map(|until| until.to_string()).into()),
            ],
            Self::Carried(TokenError::Superseded { number, seen }) => {
                vec![("seq", Value::from(*number)), ("applied", Value::from(*seen))]
            }
            Self::WrongMode { mode, instead } => {
                vec![("mode", Value::from(mode.name())), ("instead", Value::from(*instead))]
            }
            Self::ClockRolledBack { proof, clock } => {
                vec![("proof", Value::from(proof.to_string())), ("clock", Value::from(clock.to_string()))]
            }
            _ => Vec::new(),
        };
        facts.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect()
    }
}

/// What to do about a carried token, for the person who carries it.
const fn carried(error: &TokenError) -> &'static str {
    match error {
        TokenError::Malformed(_) => {
            "Copy the token again as a whole, from its first to its last character; of several codes read all."
        }
        TokenError::WrongType { .. } => "Give the other kind of token; or apply it without saying which kind it is.",
        TokenError::WrongRecipient(Recipient::Vendor | Recipient::Mode) => {
            "Apply it with that vendor's product: sandbox and live tokens are never taken for each other."
        }
        TokenError::WrongRecipient(_) => {
            "Apply here what was made for a request of this machine since its last deactivation; a request itself goes to the \
             vendor. Without such a token, make a new request."
        }
        TokenError::WrongProduct => "Apply it with the product that it was made for.",
        TokenError::Expired { .. } => "Ask the vendor for a refresh token, and apply that.",
        TokenError::NotYetValid { .. } => "Set the clock of this machine right, then apply the token again.",
        TokenError::KeyRevoked => "Ask the vendor to make the token again: the key that signed it was revoked.",
        TokenError::Superseded { number, seen } if *number == *seen => {
            "Nothing is to be done: it was applied here already."
        }
        TokenError::Superseded { .. } => {
            "Nothing is to be done while the product is licensed: a newer token was applied here. Else ask the vendor for a refresh \
             token of now."
        }
        TokenError::VersionUnsupported { .. } => "Update the product, then apply the token again.",
        _ => "Ask the vendor to make the token again; if that is refused too, update the product.",
    }
}

fn or_never(until: Option<Timestamp>) -> String {
    until.map_or_else(|| "without end".to_owned(), |until| format!("until {until}"))
}

/// What changed, by kind.
fn kinds(changed: &[SignalKind]) -> String {
    let names: Vec<&str> = changed.iter().map(|kind| kind.name()).collect();
    format!("its {} differ", names.join(", "))
}
