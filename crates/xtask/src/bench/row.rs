//! The rows: what is measured, how, and which bar holds.

use std::time::{Duration, Instant};

use chancery_testkit::{Durability, Postgres};

use super::client::{Connection, Request};
use super::job::{Activate, Job, Refresh};
use super::report::{Bar, Figure, Machine, Report};
use super::rounds::{Pace, Round, Worker, compare};
use super::server::Measured;
use super::shop::Shop;
use super::{Failure, Options, scratch};

/// How many entitlements are sold: calls that run together are always on different ones.
const ENTITLEMENTS: usize = 2_048;
/// More seats than any round claims.
const SEATS: u64 = 1_000_000;
/// Activations that one connection refreshes in turns.
const HELD: usize = 16;

/// A row of the table.
#[derive(Clone, Copy, Debug)]
struct Row {
    name: &'static str,
    engine: Engine,
    call: Call,
    connections: usize,
    bar: Bar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Activate,
    Refresh,
}

/// Every row; a new one is a line here.
const ROWS: &[Row] = &[
    row("activate-sqlite", Engine::Sqlite, Call::Activate, 64, Bar::OfReference(0.6)),
    row("refresh-sqlite", Engine::Sqlite, Call::Refresh, 64, Bar::OfReference(0.6)),
    row("refresh-sqlite-128", Engine::Sqlite, Call::Refresh, 128, Bar::P99OfP50(5.0)),
    row("activate-postgres", Engine::Postgres, Call::Activate, 64, Bar::None),
    row("refresh-postgres", Engine::Postgres, Call::Refresh, 64, Bar::None),
];

const fn row(name: &'static str, engine: Engine, call: Call, connections: usize, bar: Bar) -> Row {
    Row { name, engine, call, connections, bar }
}

/// Runs the rows that are wanted, engine by engine, each engine with a server of its own.
pub(crate) fn run_all(options: &Options) -> Result<Report, Failure> {
    let wanted = |row: &&Row| options.only.as_ref().is_none_or(|only| row.name.contains(only.as_str()));
    let mut figures = Vec::new();
    let machine = Machine { cores: std::thread::available_parallelism()?.get(), sync_micros: sync_micros()? };
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let rows: Vec<&Row> = ROWS.iter().filter(|row| row.engine == engine).filter(wanted).collect();
        if !rows.is_empty() {
            figures.append(&mut on_engine(engine, &rows, options)?);
        }
    }
    if figures.is_empty() { Err("no row has such a name".into()) } else { Ok(Report { machine, figures }) }
}

fn on_engine(engine: Engine, rows: &[&Row], options: &Options) -> Result<Vec<Figure>, Failure> {
    let folder = scratch("server")?;
    let postgres = (engine == Engine::Postgres).then(|| Postgres::start_with(Durability::Full));
    let server = Measured::start(&folder, postgres.as_ref().map(Postgres::url).as_deref())?;
    eprintln!("server on {engine:?}: process {}", server.id());
    // The load has one thread: the other core, and what is left of this one, are the server's.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let figures = runtime.block_on(async {
        let shop = Shop::open(server.address, &server.key, ENTITLEMENTS, SEATS).await?;
        give_sample(&server, &shop).await?;
        let mut figures = Vec::new();
        for row in rows {
            eprintln!("measuring {}", row.name);
            figures.push(measure(row, &server, &shop, options).await?);
        }
        Ok::<_, Failure>(figures)
    });
    drop(server);
    std::fs::remove_dir_all(&folder)?;
    figures
}

/// Shows the reference what a real reply is like.
async fn give_sample(server: &Measured, shop: &Shop) -> Result<(), Failure> {
    let mut connection = Connection::open(server.address).await?;
    let sample = Activate::new(shop, "sample", 0, 1).sample(&mut connection).await?;
    let request = Request { path: "/reference/sample", headers: &[], body: &sample };
    connection.post(&request).await?.expect(200)
}

async fn measure(row: &Row, server: &Measured, shop: &Shop, options: &Options) -> Result<Figure, Failure> {
    let mut workers = Vec::with_capacity(row.connections);
    for number in 0..row.connections {
        let claims = Activate::new(shop, row.name, number, row.connections);
        let job = match row.call {
            Call::Activate => Job::Activate(claims),
            Call::Refresh => {
                let mut connection = Connection::open(server.address).await?;
                Job::Refresh(Refresh::prepare(claims, HELD, &mut connection).await?)
            }
        };
        workers.push(Worker::new(server.address, job).await?);
    }
    let (warm_up, round) = if options.quick { (300, 700) } else { (1_500, 5_000) };
    let pace = Pace { warm_up: Duration::from_millis(warm_up), round: Duration::from_millis(round), rounds: 3 };
    let (real, reference) = compare(&mut workers, pace).await?;
    Ok(figure(row, &real, &reference))
}

fn figure(row: &Row, real: &[Round], reference: &[Round]) -> Figure {
    let mut micros: Vec<u32> = real.iter().flat_map(|round| round.micros.iter().copied()).collect();
    micros.sort_unstable();
    let part = |of: usize| micros.get(micros.len() * of / 100).copied().unwrap_or(0);
    Figure {
        row: row.name,
        connections: row.connections,
        rates: real.iter().map(|round| round.rate).collect(),
        reference_rates: reference.iter().map(|round| round.rate).collect(),
        p50_micros: part(50),
        p99_micros: part(99),
        bar: row.bar,
    }
}

/// How long the disk takes to make a small write durable: the median of some.
fn sync_micros() -> Result<u128, Failure> {
    let folder = scratch("disk")?;
    let mut file = std::fs::File::create(folder.join("file"))?;
    let mut took = Vec::new();
    for _ in 0..50 {
        let begun = Instant::now();
        std::io::Write::write_all(&mut file, &[7; 4_096])?;
        file.sync_data()?;
        took.push(begun.elapsed().as_micros());
    }
    std::fs::remove_dir_all(&folder)?;
    took.sort_unstable();
    Ok(took.get(took.len() / 2).copied().unwrap_or(0))
}
