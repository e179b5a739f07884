//! `chancery client offline forget`: forgets the requests that wait, so that the next one has new keys.

use crate::command::client::Place;
use crate::command::client::open::Opened;
use crate::{Failure, Printer};

/// A response to what is forgotten is taken no more.
pub(super) async fn run(printer: Printer, place: &Place) -> Result<(), Failure> {
    let opened = Opened::again(place)?;
    let waiting = opened.client.status()?.requests;
    opened.client.forget_offline_requests().await?;
    let said = |_: &_| format!("{waiting} requests are forgotten, and the keys that were made for them alone.");
    printer.result(&serde_json::json!({ "forgotten": waiting }), said);
    Ok(())
}
