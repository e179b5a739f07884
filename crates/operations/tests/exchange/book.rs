//! The model of what a vendor sold, and of what it counts for local servers (EXP-2, EXP-6, EXP-7, LLS-4), by the words of the rules and
//! not by the code of the domain. Instants are microseconds; what never ends has the last of them.

use chancery_domain::{EntitlementId, ExportSessionId};

use crate::record::{Code, Hosted, Means, Place, Terms};
use crate::told::{Forgotten, Told};

pub(crate) type At = i64;
pub(crate) const NEVER: At = At::MAX;
/// So much more of the pool may be taken than there is.
pub(crate) const POOL_OVERDRAFT: u64 = 1;

/// Seats, and amounts of the two counted features that everything sold has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amounts {
    pub(crate) seats: u64,
    pub(crate) pool: u64,
    pub(crate) uses: u64,
}

impl Amounts {
    pub(crate) fn most(self, other: Self) -> Self {
        let Self { seats, pool, uses } = other;
        Self { seats: self.seats.max(seats), pool: self.pool.max(pool), uses: self.uses.max(uses) }
    }

    fn plus(self, other: Self) -> Self {
        Self { seats: self.seats + other.seats, pool: self.pool + other.pool, uses: self.uses + other.uses }
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self {
            seats: self.seats.saturating_sub(other.seats),
            pool: self.pool.saturating_sub(other.pool),
            uses: self.uses.saturating_sub(other.uses),
        }
    }
}

/// A token, as it was issued.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// Which of all tokens that were ever issued it is, and after which of them.
    pub(crate) ident: usize,
    pub(crate) prev: Option<usize>,
    pub(crate) seq: u64,
    pub(crate) amounts: Amounts,
    pub(crate) issued: At,
    pub(crate) until: At,
}

/// What is wished for: nothing says all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) seats: Option<u64>,
    pub(crate) pool: Option<u64>,
    pub(crate) uses: Option<u64>,
    pub(crate) delegation: Option<At>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Open,
    Returned,
    Lost { free: bool },
}

/// An export session, as the vendor knows it.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) id: ExportSessionId,
    /// At which server, from 1.
    pub(crate) site: usize,
    pub(crate) number: u64,
    pub(crate) wish: Wish,
    /// Whether the share comes back only when the delegations end.
    pub(crate) late: bool,
    pub(crate) tokens: Vec<Token>,
    pub(crate) acknowledged: u64,
    pub(crate) told: Option<Told>,
    /// The token by which it told so.
    pub(crate) heard: u64,
    pub(crate) forgotten: Option<Forgotten>,
    pub(crate) ending: Ending,
}

impl Session {
    pub(crate) fn is_open(&self) -> bool {
        self.ending == Ending::Open
    }

    /// The tokens by which the server may be working: not those before one that it acknowledged.
    pub(crate) fn live(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(|token| token.seq >= self.acknowledged)
    }

    /// The most that one of them gives.
    pub(crate) fn largest(&self) -> Amounts {
        self.live().fold(Amounts::default(), |most, token| most.most(token.amounts))
    }

    /// What is believed of a newer word of the server by a token. What was spent stays so. If that is an older token than it had, or its
    /// log is shorter, it forgot what it told that runs: that goes on until it ends.
    pub(crate) fn believe(&mut self, told: Told, seq: u64, shorter: bool, now: At) -> Told {
        let known = self.told.unwrap_or_default();
        let until = known.until.min(self.longest());
        if (shorter || seq < self.heard) && known.running > 0 {
            let runs = Forgotten { seats: known.running, pool: known.pool_held, until };
            let all = [self.forgotten, Some(runs)];
            self.forgotten = all.into_iter().flatten().filter(|one| now < one.until).reduce(Forgotten::or);
        }
        Told { uses: told.uses.max(known.uses), ..told }
    }

    /// With what it may use by tokens that it can apply again.
    pub(crate) fn again(&self, told: Told, seq: u64, now: At) -> Told {
        let older =
            self.tokens.iter().filter(|token| (seq..self.acknowledged).contains(&token.seq) && now < token.until);
        older.fold(told, |told, token| told.at_least(token, now))
    }

    /// When the last of all its delegations ends, which no lease outlives.
    fn longest(&self) -> At {
        self.tokens.iter().map(|token| token.until).max().unwrap_or_default()
    }

