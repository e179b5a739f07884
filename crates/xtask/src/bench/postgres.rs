//! Rows on PostgreSQL: against the route that stores nothing, and two servers against a plain client.

use std::time::Duration;

use chancery_testkit::{Durability, Postgres};

use super::job::{Claims, Job};
use super::plain_client::PlainClient;
use super::report::{Bar, Figure, Report};
use super::rounds::{Crew, Pace, Round, Worker, figure};
use super::row::Wanted;
use super::server::Measured;
use super::shop::Shop;
use super::sqlite::{Call, against_reference, opened};
use super::{Failure, block_on, scratch};

/// The rows.
pub(crate) const ROWS: &[&str] = &["activate-postgres", "refresh-postgres", "two-servers-postgres"];

const CONNECTIONS: usize = 64;

/// Runs the rows that are wanted.
pub(crate) fn run(wanted: &Wanted<'_>, report: &mut Report) -> Result<(), Failure> {
    let folder = scratch("postgres")?;
    let postgres = Postgres::start_with(Durability::Full);
    let first = Measured::start(&folder, Some(&postgres.url()))?;
    let pace = Pace::of(wanted.millis(3_000));
    let measured = block_on(async {
        let shop = opened(&first).await?;
        for (row, call) in [("activate-postgres", Call::Activate), ("refresh-postgres", Call::Refresh)] {
            if wanted.has(row) {
                report.add(against_reference(row, &first, &shop, call, CONNECTIONS, pace, Bar::None).await?)?;
            }
        }
        if wanted.has("two-servers-postgres") {
            let second = Measured::start(&folder, None)?;
            report.add(two_servers([&first, &second], &shop, &postgres.url(), pace).await?)?;
        }
        Ok(())
    });
    drop(first);
    std::fs::remove_dir_all(&folder)?;
    measured
}

async fn two_servers(servers: [&Measured; 2], shop: &Shop, url: &str, pace: Pace) -> Result<Figure, Failure> {
    let row = "two-servers-postgres";
    eprintln!("measuring {row}");
    let mut workers = Vec::with_capacity(CONNECTIONS);
    for number in 0..CONNECTIONS {
        let claims = Claims::new(&shop.product, &shop.codes, row, number, CONNECTIONS);
        let [first, second] = servers.map(|server| server.address);
        workers.push(Worker::new(if number % 2 == 0 { first } else { second }, Job::Activate(claims)).await?);
    }
    let mut crew = Crew { workers, processes: servers.map(Measured::id).to_vec() };
    // It copies what the servers have written.
    crew.round(pace.warm_up).await?;
    let mut plain = PlainClient::connect(url, &shop.entitlements).await?;
    plain.round(pace.warm_up).await?;
    let (mut rounds, mut others) = (Vec::new(), Vec::new());
    for _ in 0..pace.rounds {
        rounds.push(crew.round(pace.round).await?);
        others.push(round(&mut plain, pace.round).await?);
    }
    Ok(figure(row, CONNECTIONS, &rounds, &others, Bar::AtLeast(0.5)))
}

async fn round(plain: &mut PlainClient, time: Duration) -> Result<Round, Failure> {
    Ok(Round { rate: plain.round(time).await?, ..Round::default() })
}
