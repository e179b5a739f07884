//! What a closure sees of the database.

use std::ops::{ControlFlow, Deref, DerefMut};

use super::connection::{Access, Connection, Failure};
use super::{Columns, StoreError, Value};

/// A consistent view of the database.
///
/// It remembers a statement that failed: whatever the closure makes of the error, its work is then not committed, and
/// every later statement fails alike. (On PostgreSQL nothing else is possible; on SQLite it is kept the same.)
pub struct ReadTx<'a> {
    connection: &'a mut (dyn Connection + 'a),
    failure: Option<Failure>,
    wrote: bool,
}

impl<'a> ReadTx<'a> {
    fn new(connection: &'a mut (dyn Connection + 'a)) -> Self {
        Self { connection, failure: None, wrote: false }
    }

    /// Every row of a query, in its order.
    ///
    /// # Errors
    /// The statement's, or `map`'s.
    pub fn query<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        map: impl FnMut(&mut Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.rows(sql, params, Access::Read, map)
    }

    fn rows<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        access: Access,
        mut map: impl FnMut(&mut Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        let mut unreadable = None;
        self.run(|connection| {
            connection.query(sql, params, access, &mut |columns| match map(columns) {
                Ok(row) => {
                    rows.push(row);
                    ControlFlow::Continue(())
                }
                Err(error) => {
                    unreadable = Some(error);
                    ControlFlow::Break(())
                }
            })
        })?;
        unreadable.map_or(Ok(rows), Err)
    }

    /// The row of a query that gives at most one.
    ///
    /// # Errors
    /// The statement's, or `map`'s; [`StoreError::Corrupt`] if there are more rows.
    pub fn query_opt<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        map: impl FnMut(&mut Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut rows = self.query(sql, params, map)?;
        if rows.len() > 1 {
            return Err(StoreError::corrupt(format!("{} rows instead of one from: {sql}", rows.len())));
        }
        Ok(rows.pop())
    }

    /// The row of a query that always gives one.
    ///
    /// # Errors
    /// The statement's, or `map`'s; [`StoreError::Corrupt`] if there is no row, or more.
    pub fn query_one<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        map: impl FnMut(&mut Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.query_opt(sql, params, map)?.ok_or_else(|| StoreError::corrupt(format!("no row from: {sql}")))
    }

    /// Tells of a query that will be asked soon, with the same text and parameters: where a round trip costs something, its answer
    /// comes together with that of the next query. Once something was changed, it is forgotten.
    ///
    /// # Errors
    /// Those of statements that were sent before.
    pub fn announce(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<(), StoreError> {
        self.run(|connection| connection.announce(sql, params))
    }

    /// Whether [`announce`](Self::announce) is of any use: where round trips cost nothing, the parameters need not be made.
    #[must_use]
    pub fn announces(&self) -> bool {
        self.connection.announces()
    }

    fn run<T>(
        &mut self,
        statement: impl FnOnce(&mut (dyn Connection + 'a)) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        if let Some(failure) = &self.failure {
            return Err(failure.error.clone());
        }
        statement(self.connection).map_err(|failure| {
            let error = failure.error.clone();
            self.failure = Some(failure);
            error
        })
    }
}

/// A [`ReadTx`] that can also change the database.
pub struct WriteTx<'a>(ReadTx<'a>);

impl<'a> WriteTx<'a> {
    pub(crate) fn new(connection: &'a mut (dyn Connection + 'a)) -> Self {
        Self(ReadTx::new(connection))
    }

    /// Runs a statement that changes rows, and returns how many it changed.
    ///
    /// # Errors
    /// The statement's. What this closure wrote is then undone, whatever it returns; so where a conflict is to be expected,
    /// say `ON CONFLICT DO NOTHING` and look at the number.
    pub fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        self.0.wrote = true;
        self.0.run(|connection| connection.execute(sql, params))
    }

    /// Like [`execute`](Self::execute), where it does not matter how many rows are changed: it may go out together with the next
    /// statement, and saves a round trip then. If it fails, the closure is undone all the same.
    ///
    /// # Errors
    /// The statement's, or those of statements that were sent before.
    pub fn send(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<(), StoreError> {
        self.0.wrote = true;
        self.0.run(|connection| connection.send(sql, params))
    }

    /// Like [`send`](Self::send), for a statement that changes a row unless somebody else has, after this closure looked, made
    /// that needless or wrong. Then all is undone, and the closure runs again and sees what they did.
    ///
    /// # Errors
    /// As those of [`send`](Self::send).
    pub fn send_one(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<(), StoreError> {
        self.0.wrote = true;
        self.0.run(|connection| connection.send_one(sql, params))
    }

    /// Waits for all that was sent, so that a failure is known to be this closure's.
    pub(crate) fn flush(&mut self) {
        // It is remembered, as any statement's failure is.
        let _ = self.0.run(|connection| connection.flush());
    }

    /// Like [`ReadTx::query`], for a statement that changes rows and returns them (`RETURNING`).
    ///
    /// # Errors
    /// As those of [`ReadTx::query`].
    pub fn execute_returning<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        map: impl FnMut(&mut Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.0.wrote = true;
        self.0.rows(sql, params, Access::Write, map)
    }

    pub(crate) fn finish(self) -> Finished {
        Finished { failure: self.0.failure, wrote: self.0.wrote }
    }
}

/// How the statements of one closure went.
pub(crate) struct Finished {
    pub(crate) failure: Option<Failure>,
    pub(crate) wrote: bool,
}

impl<'a> Deref for WriteTx<'a> {
    type Target = ReadTx<'a>;

    fn deref(&self) -> &ReadTx<'a> {
        &self.0
    }
}

impl<'a> DerefMut for WriteTx<'a> {
    fn deref_mut(&mut self) -> &mut ReadTx<'a> {
        &mut self.0
    }
}