    /// When the last of their delegations ends.
    pub(crate) fn last_end(&self) -> At {
        self.live().map(|token| token.until).max().unwrap_or_default()
    }

    /// What the vendor counts with, and whether the host moved as a whole; nothing where nothing stands any more.
    pub(crate) fn counted(&self, now: At) -> Option<(Amounts, bool)> {
        let mut stand: Vec<(Amounts, bool)> = Vec::new();
        let last = self.tokens.last().map_or(0, |token| token.ident);
        let (whole, none) = (self.wish.seats.is_none(), Amounts::default());
        let told = self.told.unwrap_or_default();
        match self.ending {
            Ending::Lost { free: true } => return None,
            Ending::Open => {
                let counts = |token: &&Token| token.ident == last || now < token.until;
                stand.extend(self.live().filter(counts).map(|one| (one.amounts, whole && one.ident == last)));
                // What is spent is not given back when a delegation ends.
                stand.push((Amounts { uses: self.largest().uses, ..none }, false));
                stand.extend(self.told.map(|told| (Amounts { uses: told.uses.max(told.uses_held), ..none }, false)));
            }
            // What was spent at a lost server is taken for spent: nothing of it is held.
            Ending::Lost { free: false } => {
                let counts = |token: &&Token| now < token.until;
                let held = |token: &Token| (Amounts { uses: 0, ..token.amounts }, whole && token.ident == last);
                stand.extend(self.live().filter(counts).map(held));
            }
            Ending::Returned if self.late && self.last_end() < NEVER => {
                let spent = Amounts { uses: told.uses, ..none };
                let counts = |token: &&Token| now < token.until;
                let kept = |token: &Token| (token.amounts.minus(spent), whole && token.ident == last);
                stand.extend(self.live().filter(counts).map(kept));
            }
            Ending::Returned => {}
        }
        if told.running > 0 && now < told.until.min(self.longest()) {
            stand.push((Amounts { seats: told.running, pool: told.pool_held, uses: 0 }, false));
        }
        if let Some(Forgotten { seats, pool, .. }) = self.forgotten.filter(|one| now < one.until) {
            stand.push((Amounts { seats, pool, uses: 0 }, false));
        }
        let most = stand.iter().fold(none, |most, one| most.most(one.0));
        (!stand.is_empty()).then(|| (most, stand.iter().any(|one| one.1)))
    }
}

/// One entitlement of a story, with what every host has of it: the vendor is the first.
#[derive(Clone)]
pub(crate) struct Book {
    pub(crate) id: EntitlementId,
    pub(crate) code: String,
    /// What was sold.
    pub(crate) sold: Amounts,
    /// How many seats more may be given; only at the vendor (EXP-8).
    pub(crate) overdraft: u64,
    pub(crate) terms: Terms,
    /// How long the subscription is; nothing for a perpetual license.
    pub(crate) duration: Option<At>,
    /// How long delegations last where nothing else is said.
    pub(crate) offline: Option<At>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) places: Vec<Place>,
}

impl Book {
    /// What local servers are counted with, all but one session's.
    pub(crate) fn held(&self, now: At, except: Option<usize>) -> Amounts {
        let all = self.sessions.iter().enumerate().filter(|(at, _)| Some(*at) != except);
        all.filter_map(|(_, session)| session.counted(now)).fold(Amounts::default(), |sum, one| sum.plus(one.0))
    }

    /// What is left at the vendor.
    pub(crate) fn here(&self, now: At) -> Amounts {
        let held = self.held(now, None);
        let left = self.sold.minus(held);
        let whole = self.sessions.iter().any(|session| session.counted(now).is_some_and(|one| one.1));
        let pool = (self.sold.pool + POOL_OVERDRAFT).saturating_sub(held.pool);
        Amounts { seats: if whole { 0 } else { left.seats }, pool, ..left }
    }

    /// How many seats the vendor may give: where none is left, none can be overdrawn.
    pub(crate) fn limit(&self, now: At) -> u64 {
        self.here(now).seats + if self.is_exported(now) { 0 } else { self.overdraft }
    }

    /// Whether the vendor has no seat left because of local servers.
    pub(crate) fn is_exported(&self, now: At) -> bool {
        self.here(now).seats == 0 && self.sessions.iter().any(|session| session.counted(now).is_some())
    }

