//! The end of the story: addresses, credentials, and commands to go on with.

use std::path::PathBuf;

use serde_json::json;

use crate::Failure;
use crate::command::demo::sale::Sale;
use crate::command::demo::scene::Scene;
use crate::command::demo::site::Site;
use crate::command::demo::text::{count, day, quoted};

pub(super) async fn tell(scene: &Scene<'_>, sale: &Sale, site: &Site) -> Result<(), Failure> {
    let (teller, home) = (scene.teller, scene.home);
    teller.chapter("Your turn");
    let entitlement = sale.entitlement(scene).await?;
    let free = entitlement.seats.0.get().saturating_sub(entitlement.seats_used.0.get());
    let now = scene.read_clock().await?;
    teller.tell(
        "yours",
        json!({ "now": now.to_string(), "seatsFree": free }),
        format!(
            "The vendor's clock shows {}. Initech has {} free: its activation code takes one. All files are readable by you \
             alone.",
            day(now),
            count(free, "seat")
        ),
    );
    let authority = home.authority();
    if scene.serves_on {
        teller.copy("address", "Server", &scene.url);
        teller.copy("docs", "Documentation", &format!("{}/docs", scene.url));
        site.tell(scene);
    }
    teller.copy("apiKey", "API key", &authority.admin_key().display().to_string());
    teller.copy("code", "Activation code", &sale.code);
    teller.copy("product", "Product", &sale.product);
    teller.copy("trust", "Trust bundle", &home.trust().display().to_string());
    teller.copy("certificate", "Certificate", &home.certificate().display().to_string());
    if scene.serves_on {
        commands(scene, sale);
    } else {
        restart(scene);
    }
    Ok(())
}

/// Three commands to be copied.
fn commands(scene: &Scene<'_>, sale: &Sale) {
    let (teller, home) = (scene.teller, scene.home);
    let (certificate, key) = (quoted(&home.certificate()), quoted(&home.authority().admin_key()));
    let url = &scene.url;
    teller.tell("commands", json!({}), "What Acme sees of Initech's seats, by the public API:");
    teller.command(&format!(
        "curl --cacert {certificate} -H \"Authorization: Bearer $(cat {key})\" {url}/api/admin/v1/entitlements/{}",
        sale.entitlement
    ));
    teller.tell("commands", json!({}), "Be a product: take a seat, then look at it without asking the server:");
    let (program, clock) = (program(), quoted(&home.clock()));
    let client = format!("{program} client --state {} --sandbox-clock {clock}", quoted(&home.machine("yours")));
    teller.command(&format!(
        "{client} --server {url} --ca-file {certificate} --trust {} activate --product {} --code {} --seat-id my-machine",
        quoted(&home.trust()),
        sale.product,
        sale.code
    ));
    teller.command(&format!("{client} status"));
}

/// Nothing of it can be tried while no server runs.
fn restart(scene: &Scene<'_>) {
    scene.teller.tell(
        "commands",
        json!({}),
        "The server stops now. To try it, run the demo without --once: it goes on from here, serves, and prints commands to \
         be copied.",
    );
    scene.teller.command(&format!("{} demo --data {}", program(), quoted(scene.home.root())));
}

/// This program, as a shell finds it.
fn program() -> String {
    let called = std::env::args_os().next().map(PathBuf::from).unwrap_or_default();
    // Called by a path, it may be on no search path.
    let by_path = called.components().count() > 1;
    let found = std::env::current_exe().ok().filter(|_| by_path);
    found.map_or_else(|| "chancery".to_owned(), |path| quoted(&path))
}
