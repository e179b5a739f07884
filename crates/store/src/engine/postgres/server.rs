//! The server's address, how to connect to it, and its migrations.

use std::str::FromStr;
use std::time::Duration;

use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, NoTls, Row};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::connection::PostgresConnection;
use super::error::sort;
use crate::engine::migrate::{Migration, Target, migrate};
use crate::engine::{OpenError, StoreError};

/// The oldest version that will do.
const OLDEST: (i32, &str) = (150_000, "15");
/// The key of the advisory lock under which servers migrate one after the other: "chancery" in ASCII.
const MIGRATING: i64 = 0x6368_616e_6365_7279;

/// A PostgreSQL database's address.
#[derive(Clone)]
pub(crate) struct Server {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl Server {
    /// Reads a URL. Connections are given up when they cannot be made in 5 seconds, or when the other side has not
    /// answered for 15, unless the URL says otherwise.
    pub(crate) fn parse(url: &str) -> Result<Self, OpenError> {
        let address = |detail: String| OpenError::Address { detail };
        // A certificate is always checked against its name here, so the stricter modes mean no more than `require`.
        let url = url.replace("sslmode=verify-full", "sslmode=require").replace("sslmode=verify-ca", "sslmode=require");
        let mut config = Config::from_str(&url).map_err(|error| address(error.to_string()))?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(Duration::from_secs(15));
        }
        if config.get_application_name().is_none() {
            config.application_name("chancery");
        }
        let tls = match config.get_ssl_mode() {
            SslMode::Disable => None,
            _ => Some(connector().map_err(address)?),
        };
        Ok(Self { config, tls })
    }

    /// A connection that is not yet made.
    pub(crate) fn connection(&self) -> Result<PostgresConnection, OpenError> {
        Ok(PostgresConnection::new(self.clone(), runtime()?))
    }

    /// Connects.
    pub(crate) async fn connect(&self) -> Result<Client, tokio_postgres::Error> {
        let Some(tls) = &self.tls else { return self.connect_plainly(&self.config).await };
        match self.config.connect(tls.clone()).await {
            Ok((client, connection)) => {
                tokio::spawn(connection);
                Ok(client)
            }
            // `prefer` protects against no attacker: where TLS fails (a certificate of its own making, say), go without.
            Err(error) if self.config.get_ssl_mode() == SslMode::Prefer && error.as_db_error().is_none() => {
                self.connect_plainly(self.config.clone().ssl_mode(SslMode::Disable)).await
            }
            Err(error) => Err(error),
        }
    }

    async fn connect_plainly(&self, config: &Config) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// Checks the server's version and brings the schema up to date.
    pub(crate) fn migrate(&self, migrations: &'static [Migration]) -> Result<(), OpenError> {
        let runtime = runtime()?;
        let client = runtime.block_on(self.connect()).map_err(|error| sort(&error))?;
        let mut target = Migrating { runtime, client };
        let version: i32 = target.one("SELECT current_setting('server_version_num')::int")?;
        if version < OLDEST.0 {
            let found = (version / 10_000).to_string();
            return Err(OpenError::EngineTooOld { engine: "PostgreSQL", found, needed: OLDEST.1 });
        }
        migrate(&mut target, migrations)?;
        // The workers' own: which batches are committed.
        let batches = "CREATE TABLE IF NOT EXISTS batches (id TEXT NOT NULL PRIMARY KEY, time BIGINT NOT NULL);";
        target.run(batches).map_err(OpenError::from)
    }
}

/// A runtime that drives one connection on the thread that uses it.
fn runtime() -> Result<Runtime, StoreError> {
    Builder::new_current_thread().enable_all().build().map_err(|error| StoreError::unavailable(error.to_string()))
}

fn connector() -> Result<MakeRustlsConnect, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let config = ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

struct Migrating {
    runtime: Runtime,
    client: Client,
}

impl Migrating {
    fn one<T: for<'r> tokio_postgres::types::FromSql<'r>>(&mut self, sql: &str) -> Result<T, StoreError> {
        let row = self.runtime.block_on(self.client.query_one(sql, &[])).map_err(|error| sort(&error))?;
        row.try_get(0).map_err(|error| sort(&error))
    }
}

impl Target for Migrating {
    fn has_versions(&mut self) -> Result<bool, StoreError> {
        self.one("SELECT to_regclass('schema_migrations') IS NOT NULL")
    }

    fn has_fingerprints(&mut self) -> Result<bool, StoreError> {
        self.one(
            "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('schema_migrations')
                            AND attname = 'fingerprint')",
        )
    }

    fn fingerprints(&mut self) -> Result<Vec<(i64, String)>, StoreError> {
        let sql = "SELECT version, fingerprint FROM schema_migrations ORDER BY version";
        let rows = self.runtime.block_on(self.client.query(sql, &[])).map_err(|error| sort(&error))?;
        let read = |row: &Row| Ok((row.try_get(0)?, row.try_get(1)?));
        rows.iter().map(read).collect::<Result<_, _>>().map_err(|error: tokio_postgres::Error| sort(&error))
    }

    fn version(&mut self) -> Result<i64, StoreError> {
        self.one("SELECT COALESCE(MAX(version), 0) FROM schema_migrations")
    }

    fn translate(&self, sql: &str) -> String {
        sql.replace("{serial}", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY").replace("BLOB", "BYTEA")
    }

    fn now(&self) -> &'static str {
        "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"
    }

    fn run(&mut self, sql: &str) -> Result<(), StoreError> {
        let text = format!("BEGIN; SELECT pg_advisory_xact_lock({MIGRATING});\n{sql}\nCOMMIT;");
        let result = self.runtime.block_on(self.client.batch_execute(&text)).map_err(|error| sort(&error));
        if result.is_err() {
            // Its own outcome does not matter: either there is nothing to roll back, or the connection is gone.
            let _ = self.runtime.block_on(self.client.batch_execute("ROLLBACK"));
        }
        result
    }
}
