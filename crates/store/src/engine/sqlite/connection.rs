//! One connection to SQLite at work.

use std::ops::ControlFlow;

use rusqlite::CachedStatement;

use super::SqliteConnection;
use super::error::sort;
use crate::engine::column::Row;
use crate::engine::connection::{Access, CommitFailure, Connection, Each, Failure, Scope};
use crate::engine::{Aggregate, Columns, StoreError, Value, check_statement};

/// Where debug builds tell the plan of each statement that is run. There are no statistics that would change it, as nothing gathers any.
const PLANS: &str = "chancery_store::plans";

impl SqliteConnection {
    fn command(&self, sql: &'static str) -> Result<(), Failure> {
        let run = || self.db.prepare_cached(sql)?.raw_execute();
        run().map(drop).map_err(|error| self.failure(&error))
    }

    fn statement(&self, sql: &'static str, params: &[Value<'_>]) -> Result<CachedStatement<'_>, Failure> {
        if cfg!(debug_assertions) {
            check_statement(sql).map_err(|what| Failure::new(Scope::Statement, StoreError::internal(what)))?;
            tracing::trace!(target: PLANS, sql, plan = self.plan(sql));
        }
        let mut statement = self.db.prepare_cached(sql).map_err(|error| self.failure(&error))?;
        let wanted = statement.parameter_count();
        if wanted != params.len() {
            let what = format!("{} parameters instead of {wanted} for: {sql}", params.len());
            return Err(Failure::new(Scope::Statement, StoreError::internal(what)));
        }
        for (index, value) in params.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value).map_err(|error| self.failure(&error))?;
        }
        Ok(statement)
    }

    /// How SQLite goes about a statement, a line for each step, for whoever listens.
    fn plan(&self, sql: &str) -> String {
        let steps = || {
            let mut explained = self.db.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            let mut rows = explained.raw_query();
            let mut steps = Vec::new();
            while let Some(row) = rows.next()? {
                steps.push(row.get::<_, String>("detail")?);
            }
            Ok::<_, rusqlite::Error>(steps.join("\n"))
        };
        steps().unwrap_or_else(|error| error.to_string())
    }

    fn failure(&self, error: &rusqlite::Error) -> Failure {
        // A full disk or a failing one may have rolled back everything, not only the statement.
        let scope = if self.db.is_autocommit() { Scope::Transaction } else { Scope::Statement };
        Failure::new(scope, sort(error))
    }
}

impl Connection for SqliteConnection {
    fn ensure(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    fn begin(&mut self, access: Access) -> Result<(), Failure> {
        self.command(match access {
            Access::Read => "BEGIN DEFERRED",
            Access::Write => "BEGIN IMMEDIATE",
        })
    }

    fn take_turns(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    fn lock(&mut self, _: &[Aggregate]) -> Result<(), Failure> {
        // BEGIN IMMEDIATE has locked everything.
        Ok(())
    }

    fn savepoint(&mut self) -> Result<(), Failure> {
        self.command("SAVEPOINT closure")
    }

    fn release(&mut self) -> Result<(), Failure> {
        self.command("RELEASE closure")
    }

    fn undo(&mut self) -> Result<(), Failure> {
        self.command("ROLLBACK TO closure")?;
        self.command("RELEASE closure")
    }

    fn commit(&mut self) -> Result<(), CommitFailure> {
        // After an error the transaction may still be open; the worker rolls it back. SQLite always answers.
        self.command("COMMIT")
            .map_err(|failure| CommitFailure::NotDone(Failure { scope: Scope::Transaction, ..failure }))
    }

    fn rollback(&mut self) {
        if !self.db.is_autocommit()
            && let Err(failure) = self.command("ROLLBACK")
        {
            tracing::error!(detail = failure.error.detail(), "a transaction could not be rolled back");
        }
    }

    fn was_committed(&mut self) -> Result<bool, Failure> {
        // Only a fault on purpose asks this here, and after the commit.
        Ok(true)
    }

    fn query(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        access: Access,
        each: Each<'_>,
    ) -> Result<(), Failure> {
        let mut statement = self.statement(sql, params)?;
        if access == Access::Read && !statement.readonly() {
            let what = format!("a query that writes: {sql}");
            return Err(Failure::new(Scope::Statement, StoreError::internal(what)));
        }
        let mut rows = statement.raw_query();
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    if each(&mut Columns::new(Row::Sqlite(row))) == ControlFlow::Break(()) {
                        return Ok(());
                    }
                }
                Ok(None) => return Ok(()),
                Err(error) => return Err(self.failure(&error)),
            }
        }
    }

    fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64, Failure> {
        let changed = self.statement(sql, params)?.raw_execute();
        changed.map(|count| count as u64).map_err(|error| self.failure(&error))
    }

    fn sever(&mut self) {
        self.rollback();
    }

    fn tidy(&mut self) {
        // It stores nothing of its own. (No `PRAGMA optimize`: figures taken early would mislead the planner later.)
    }
}
