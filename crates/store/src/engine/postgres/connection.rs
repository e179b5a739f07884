//! One connection to PostgreSQL.
//!
//! A round trip costs more than most statements, so the commands between statements (begin, savepoint, release), and statements
//! whose answers nobody needs, are not sent until the next statement is, and then together with it.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement};

use super::Server;
use super::announced::Announced;
use super::error::failure;
use super::pending::{Broken, Pending};
use crate::engine::column::Row;
use crate::engine::connection::{Access, CommitFailure, Connection, Each, Failure, Scope};
use crate::engine::{Aggregate, Columns, StoreError, Value, check_statement};

/// How long a batch's id is kept: far longer than a worker asks for it.
const KEPT: Duration = Duration::from_secs(3_600);
/// The key of the advisory lock under which batches that collided are run again: "collided" in ASCII.
const COLLIDED: i64 = 0x636f_6c6c_6964_6564;
const NOW: &str = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";

pub(crate) struct PostgresConnection {
    server: Server,
    runtime: Runtime,
    live: Option<Live>,
    /// What goes out with the next statement.
    pending: Pending,
    /// Whose answers come before they are asked for.
    announced: Announced,
    /// The id of the batch that was last sent for commit.
    batch: String,
}

struct Live {
    client: Client,
    statements: HashMap<(usize, usize), Statement>,
    /// What the ids of this connection's batches begin with; no other connection has the same.
    prefix: String,
    batches: u64,
}

impl PostgresConnection {
    pub(crate) fn new(server: Server, runtime: Runtime) -> Self {
        Self {
            server,
            runtime,
            live: None,
            pending: Pending::default(),
            announced: Announced::default(),
            batch: String::new(),
        }
    }

    /// Sends what is pending, and awaits a call made right after it, so that both share a round trip.
    fn call<T>(&mut self, call: impl AsyncFnOnce(&Client) -> Result<T, tokio_postgres::Error>) -> Result<T, Failure> {
        let client = &self.live.as_ref().ok_or_else(gone)?.client;
        let pending = std::mem::take(&mut self.pending);
        let result = self.runtime.block_on(pending.before(client, call(client)));
        let taken = result.map(|(done, answers)| {
            self.announced.answered(answers);
            done
        });
        taken.map_err(|error| {
            let failure = match error {
                Broken::Server(error) => failure(&error),
                Broken::Unchanged => Failure::overtaken(),
            };
            // Also a connection that still answers, but not as it did: one whose statements are gone, say.
            if failure.scope == Scope::Connection {
                self.live = None;
            }
            failure
        })
    }

    /// Sends what is pending together with this, as one text.
    fn command(&mut self, sql: &str) -> Result<(), Failure> {
        self.pending.command(sql);
        self.call(async |_| Ok(()))
    }

    fn statement(&mut self, sql: &'static str) -> Result<Statement, Failure> {
        // A text that lives forever is known by where it is.
        let key = (sql.as_ptr() as usize, sql.len());
        if let Some(statement) = self.live.as_ref().and_then(|live| live.statements.get(&key)) {
            return Ok(statement.clone());
        }
        if cfg!(debug_assertions) {
            check_statement(sql).map_err(|what| Failure::new(Scope::Statement, StoreError::internal(what)))?;
        }
        let statement = self.call(async |client| client.prepare(sql).await)?;
        if let Some(live) = &mut self.live {
            live.statements.insert(key, statement.clone());
        }
        Ok(statement)
    }

    fn lock_rows(&mut self, sql: &'static str, ids: &[String]) -> Result<(), Failure> {
        if ids.is_empty() {
            return Ok(());
        }
        // What comes after it on this connection waits for it.
        self.send(sql, &[Value::from(ids.join(","))])
    }

    /// The answer to a query that was announced.
    fn answer(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<Option<Vec<tokio_postgres::Row>>, Failure> {
        if self.announced.is_waiting(sql, params) {
            self.flush()?;
        }
        Ok(self.announced.take(sql, params))
    }

    /// Sends a statement that changes rows with the next one.
    fn later(&mut self, sql: &'static str, params: &[Value<'_>], must_change: bool) -> Result<(), Failure> {
        self.forget_announced();
        let statement = self.statement(sql)?;
        self.pending.statement(statement, params, must_change);
        if self.pending.is_full() { self.flush() } else { Ok(()) }
    }

    /// What is changed now may be what an announced query is about: it must be asked after the change.
    fn forget_announced(&mut self) {
        self.pending.forget_queries();
        self.announced.clear();
    }
}

fn gone() -> Failure {
    Failure::new(Scope::Connection, StoreError::unavailable("not connected"))
}

pub(super) fn references<'a>(params: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl Live {
    async fn new(server: &Server) -> Result<Self, tokio_postgres::Error> {
        let client = server.connect().await?;
        // An answer means a commit that survives a crash, whatever the server's default; a transaction whose client has
        // gone silently must not hold its locks for long, nor must others wait for it for ever.
        let settings = "SELECT set_config('synchronous_commit', 'on', false) \
             WHERE current_setting('synchronous_commit') = 'off'; \
             SET idle_in_transaction_session_timeout = '15s'; SET lock_timeout = '10s'";
        client.batch_execute(settings).await?;
        let prefix = client.query_one("SELECT gen_random_uuid()::text", &[]).await?.try_get(0)?;
        Ok(Self { client, statements: HashMap::new(), prefix, batches: 0 })
    }
}

