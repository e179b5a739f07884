//! `chancery client status`: what the product may do now, from its state alone.

use chancery_client::{Lease, Standing};
use serde_json::{Value, json};

use super::open::Opened;
use super::{Place, node};
use crate::{Failure, Printer, render};

/// Says it, and fails unless the product may run.
pub(super) fn run(printer: Printer, place: &Place) -> Result<(), Failure> {
    let opened = match Opened::again(place) {
        Err(failure) if failure.code() == "not_activated" => {
            print(printer, &told(Standing::NotActivated, None, None));
            return Err(failure);
        }
        other => other?,
    };
    let status = opened.client.status()?;
    print(printer, &told(status.standing, status.lease.as_ref(), status.unsettled));
    Ok(status.standing.require()?)
}

fn print(printer: Printer, status: &Value) {
    printer.result(status, |status| render::lines(&node(status)));
}

fn told(standing: Standing, lease: Option<&Lease>, unsettled: Option<String>) -> Value {
    let (state, tolerated_until) = match standing {
        Standing::Allowed { .. } => ("active", None),
        Standing::Tolerated { until, .. } => ("leaseExpired", Some(until.to_string())),
        Standing::NotActivated => ("notActivated", None),
        _ => ("leaseExpired", None),
    };
    json!({
        "state": state,
        "mode": lease.map(|lease| &lease.mode),
        "leaseExpiry": lease.and_then(|lease| lease.expiry).map(|expiry| expiry.to_string()),
        "toleratedUntil": tolerated_until,
        "unsettled": unsettled,
        "activation": lease.map(|lease| activation(lease, state)),
    })
}

/// The activation as its lease tells it: what only the server knows is not there.
fn activation(lease: &Lease, status: &str) -> Value {
    let seat = lease.seat.as_ref();
    let entitlement = &lease.entitlement;
    json!({
        "id": lease.activation.map(|id| id.to_string()),
        "entitlementId": entitlement.id.to_string(),
        "productId": lease.product.to_string(),
        "seatId": seat.map(|seat| &seat.id),
        "seatName": seat.and_then(|seat| seat.name.as_ref()),
        "seatNumber": seat.map(|seat| seat.number),
        "status": status,
        "mode": lease.mode,
        "leaseExpiry": lease.expiry.map(|expiry| expiry.to_string()),
        "enforcement": lease.enforcement,
        "entitlement": entitlement,
        "features": lease.features,
        "attributes": lease.attributes,
        "customer": lease.customer,
    })
}
