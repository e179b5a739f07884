//! Rows on SQLite against the route that stores nothing.

use super::job::{Claims, Job, Refresh, Route};
use super::report::{Bar, Figure, Report};
use super::rounds::{Crew, Pace, Worker, compare};
use super::row::Wanted;
use super::server::Measured;
use super::shop::Shop;
use super::{Failure, block_on, client::Connection, client::Request, scratch};

/// The rows.
pub(crate) const ROWS: &[&str] = &["activate-sqlite", "validate-sqlite", "refresh-sqlite", "refresh-sqlite-128"];

/// How many entitlements are sold: calls that run together are always on different ones.
pub(crate) const ENTITLEMENTS: usize = 2_048;
/// More seats than any round claims.
pub(crate) const SEATS: u64 = 1_000_000;
/// Activations that one connection refreshes in turns.
pub(crate) const HELD: usize = 16;

/// What a connection does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Call {
    Activate,
    Validate,
    Refresh,
}

/// Runs the rows that are wanted.
pub(crate) fn run(wanted: &Wanted<'_>, report: &mut Report) -> Result<(), Failure> {
    let folder = scratch("sqlite")?;
    let server = Measured::start(&folder, None)?;
    let pace = Pace::of(wanted.millis(4_000));
    let measured = block_on(async {
        let shop = opened(&server).await?;
        let rows = [
            ("activate-sqlite", Call::Activate, 64, Bar::AtLeast(0.6)),
            ("validate-sqlite", Call::Validate, 64, Bar::AtLeast(0.8)),
            ("refresh-sqlite", Call::Refresh, 64, Bar::AtLeast(0.6)),
            ("refresh-sqlite-128", Call::Refresh, 128, Bar::P99OfP50(5.0)),
        ];
        for (row, call, connections, bar) in rows.into_iter().filter(|(row, ..)| wanted.has(row)) {
            report.add(against_reference(row, &server, &shop, call, connections, pace, bar).await?)?;
        }
        Ok(())
    });
    drop(server);
    std::fs::remove_dir_all(&folder)?;
    measured
}

/// A shop on a server, and the reference shown what real replies are like.
pub(crate) async fn opened(server: &Measured) -> Result<Shop, Failure> {
    let shop = Shop::open(server.address, &server.key, ENTITLEMENTS, SEATS).await?;
    let mut connection = Connection::open(server.address).await?;
    let mut claims = Claims::new(&shop.product, &shop.codes, "sample", 0, 1);
    let activated = claims.sample(&mut connection, "/api/v1/activate").await?;
    let validated = claims.sample(&mut connection, "/api/v1/validate").await?;
    let samples = format!("[{activated},{validated}]");
    let request = Request { path: "/reference/sample", headers: &[], body: &samples };
    connection.post(&request).await?.expect(200)?;
    Ok(shop)
}

/// Measures calls against the reference's.
pub(crate) async fn against_reference(
    row: &str,
    server: &Measured,
    shop: &Shop,
    call: Call,
    connections: usize,
    pace: Pace,
    bar: Bar,
) -> Result<Figure, Failure> {
    let (mut real, mut reference) = (Vec::new(), Vec::new());
    for number in 0..connections {
        let claims = Claims::new(&shop.product, &shop.codes, row, number, connections);
        let job = match call {
            Call::Activate => Job::Activate(claims),
            Call::Validate => Job::Validate(claims),
            Call::Refresh => {
                let mut connection = Connection::open(server.address).await?;
                Job::Refresh(Refresh::prepare(claims, HELD, &mut connection).await?)
            }
        };
        reference.push(Worker::new(server.address, job.clone().on(Route::Reference)).await?);
        real.push(Worker::new(server.address, job).await?);
    }
    let processes = vec![server.id()];
    let mut real = Crew { workers: real, processes: processes.clone() };
    compare(row, &mut real, &mut Crew { workers: reference, processes }, pace, bar).await
}