impl Connection for PostgresConnection {
    fn ensure(&mut self) -> Result<(), Failure> {
        if self.live.as_ref().is_some_and(|live| !live.client.is_closed()) {
            return Ok(());
        }
        self.pending = Pending::default();
        self.announced.clear();
        self.live = None;
        let live = self.runtime.block_on(Live::new(&self.server));
        // Whatever the server says against it (starting up, too many connections), it may not say so next time.
        self.live = Some(live.map_err(|error| Failure { scope: Scope::Connection, ..failure(&error) })?);
        Ok(())
    }

    fn begin(&mut self, access: Access) -> Result<(), Failure> {
        self.pending.command(match access {
            Access::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;",
            Access::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;",
        });
        Ok(())
    }

    fn take_turns(&mut self) -> Result<(), Failure> {
        // Finding out about a deadlock takes the server a second, so colliding twice is dear. Who waits here holds nothing.
        self.pending.command(&format!("SELECT pg_advisory_xact_lock({COLLIDED});"));
        Ok(())
    }

    fn lock(&mut self, aggregates: &[Aggregate]) -> Result<(), Failure> {
        let (mut vendors, mut orders) = (Vec::new(), Vec::new());
        for aggregate in aggregates {
            match aggregate {
                Aggregate::Vendor(id) => vendors.push(id.to_string()),
                Aggregate::Order(id) => orders.push(id.to_string()),
            }
        }
        // NO KEY: rows that refer to these can be inserted meanwhile; two of these locks exclude each other all the same.
        macro_rules! lock {
            ($table:literal) => {
                concat!(
                    "SELECT 1 FROM ",
                    $table,
                    " WHERE id = ANY(string_to_array($1, ',')) ORDER BY id FOR NO KEY UPDATE"
                )
            };
        }
        self.lock_rows(lock!("vendors"), &vendors)?;
        self.lock_rows(lock!("orders"), &orders)
    }

    fn savepoint(&mut self) -> Result<(), Failure> {
        self.pending.command("SAVEPOINT closure;");
        Ok(())
    }

    fn release(&mut self) -> Result<(), Failure> {
        self.pending.command("RELEASE closure;");
        Ok(())
    }

    fn undo(&mut self) -> Result<(), Failure> {
        self.forget_announced();
        self.pending.command("ROLLBACK TO closure; RELEASE closure;");
        Ok(())
    }

    fn commit(&mut self) -> Result<(), CommitFailure> {
        self.forget_announced();
        // That a statement changed nothing is no error to the server, which would commit all the same.
        if self.pending.has_to_change() {
            self.flush().map_err(CommitFailure::NotDone)?;
        }
        let live = self.live.as_mut().ok_or_else(|| CommitFailure::NotDone(gone()))?;
        live.batches += 1;
        self.batch = format!("{}-{}", live.prefix, live.batches);
        // The insert also fails in a transaction that has failed, where a bare COMMIT would roll back without a word.
        let text = format!("INSERT INTO batches VALUES ('{}', {NOW}); COMMIT", self.batch);
        self.command(&text).map_err(|failure| match failure.scope {
            Scope::Connection => CommitFailure::Unknown(failure.error),
            Scope::Retry => CommitFailure::NotDone(failure),
            _ => CommitFailure::NotDone(Failure { scope: Scope::Transaction, ..failure }),
        })
    }

    fn rollback(&mut self) {
        let begun = self.pending.has_begin();
        self.pending = Pending::default();
        self.announced.clear();
        // What was never sent needs no rolling back.
        if begun || self.live.as_ref().is_none_or(|live| live.client.is_closed()) {
            return;
        }
        if self.command("ROLLBACK").is_err() {
            self.live = None;
        }
    }

    fn was_committed(&mut self) -> Result<bool, Failure> {
        // Waits for a commit that is still being made; and one that has not arrived yet will fail on this row.
        let text = format!("INSERT INTO batches VALUES ('{}', {NOW}) ON CONFLICT DO NOTHING", self.batch);
        self.call(async |client| client.execute(&text, &[]).await).map(|inserted| inserted == 0)
    }

    fn query(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        access: Access,
        each: Each<'_>,
    ) -> Result<(), Failure> {
        if access == Access::Write {
            self.forget_announced();
        }
        let rows = match self.answer(sql, params)? {
            Some(rows) => rows,
            None => {
                let statement = self.statement(sql)?;
                self.call(async |client| client.query(&statement, &references(params)).await)?
            }
        };
        for row in &rows {
            if each(&mut Columns::new(Row::Postgres(row))) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64, Failure> {
        self.forget_announced();
        let statement = self.statement(sql)?;
        self.call(async |client| client.execute(&statement, &references(params)).await)
    }

    fn send(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<(), Failure> {
        self.later(sql, params, false)
    }

    fn send_one(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<(), Failure> {
        self.later(sql, params, true)
    }

    fn announce(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<(), Failure> {
        let statement = self.statement(sql)?;
        let params: Vec<_> = params.iter().map(Value::to_owned).collect();
        self.pending.query(statement, params.clone());
        self.announced.add(sql, params);
        Ok(())
    }

    fn announces(&self) -> bool {
        true
    }

    fn flush(&mut self) -> Result<(), Failure> {
        if self.pending.has_statements() { self.call(async |_| Ok(())) } else { Ok(()) }
    }

    fn sever(&mut self) {
        self.live = None;
    }

    fn tidy(&mut self) {
        let text = format!("DELETE FROM batches WHERE time < {NOW} - {}", KEPT.as_micros());
        if let Err(failure) = self.call(async |client| client.execute(&text, &[]).await) {
            tracing::warn!(detail = failure.error.detail(), "old batches could not be cleared away");
        }
    }
}
