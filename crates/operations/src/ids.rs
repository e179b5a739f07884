//! Ids of several things that are made together, in their order.

use chancery_domain::Id;

use crate::Change;

impl Change<'_, '_> {
    /// New ids, the lowest first: what is listed by id is then listed as it was given, although all are of one instant.
    pub(crate) fn ids<I: Id>(&mut self, count: usize) -> Vec<I> {
        let mut ids: Vec<I> = (0..count).map(|_| self.id()).collect();
        ids.sort_unstable();
        ids
    }
}
