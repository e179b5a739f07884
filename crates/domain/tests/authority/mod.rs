//! An authority with local servers, and what is carried between them by hand: late, twice, out of order, or never.
#![allow(dead_code, reason = "each test program uses its own part of it")]

mod server;

use std::collections::BTreeMap;

use chancery_domain::*;

use crate::world::catalog::named_id;
use crate::world::{Granting, World, count};

pub(crate) use server::{Carried, Paper, Server};

/// The authority, its entitlement `cad`, and the local servers of one customer.
pub(crate) struct Authority {
    pub(crate) world: World,
    pub(crate) sessions: Vec<ExportSession>,
    pub(crate) servers: BTreeMap<u8, Server>,
    /// Every token that was ever issued.
    pub(crate) tokens: Vec<Carried>,
    /// Every report and confirmation token that a server ever made.
    pub(crate) papers: Vec<Paper>,
    made: u16,
}

/// The local server of that number.
pub(crate) fn server_id(server: u8) -> LocalServerId {
    named_id(&format!("server {server}"))
}

/// A period of hours.
pub(crate) fn hours(count: u64) -> Period {
    Period::Limited(Interval::new(Unit::Hour, count).unwrap())
}

/// Seats with leases of a day, and delegations of three.
pub(crate) fn granting(seats: u64) -> Granting {
    let offline_lease_period = Some(hours(72));
    let policy = Policy { lease_period: hours(24), offline_lease_period, ..Policy::default() };
    Granting { seats, policy, ..Granting::default() }
}

/// A wish for seats.
pub(crate) fn share(seats: u64) -> Wish {
    Wish { seats: Some(count(seats)), ..Wish::default() }
}

/// Ten seats, of which `used` are in use at the authority.
pub(crate) fn selling(used: u64) -> Authority {
    let mut authority = Authority::new(&granting(10), 3);
    for who in 0..used {
        authority.activate(&format!("seat {who}")).unwrap();
    }
    authority
}

impl Authority {
    pub(crate) fn new(granting: &Granting, servers: u8) -> Self {
        let mut world = World::new();
        world.grant("cad", granting);
        let servers = (0..servers).map(|server| (server, Server::default())).collect();
        Self { world, sessions: Vec::new(), servers, tokens: Vec::new(), papers: Vec::new(), made: 0 }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.world.now
    }

    pub(crate) fn entitlement(&self) -> &Entitlement {
        self.world.entitlement("cad")
    }

    /// How many seats are used at the authority.
    pub(crate) fn used(&self) -> u64 {
        let entitlement = self.entitlement();
        entitlement.seats_used(&self.world.openings(entitlement))
    }

    pub(crate) fn counters(&self) -> BTreeMap<Key, FeatureUsage> {
        let of = |feature: &GrantedFeature| Some((feature.key.clone(), self.world.counter("cad", &feature.key)?));
        self.entitlement().features.iter().filter_map(of).collect()
    }

    /// Time passes.
    pub(crate) fn wait(&mut self, hours: u64) {
        self.world.now = self.world.now.shifted(i64::try_from(hours).unwrap() * 3_600_000_000);
        let now = self.now();
        self.world.entitlement_mut("cad").as_of(now);
    }

    /// A product activates at the authority.
    pub(crate) fn activate(&mut self, who: &str) -> Result<(), Refusal> {
        self.world.activate("machine", &who.parse().unwrap(), "cad", None, None).map(drop)
    }

    /// Exports a share, or all, and issues the first token. It starts what the first seat starts (ENT-3).
    pub(crate) fn export(&mut self, server: u8, wish: Wish, give_back: GiveBack) -> Result<usize, Refusal> {
        let new = NewSession { id: self.id(), server: server_id(server), wish, give_back };
        let (used, counters) = (self.used(), self.counters());
        let exporting = Exporting {
            entitlement: self.entitlement(),
            sessions: &self.sessions,
            server: ServerState::Active,
            used,
            counters: &counters,
        };
        let (session, share) = exporting.open(new, self.now())?;
        let now = self.now();
        self.world.entitlement_mut("cad").start_by_activation(now);
        self.sessions.push(session);
        let at = self.sessions.len() - 1;
        self.issue(at, server, share);
        Ok(at)
    }

