//! What a local server says of its use, and what is believed of it.

use crate::book::{Amounts, At, Token};

/// What a server said of its use.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Told {
    pub(crate) running: u64,
    pub(crate) until: At,
    pub(crate) pool_held: u64,
    pub(crate) uses: u64,
    /// What it may go on to spend, as far as it forgot.
    pub(crate) uses_held: u64,
}

/// What a server told that runs and forgot: so many seats and so much of the pool, until an instant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forgotten {
    pub(crate) seats: u64,
    pub(crate) pool: u64,
    pub(crate) until: At,
}

impl Forgotten {
    pub(crate) fn or(self, other: Self) -> Self {
        let Self { seats, pool, until } = other;
        Self { seats: self.seats.max(seats), pool: self.pool.max(pool), until: self.until.max(until) }
    }
}

impl Told {
    /// As much as tokens give that it may apply again.
    pub(crate) fn at_least(self, token: &Token, now: At) -> Self {
        let until = if self.running > 0 && self.until > now { self.until.max(token.until) } else { token.until };
        let Amounts { seats, pool, uses } = token.amounts;
        let (pool_held, uses_held) = (self.pool_held.max(pool), self.uses_held.max(uses));
        Self { running: self.running.max(seats), until, pool_held, uses_held, ..self }
    }
}
