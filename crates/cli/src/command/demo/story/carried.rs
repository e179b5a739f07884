//! Without any network: tokens travel as files, which stay in the demo's folder (OFF-3…9, TOK-6).

use std::path::PathBuf;

use chancery_api_types::offline::{
    ActivateOffline, DeactivateOffline, OfflineDeactivated, OfflineReply, RefreshOffline,
};
use chancery_api_types::wire::ActivationIdText;
use chancery_client::Secret;
use serde_json::json;

use crate::api::path;
use crate::command::demo::home::VENDOR;
use crate::command::demo::machine::Machine;
use crate::command::demo::sale::Sale;
use crate::command::demo::scene::Scene;
use crate::command::demo::text::{day, standing};
use crate::{Failure, carried};

pub(super) async fn tell(scene: &Scene<'_>, sale: &Sale) -> Result<(), Failure> {
    scene.teller.chapter("Without any network");
    sale.in_force(scene, "The laboratory's subscription ran out in an earlier run, so Acme renews it").await?;
    let lab = Machine::alone(scene, sale, "lab-1", "The laboratory's computer")?;
    clear(scene, &lab).await?;
    let activation = activated(scene, &lab).await?;
    refreshed(scene, sale, &lab, activation).await?;
    given_up(scene, &lab).await
}

/// A run that was cut off may have left an activation, or a deactivation that nobody carried.
async fn clear(scene: &Scene<'_>, lab: &Machine) -> Result<(), Failure> {
    let left = match lab.client.offline_deactivation()? {
        Some(token) => Some(token),
        None => lab.client.deactivate_offline().await.ok(),
    };
    if let Some(token) = left {
        freed(scene, token).await?;
    }
    Ok(())
}

/// Request, response.
async fn activated(scene: &Scene<'_>, lab: &Machine) -> Result<ActivationIdText, Failure> {
    let request = lab.request().await?;
    let file = write(scene, "1-request.chancery", &format!("offline request of seat lab-1 for {VENDOR}"), &request)?;
    tell_file(
        scene,
        "request",
        &file,
        format!(
            "{} never sees a network. Its product writes a request into a file, sealed to Acme: who carries it can read \
             nothing in it.",
            lab.name
        ),
    );
    let body = ActivateOffline { token: Secret(carried::read(&file)?) };
    let reply: OfflineReply = scene.api.post(&path(&[&"offline", &"activate"])?, &body).await?;
    let what = "offline response for seat lab-1";
    write(scene, "2-response.chancery", what, &reply.token)?;
    let file = write(scene, "2-response.png", what, &reply.token)?;
    tell_file(
        scene,
        "response",
        &file,
        "A USB stick takes it to Acme, who answers with a file that this one computer can open; and with the same as QR codes."
            .to_owned(),
    );
    lab.client.apply_offline(&carried::read(&file)?).await?;
    let verdict = standing(&lab.client.check()?);
    let facts = json!({ "activationId": reply.activation.id, "standing": verdict });
    scene.teller.tell("activatedOffline", facts, format!("The codes are read where they are needed: {verdict}."));
    Ok(reply.activation.id)
}

/// A refresh, when the lease has ended.
async fn refreshed(
    scene: &Scene<'_>,
    sale: &Sale,
    lab: &Machine,
    activation_id: ActivationIdText,
) -> Result<(), Failure> {
    let now = scene.advance(31).await?;
    let verdict = standing(&lab.client.check()?);
    let sentence = format!("Nobody thinks of it until {}: {verdict}.", day(now));
    scene.teller.tell("offline", json!({ "now": now.to_string(), "standing": verdict }), sentence);
    sale.in_force(scene, "The subscription ran out as well, so Acme renews it").await?;
    let reply: OfflineReply =
        scene.api.post(&path(&[&"offline", &"refresh"])?, &RefreshOffline { activation_id }).await?;
    let file = write(scene, "3-refresh.chancery", "offline refresh for seat lab-1", &reply.token)?;
    lab.client.apply_offline(&carried::read(&file)?).await?;
    let verdict = standing(&lab.client.check()?);
    let sentence = format!("Acme makes a refresh, nobody has to ask the computer for anything: {verdict}.");
    tell_file(scene, "refreshedOffline", &file, sentence);
    Ok(())
}

/// Deactivation: here at once, there when the token comes.
async fn given_up(scene: &Scene<'_>, lab: &Machine) -> Result<(), Failure> {
    let token = lab.client.deactivate_offline().await?;
    let what = format!("offline deactivation of seat lab-1 for {VENDOR}");
    let file = write(scene, "4-deactivation.chancery", &what, &token)?;
    let verdict = standing(&lab.client.check()?);
    let sentence = format!("The laboratory closes. Its computer gives the license up: {verdict}.");
    tell_file(scene, "deactivatedOffline", &file, sentence);
    freed(scene, carried::read(&file)?).await?;
    let again = freed(scene, carried::read(&file)?).await?;
    let how = if again { "Brought twice, it is said to be done already, and harms nothing" } else { "It counts once" };
    let folder = file.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    let sentence = format!("The last file frees the seat. {how}. All of them are kept, to be looked at.");
    scene.teller.tell("freed", json!({ "folder": folder }), sentence);
    scene.teller.copy("carried", "Carried files", &folder);
    Ok(())
}

/// Gives the vendor a deactivation; says whether the seat was free already.
async fn freed(scene: &Scene<'_>, token: String) -> Result<bool, Failure> {
    let body = DeactivateOffline { token: Secret(token) };
    let done: OfflineDeactivated = scene.api.post(&path(&[&"offline", &"deactivate"])?, &body).await?;
    Ok(done.already_done)
}

/// Writes a token into a file that somebody carries.
pub(super) fn write(scene: &Scene<'_>, name: &str, what: &str, token: &str) -> Result<PathBuf, Failure> {
    let file = scene.home.carried(name)?;
    carried::write(&file, what, token)?;
    Ok(file)
}

/// Tells something of a file, with its name.
pub(super) fn tell_file(scene: &Scene<'_>, event: &str, file: &std::path::Path, sentence: String) {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    scene.teller.tell(event, json!({ "file": name }), sentence + &format!(" ({name})"));
}
