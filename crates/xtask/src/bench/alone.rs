//! Rows without load: memory, size, and what the SDK does alone.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use chancery_domain::{ProductId, Timestamp};
use chancery_token::{LeaseExpectation, Trust};
use serde_json::Value;

use super::client::Connection;
use super::full::plain;
use super::job::Claims;
use super::processor::resident_mib;
use super::report::{Bar, Figure, Report};
use super::rounds::median;
use super::row::Wanted;
use super::server::Measured;
use super::shop::{Shop, text};
use super::{Failure, block_on, scratch};
use crate::tree::workspace_root;

/// The rows.
pub(crate) const ROWS: &[&str] = &["memory-idle", "lease-cold", "binary"];

/// Runs the rows that are wanted.
pub(crate) fn run(wanted: &Wanted<'_>, report: &mut Report) -> Result<(), Failure> {
    if wanted.has("memory-idle") || wanted.has("lease-cold") {
        let folder = scratch("alone")?;
        let server = Measured::start(&folder, None)?;
        if wanted.has("memory-idle") {
            report.add(plain("memory-idle", "MiB", resident_mib(server.id())?, 60.0))?;
        }
        if wanted.has("lease-cold") {
            report.add(lease(&server)?)?;
        }
        drop(server);
        std::fs::remove_dir_all(&folder)?;
    }
    if wanted.has("binary") {
        report.add(binary()?)?;
    }
    Ok(())
}

/// The stripped binary, as releases have it.
fn binary() -> Result<Figure, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo).args(["build", "--release", "--quiet", "--package", "chancery"]).status()?;
    if !built.success() {
        return Err("the binary cannot be built".into());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(workspace_root()?.join("target"), Into::into);
    let file = Path::new(&target).join("release").join(format!("chancery{}", std::env::consts::EXE_SUFFIX));
    Ok(plain("binary", "MiB", std::fs::metadata(file)?.len() as f64 / 1_048_576.0, 40.0))
}

fn lease(server: &Measured) -> Result<Figure, Failure> {
    let (product, bundle, lease) = block_on(sample(server))?;
    cold("lease-cold", &product, &bundle, &lease)
}

/// A lease that the SDK opens with nothing but the texts: bundle, certificates, revocation list, lease. The reference is so many
/// verifications as there are signatures in them.
pub(super) fn cold(row: &str, product: &str, bundle: &str, lease: &str) -> Result<Figure, Failure> {
    let now = now()?;
    let product: ProductId = product.parse().map_err(|_| "a product's id")?;
    let open = || -> Result<usize, Failure> {
        let trust = Trust::open(bundle, None, now)?;
        let lease = trust.open_lease(lease, &LeaseExpectation::online(product, now))?;
        // The bundle's own, its certificates', its revocation list's, the lease's, and that of a delegation in it.
        Ok(trust.certificates().len() + 3 + usize::from(lease.delegation.is_some()))
    };
    let signatures = open()? as f64;
    let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).map_err(|_| "a key")?;
    // As long as what a lease signs.
    let message = lease.rsplit_once('.').map_or(lease, |(signed, _)| signed).as_bytes();
    let signature = key.sign(message);
    let public = UnparsedPublicKey::new(&ED25519, key.public_key().as_ref().to_vec());
    let (mut cold, mut verified) = (Vec::new(), Vec::new());
    for _ in 0..1_000 {
        let begun = Instant::now();
        open()?;
        cold.push(begun.elapsed().as_secs_f64() * 1e6);
        let begun = Instant::now();
        public.verify(message, signature.as_ref()).map_err(|_| "a signature")?;
        verified.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    let (value, reference) = (median(&cold) / signatures, Some(median(&verified)));
    let row = format!("{row}, each of {signatures} signatures");
    Ok(Figure { row, unit: "µs", value, reference, bar: Bar::AtMost(2.0), load: None })
}

async fn sample(server: &Measured) -> Result<(String, String, String), Failure> {
    let shop = Shop::open(server.address, &server.key, 1, 10).await?;
    let mut connection = Connection::open(server.address).await?;
    let mut claims = Claims::new(&shop.product, &shop.codes, "lease", 0, 1);
    let reply: Value = serde_json::from_str(&claims.sample(&mut connection, "/api/v1/activate").await?)?;
    let bundle = connection.get("/.well-known/trust-bundle").await?.json(200)?;
    Ok((shop.product.to_string(), text(&bundle, "token")?, text(&reply, "lease")?))
}

#[allow(clippy::disallowed_methods, reason = "a benchmark measures the real thing")]
pub(super) fn now() -> Result<Timestamp, Failure> {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    Timestamp::from_micros(i64::try_from(since_1970.as_micros())?).map_err(|_| "the clock".into())
}
