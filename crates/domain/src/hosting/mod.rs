//! Where an entitlement's seats are enforced: here, or by a share of them at local servers (EXP-1…10, LLS-1…4).

mod here;
mod import;
mod machine;
mod restore;
mod session;
mod standing;
mod usage;

use std::collections::BTreeMap;

pub use import::{Applied, ImportFacts, ImportState, ImportStep, check_import};
pub use machine::{MachineIdentity, MachineSign};
pub use restore::{Recorded, ShownLease, TakeBack, take_back};
pub use session::{
    Ending, ExportSession, ExportedToken, Exporting, GiveBack, NewSession, ServerState, Share, Spent, Wish, check_split,
};
pub use standing::{LocalLicense, LocalStanding, NotActiveReason, Warning, WarningKind, WarningOf, warnings};
pub use usage::{HostedFeature, Usage};

use crate::{EditionId, ExportSessionId, Id, Key, LocalServerId, ProductId, Quantity, Timestamp, VendorId};

/// Who enforces an entitlement's seats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hosting {
    /// This server does: all of them, but for what local servers hold. On an authority; nearly always nothing is held.
    Here(Vec<Hold>),
    /// This is a local server, to which an authority delegated them.
    Delegated(Delegation),
}

impl Default for Hosting {
    fn default() -> Self {
        Self::Here(Vec::new())
    }
}

/// What the local server of an export session may be using, until an instant. A session can have several: it counts with the largest
/// of them, for the seats and for each feature (EXP-6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The local server.
    pub server: LocalServerId,
    /// The session.
    pub session: ExportSessionId,
    /// Whether the host moved as a whole (EXP-1): nothing is left here, whatever `seats` says.
    pub whole: bool,
    /// How many seats.
    pub seats: Quantity,
    /// How much of each counted feature.
    pub features: BTreeMap<Key, Quantity>,
    /// Until when; nothing as long as the session stands, or for ever.
    pub until: Option<Timestamp>,
}

impl Hold {
    /// Whether it counts at an instant; at its very end it does not.
    #[must_use]
    pub fn stands(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// What holds as much as either of two of a session, as long as either.
    pub(crate) fn or(mut self, other: Self) -> Self {
        self.whole |= other.whole;
        self.seats = self.seats.max(other.seats);
        for (key, amount) in other.features {
            let most = self.features.entry(key).or_default();
            *most = amount.max(*most);
        }
        self.until = self.until.zip(other.until).map(|(one, other)| one.max(other));
        self
    }

    /// Whether another one of the session holds as many seats as long.
    fn is_within(&self, other: &Self) -> bool {
        let ends = |hold: &Self| hold.until.unwrap_or(Timestamp::MAX);
        let fewer = other.whole || !self.whole && self.seats <= other.seats;
        self.session == other.session && fewer && ends(self) <= ends(other)
    }
}

/// The vendor's word for a local server: what it may enforce, and until when it signs leases of it (TOK-8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// The local server.
    pub server: LocalServerId,
    /// The export session.
    pub session: ExportSessionId,
    /// The session's number: each session of an entitlement has a higher one (EXP-3).
    pub number: u64,
    /// The number of the token in the session.
    pub seq: u64,
    /// When it ends; nothing if it never does.
    pub until: Option<Timestamp>,
}

/// The key of the product that local servers themselves are.
pub const LOCAL_SERVER_KEY: &str = "local-server";
/// The key of that product's one edition.
pub const LOCAL_SERVER_EDITION_KEY: &str = "standard";

impl ProductId {
    /// The vendor's built-in product that a local server is: it has the vendor's UUID, so that a local server knows it from its trust
    /// bundle alone.
    #[must_use]
    pub fn of_local_server(vendor: VendorId) -> Self {
        Self::from_uuid(vendor.uuid())
    }
}

impl EditionId {
    /// The one edition of the vendor's built-in product.
    #[must_use]
    pub fn of_local_server(vendor: VendorId) -> Self {
        Self::from_uuid(vendor.uuid())
    }
}
