//! The customers, and what they order.

use chancery_api_types::Page;
use chancery_api_types::management::{
    ActivationCode, ActivationCodes, CreateActivationCodes, CreateContact, CreateCustomer, CreateOrder,
    CreateOrderItem, Customer, Order,
};
use chancery_api_types::wire::{CustomerRef, EmptyList, Zero};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::Failure;
use crate::api::path;
use crate::command::demo::sale::Sale;
use crate::command::demo::scene::Scene;

/// What was sold.
pub(super) struct Sales {
    pub(super) cad: Sale,
    pub(super) render: Sale,
    pub(super) lab: Sale,
    pub(super) bench: Sale,
    pub(super) server: Sale,
    pub(super) trial: Sale,
}

/// A customer of the story.
struct Buyer {
    name: &'static str,
    reference: &'static str,
    contact: (&'static str, &'static str),
}

/// An order of the story.
struct Purchase {
    reference: &'static str,
    buyer: &'static Buyer,
    sku: &'static str,
    seats: Option<u64>,
    what: &'static str,
}

static INITECH: Buyer =
    Buyer { name: "Initech", reference: "CRM-1001", contact: ("Bob Porter", "bob@initech.example") };
static GLOBEX: Buyer =
    Buyer { name: "Globex", reference: "CRM-1002", contact: ("Hank Scorpio", "hank@globex.example") };

static CAD: Purchase = Purchase {
    reference: "PO-1001",
    buyer: &INITECH,
    sku: "CAD-PRO-Y",
    seats: Some(3),
    what: "three floating seats of Acme CAD Professional, for a year at a time",
};
static RENDER: Purchase = Purchase {
    reference: "PO-1002",
    buyer: &INITECH,
    sku: "RENDER-PERP",
    seats: Some(1),
    what: "one render server, for good",
};
static LAB: Purchase = Purchase {
    reference: "PO-1003",
    buyer: &INITECH,
    sku: "CAD-PRO-Y",
    seats: Some(1),
    what: "one more seat, for a laboratory without a network",
};
static BENCH: Purchase = Purchase {
    reference: "PO-1004",
    buyer: &INITECH,
    sku: "CAD-PRO-Y",
    seats: Some(2),
    what: "two seats for a test bench that the internet does not reach",
};
static SERVER: Purchase = Purchase {
    reference: "PO-1005",
    buyer: &INITECH,
    sku: "LOCAL-SERVER",
    seats: None,
    what: "the right to run a local server there",
};
static TRIAL: Purchase =
    Purchase { reference: "PO-2001", buyer: &GLOBEX, sku: "CAD-TRIAL", seats: None, what: "a trial of Acme CAD" };

pub(super) async fn tell(scene: &Scene<'_>) -> Result<Sales, Failure> {
    scene.teller.chapter("Customers and orders");
    for buyer in [&INITECH, &GLOBEX] {
        introduce(scene, buyer).await?;
    }
    let (cad, render, lab) = (buy(scene, &CAD).await?, buy(scene, &RENDER).await?, buy(scene, &LAB).await?);
    let (bench, server) = (buy(scene, &BENCH).await?, buy(scene, &SERVER).await?);
    Ok(Sales { cad, render, lab, bench, server, trial: buy(scene, &TRIAL).await? })
}

async fn introduce(scene: &Scene<'_>, buyer: &Buyer) -> Result<(), Failure> {
    let Buyer { name, reference, contact } = buyer;
    let known: Option<Customer> = find(scene, &path(&[&"customers", reference])?).await?;
    let facts = json!({ "name": name, "ref": reference, "again": known.is_some() });
    if known.is_some() {
        scene.teller.tell("customer", facts, format!("{name} ({reference}) is a customer already."));
        return Ok(());
    }
    let body = CreateCustomer {
        name: read(name)?,
        reference: Some(read(reference)?),
        contacts: vec![CreateContact { name: read(contact.0)?, email: read(contact.1)? }],
        notes: None,
        metadata: None,
    };
    let _: Customer = scene.api.post(&path(&[&"customers"])?, &body).await?;
    let sentence =
        format!("{name} becomes a customer, with {} as its contact. Acme's own name for it is {reference}.", contact.0);
    scene.teller.tell("customer", facts, sentence);
    Ok(())
}

