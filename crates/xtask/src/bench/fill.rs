//! Fills a database with many seats at once, beside the server: by its API it would take an hour.
//!
//! Rows are copies of a real one, so that they are what the server itself would have written, but for what makes each its own.

use std::path::Path;

use rusqlite::{Connection, params};

use super::Failure;

/// The database of a server that does not run.
#[derive(Debug)]
pub(crate) struct Fill {
    database: Connection,
    /// How many rows were made: ids are made of it.
    made: i64,
}

/// What the filled seats are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seats {
    /// Each has a running lease.
    InUse,
    /// Each has a lease that ended long ago, and there are no more seats than these.
    Expired,
    /// Their numbers were given back, and nobody has them.
    Free,
}

impl Fill {
    /// Opens the database in a data folder. The activation of which rows are copies must be in it: that of the first entitlement
    /// given to [`fill`](Self::fill).
    pub(crate) fn open(folder: &Path) -> Result<Self, Failure> {
        let database = Connection::open(folder.join("chancery.db"))?;
        let mode: String = database.query_row("PRAGMA journal_mode = MEMORY", [], |row| row.get(0))?;
        if mode != "memory" {
            return Err(format!("the database is still in use: its journal is {mode}").into());
        }
        database.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN")?;
        Ok(Self { database, made: 0 })
    }

    /// Gives an entitlement so many seats, as copies of `template`, a real activation.
    pub(crate) fn fill(&mut self, template: &str, entitlement: &str, count: i64, seats: Seats) -> Result<(), Failure> {
        if seats == Seats::Free {
            self.database.execute(
                &format!("{} INSERT INTO free_seats (entitlement_id, number) SELECT ?2, i FROM numbers", numbers()),
                params![count, entitlement],
            )?;
        } else {
            self.activations(template, entitlement, count, seats)?;
            self.journal(template, entitlement, count)?;
        }
        self.made += count;
        let (occupied, sold) = match seats {
            Seats::InUse => (count, count + 1_000_000),
            Seats::Expired => (count, count),
            Seats::Free => (0, count + 1_000_000),
        };
        // Started, as its first seat would have started it.
        self.database.execute(
            "UPDATE entitlements SET highest_seat = ?1, occupied_seats = ?2, seats = ?3, seat_limit = ?3,
                    start = (SELECT e.start FROM activations a JOIN entitlements e ON e.id = a.entitlement_id WHERE a.id = ?4),
                    expiry = (SELECT e.expiry FROM activations a JOIN entitlements e ON e.id = a.entitlement_id WHERE a.id = ?4)
             WHERE id = ?5",
            params![count, occupied, sold, template, entitlement],
        )?;
        Ok(())
    }

    fn activations(&self, template: &str, entitlement: &str, count: i64, seats: Seats) -> Result<(), Failure> {
        let ended = "t.lease_issued - 3600000000 + i";
        let own = |column: &str| match column {
            "id" => "substr(t.id, 1, instr(t.id, '_')) || printf('%026d', ?3 + i)".to_owned(),
            "entitlement_id" => "?2".to_owned(),
            "seat_id" => "'filled-' || i".to_owned(),
            "seat_number" => "i".to_owned(),
            "frees_at" | "lease_expiry" if seats == Seats::Expired => ended.to_owned(),
            other => format!("t.{other}"),
        };
        self.copy("activations", "t.id = ?4", own, params![count, entitlement, self.made, template])
    }

    fn journal(&self, template: &str, entitlement: &str, count: i64) -> Result<(), Failure> {
        let own = |column: &str| match column {
            "seq" => "NULL".to_owned(),
            "subject" | "activation_id" => {
                "substr(t.activation_id, 1, instr(t.activation_id, '_')) || printf('%026d', ?3 + i)".to_owned()
            }
            "entitlement_id" => "?2".to_owned(),
            "seat_id" => "'filled-' || i".to_owned(),
            other => format!("t.{other}"),
        };
        let first = "t.seq = (SELECT MIN(seq) FROM journal WHERE activation_id = ?4)";
        self.copy("journal", first, own, params![count, entitlement, self.made, template])
    }

    fn copy(
        &self,
        table: &str,
        which: &str,
        own: impl Fn(&str) -> String,
        params: &[&dyn rusqlite::ToSql],
    ) -> Result<(), Failure> {
        let mut columns = self.database.prepare("SELECT name FROM pragma_table_info(?1)")?;
        let columns: Vec<String> = columns.query_map([table], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let values: Vec<String> = columns.iter().map(|column| own(column)).collect();
        let (names, values) = (columns.join(", "), values.join(", "));
        let sql = format!(
            "{} INSERT INTO {table} ({names}) SELECT {values} FROM numbers, {table} t WHERE {which}",
            numbers()
        );
        self.database.execute(&sql, params)?;
        Ok(())
    }

    /// Gives an entitlement so many seats, of which none is taken.
    pub(crate) fn limit(&self, entitlement: &str, seats: i64) -> Result<(), Failure> {
        let sql = "UPDATE entitlements SET seats = ?1, seat_limit = ?1 WHERE id = ?2";
        self.database.execute(sql, params![seats, entitlement])?;
        Ok(())
    }

    /// Commits.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        self.database.execute_batch("COMMIT; PRAGMA journal_mode = WAL")?;
        Ok(())
    }
}

/// The numbers from 1 to the first parameter.
const fn numbers() -> &'static str {
    "WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?1)"
}
