//! Migrations: numbered, forward only, each in a transaction of its own.

use super::{OpenError, StoreError};

/// One step of the schema. Its text is portable but for these: `BLOB` becomes `BYTEA` on PostgreSQL, and `{serial}`
/// an integer primary key that counts by itself.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its number, from 1, without gaps.
    pub version: i64,
    /// What it is about.
    pub name: &'static str,
    /// Its statements.
    pub sql: &'static str,
}

impl Migration {
    /// What tells it from another migration of the same number: FNV-1a over its text, which nobody tries to forge. How lines end does
    /// not count.
    fn fingerprint(&self) -> String {
        let bytes = self.name.bytes().chain(self.sql.bytes()).filter(|byte| *byte != b'\r');
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        format!("{:016x}", bytes.fold(0xcbf2_9ce4_8422_2325, mix))
    }
}

/// The schema of this program.
pub const MIGRATIONS: &[Migration] =
    &[Migration { version: 1, name: "initial", sql: include_str!("../../migrations/0001_initial.sql") }];

/// What migrating asks of an engine.
pub(crate) trait Target {
    /// Whether the table `schema_migrations` is there.
    fn has_versions(&mut self) -> Result<bool, StoreError>;
    /// Whether it has fingerprints: those that programs before the first release made have none.
    fn has_fingerprints(&mut self) -> Result<bool, StoreError>;
    /// The versions in it with their fingerprints, the earliest first.
    fn fingerprints(&mut self) -> Result<Vec<(i64, String)>, StoreError>;
    /// The latest version in it.
    fn version(&mut self) -> Result<i64, StoreError>;
    /// The engine's dialect of a migration's text.
    fn translate(&self, sql: &str) -> String;
    /// SQL of the present time in microseconds since 1970.
    fn now(&self) -> &'static str;
    /// Runs statements in one transaction that no other server's migration runs beside.
    fn run(&mut self, sql: &str) -> Result<(), StoreError>;
}

const VERSIONS: &str = "CREATE TABLE IF NOT EXISTS schema_migrations \
    (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, fingerprint TEXT NOT NULL, applied BIGINT NOT NULL);";

/// Brings a database up to the latest of these migrations.
pub(crate) fn migrate(target: &mut impl Target, migrations: &'static [Migration]) -> Result<(), OpenError> {
    let known = migrations.last().map_or(0, |migration| migration.version);
    let found = if target.has_versions()? { target.version()? } else { 0 };
    if found > known {
        return Err(OpenError::NewerThanProgram { found, known });
    }
    check_history(target, migrations, found)?;
    if found == 0 {
        target.run(VERSIONS)?;
    }
    for migration in migrations.iter().filter(|migration| migration.version > found) {
        apply(target, migration)?;
    }
    Ok(())
}

/// A database that other migrations made has the right numbers and the wrong tables: it is refused here, and not by strange errors
/// later.
fn check_history(target: &mut impl Target, migrations: &[Migration], found: i64) -> Result<(), OpenError> {
    if found == 0 {
        return Ok(());
    }
    let applied = if target.has_fingerprints()? { target.fingerprints()? } else { Vec::new() };
    for migration in migrations.iter().filter(|migration| migration.version <= found) {
        let own = (migration.version, migration.fingerprint());
        if !applied.contains(&own) {
            return Err(OpenError::OtherHistory { version: migration.version, name: migration.name });
        }
    }
    Ok(())
}

fn apply(target: &mut impl Target, migration: &Migration) -> Result<(), OpenError> {
    let Migration { version, name, sql } = *migration;
    // The row comes first: if another server was faster, its key stops this one before anything is changed.
    let (print, now) = (migration.fingerprint(), target.now());
    let row = format!("INSERT INTO schema_migrations VALUES ({version}, '{name}', '{print}', {now});");
    match target.run(&format!("{row}\n{}", target.translate(sql))) {
        Ok(()) => {
            tracing::info!(version, name, "the database was migrated");
            Ok(())
        }
        Err(_) if target.version().is_ok_and(|found| found >= version) => Ok(()),
        Err(error) => Err(OpenError::Migration { version, name, error }),
    }
}
