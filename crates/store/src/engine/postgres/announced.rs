//! Queries that were announced, until they are asked or something is changed.

use tokio_postgres::Row;

use super::pending::Answers;
use crate::engine::Value;

/// In the order in which they were announced.
#[derive(Default)]
pub(super) struct Announced(Vec<Query>);

struct Query {
    sql: &'static str,
    params: Vec<Value<'static>>,
    rows: Option<Vec<Row>>,
}

impl Announced {
    /// Adds a query that is about to be sent.
    pub(super) fn add(&mut self, sql: &'static str, params: Vec<Value<'static>>) {
        self.0.push(Query { sql, params, rows: None });
    }

    /// Takes in what has come for those that were sent.
    pub(super) fn answered(&mut self, answers: Answers) {
        let waiting = self.0.iter_mut().filter(|query| query.rows.is_none());
        waiting.zip(answers).for_each(|(query, rows)| query.rows = Some(rows));
    }

    /// Whether a query was announced, and its answer comes with the next round trip.
    pub(super) fn is_waiting(&self, sql: &'static str, params: &[Value<'_>]) -> bool {
        self.0.iter().any(|query| query.is(sql, params) && query.rows.is_none())
    }

    /// The answer to a query: it is given once.
    pub(super) fn take(&mut self, sql: &'static str, params: &[Value<'_>]) -> Option<Vec<Row>> {
        let at = self.0.iter().position(|query| query.is(sql, params) && query.rows.is_some())?;
        self.0.remove(at).rows
    }

    /// Forgets all of them. Those that were not sent must not be sent any more.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Query {
    fn is(&self, sql: &'static str, params: &[Value<'_>]) -> bool {
        self.sql == sql && self.params == params
    }
}
