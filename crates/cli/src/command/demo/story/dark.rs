//! A dark site: a local server where the internet does not reach, with a license and seats that come as files (LLS-2, EXP-1…7).

use std::collections::BTreeMap;

use chancery_api_types::local::{LocalStatus, LocalStatusKind, LocalToken, RequestLocalLicense};
use chancery_api_types::management::{
    ExportEntitlement, ExportEntitlementToken, ExportedEntitlement, ImportEntitlement, ImportedEntitlement,
    ReportLocalServer, ReportedLocalServer,
};
use chancery_api_types::offline::{ActivateOffline, OfflineReply};
use chancery_api_types::wire::{LocalServerIdText, Secret};
use serde_json::json;

use super::carried::{tell_file, write};
use crate::api::{local_path, path};
use crate::command::demo::home::VENDOR;
use crate::command::demo::machine::Machine;
use crate::command::demo::sale::Sale;
use crate::command::demo::scene::Scene;
use crate::command::demo::site::Site;
use crate::command::demo::text::{count, day, standing};
use crate::{Failure, carried};

/// The seat id of the machine at the site.
const BENCH: &str = "bench-1";

/// What the site's server is licensed by, and what its products are.
pub(super) async fn tell(scene: &Scene<'_>, server: &Sale, seats: &Sale) -> Result<Site, Failure> {
    scene.teller.chapter("A dark site");
    seats.in_force(scene, "The test bench's subscription ran out in an earlier run, so Acme renews it").await?;
    let site = Site::open(scene).await?;
    let how = if site.made { "made of Acme's trust bundle alone" } else { "here from an earlier run" };
    let sentence = format!(
        "Initech's test bench has a network, but no way out. A local server runs there, {how}, at {}.",
        site.url
    );
    scene.teller.tell("localServer", json!({ "url": site.url, "made": site.made }), sentence);
    let status = licensed(scene, &site, server).await?;
    clear(scene, &site, seats).await?;
    exported(scene, &site, seats, status.server_id).await?;
    let bench = served(scene, &site, seats).await?;
    reported(scene, &site).await?;
    returned(scene, &site, seats, &bench).await?;
    Ok(site)
}

/// Its own license: request, response.
async fn licensed(scene: &Scene<'_>, site: &Site, sale: &Sale) -> Result<LocalStatus, Failure> {
    let status = site.status().await?;
    if status.status == LocalStatusKind::OfflineActivated {
        scene.teller.tell(
            "localLicense",
            json!({ "again": true }),
            "Its own license has no end, and is there already.",
        );
        return Ok(status);
    }
    let body = RequestLocalLicense { activation_code: Secret(sale.code.clone()), server_name: None };
    let path_of = local_path(&[&"license", &"generate-activation-token"])?;
    let request: LocalToken = site.api.post_anew(&path_of, &body).await?;
    let file =
        write(scene, "5-server-request.chancery", &format!("local server request for {VENDOR}"), &request.token)?;
    let sentence = "It serves nobody without a license of its own, which it asks for as any product without a network.";
    tell_file(scene, "serverRequest", &file, sentence.to_owned());
    let body = ActivateOffline { token: Secret(carried::read(&file)?) };
    let reply: OfflineReply = scene.api.post(&path(&[&"offline", &"activate"])?, &body).await?;
    let what = format!("offline response for seat {}", reply.activation.seat_id);
    let file = write(scene, "6-server-response.chancery", &what, &reply.token)?;
    let status = site.activate(carried::read(&file)?).await?;
    tell_file(scene, "serverResponse", &file, "Acme's answer activates it, and Acme knows it from now on.".to_owned());
    Ok(status)
}

/// A run that was cut off may have left the seats at the site: they are fetched back, and what ran there runs out.
async fn clear(scene: &Scene<'_>, site: &Site, sale: &Sale) -> Result<(), Failure> {
    let hosts = sale.entitlement(scene).await?.hosts;
    if !hosts.iter().any(|host| host.host != "authority") {
        return Ok(());
    }
    let next = path(&[&"entitlements", &sale.entitlement, &"export", &"token"])?;
    // Whatever was carried before, one of these is refused, and the other does it.
    if let Ok(ExportedEntitlement { token, .. }) = scene.api.post(&next, &ExportEntitlementToken::default()).await {
        site.import(token).await.ok();
    }
    if let Ok(token) = site.delete(&sale.entitlement).await {
        give_back(scene, sale, token).await?;
    }
    scene.home.wipe_machine(BENCH)?;
    scene.advance(8).await.map(|_| ())
}

