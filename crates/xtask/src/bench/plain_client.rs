//! A plain client of PostgreSQL: 64 activations in each transaction, one statement after the other, and nothing else.
//!
//! It writes the rows that an activation leaves (the count of seats, the activation, its line in the journal, the receipt), as
//! copies of real ones. It reads nothing, decides nothing and signs nothing.

use std::time::{Duration, Instant};

use tokio_postgres::{Client, NoTls, Statement};

use super::Failure;

const TOGETHER: usize = 64;

/// The client, with its statements.
pub(crate) struct PlainClient {
    client: Client,
    count: Statement,
    activation: Statement,
    journal: Statement,
    receipt: Statement,
    entitlements: Vec<String>,
    made: usize,
}

impl PlainClient {
    /// Connects to a database in which activations were made.
    pub(crate) async fn connect(url: &str, entitlements: &[String]) -> Result<Self, Failure> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        let count = "UPDATE entitlements SET highest_seat = highest_seat + 1, occupied_seats = occupied_seats + 1
                     WHERE id = $1 RETURNING highest_seat";
        let count = client.prepare(count).await?;
        let own = [("id", "$1"), ("entitlement_id", "$2"), ("seat_id", "$3"), ("seat_number", "$4")];
        let activation = copy(&client, "activations", "seat_number IS NOT NULL", &own).await?;
        let own = [("seq", "DEFAULT"), ("subject", "$1"), ("entitlement_id", "$2"), ("seat_id", "$3")];
        let journal = copy(&client, "journal", "seat_id IS NOT NULL", &own).await?;
        let receipt = copy(&client, "receipts", "true", &[("id", "$1")]).await?;
        Ok(Self { client, count, activation, journal, receipt, entitlements: entitlements.to_vec(), made: 0 })
    }

    /// Activations per second, for some time.
    pub(crate) async fn round(&mut self, time: Duration) -> Result<f64, Failure> {
        let (begun, before) = (Instant::now(), self.made);
        while begun.elapsed() < time {
            self.client.batch_execute("BEGIN").await?;
            for _ in 0..TOGETHER {
                self.activate().await?;
            }
            self.client.batch_execute("COMMIT").await?;
        }
        Ok((self.made - before) as f64 / begun.elapsed().as_secs_f64())
    }

    async fn activate(&mut self) -> Result<(), Failure> {
        self.made += 1;
        let entitlement = self.entitlements.get(self.made % self.entitlements.len().max(1)).ok_or("no entitlements")?;
        let row = self.client.query_one(&self.count, &[entitlement]).await?;
        let number: i64 = row.try_get(0)?;
        let (id, seat) = (format!("act_{:026}", self.made), format!("plain-{}", self.made));
        self.client.execute(&self.activation, &[&id, entitlement, &seat, &number]).await?;
        self.client.execute(&self.journal, &[&id, entitlement, &seat]).await?;
        // As long as a hash, and as scattered.
        let receipt = chancery_token::hash::sha256(&[seat.as_bytes()]);
        self.client.execute(&self.receipt, &[&receipt.as_slice()]).await?;
        Ok(())
    }
}

/// A statement that inserts copies of a row, but for some columns.
async fn copy(client: &Client, table: &str, which: &str, own: &[(&str, &str)]) -> Result<Statement, Failure> {
    let columns =
        "SELECT column_name::text FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position";
    let columns: Vec<String> = client.query(columns, &[&table]).await?.iter().map(|row| row.get(0)).collect();
    let literals: Vec<String> = columns.iter().map(|column| format!("quote_nullable({column}::text)")).collect();
    let template = format!("SELECT {} FROM {table} WHERE {which} LIMIT 1", literals.join(", "));
    let template = client.query_one(&template, &[]).await?;
    let mut values = Vec::with_capacity(columns.len());
    for (at, column) in columns.iter().enumerate() {
        let chosen = own.iter().find(|(name, _)| name == column).map(|(_, value)| (*value).to_owned());
        values.push(chosen.map_or_else(|| template.try_get(at), Ok)?);
    }
    // Parameters are numbered in the order of `own`, which is that of the columns.
    let sql = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), values.join(", "));
    Ok(client.prepare(&sql).await?)
}
