//! The vendor and its server.

use chancery_client::Clock as _;
use serde_json::json;

use crate::command::demo::home::VENDOR;
use crate::command::demo::scene::Scene;
use crate::command::demo::text::day;

pub(super) fn tell(scene: &Scene<'_>) {
    let teller = scene.teller;
    teller.chapter("A vendor");
    let found = if scene.again { "is here from an earlier run, and its story goes on" } else { "opens its business" };
    teller.tell(
        "vendor",
        json!({ "name": VENDOR, "again": scene.again }),
        format!("{VENDOR} {found}. It is a sandbox vendor: its clock can be moved, so that years pass in seconds."),
    );
    teller.tell(
        "server",
        json!({ "url": scene.url, "now": scene.clock.now().to_string() }),
        format!("Its server answers at {}. The vendor's clock shows {}.", scene.url, day(scene.clock.now())),
    );
}