/// The seats go there.
async fn exported(scene: &Scene<'_>, site: &Site, sale: &Sale, server: LocalServerIdText) -> Result<(), Failure> {
    let body = ExportEntitlement {
        local_server_id: server,
        seats: None,
        features: BTreeMap::new(),
        delegation_period: None,
        give_back: None,
    };
    let export = path(&[&"entitlements", &sale.entitlement, &"export"])?;
    let exported: ExportedEntitlement = scene.api.post(&export, &body).await?;
    let seats = count(exported.session.seats.0.get(), "seat");
    let file = write(scene, "7-export.chancery", &format!("export of {}", sale.entitlement), &exported.token)?;
    let status = sale.entitlement(scene).await?.status.to_string();
    let until = exported.session.delegation_end.map(|end| format!(" until {}", day(end.0))).unwrap_or_default();
    let sentence = format!(
        "Acme exports {seats}, and lets that one server lease them{until}. At Acme the entitlement is {status} now: nobody \
         gets a seat twice."
    );
    tell_file(scene, "exported", &file, sentence);
    site.import(carried::read(&file)?).await.map(|_| ())
}

/// A product there, which is the same as anywhere.
async fn served(scene: &Scene<'_>, site: &Site, sale: &Sale) -> Result<Machine, Failure> {
    let bench = Machine::inside(scene, sale, site, BENCH, "The test bench")?;
    match bench.activate().await? {
        Ok(activation) => {
            let sentence = format!(
                "{} runs the same product with another address. It gets a seat from the local server, whose lease it believes \
                 by Acme's key alone: {}.",
                bench.name,
                standing(&bench.check()?)
            );
            scene.teller.tell("activatedThere", json!({ "activationId": activation.id }), sentence);
        }
        Err(problem) => scene.teller.refused("denied", "The test bench tries to activate", &problem),
    }
    Ok(bench)
}

/// What Acme sees of it.
async fn reported(scene: &Scene<'_>, site: &Site) -> Result<(), Failure> {
    let report: LocalToken = site.api.get(&local_path(&[&"report"])?).await?;
    let file = write(scene, "8-report.chancery", &format!("usage report for {VENDOR}"), &report.token)?;
    let body = ReportLocalServer { token: Secret(carried::read(&file)?) };
    let told: ReportedLocalServer = scene.api.post(&path(&[&"local-servers", &"reports"])?, &body).await?;
    let used = told.sessions.iter().filter_map(|session| session.usage.as_ref());
    let used = used.map(|usage| usage.seats_used.0.get()).sum::<u64>();
    let sentence = format!("A report, signed by the server, tells Acme: {} in use.", count(used, "seat"));
    tell_file(scene, "reported", &file, sentence);
    Ok(())
}

/// And back.
async fn returned(scene: &Scene<'_>, site: &Site, sale: &Sale, bench: &Machine) -> Result<(), Failure> {
    bench.client.deactivate().await?;
    let token = site.delete(&sale.entitlement).await?;
    let file =
        write(scene, "9-return.chancery", &format!("confirmation that {} is deleted", sale.entitlement), &token)?;
    let ended = give_back(scene, sale, carried::read(&file)?).await?;
    let here = sale.entitlement(scene).await?;
    let sentence = format!(
        "The tests are done: the server deletes what it had, and says so. Acme has {} again, and the entitlement is {}.",
        count(ended.session.seats.0.get(), "seat"),
        here.status
    );
    tell_file(scene, "returned", &file, sentence);
    Ok(())
}

async fn give_back(scene: &Scene<'_>, sale: &Sale, token: String) -> Result<ImportedEntitlement, Failure> {
    let body = ImportEntitlement { token: Some(Secret(token)), ..ImportEntitlement::default() };
    scene.api.post(&path(&[&"entitlements", &sale.entitlement, &"import"])?, &body).await
}
