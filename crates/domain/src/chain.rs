//! The chain of nonces that tells a copy of a product's state from the one that holds the seat (SAFE-2, SAFE-3).

use std::cmp::Ordering;

/// Where a genuine nonce stands against what is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoncePosition {
    /// It is the current one: the call may go on.
    Current,
    /// It was used already: somebody works with a copy of the state.
    Behind,
    /// It was never given by what is recorded: the database was set back. The call may go on from there.
    Ahead,
}

/// Compares a nonce with the current one, each by its chain and its counter: a later chain is ahead whatever it counts.
#[must_use]
pub fn position(current: (u64, u64), presented: (u64, u64)) -> NoncePosition {
    match presented.cmp(&current) {
        Ordering::Equal => NoncePosition::Current,
        Ordering::Less => NoncePosition::Behind,
        Ordering::Greater => NoncePosition::Ahead,
    }
}
