//! Rows on a database with many seats: what depends on how many there are.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::client::Connection;
use super::fill::{Fill, Seats};
use super::job::{Claims, Job};
use super::processor::resident_mib;
use super::report::{Bar, Figure, Report};
use super::rounds::{Crew, Pace, Worker, compare};
use super::row::Wanted;
use super::server::Measured;
use super::shop::Shop;
use super::sqlite::SEATS;
use super::{Failure, block_on, scratch};

/// The rows.
pub(crate) const ROWS: &[&str] = &[
    "hot-entitlement",
    "seats-1000",
    "seats-100000",
    "seats-1000000",
    "free-50000",
    "expired-50000",
    "start-1000000",
    "memory-1000000",
];

const CONNECTIONS: usize = 64;
/// Entitlements with ten seats in use each, and as many with a hundred free, and with a hundred expired.
const SMALL: usize = 1_024;

/// What was sold, by what its seats are like.
struct Stock {
    product: Arc<str>,
    /// Ten in use each.
    ten: Arc<[String]>,
    hundred_free: Arc<[String]>,
    hundred_expired: Arc<[String]>,
    /// One code each: nobody yet, then 1,000, 100,000 and 1,000,000 in use, 50,000 free, 50,000 expired.
    hot: Arc<[String]>,
    used: [Arc<[String]>; 3],
    free: Arc<[String]>,
    expired: Arc<[String]>,
}

/// Runs the rows that are wanted.
pub(crate) fn run(wanted: &Wanted<'_>, report: &mut Report) -> Result<(), Failure> {
    let folder = scratch("full")?;
    let most = if wanted.quick() { 100_000 } else { 1_000_000 };
    let stock = stock(&folder, most)?;
    let begun = Instant::now();
    let server = Measured::start(&folder, None)?;
    let start = begun.elapsed().as_secs_f64() * 1_000.0;
    if wanted.has("start-1000000") {
        report.add(plain("start-1000000", "ms", start, 1_000.0))?;
    }
    let measured = block_on(measure(wanted, &server, &stock, report));
    let memory = resident_mib(server.id())?;
    if wanted.has("memory-1000000") {
        report.add(plain("memory-1000000", "MiB", memory, 250.0))?;
    }
    drop(server);
    std::fs::remove_dir_all(&folder)?;
    measured
}

/// A figure that has no reference.
pub(crate) fn plain(row: &str, unit: &'static str, value: f64, most: f64) -> Figure {
    Figure { row: row.to_owned(), unit, value, reference: None, bar: Bar::Below(most), load: None }
}

/// Sells, and fills what was sold.
fn stock(folder: &Path, most: i64) -> Result<Stock, Failure> {
    let server = Measured::start(folder, None)?;
    let (shop, template) = block_on(async {
        let shop = Shop::open(server.address, &server.key, 3 * SMALL + 7, SEATS).await?;
        let mut claims = Claims::new(&shop.product, &last(&shop), "template", 0, 1);
        let mut connection = Connection::open(server.address).await?;
        let reply = claims.sample(&mut connection, "/api/v1/activate").await?;
        let reply: serde_json::Value = serde_json::from_str(&reply)?;
        Ok((shop, super::shop::text(&reply["activation"], "id")?))
    })?;
    drop(server);
    eprintln!("filling a database with {most} activations and more");
    let mut fill = Fill::open(folder)?;
    let entitlement = |at: usize| shop.entitlements.get(at).map(String::as_str).ok_or("too few entitlements");
    for at in 0..SMALL {
        fill.fill(&template, entitlement(at)?, 10, Seats::InUse)?;
        fill.fill(&template, entitlement(SMALL + at)?, 100, Seats::Free)?;
        fill.fill(&template, entitlement(2 * SMALL + at)?, 100, Seats::Expired)?;
    }
    let single = 3 * SMALL;
    for (at, count) in [(1, 1_000), (2, 100_000), (3, most)] {
        fill.fill(&template, entitlement(single + at)?, count, Seats::InUse)?;
    }
    fill.fill(&template, entitlement(single + 4)?, 50_000, Seats::Free)?;
    fill.fill(&template, entitlement(single + 5)?, 50_000, Seats::Expired)?;
    fill.limit(entitlement(single)?, 100_000)?;
    fill.finish()?;
    let codes =
        |from: usize, count: usize| shop.codes.iter().skip(from).take(count).cloned().collect::<Arc<[String]>>();
    Ok(Stock {
        ten: codes(0, SMALL),
        hundred_free: codes(SMALL, SMALL),
        hundred_expired: codes(2 * SMALL, SMALL),
        hot: codes(single, 1),
        used: [codes(single + 1, 1), codes(single + 2, 1), codes(single + 3, 1)],
        free: codes(single + 4, 1),
        expired: codes(single + 5, 1),
        product: shop.product,
    })
}

/// The entitlement of which everything else is a copy, and that no row uses.
fn last(shop: &Shop) -> Arc<[String]> {
    shop.codes.iter().rev().take(1).cloned().collect()
}

async fn measure(wanted: &Wanted<'_>, server: &Measured, stock: &Stock, report: &mut Report) -> Result<(), Failure> {
    // Short: who takes 50,000 free seats must not run out of them.
    let (long, short) = (wanted.millis(2_000), wanted.millis(1_000));
    let [thousand, many, million] = &stock.used;
    let rows = [
        ("hot-entitlement", &stock.hot, &stock.ten, long, Bar::AtLeast(0.9)),
        ("seats-1000", thousand, &stock.ten, long, Bar::None),
        ("seats-100000", many, &stock.ten, long, Bar::AtLeast(0.8)),
        ("seats-1000000", million, &stock.ten, long, Bar::AtLeast(0.7)),
        // At most 1.5 times the time.
        ("free-50000", &stock.free, &stock.hundred_free, short, Bar::AtLeast(1.0 / 1.5)),
        ("expired-50000", &stock.expired, &stock.hundred_expired, short, Bar::AtLeast(1.0 / 1.5)),
    ];
    for (row, codes, others, millis, bar) in rows.into_iter().filter(|(row, ..)| wanted.has(row)) {
        let mut crew = crew(server, stock, codes, row).await?;
        let mut reference = self::crew(server, stock, others, &format!("{row}-ref")).await?;
        report.add(compare(row, &mut crew, &mut reference, Pace::of(millis), bar).await?)?;
    }
    Ok(())
}

async fn crew(server: &Measured, stock: &Stock, codes: &Arc<[String]>, name: &str) -> Result<Crew, Failure> {
    let mut workers = Vec::with_capacity(CONNECTIONS);
    for number in 0..CONNECTIONS {
        let claims = Claims::new(&stock.product, codes, name, number % codes.len().max(1), CONNECTIONS);
        workers.push(Worker::new(server.address, Job::Activate(claims.named(number))).await?);
    }
    Ok(Crew { workers, processes: vec![server.id()] })
}
