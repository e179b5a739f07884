//! A local server against the authority whose place it takes: the same calls, on entitlements of the same kind.
//!
//! It has more to do: its leases carry the vendor's delegation and a number of their own, and its clients show the last one.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use chancery_domain::EditionId;
use chancery_token::Trust;
use serde_json::{Value, json};

use super::alone::{cold, now};
use super::client::Connection;
use super::job::{Claims, Job, Refresh};
use super::report::{Bar, Report};
use super::rounds::{Crew, Pace, Worker, compare};
use super::row::Wanted;
use super::server::Measured;
use super::shop::{Api, MANAGEMENT, Shop, text};
use super::sqlite::{HELD, SEATS};
use super::{Failure, block_on, scratch};

/// The rows.
pub(crate) const ROWS: &[&str] = &["local-activate", "local-refresh", "local-lease-cold"];

const CONNECTIONS: usize = 64;
/// How many entitlements each of the two has.
const ENTITLEMENTS: usize = 256;

/// What a server is asked for.
struct Stock {
    address: SocketAddr,
    process: u32,
    product: Arc<str>,
    codes: Arc<[String]>,
}

/// Runs the rows that are wanted.
pub(crate) fn run(wanted: &Wanted<'_>, report: &mut Report) -> Result<(), Failure> {
    let folder = scratch("local")?;
    let measured = measure(&folder, wanted, report);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn measure(folder: &Path, wanted: &Wanted<'_>, report: &mut Report) -> Result<(), Failure> {
    let authority = Measured::start(&folder.join("authority"), None)?;
    let bundle = block_on(async {
        let mut connection = Connection::open(authority.address).await?;
        text(&connection.get("/.well-known/trust-bundle").await?.json(200)?, "token")
    })?;
    let file = folder.join("trust.jws");
    std::fs::write(&file, &bundle)?;
    let site = Measured::start_local(&folder.join("site"), &file)?;
    let pace = Pace::of(wanted.millis(3_000));
    block_on(async {
        let shop = Shop::open(authority.address, &authority.key, 2 * ENTITLEMENTS, SEATS).await?;
        let (hosted, kept) = shop.codes.split_at(ENTITLEMENTS);
        host(&authority, &site, &shop, &bundle).await?;
        let stock = |server: &Measured, codes: &[String]| Stock {
            address: server.address,
            process: server.id(),
            product: Arc::clone(&shop.product),
            codes: codes.into(),
        };
        let (there, here) = (stock(&site, hosted), stock(&authority, kept));
        if wanted.has("local-lease-cold") {
            let mut connection = Connection::open(there.address).await?;
            let mut claims = Claims::new(&there.product, &there.codes, "lease", 0, 1);
            let reply: Value = serde_json::from_str(&claims.sample(&mut connection, "/api/v1/activate").await?)?;
            report.add(cold("local-lease-cold", &there.product, &bundle, &text(&reply, "lease")?)?)?;
        }
        for row in ["local-activate", "local-refresh"].into_iter().filter(|row| wanted.has(row)) {
            let mut crew = crew(&there, row).await?;
            let mut reference = self::crew(&here, row).await?;
            report.add(compare(row, &mut crew, &mut reference, pace, Bar::AtLeast(0.9)).await?)?;
        }
        Ok(())
    })
}

/// Gives the local server its license, and the first entitlements that were sold.
async fn host(authority: &Measured, site: &Measured, shop: &Shop, bundle: &str) -> Result<(), Failure> {
    let mut vendor = Api::new(authority.address, &authority.key, MANAGEMENT).await?;
    let mut local = Api::new(site.address, &site.key, "/api/lls").await?;
    let edition = EditionId::of_local_server(Trust::open(bundle, None, now()?)?.anchor().vendor);
    let plan = json!({ "name": "Sites", "licenseType": "subscription", "licenseStart": "activation", "planType": "paid",
        "duration": { "unit": "year", "count": 1 } });
    let plan = text(&vendor.post("plans", &plan).await?, "id")?;
    let offering = json!({ "sku": "SITE", "name": "Site", "editionId": edition.to_string(), "planId": plan, "seats": 1,
        "offlineLeasePeriod": { "unit": "day", "count": 30 } });
    vendor.post("offerings", &offering).await?;
    let order = json!({ "customerId": shop.customer, "items": [{ "sku": "SITE" }], "activationCodes": 1 });
    let order = vendor.post("orders", &order).await?;
    let asked = json!({ "activationCode": text(&order["activationCodes"][0], "code")?, "serverName": "Bench" });
    let request = text(&local.post("license/generate-activation-token", &asked).await?, "token")?;
    let response = text(&vendor.post("offline/activate", &json!({ "token": request })).await?, "token")?;
    let status = local.post("license/activate", &json!({ "token": response })).await?;
    let server = text(&status, "serverId")?;
    for entitlement in shop.entitlements.iter().take(ENTITLEMENTS) {
        let wanted = json!({ "localServerId": server });
        let exported = vendor.post(&format!("entitlements/{entitlement}/export"), &wanted).await?;
        local.post("entitlement/import", &json!({ "token": text(&exported, "token")? })).await?;
    }
    Ok(())
}

async fn crew(stock: &Stock, row: &str) -> Result<Crew, Failure> {
    let mut workers = Vec::with_capacity(CONNECTIONS);
    for number in 0..CONNECTIONS {
        let claims = Claims::new(&stock.product, &stock.codes, row, number, CONNECTIONS);
        let job = if row == "local-refresh" {
            let mut connection = Connection::open(stock.address).await?;
            Job::Refresh(Refresh::prepare(claims, HELD, &mut connection).await?)
        } else {
            Job::Activate(claims)
        };
        workers.push(Worker::new(stock.address, job).await?);
    }
    Ok(Crew { workers, processes: vec![stock.process] })
}