    /// Issues the next token of a session, which may wish for something else.
    pub(crate) fn token(&mut self, server: u8, wish: Option<Wish>) -> Result<(), Refusal> {
        let Some(at) = self.open_at(server) else { return Ok(()) };
        let (used, counters, now) = (self.used(), self.counters(), self.now());
        let mut session = self.sessions[at].clone();
        if let Some(wish) = wish {
            session.change_wish(wish, self.entitlement(), used, &counters, now)?;
        }
        let share = session.next_share(self.entitlement(), used, &counters, now)?;
        self.sessions[at] = session;
        self.issue(at, server, share);
        Ok(())
    }

    fn issue(&mut self, at: usize, server: u8, share: Share) {
        let now = self.now();
        let session = &mut self.sessions[at];
        let prev = session.prev_hash();
        self.made += 1;
        let mut hash = [0; 32];
        hash[..2].copy_from_slice(&self.made.to_be_bytes());
        let id = format!("token {}", self.made);
        let (features, Share { seats, until, .. }) = (share.most(), share);
        let token =
            ExportedToken { seq: session.next_seq(), id, issued: now, seats, features, until, hash, state: [0; 32] };
        session.issue(token.clone());
        self.tokens.push(Carried { server, session: session.id, number: session.number, prev, token });
        self.rehost();
    }

    /// Counts with what the sessions hold now. Nobody who uses a seat loses it by that.
    fn rehost(&mut self) {
        let was = self.entitlement().seat_limit();
        let mut entitlement = self.entitlement().clone();
        entitlement.rehost(&self.sessions, self.world.now);
        self.world.fit(entitlement, was, false).expect("an export takes no seat that is in use");
    }

    /// The open session at a server.
    pub(crate) fn open_at(&self, server: u8) -> Option<usize> {
        self.sessions.iter().position(|session| session.is_open() && session.server == server_id(server))
    }

    /// Carries a token to its server.
    pub(crate) fn carry(&mut self, token: usize) -> Result<ImportStep, Refusal> {
        let (carried, now) = (self.tokens[token].clone(), self.now());
        self.servers.get_mut(&carried.server).unwrap().import(carried, now)
    }

    /// Carries the latest token to its server.
    pub(crate) fn carry_latest(&mut self) -> Result<ImportStep, Refusal> {
        self.carry(self.tokens.len() - 1)
    }

    /// A server writes a report, or with its confirmation token gives back what it hosts.
    pub(crate) fn write(&mut self, server: u8, gives_back: bool) {
        let now = self.now();
        if let Some(paper) = self.servers.get_mut(&server).unwrap().write(gives_back, now) {
            self.papers.push(paper);
        }
    }

    /// Applies a report or a confirmation token at the authority.
    pub(crate) fn apply(&mut self, paper: usize) -> Result<Spent, Refusal> {
        let (paper, now) = (self.papers[paper].clone(), self.now());
        let at = self.sessions.iter().position(|session| session.id == paper.session).unwrap();
        let spent = if paper.gives_back {
            self.sessions[at].return_(Usage { seq: paper.seq, ..paper.usage }, now)?
        } else {
            self.sessions[at].acknowledge(Usage { seq: paper.seq, ..paper.usage }, now);
            Spent::new()
        };
        self.rehost();
        Ok(spent)
    }

    /// The vendor declares a server lost.
    pub(crate) fn lose(&mut self, at: usize, free: bool) -> Result<Spent, Refusal> {
        let (entitlement, now) = (self.entitlement().clone(), self.now());
        let spent = self.sessions[at].lose(&entitlement, free, now)?;
        self.rehost();
        Ok(spent)
    }

    /// How many seats a server may be using, as the authority sees it.
    pub(crate) fn held_for(&self, server: u8) -> u64 {
        let mut most: BTreeMap<ExportSessionId, u64> = BTreeMap::new();
        for hold in self.entitlement().hosting.holds().iter().filter(|hold| hold.server == server_id(server)) {
            let largest = most.entry(hold.session).or_default();
            *largest = hold.seats.get().max(*largest);
        }
        most.into_values().sum()
    }

    fn id<I: Id>(&mut self) -> I {
        self.world.id()
    }
}