async fn buy(scene: &Scene<'_>, purchase: &Purchase) -> Result<Sale, Failure> {
    let Purchase { reference, buyer, sku, what, .. } = purchase;
    let found: Option<Order> = find(scene, &path(&[&"orders", reference])?).await?;
    let again = found.is_some();
    let order = match found {
        Some(order) => order,
        None => scene.api.post(&path(&[&"orders"])?, &body(purchase)?).await?,
    };
    let sentence = match again {
        true => format!("{} has its order {reference}: {what} ({sku}).", buyer.name),
        false => format!("{} orders {what}: order {reference}, {sku}.", buyer.name),
    };
    scene.teller.tell("order", json!({ "ref": reference, "sku": sku, "again": again }), sentence);
    let code = code(scene, reference, &order).await?;
    let granted = order.entitlements.iter().find(|granted| granted.sku.to_string() == *sku);
    let granted = granted.or(order.entitlements.first());
    let granted = granted.ok_or_else(|| Failure::internal(format!("the order {reference} grants nothing")))?;
    Ok(Sale::of(granted, code))
}

fn body(purchase: &Purchase) -> Result<CreateOrder, Failure> {
    let seats = purchase.seats.map(|seats| serde_json::from_value(json!(seats)));
    let seats = seats.transpose().map_err(|error| Failure::internal(error.to_string()))?;
    Ok(CreateOrder {
        customer_id: CustomerRef::from(purchase.buyer.reference),
        reference: Some(read(purchase.reference)?),
        items: vec![CreateOrderItem { sku: Some(read(purchase.sku)?), seats, ..CreateOrderItem::default() }],
        activation_codes: ActivationCodes::Make(1),
        license_keys: Zero,
        contacts: Vec::new(),
        dual_use: EmptyList,
        metadata: None,
    })
}

/// The activation code of an order: shown when it was made, and kept since. If it was lost or revoked, a new one is made.
async fn code(scene: &Scene<'_>, reference: &str, order: &Order) -> Result<String, Failure> {
    if let Some(kept) = scene.home.codes().remove(reference).filter(|kept| is_good(order, kept)) {
        return Ok(kept);
    }
    let code = match shown(&order.activation_codes) {
        Some(code) => code,
        None => {
            let body = CreateActivationCodes { activation_codes: ActivationCodes::Make(1) };
            let made = path(&[&"orders", &order.id, &"activation-codes"])?;
            let made: Page<ActivationCode> = scene.api.post(&made, &body).await?;
            shown(&made.items).ok_or_else(|| Failure::internal("the server made no activation code"))?
        }
    };
    scene.home.keep_code(reference, &code)?;
    Ok(code)
}

fn shown(codes: &[ActivationCode]) -> Option<String> {
    codes.iter().find_map(|code| code.code.as_ref()).map(|code| code.expose().to_owned())
}

/// Whether the order still has the code: of codes made before, only the last group is known.
fn is_good(order: &Order, kept: &str) -> bool {
    let mut codes = order.activation_codes.iter().filter(|code| code.revoked.is_none());
    codes.any(|code| !code.last_group.is_empty() && kept.ends_with(&code.last_group))
}

/// Reads a resource; nothing if there is none.
async fn find<T: DeserializeOwned>(scene: &Scene<'_>, path: &str) -> Result<Option<T>, Failure> {
    match scene.api.get(path).await {
        Ok(found) => Ok(Some(found)),
        Err(failure) if failure.code() == "not_found" => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn read<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|error: T::Err| Failure::internal(format!("{text}: {error}")))
}
