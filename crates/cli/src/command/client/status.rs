//! `chancery client status`: what the product may do now, from its state alone.

use std::fmt::Display;

use chancery_client::{Lease, Mode, Standing, Status};
use serde::Serialize;
use serde_json::Value;

use super::open::Opened;
use super::{Place, node};
use crate::{Failure, Printer, render};

/// What to do while a request waits.
const PENDING: &str =
    "a request waits for its answer: carry it to the vendor, and give the answer to `client offline apply`";

/// What `status` says.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    state: &'static str,
    mode: Option<String>,
    lease_expiry: Option<String>,
    /// Until when the product may run although its lease has ended (GUARD-2).
    tolerated_until: Option<String>,
    /// The call whose reply was lost; the next one settles it (SAFE-3).
    unsettled: Option<&'a str>,
    /// How many offline requests wait for a response; one is enough (OFF-3).
    requests: usize,
    activation: Option<Activation<'a>>,
}

/// The activation as its lease tells it: what only the server knows is not there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Activation<'a> {
    id: Option<String>,
    entitlement_id: String,
    product_id: String,
    seat_id: Option<&'a str>,
    seat_name: Option<&'a str>,
    seat_number: Option<u64>,
    status: &'static str,
    mode: &'a str,
    lease_expiry: Option<String>,
    enforcement: &'a str,
    customer: Option<Value>,
    entitlement: Entitlement<'a>,
    features: Vec<Feature<'a>>,
    attributes: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entitlement<'a> {
    status: &'a str,
    expiry: Option<String>,
    grace_end: Option<String>,
    hard_stop: Option<String>,
    maintenance_end: Option<String>,
}

#[derive(Serialize)]
struct Feature<'a> {
    key: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    value: Value,
    total: Option<u64>,
    active: Option<u64>,
    available: Option<u64>,
    period: Option<String>,
}

/// Says it, and fails unless the product may run.
pub(super) fn run(printer: Printer, place: &Place) -> Result<(), Failure> {
    let status = match Opened::again(place) {
        Ok(opened) => opened.client.status()?,
        Err(failure) if failure.code() == "not_activated" => Status::default(),
        Err(failure) => return Err(failure),
    };
    print(printer, &status);
    let may_run = status.standing.require().map_err(Failure::from);
    if is_pending(&status) { may_run.map_err(|failure| failure.hint(PENDING)) } else { may_run }
}

/// Says it.
pub(super) fn print(printer: Printer, status: &Status) {
    printer.result(&told(status), |told| render::lines(&node(told)));
}

/// Whether nothing but a request is there (OFF-3).
fn is_pending(status: &Status) -> bool {
    matches!(status.standing, Standing::NotActivated) && status.requests > 0
}

fn told(status: &Status) -> Told<'_> {
    let (state, tolerated_until) = match status.standing {
        Standing::Allowed { .. } => ("active", None),
        Standing::Tolerated { until, .. } => ("leaseExpired", Some(until.to_string())),
        Standing::ClockRolledBack { .. } => ("clockRolledBack", None),
        Standing::NotActivated if is_pending(status) => ("pending", None),
        Standing::NotActivated => ("notActivated", None),
        _ => ("leaseExpired", None),
    };
    let lease = status.lease.as_ref();
    Told {
        state,
        mode: status.mode.or_else(|| is_pending(status).then_some(Mode::Offline)).map(|mode| mode.to_string()),
        lease_expiry: lease.and_then(|lease| text(lease.expiry)),
        tolerated_until,
        unsettled: status.unsettled.as_deref(),
        requests: status.requests,
        activation: lease.map(|lease| activation(lease, state)),
    }
}

fn activation<'a>(lease: &'a Lease, status: &'static str) -> Activation<'a> {
    let seat = lease.seat.as_ref();
    let entitlement = &lease.entitlement;
    Activation {
        id: text(lease.activation),
        entitlement_id: entitlement.id.to_string(),
        product_id: lease.product.to_string(),
        seat_id: seat.map(|seat| seat.id.as_str()),
        seat_name: seat.and_then(|seat| seat.name.as_deref()),
        seat_number: seat.map(|seat| seat.number),
        status,
        mode: &lease.mode,
        lease_expiry: text(lease.expiry),
        enforcement: &lease.enforcement,
        customer: lease.customer.as_ref().map(json),
        entitlement: Entitlement {
            status: &entitlement.status,
            expiry: text(entitlement.expiry),
            grace_end: text(entitlement.grace_end),
            hard_stop: text(entitlement.hard_stop),
            maintenance_end: text(entitlement.maintenance_end),
        },
        features: features(lease),
        attributes: json(&lease.attributes),
    }
}

fn features(lease: &Lease) -> Vec<Feature<'_>> {
    let features = lease.features.iter().map(|feature| Feature {
        key: &feature.key,
        kind: &feature.kind,
        value: json(&feature.value),
        total: feature.total,
        active: feature.active,
        available: feature.available,
        // As the licensing API has it: when the period began.
        period: feature.period.and_then(|period| text(period.start)),
    });
    features.collect()
}

fn text(value: Option<impl Display>) -> Option<String> {
    value.map(|value| value.to_string())
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
