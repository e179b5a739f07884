//! The chain of nonces that tells a copy of a product's state from the one that holds the seat (SAFE-2, SAFE-3).

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

/// Compares a nonce's counter with the current one.
#[must_use]
pub const fn position(current: u64, presented: u64) -> NoncePosition {
    if presented == current {
        NoncePosition::Current
    } else if presented < current {
        NoncePosition::Behind
    } else {
        NoncePosition::Ahead
    }
}
