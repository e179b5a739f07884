//! Export sessions: what the authority knows of a share of seats that a local server has (EXP-1, EXP-2, EXP-6, EXP-7, LLS-4).

mod change;
mod facts;
mod holds;
mod open;
mod share;

use std::collections::{BTreeMap, BTreeSet};

pub use open::{Exporting, NewSession, ServerState};
pub use share::{Share, Wish, check_split};

use super::{Hold, Usage};
use crate::named::named;
use crate::{EntitlementId, ExportSessionId, Key, LocalServerId, Quantity, Timestamp, VendorId};

named! {
    /// When a share that is returned is the authority's again (EXP-7).
    GiveBack {
        /// As soon as the confirmation token is applied, but for seats whose leases still run.
        AtOnce = "atOnce",
        /// When the last delegation ends; at once, if one never does.
        WhenDelegationEnds = "whenDelegationEnds",
    }
}

/// An export session: a local server enforces an entitlement, or a share of it, until it gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportSession {
    /// Its id.
    pub id: ExportSessionId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Of which entitlement.
    pub entitlement: EntitlementId,
    /// At which local server.
    pub server: LocalServerId,
    /// Its number: each session of an entitlement has a higher one (EXP-3).
    pub number: u64,
    /// What is wanted of the next token.
    pub wish: Wish,
    /// When the share is the authority's again.
    pub give_back: GiveBack,
    /// The tokens that were issued, the oldest first. One is issued with the session.
    pub tokens: Vec<ExportedToken>,
    /// The number of the latest token that the server has acknowledged; 0 before that.
    pub acknowledged: u64,
    /// Set when it has ended.
    pub ending: Option<Ending>,
    /// Counters that are held and not taken for spent, because a server that is lost can spend them anew by itself (LLS-4).
    pub held_anew: BTreeSet<Key>,
    /// What the server reported last.
    pub usage: Option<Usage>,
    /// When that was applied.
    pub reported: Option<Timestamp>,
    /// What it told that runs and has forgotten since, because its database was set back: that counts whatever it says now, until it
    /// ends (EXP-9).
    pub forgotten: Option<Hold>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// A token that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedToken {
    /// Its number in the session, from 1.
    pub seq: u64,
    /// Its id, unique (`jti`).
    pub id: String,
    /// When it was issued.
    pub issued: Timestamp,
    /// How many seats it delegates.
    pub seats: Quantity,
    /// The most that may be taken of each counted feature by it; what is not named is unlimited.
    pub features: BTreeMap<Key, Quantity>,
    /// When its delegation ends; nothing if it never does.
    pub until: Option<Timestamp>,
    /// The hash of its signed text, which the next token names (EXP-3).
    pub hash: [u8; 32],
    /// The hash of the state that it carried: whether the server is out of sync is told by it (EXP-6).
    pub state: [u8; 32],
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By the server's confirmation token (EXP-7).
    Returned(Timestamp),
    /// Without one: the server was lost, or the vendor took the share back without its word (LLS-4).
    Lost {
        /// When.
        at: Timestamp,
        /// Whether the share was freed at once, although the server may still run.
        free: bool,
    },
}

impl Ending {
    /// When it was.
    #[must_use]
    pub const fn at(self) -> Timestamp {
        match self {
            Self::Returned(at) | Self::Lost { at, .. } => at,
        }
    }
}

/// What of counted features was spent, or is taken for spent, when a session ends: how much, and since when it counts.
pub type Spent = BTreeMap<Key, (Quantity, Timestamp)>;

impl ExportSession {
    /// Whether it stands: the server has not given back what it hosts.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.ending.is_none()
    }

    /// Whether it hosts the entitlement as a whole (EXP-1).
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.wish.seats.is_none()
    }

    /// The token that was issued last.
    #[must_use]
    pub fn latest(&self) -> Option<&ExportedToken> {
        self.tokens.last()
    }

    /// The number of the next token: one higher each time. A server that has applied tokens which an authority has forgotten, because
    /// its database was restored, is given a number that follows none of them, so that it does not look for the hash of one.
    #[must_use]
    pub fn next_seq(&self) -> u64 {
        let issued = self.latest().map_or(0, |token| token.seq);
        if self.acknowledged > issued { self.acknowledged + 2 } else { issued + 1 }
    }

    /// The hash that the next token names.
    #[must_use]
    pub fn prev_hash(&self) -> Option<[u8; 32]> {
        self.latest().map(|token| token.hash)
    }

    /// The number of the token that the server had applied when it told so last; 0 before that. It is lower than what was
    /// acknowledged once where its database was set back.
    #[must_use]
    pub fn applied(&self) -> u64 {
        self.usage.as_ref().map_or(0, |usage| usage.seq)
    }

    /// Whether the server is known to have the latest token: neither an older one, nor one that an authority has forgotten.
    #[must_use]
    pub fn is_acknowledged(&self) -> bool {
        self.latest().is_some_and(|token| token.seq == self.applied())
    }

    /// Whether the server does not have the present state: `state` is the hash of that (EXP-6).
    #[must_use]
    pub fn is_out_of_sync(&self, state: &[u8; 32]) -> bool {
        !self.is_acknowledged() || self.latest().is_none_or(|token| token.state != *state)
    }
}