    /// What nobody else has: of the vendor's own place what is not used, without what other sessions are counted with. What a share has
    /// of the pool stays its own although the vendor overdraws the rest, as long as all of it is within what there is and the overdraft.
    pub(crate) fn free(&self, now: At, session: Option<usize>, whole: bool) -> Amounts {
        let taken = self.held(now, session).plus(self.places[0].used(now));
        let own = session.filter(|_| !whole).map_or(0, |at| self.sessions[at].largest().pool).min(self.sold.pool);
        let kept = own.min((self.sold.pool + POOL_OVERDRAFT).saturating_sub(taken.pool));
        let free = self.sold.minus(taken);
        Amounts { pool: free.pool.max(kept), ..free }
    }

    /// Whether so much may be wished for.
    pub(crate) fn check_wish(&self, wish: Wish, now: At, session: Option<usize>) -> Result<(), Code> {
        let whole = session.is_some_and(|at| self.sessions[at].wish.seats.is_none());
        let free = self.free(now, session, whole);
        let enough = wish.seats.map_or(self.places[0].used(now).seats == 0, |wanted| wanted <= free.seats);
        if !enough {
            Err("entitlement_has_active_seats")
        } else if wish.pool.is_some_and(|wanted| wanted > free.pool)
            || wish.uses.is_some_and(|wanted| wanted > free.uses)
        {
            Err("feature_exhausted")
        } else if wish.delegation.or(self.offline).is_none() {
            Err("offline_not_permitted")
        } else {
            Ok(())
        }
    }

    /// What the next token gives, and until when.
    pub(crate) fn share(&self, wish: Wish, now: At, session: Option<usize>) -> (Amounts, At) {
        let whole = wish.seats.is_none();
        let free = self.free(now, session, whole);
        let part =
            |free: u64, wanted: Option<u64>| wanted.map_or(if whole { free } else { 0 }, |wanted| wanted.min(free));
        let seats = wish.seats.map_or(free.seats, |wanted| wanted.min(free.seats));
        // What is left of the overdraft goes along with all seats: with a share it would be there twice.
        let taken = self.held(now, session).pool + self.places[0].used(now).pool;
        let more = if whole { POOL_OVERDRAFT.saturating_sub(taken.saturating_sub(self.sold.pool)) } else { 0 };
        let amounts = Amounts { seats, pool: part(free.pool, wish.pool) + more, uses: part(free.uses, wish.uses) };
        let lasts = wish.delegation.or(self.offline).unwrap_or_default();
        let end = now.saturating_add(lasts).min(self.terms.hard_stop());
        (amounts, if end == NEVER { NEVER } else { end.max(now + 1_000_000) })
    }

    /// Makes the seats that are taken at the vendor fit what may be given there, which were so many before.
    pub(crate) fn rehost(&mut self, was: u64, force: bool, now: At, step: usize) -> Result<(), Code> {
        let to = self.limit(now);
        self.places[0].shrink(was, to, force, now, step)
    }

    /// The first seat, or the first export, starts it (ENT-3).
    pub(crate) fn begin(&mut self, now: At) {
        if self.terms.start.is_none() {
            self.terms.start = Some(now);
            self.terms.expiry = self.duration.map(|duration| now + duration);
        }
    }

    /// What a host may give now: 0 is the vendor.
    pub(crate) fn means(&self, host: usize, restored: bool, now: At) -> Option<Means> {
        if host == 0 {
            let amounts = Amounts { seats: self.limit(now), ..self.here(now) };
            let exported = self.is_exported(now);
            let mut begun = self.clone();
            begun.begin(now);
            return Some(Means { amounts, terms: begun.terms, exported, until: NEVER, restored: false });
        }
        let hosted = self.places[host].hosted.as_ref()?;
        let Hosted { amounts, until, terms, .. } = hosted.clone();
        Some(Means { amounts, terms, exported: false, until, restored })
    }

    /// The open session at a server.
    pub(crate) fn open_at(&self, site: usize) -> Option<usize> {
        self.sessions.iter().position(|session| session.is_open() && session.site == site)
    }

    /// What a server says, as far as it is counted: what it gave beyond its share takes no seat from anybody.
    pub(crate) fn bounded(&self, at: usize, told: Told, now: At) -> Told {
        let (all, others) = (self.held(now, None).seats, self.held(now, Some(at)).seats);
        let free = self.sold.seats.saturating_sub(others).saturating_sub(self.places[0].used(now).seats);
        Told { running: told.running.min(free.max(all - others)), ..told }
    }
}
