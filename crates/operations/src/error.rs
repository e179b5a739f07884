//! What an operation answers when it does not do what it was asked: one type for all of them, sorted by whose fault it is.

use chancery_domain::{FieldError, Invalid, NotActiveReason, NotPermitted, Refusal, Timestamp};
use chancery_store::{ConstraintKind, StoreError};
use chancery_token::{KeyFault, NoRandomness, SignError, TokenError, UnwrapError};

use crate::{Rehearsal, Version};

/// Why an operation was not done. Nothing was changed, but for what a refusal says of itself.
#[derive(Clone, Debug)]
pub enum Error {
    /// The caller is not who it must be.
    Unauthenticated(Unauthenticated),
    /// The caller may not do this.
    NotPermitted(NotPermitted),
    /// There is no such thing, or it is another vendor's: alike (API-2).
    NotFound,
    /// No order has this activation code.
    ActivationCodeUnknown,
    /// Members of the request cannot be taken.
    Invalid(Vec<FieldError>),
    /// A token that was sent is refused: it is not what it must be, whatever the rules say.
    Token {
        /// Why.
        error: TokenError,
        /// The vendor's now, for those whose clock is wrong.
        now: Timestamp,
    },
    /// A rule says no.
    Refused(Box<Refused>),
    /// The vendor has one of this name already.
    AlreadyExists {
        /// The member that must be unique.
        field: &'static str,
    },
    /// Something else refers to it.
    InUse {
        /// What does, and how many.
        by: Vec<(&'static str, i64)>,
    },
    /// It is of another version than the caller will have changed (API-4).
    VersionConflict {
        /// The one that there is; nothing, where things have no versions.
        present: Option<Version>,
    },
    /// The idempotency key was used for something else (SAFE-1).
    IdempotencyKeyReused,
    /// The call changes an activation, and needs an idempotency key (SAFE-2).
    IdempotencyKeyMissing,
    /// The call changes an activation, and needs its current nonce (SAFE-2).
    NonceMissing,
    /// Too many licensees came by themselves from this address today (AUTO-1).
    RateLimited {
        /// Seconds after which it may be tried again.
        retry_after: u32,
    },
    /// This server does not take this type of credential.
    CredentialNotAvailableHere,
    /// The local server is not active: it serves no product (LLS-1).
    LocalServerNotActive(NotActiveReason),
    /// It was a dry run: nothing was changed, and this is what would have been (MAN-3).
    Rehearsed(Box<Rehearsal>),
    /// No key may sign it: the certificates have ended, and the root that could renew them is not here (KEY-1).
    NoSigningKey,
    /// The database cannot be used now.
    Store(StoreError),
    /// The program or its data are not as they must be. The text is for the log alone.
    Internal(String),
}

/// What is wrong with a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unauthenticated {
    /// There is none.
    Missing,
    /// It is none of ours.
    Invalid,
    /// It has ended.
    Expired {
        /// When.
        at: Timestamp,
    },
    /// It is no access token of a present activation.
    AccessToken,
}

/// A rule's refusal, with what the caller is told besides.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// The next nonce, where the refusal turned it (SAFE-2).
    pub nonce: Option<String>,
}

impl Error {
    /// One invalid member.
    pub fn invalid(path: impl Into<String>, invalid: Invalid, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(path, invalid, detail)])
    }

    /// What the log may say of it, and callers may not.
    #[must_use]
    pub fn private(&self) -> String {
        match self {
            Self::Store(error) => format!("{error}: {}", error.detail()),
            Self::Internal(detail) => detail.clone(),
            other => format!("{other:?}"),
        }
    }

    /// A fault of the program or its data.
    pub fn internal(detail: impl ToString) -> Self {
        Self::Internal(detail.to_string())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(Refused { refusal, nonce: None }))
    }
}

impl From<StoreError> for Error {
    /// A unique constraint on a name that was hit means that two calls made the same thing at once: the later one sees that it
    /// exists. One on seats is a fault of the program, which the schema stopped (SEAT-2, SEAT-10).
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Constraint { kind: ConstraintKind::Unique, name } => match unique_member(name) {
                Some(field) => Self::AlreadyExists { field },
                None => Self::Internal(format!("the schema refused what the rules allowed: {name}")),
            },
            // What was referred to, or refers to it, came or went at the same moment.
            StoreError::Constraint { kind: ConstraintKind::ForeignKey, .. } => Self::InUse { by: Vec::new() },
            _ => Self::Store(error),
        }
    }
}

/// The member that must be unique by a constraint, whose name holds the columns or their names on either engine; nothing if it is
/// not one that a caller chooses.
fn unique_member(constraint: &str) -> Option<&'static str> {
    // PostgreSQL ends such names so.
    let constraint = constraint.trim_end_matches("_pkey").trim_end_matches("_key");
    const CHOSEN: [(&str, &str); 8] = [
        ("issuer", "issuer"),
        ("sku", "sku"),
        ("email", "email"),
        ("number", "number"),
        ("hash", "code"),
        ("_ref", "ref"),
        (".ref", "ref"),
        ("key", "key"),
    ];
    if ["activations", "free_seats", "offline_"].iter().any(|table| constraint.contains(table)) {
        return None;
    }
    let by_column = CHOSEN.iter().find(|(part, _)| constraint.contains(part)).map(|(_, member)| *member);
    by_column.or_else(|| constraint.contains("name").then_some("name"))
}

impl From<NotPermitted> for Error {
    fn from(error: NotPermitted) -> Self {
        Self::NotPermitted(error)
    }
}

impl From<Vec<FieldError>> for Error {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::Invalid(errors)
    }
}

macro_rules! internal {
    ($($name:ty),*) => {$(
        impl From<$name> for Error {
            fn from(error: $name) -> Self {
                Self::internal(error)
            }
        }
    )*};
}

internal!(SignError, NoRandomness, UnwrapError, KeyFault);
