//! SQLite: one connection that writes, some that read beside it (WAL).

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, ErrorCode, OpenFlags, ToSql};

use super::column::Row;
use super::connection::{Access, CommitFailure, Connection, Each, Failure, Scope};
use super::migrate::{Migration, Target, migrate};
use super::{Aggregate, Columns, ConstraintKind, OpenError, RawColumn, StoreError, Value, check_statement};

/// 3.51.3 mends a fault by which a WAL that starts over could lose pages.
const OLDEST: (i32, &str) = (3_051_003, "3.51.3");

pub(crate) struct SqliteConnection {
    db: rusqlite::Connection,
}

impl SqliteConnection {
    /// A new database in memory.
    pub(crate) fn memory() -> Result<Self, OpenError> {
        check_library()?;
        let db = rusqlite::Connection::open_in_memory().map_err(|error| sort(&error))?;
        Self::prepare(db, "PRAGMA foreign_keys = ON").map_err(OpenError::from)
    }

    /// The connection that writes to a file, which is made if it is not there.
    pub(crate) fn writer(path: &Path) -> Result<Self, OpenError> {
        check_library()?;
        let flags =
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = rusqlite::Connection::open_with_flags(path, flags).map_err(|error| sort(&error))?;
        let pragmas = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; \
             PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864";
        Ok(Self::prepare(db, pragmas)?)
    }

    /// A connection that reads a file which [`Self::writer`] has open.
    pub(crate) fn reader(path: &Path) -> Result<Self, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = rusqlite::Connection::open_with_flags(path, flags).map_err(|error| sort(&error))?;
        Ok(Self::prepare(db, "PRAGMA query_only = ON; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY")?)
    }

    fn prepare(db: rusqlite::Connection, pragmas: &str) -> Result<Self, StoreError> {
        let prepare = || {
            // Only another program (a backup, a shell) can hold a lock for a while.
            db.busy_timeout(Duration::from_secs(5))?;
            db.set_prepared_statement_cache_capacity(512);
            db.execute_batch(pragmas)
        };
        prepare().map_err(|error| sort(&error))?;
        Ok(Self { db })
    }

    /// Brings the schema up to date.
    pub(crate) fn migrate(&mut self, migrations: &'static [Migration]) -> Result<(), OpenError> {
        migrate(self, migrations)?;
        // Only now, so that the file of a newer program stays as it is. (In memory the answer is "memory".)
        let mode: String =
            self.db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(|error| sort(&error))?;
        if mode != "wal" && mode != "memory" {
            return Err(StoreError::unavailable(format!("no WAL on this file system: {mode}")).into());
        }
        Ok(())
    }

    fn command(&self, sql: &'static str) -> Result<(), Failure> {
        let run = || self.db.prepare_cached(sql)?.raw_execute();
        run().map(drop).map_err(|error| self.failure(&error))
    }

    fn statement(&self, sql: &'static str, params: &[Value<'_>]) -> Result<CachedStatement<'_>, Failure> {
        if cfg!(debug_assertions) {
            check_statement(sql).map_err(|what| Failure::new(Scope::Statement, StoreError::internal(what)))?;
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

    fn failure(&self, error: &rusqlite::Error) -> Failure {
        // A full disk or a failing one may have rolled back everything, not only the statement.
        let scope = if self.db.is_autocommit() { Scope::Transaction } else { Scope::Statement };
        Failure::new(scope, sort(error))
    }
}

fn check_library() -> Result<(), OpenError> {
    if rusqlite::version_number() < OLDEST.0 {
        let found = rusqlite::version().to_owned();
        return Err(OpenError::EngineTooOld { engine: "SQLite", found, needed: OLDEST.1 });
    }
    Ok(())
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

impl Drop for SqliteConnection {
    fn drop(&mut self) {
        // So that after a clean stop the file alone is the whole database.
        if self.db.is_readonly("main").is_ok_and(|read_only| !read_only) {
            let _ = self.db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }
}

impl Target for SqliteConnection {
    fn has_versions(&mut self) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) > 0 FROM sqlite_schema WHERE name = 'schema_migrations'";
        self.db.query_row(sql, [], |row| row.get(0)).map_err(|error| sort(&error))
    }

    fn version(&mut self) -> Result<i64, StoreError> {
        let sql = "SELECT COALESCE(MAX(version), 0) FROM schema_migrations";
        self.db.query_row(sql, [], |row| row.get(0)).map_err(|error| sort(&error))
    }

    fn translate(&self, sql: &str) -> String {
        sql.replace("{serial}", "INTEGER PRIMARY KEY AUTOINCREMENT")
    }

    fn now(&self) -> &'static str {
        "CAST(unixepoch('subsec') * 1000000 AS INTEGER)"
    }

    fn run(&mut self, sql: &str) -> Result<(), StoreError> {
        let result = self.db.execute_batch(&format!("BEGIN IMMEDIATE;\n{sql}\nCOMMIT;")).map_err(|error| sort(&error));
        self.rollback();
        result
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(value) => ValueRef::Integer(*value),
            Value::Bool(value) => ValueRef::Integer(i64::from(*value)),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
            Value::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

/// Reads a column.
pub(crate) fn column<'r>(row: &'r rusqlite::Row<'_>, index: usize) -> Result<RawColumn<'r>, StoreError> {
    let value = row.get_ref(index).map_err(|_| StoreError::corrupt("there is no such column"))?;
    Ok(match value {
        ValueRef::Null => RawColumn::Null,
        ValueRef::Integer(value) => RawColumn::Int(value),
        ValueRef::Real(_) => RawColumn::Foreign("REAL"),
        ValueRef::Text(value) => {
            RawColumn::Text(std::str::from_utf8(value).map_err(|_| StoreError::corrupt("a text that is not UTF-8"))?)
        }
        ValueRef::Blob(value) => RawColumn::Blob(value),
    })
}

/// Sorts SQLite's errors by fault.
fn sort(error: &rusqlite::Error) -> StoreError {
    let detail = error.to_string();
    let Some(code) = error.sqlite_error_code() else { return StoreError::Internal { detail } };
    match code {
        ErrorCode::ConstraintViolation => constraint(error, &detail),
        ErrorCode::DiskFull => StoreError::DiskFull { detail },
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => StoreError::ReadOnly { detail },
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt { what: detail },
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::OutOfMemory
        | ErrorCode::OperationInterrupted
        | ErrorCode::FileLockingProtocolFailed => StoreError::Unavailable { detail },
        _ => StoreError::Internal { detail },
    }
}

fn constraint(error: &rusqlite::Error, detail: &str) -> StoreError {
    use rusqlite::ffi;
    let kind = match error.sqlite_error().map(|error| error.extended_code) {
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID) => {
            ConstraintKind::Unique
        }
        Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => ConstraintKind::ForeignKey,
        Some(ffi::SQLITE_CONSTRAINT_CHECK) => ConstraintKind::Check,
        Some(ffi::SQLITE_CONSTRAINT_NOTNULL) => ConstraintKind::NotNull,
        _ => ConstraintKind::Other,
    };
    let name = detail.split_once("failed: ").map_or(detail, |(_, name)| name);
    StoreError::Constraint { kind, name: name.to_owned() }
}
