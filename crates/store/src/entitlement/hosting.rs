//! Who enforces an entitlement's seats, as the document in which it keeps that; nothing where nobody else does.

use std::collections::BTreeMap;

use chancery_domain::{Delegation, Hold, Hosting, Key, Quantity, Timestamp};
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::columns::{from_json, parsed, to_json};

#[derive(Serialize, Deserialize)]
enum HostingDocument {
    #[serde(rename = "holds")]
    Holds(Vec<HoldDocument>),
    #[serde(rename = "delegation")]
    Delegation(DelegationDocument),
}

#[derive(Serialize, Deserialize)]
struct HoldDocument {
    server: String,
    session: String,
    whole: bool,
    seats: u64,
    features: BTreeMap<String, u64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    until: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct DelegationDocument {
    server: String,
    session: String,
    number: u64,
    seq: u64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    until: Option<i64>,
}

fn amount(amount: u64) -> Result<Quantity, StoreError> {
    Quantity::new(amount).map_err(|_| StoreError::corrupt("a quantity above 2^53 - 1"))
}

fn instant(micros: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    let out_of_range = |_| StoreError::corrupt("an instant outside of the years 1 to 9999");
    micros.map(|micros| Timestamp::from_micros(micros).map_err(out_of_range)).transpose()
}

pub(crate) fn write_hosting(hosting: &Hosting) -> String {
    let document = match hosting {
        Hosting::Here(holds) if holds.is_empty() => return String::new(),
        Hosting::Here(holds) => HostingDocument::Holds(holds.iter().map(hold_document).collect()),
        Hosting::Delegated(delegation) => HostingDocument::Delegation(DelegationDocument {
            server: delegation.server.to_string(),
            session: delegation.session.to_string(),
            number: delegation.number,
            seq: delegation.seq,
            until: delegation.until.map(Timestamp::as_micros),
        }),
    };
    to_json(&document)
}

fn hold_document(hold: &Hold) -> HoldDocument {
    HoldDocument {
        server: hold.server.to_string(),
        session: hold.session.to_string(),
        whole: hold.whole,
        seats: hold.seats.get(),
        features: hold.features.iter().map(|(key, amount)| (key.to_string(), amount.get())).collect(),
        until: hold.until.map(Timestamp::as_micros),
    }
}

pub(crate) fn read_hosting(text: &str) -> Result<Hosting, StoreError> {
    if text.is_empty() {
        return Ok(Hosting::default());
    }
    Ok(match from_json(text)? {
        HostingDocument::Holds(holds) => Hosting::Here(holds.into_iter().map(hold).collect::<Result<_, _>>()?),
        HostingDocument::Delegation(document) => Hosting::Delegated(Delegation {
            server: parsed(&document.server)?,
            session: parsed(&document.session)?,
            number: document.number,
            seq: document.seq,
            until: instant(document.until)?,
        }),
    })
}

fn hold(document: HoldDocument) -> Result<Hold, StoreError> {
    let feature = |(key, of): (String, u64)| Ok((parsed::<Key>(&key)?, amount(of)?));
    Ok(Hold {
        server: parsed(&document.server)?,
        session: parsed(&document.session)?,
        whole: document.whole,
        seats: amount(document.seats)?,
        features: document.features.into_iter().map(feature).collect::<Result<_, StoreError>>()?,
        until: instant(document.until)?,
    })
}
