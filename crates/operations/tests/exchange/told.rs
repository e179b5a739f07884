//! What a local server says of its use, and what is believed of it.

use crate::book::At;

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

impl Told {
    fn runs(&self, now: At) -> bool {
        self.running > 0 && self.until > now
    }

    /// No less than was known: a database that was set back has forgotten what still runs, and what was spent (EXP-9).
    pub(crate) fn at_least(self, known: Self, now: At) -> Self {
        let told = Self { uses: self.uses.max(known.uses), ..self };
        if !known.runs(now) {
            return told;
        }
        let until = if told.runs(now) { told.until.max(known.until) } else { known.until };
        let pool_held = told.pool_held.max(known.pool_held);
        let uses_held = told.uses_held.max(known.uses_held);
        Self { running: told.running.max(known.running), until, pool_held, uses_held, ..told }
    }
}
