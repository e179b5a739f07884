//! SQLite: one connection that writes, some that read beside it (WAL).

mod backup;
mod checkpoint;
mod connection;
mod error;
mod value;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;

pub(crate) use self::backup::{check, copy};
use self::checkpoint::Checkpointer;
use self::error::sort;
pub(crate) use self::value::column;
use super::connection::Connection as _;
use super::migrate::{Migration, Target, migrate};
use super::{OpenError, StoreError};

/// 3.51.3 mends a fault by which a WAL that starts over could lose pages.
const OLDEST: (i32, &str) = (3_051_003, "3.51.3");

/// One connection, owned by one worker.
pub(crate) struct SqliteConnection {
    db: rusqlite::Connection,
    checkpointer: Option<Checkpointer>,
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
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = rusqlite::Connection::open_with_flags(path, flags).map_err(|error| sort(&error))?;
        let pragmas = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; \
             PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 134217728";
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
            // Plans that do not depend on bound values: otherwise many statements are compiled anew at every use.
            db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            db.execute_batch(pragmas)
        };
        prepare().map_err(|error| sort(&error))?;
        Ok(Self { db, checkpointer: None })
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
        if let Some(path) = self.db.path().filter(|_| mode == "wal").map(PathBuf::from) {
            self.checkpointer = Some(Checkpointer::start(&path, &mut self.db)?);
        }
        Ok(())
    }
}

fn check_library() -> Result<(), OpenError> {
    if rusqlite::version_number() < OLDEST.0 {
        let found = rusqlite::version().to_owned();
        return Err(OpenError::EngineTooOld { engine: "SQLite", found, needed: OLDEST.1 });
    }
    Ok(())
}

impl Target for SqliteConnection {
    fn has_versions(&mut self) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) > 0 FROM sqlite_schema WHERE name = 'schema_migrations'";
        self.db.query_row(sql, [], |row| row.get(0)).map_err(|error| sort(&error))
    }

    fn has_fingerprints(&mut self) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) > 0 FROM pragma_table_info('schema_migrations') WHERE name = 'fingerprint'";
        self.db.query_row(sql, [], |row| row.get(0)).map_err(|error| sort(&error))
    }

    fn fingerprints(&mut self) -> Result<Vec<(i64, String)>, StoreError> {
        let read = || {
            let mut statement =
                self.db.prepare("SELECT version, fingerprint FROM schema_migrations ORDER BY version")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|error: rusqlite::Error| sort(&error))
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

impl Drop for SqliteConnection {
    fn drop(&mut self) {
        if let Some(mut checkpointer) = self.checkpointer.take() {
            checkpointer.stop(&mut self.db);
        }
        // So that after a clean stop the file alone is the whole database.
        if self.db.is_readonly("main").is_ok_and(|read_only| !read_only) {
            let _ = self.db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }
}
