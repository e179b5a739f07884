//! Dry runs: a command is done in earnest inside its transaction, what it changed is noted, and all of it is undone (MAN-3).

use chancery_domain::{Change, Leaving};

/// What a command would have done. Nothing of it is left: no row, no journal, no receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rehearsal {
    /// What would change, of which record.
    pub changes: Vec<(String, Change)>,
    /// Who would lose a seat: the first [`Rehearsal::MOST`].
    pub leaving: Vec<Leaving>,
    /// How many would.
    pub leaving_count: u64,
}

impl Rehearsal {
    /// The most who are named: a reply stays readable, whatever is disabled.
    pub const MOST: usize = 1_000;

    pub(crate) fn changed(&mut self, subject: &str, changes: &[Change]) {
        self.changes.extend(changes.iter().map(|change| (subject.to_owned(), change.clone())));
    }

    pub(crate) fn leaves(&mut self, leaving: Leaving) {
        self.leaving_count += 1;
        if self.leaving.len() < Self::MOST {
            self.leaving.push(leaving);
        }
    }
}
