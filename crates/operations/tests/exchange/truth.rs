//! What is so, whoever knows it: every lease that was handed to a product, until it ends or its own device gives it back. Whatever the
//! hosts have on record, these are what could be running (EXP-6).

use std::collections::BTreeMap;

use chancery_domain::ActivationId;

use crate::book::At;

/// An activation, by all leases that were handed out for it.
#[derive(Clone, Debug)]
pub(crate) struct Handed {
    pub(crate) book: usize,
    /// 0 is the vendor, the others are local servers.
    pub(crate) host: usize,
    /// In which step of the story.
    pub(crate) first: usize,
    /// When the last of them ends.
    pub(crate) ends: At,
    pub(crate) given_back: bool,
    /// What its device took of the pool, and has until it gives it back or its leases end.
    pub(crate) pool: u64,
}

/// Room beyond what the rules give, where a rule itself says that it cannot be kept: of so many seats and so much of the pool, until an
/// instant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    pub(crate) seats: u64,
    pub(crate) pool: u64,
    pub(crate) until: At,
}

#[derive(Default)]
pub(crate) struct Truth {
    pub(crate) handed: BTreeMap<ActivationId, Handed>,
    /// What was spent of each book's counter, anywhere.
    pub(crate) uses: Vec<u64>,
    /// What was spent and forgotten because a database was set back.
    pub(crate) uses_forgotten: Vec<u64>,
    /// By book and server: what is out there although the database of a server that was set back does not know it (EXP-9).
    pub(crate) forgotten: BTreeMap<(usize, usize), Vec<Room>>,
    /// By book and server: what the vendor freed with a reason although it may still be used (LLS-4).
    pub(crate) freed: BTreeMap<(usize, usize), Vec<Room>>,
    /// Whether the server's database was set back in this story.
    pub(crate) set_back: BTreeMap<usize, bool>,
    /// By book: whether fewer seats were sold than before, by force.
    pub(crate) forced: BTreeMap<usize, bool>,
}

impl Truth {
    /// The activations that could be running at a host.
    pub(crate) fn running(&self, book: usize, host: usize, now: At) -> impl Iterator<Item = (&ActivationId, &Handed)> {
        let runs = move |one: &&Handed| one.book == book && one.host == host && !one.given_back && one.ends > now;
        self.handed.iter().filter(move |(_, one)| runs(one))
    }

    pub(crate) fn count(&self, book: usize, host: usize, now: At) -> u64 {
        self.running(book, host, now).count() as u64
    }

    /// Those that ran already before seats became fewer, in that step.
    pub(crate) fn old(&self, book: usize, host: usize, step: usize, now: At) -> (u64, u64) {
        let old = || self.running(book, host, now).filter(|(_, one)| one.first < step);
        (old().count() as u64, old().map(|(_, one)| one.pool).sum())
    }

    pub(crate) fn pool(&self, book: usize, host: usize, now: At) -> u64 {
        self.running(book, host, now).map(|(_, one)| one.pool).sum()
    }
}

/// What there is room for now.
pub(crate) fn room(of: &BTreeMap<(usize, usize), Vec<Room>>, at: (usize, usize), now: At) -> (u64, u64) {
    let stands = |all: &Vec<Room>| {
        let stands = || all.iter().filter(|room| room.until > now);
        (stands().map(|room| room.seats).sum(), stands().map(|room| room.pool).sum())
    };
    of.get(&at).map_or((0, 0), stands)
}
