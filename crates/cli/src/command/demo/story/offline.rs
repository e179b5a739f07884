//! Without a server: the lease on the machine's disk decides (TOK-7).

use serde_json::json;

use crate::Failure;
use crate::command::demo::machine::Machine;
use crate::command::demo::sale::Sale;
use crate::command::demo::scene::Scene;
use crate::command::demo::text::{day, standing};

pub(super) async fn tell(scene: &Scene<'_>, sale: &Sale, anna: &Machine) -> Result<(), Failure> {
    let teller = scene.teller;
    teller.chapter("Without the server");
    // So that its lease is a whole one, however the chapters before went.
    anna.refresh().await?.ok();
    let away = Machine::offline(scene, sale, anna)?;
    let verdict = standing(&away.check()?);
    teller.tell(
        "offline",
        json!({ "standing": verdict }),
        format!(
            "{} loses its network. The SDK reads the lease on its disk and verifies its signature against the trust bundle \
             in the product, asking nobody: {verdict}.",
            anna.name
        ),
    );
    if let Err(error) = away.client.refresh().await {
        let sentence = format!("Its daily refresh fails ({}), and it works on.", error.code());
        teller.tell("refreshFailed", json!({ "code": error.code() }), sentence);
    }
    for (later, days) in [("Five days later", 5), ("Another three days later", 3)] {
        let now = scene.advance(days).await?;
        let verdict = standing(&away.check()?);
        let sentence = format!("{later}, on {}: {verdict}.", day(now));
        teller.tell("offline", json!({ "now": now.to_string(), "standing": verdict }), sentence);
    }
    match anna.refresh().await? {
        Ok(_) => {
            let verdict = standing(&anna.check()?);
            let sentence = format!("The network is back. One refresh, and all is well: {verdict}.");
            teller.tell("refreshed", json!({ "standing": verdict }), sentence);
        }
        Err(problem) => teller.refused("denied", "It refreshes", &problem),
    }
    Ok(())
}
