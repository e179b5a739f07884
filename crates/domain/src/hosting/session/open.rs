//! Beginning an export session (EXP-1, EXP-2, EXP-3).

use std::collections::{BTreeMap, BTreeSet};

use super::share::Free;
use super::{ExportSession, GiveBack, Share, Wish};
use crate::{Entitlement, ExportSessionId, FeatureUsage, Key, LocalServerId, Refusal, Timestamp};

/// What is asked of a new session.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id.
    pub id: ExportSessionId,
    /// Where.
    pub server: LocalServerId,
    /// How much.
    pub wish: Wish,
    /// When the share is the authority's again.
    pub give_back: GiveBack,
}

/// What the authority knows of a local server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerState {
    /// Its license runs.
    Active,
    /// It does not, or was given back (LLS-2).
    NotActive,
    /// The vendor declared it lost (LLS-4).
    Lost,
}

/// What an export looks at.
#[derive(Clone, Copy, Debug)]
pub struct Exporting<'a> {
    /// The entitlement.
    pub entitlement: &'a Entitlement,
    /// Its sessions, ended ones too.
    pub sessions: &'a [ExportSession],
    /// The server.
    pub server: ServerState,
    /// How many seats are used here (SEAT-3).
    pub used: u64,
    /// What is used here of counted features.
    pub counters: &'a BTreeMap<Key, FeatureUsage>,
}

impl Exporting<'_> {
    /// Begins a session, and says what its first token delegates.
    ///
    /// # Errors
    /// `ServerLost`, `ServerNotActive`; `ExportSessionOpen` where the server has a session of it; why it cannot be used now;
    /// `EntitlementHasActiveSeats`, `FeatureExhausted` for more than is free (EXP-2); `OfflineNotPermitted` without a period for the
    /// delegation.
    pub fn open(&self, new: NewSession, now: Timestamp) -> Result<(ExportSession, Share), Refusal> {
        let NewSession { id, server, wish, give_back } = new;
        match self.server {
            ServerState::Active => {}
            ServerState::NotActive => return Err(Refusal::ServerNotActive { server }),
            ServerState::Lost => return Err(Refusal::ServerLost { server }),
        }
        let open = self.sessions.iter().find(|session| session.is_open() && session.server == server);
        if let Some(open) = open {
            return Err(Refusal::ExportSessionOpen { sessions: vec![(open.id, open.server)] });
        }
        let entitlement = self.entitlement;
        entitlement.check_usable(now, None)?;
        let free = Free { entitlement, session: None, used: self.used, counters: self.counters, now };
        free.check(&wish)?;
        let share = free.share(&wish)?;
        let number = self.next_number(now);
        let session = ExportSession {
            id,
            vendor: entitlement.vendor,
            entitlement: entitlement.id,
            server,
            number,
            wish,
            give_back,
            tokens: Vec::new(),
            acknowledged: 0,
            ending: None,
            held_anew: BTreeSet::new(),
            usage: None,
            forgotten: None,
            reported: None,
            created: now,
            updated: now,
        };
        Ok((session, share))
    }

    /// The number of the next session: higher than those before it, and by at least one for each second since the entitlement was made.
    /// So an authority that has forgotten sessions, because its database was restored, gives no number that a server has closed
    /// (EXP-4, SAFE-3).
    fn next_number(&self, now: Timestamp) -> u64 {
        let last = self.sessions.iter().map(|session| session.number).max().unwrap_or_default();
        let seconds = now.as_micros().saturating_sub(self.entitlement.created.as_micros()) / 1_000_000;
        (last + 1).max(u64::try_from(seconds).unwrap_or_default() + 1)
    }
}
