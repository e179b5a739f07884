//! Customers, orders and activation codes, through the operations, on SQLite in memory. The same on both engines, over
//! HTTP, is in the server's tests.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may")]

use chancery_domain::*;
use chancery_operations::activation_code::{self, Codes};
use chancery_operations::credential::{self, Credential};
use chancery_operations::customer::{self, NewContact, NewCustomer};
use chancery_operations::order::{self, NewItem, NewOrder, OrderEdit, OrderView};
use chancery_operations::{
    AuditFilter, Context, Error, IdempotencyKey, KeyEncryptionKey, PageRequest, System, SystemOptions, audit, contact,
};
use chancery_store::{Aggregate, Location, Options, Outcome, Store};

/// A vendor with a product, two plans and two offerings, and a customer.
struct Shop {
    system: System,
    vendor: VendorId,
    customer: Customer,
    seeds: std::cell::Cell<u8>,
}

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn parse<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn id<I: Id>(n: u8) -> I {
    I::new(now(), [n; 10])
}

impl Shop {
    async fn open() -> Self {
        let store = Store::open(Location::Memory, Options::default()).await.unwrap();
        let key_encryption_key = KeyEncryptionKey::from_bytes(&[7; 32]).unwrap();
        let options = SystemOptions { key_encryption_key, public_url: None, machine: None };
        let system = System::open(store.clone(), options).await.unwrap();
        let new = chancery_operations::vendor::NewVendor { name: parse("Acme"), sandbox: true, admin_key: None };
        let (vendor, _) = chancery_operations::vendor::create(&system, now(), [1; 32], new).await.unwrap();
        fill(&store, vendor.id).await;
        let seeds = std::cell::Cell::new(1);
        let contacts = vec![NewContact { name: parse("Bob"), email: parse("bob@initech.example") }];
        let new = NewCustomer {
            name: parse("Initech"),
            reference: Some(parse("CRM-1001")),
            contacts,
            notes: String::new(),
            metadata: Metadata::default(),
        };
        let context = context(vendor.id, 250);
        let customer = customer::create(&system, &context, new).await.unwrap();
        Self { system, vendor: vendor.id, customer, seeds }
    }

    fn admin(&self) -> Context {
        self.seeds.set(self.seeds.get() + 1);
        context(self.vendor, self.seeds.get())
    }

    async fn order(&self, input: NewOrder) -> Result<OrderView, Error> {
        order::create(&self.system, &self.admin(), input).await
    }

    async fn orders(&self) -> usize {
        order::list(&self.system, &self.admin(), Default::default(), PageRequest::default()).await.unwrap().items.len()
    }

    async fn leads_somewhere(&self, code: &str) -> bool {
        let credential = Credential::ActivationCode(code.to_owned());
        match credential::claimant(&self.system, &credential, Selector::Name("cad".into()), now()).await {
            Ok(_) => true,
            Err(Error::ActivationCodeUnknown) => false,
            Err(other) => panic!("{other:?}"),
        }
    }
}

fn context(vendor: VendorId, seed: u8) -> Context {
    let actor = Actor::ApiKey { id: id(1), vendor, scopes: [KeyScope::Admin].into() };
    Context::new(actor, now(), [seed; 32])
}

async fn fill(store: &Store, vendor: VendorId) {
    let permit = Actor::Operator { vendor }.permit(Action::ImportCatalog).unwrap();
    let (created, updated, metadata) = (now(), now(), Metadata::default());
    let product = Product {
        id: id(1),
        vendor,
        name: parse("CAD"),
        key: parse("cad"),
        policy: Policy::default(),
        device_keys: DeviceKeys::Optional,
        secret_mode: SecretMode::Disabled,
        licensee_auto_create: false,
        metadata: metadata.clone(),
        created,
        updated,
    };
    let edition = Edition {
        id: id(1),
        vendor,
        product: product.id,
        name: parse("Pro"),
        key: parse("pro"),
        metadata: metadata.clone(),
        created,
        updated,
    };
    let plan = |n, name: &str, license_start| Plan {
        id: id(n),
        vendor,
        name: parse(name),
        license_start,
        plan_type: PlanType::Paid,
        duration: Some(parse("1 year")),
        metadata: Metadata::default(),
        created,
        updated,
    };
    let plans = [plan(1, "yearly", LicenseStart::Creation), plan(2, "dated", LicenseStart::Custom)];
    let offering = |n, sku: &str| Offering {
        id: id(n),
        vendor,
        sku: parse(sku),
        name: parse("CAD Pro"),
        edition: id(1),
        plan: id(n),
        seats: Quantity::new(5).unwrap(),
        overdraft: Overdraft::None,
        concurrency: Concurrency::Concurrent,
        automatic: false,
        maintenance: None,
        policy: PolicyChoice::default(),
        metadata: Metadata::default(),
        created,
        updated,
    };
    let offerings = [offering(1, "CAD-Y"), offering(2, "CAD-D")];
    let work = move |tx: &mut chancery_store::WriteTx<'_>| {
        chancery_store::product::insert(tx, &permit, &product)?;
        chancery_store::edition::insert(tx, &permit, &edition)?;
        plans.iter().try_for_each(|plan| chancery_store::plan::insert(tx, &permit, plan))?;
        offerings.iter().try_for_each(|offering| chancery_store::offering::insert(tx, &permit, offering))?;
        Ok::<_, Error>(Outcome::Done(()))
    };
    store.write(Aggregate::Vendor(vendor), work).await.unwrap();
}

fn item(sku: &str) -> NewItem {
    NewItem { sku: Some(parse(sku)), ..NewItem::default() }
}

fn wanted(items: Vec<NewItem>, codes: Codes) -> NewOrder {
    NewOrder {
        customer: Selector::Name("CRM-1001".into()),
        reference: None,
        items,
        codes,
        contacts: Vec::new(),
        metadata: Metadata::default(),
    }
}

fn plain(view: &OrderView) -> Vec<String> {
    view.codes.iter().filter_map(|code| code.plain.clone()).collect()
}

fn invalid<T>(result: Result<T, Error>) -> Vec<(String, Invalid)> {
    match result {
        Err(Error::Invalid(errors)) => errors.into_iter().map(|error| (error.path, error.invalid)).collect(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was taken"),
    }
}

#[tokio::test]
async fn cat_3_an_order_grants_what_the_catalog_says_and_the_item_overrides() {
    let shop = Shop::open().await;
    let more = NewItem {
        terms: OrderItem { seats: Some(Quantity::new(25).unwrap()), ..OrderItem::default() },
        ..item("CAD-Y")
    };
    let view = shop.order(wanted(vec![item("CAD-Y"), more], Codes::Make(2))).await.unwrap();
    let seats: Vec<u64> = view.entitlements.iter().map(|granted| granted.seats.get()).collect();
    assert_eq!(seats, [5, 25]);
    assert_eq!(view.entitlements[1].overrides.iter().map(|o| o.name()).collect::<Vec<_>>(), ["seats"]);
    let found = order::find(&shop.system, &shop.admin(), view.order.id.into()).await.unwrap();
    assert_eq!(found.entitlements, view.entitlements, "listed as they were ordered");
    assert_eq!(found.order, view.order);
    assert!(found.codes.iter().all(|code| code.plain.is_none()), "a code is shown once");
    let ids = |view: &OrderView| view.codes.iter().map(|code| code.code.id).collect::<Vec<_>>();
    assert_eq!(ids(&found), ids(&view));
}

#[tokio::test]
async fn lic_2_a_made_code_leads_to_its_order_until_it_is_revoked() {
    let shop = Shop::open().await;
    let view = shop.order(wanted(vec![item("CAD-Y")], Codes::Make(40))).await.unwrap();
    let codes = plain(&view);
    for code in &codes {
        assert_eq!(code.len(), 24, "five groups of four: {code}");
        assert!(!code.contains(['*', '~', '$', '=']), "people leave a sign at the end out: {code}");
        assert!(CodeText::read(code).unwrap().has_valid_check());
        assert!(shop.leads_somewhere(&code.to_lowercase().replace('-', " ")).await);
    }
    let revoked = view.codes[0].code.id;
    for _ in 0..2 {
        activation_code::revoke(&shop.system, &shop.admin(), view.order.id.into(), revoked).await.unwrap();
    }
    assert!(!shop.leads_somewhere(&codes[0]).await);
    assert!(shop.leads_somewhere(&codes[1]).await);
}

#[tokio::test]
async fn safe_1_a_repeated_order_shows_the_same_codes_and_happens_once() {
    let shop = Shop::open().await;
    let keyed = |key: &str| {
        let key = IdempotencyKey::new(b"secret", key, "createOrder", b"body");
        shop.admin().with_idempotency(Some(key))
    };
    let input = wanted(vec![item("CAD-Y")], Codes::Make(3));
    let first = order::create(&shop.system, &keyed("one"), input.clone()).await.unwrap();
    let again = order::create(&shop.system, &keyed("one"), input.clone()).await.unwrap();
    assert_eq!((again.order.id, plain(&again)), (first.order.id, plain(&first)));
    assert_eq!((shop.orders().await, plain(&first).len()), (1, 3));
    let added = activation_code::create(&shop.system, &keyed("two"), first.order.id.into(), Codes::Make(1)).await;
    let retold = activation_code::create(&shop.system, &keyed("two"), first.order.id.into(), Codes::Make(1)).await;
    let (added, retold) = (added.unwrap().codes, retold.unwrap().codes);
    assert_eq!(added[0].plain, retold[0].plain);
    assert_eq!((retold.len(), added[0].code.id), (1, retold[0].code.id));
    let other = IdempotencyKey::new(b"secret", "one", "createOrder", b"another body");
    let reused = order::create(&shop.system, &shop.admin().with_idempotency(Some(other)), input).await;
    assert!(matches!(reused, Err(Error::IdempotencyKeyReused)));
}

#[tokio::test]
async fn safe_1_a_repeated_purge_by_ref_is_answered_as_the_first_time() {
    let shop = Shop::open().await;
    let context = || shop.admin().with_idempotency(Some(IdempotencyKey::new(b"secret", "del", "delete", b"")));
    for _ in 0..2 {
        customer::purge(&shop.system, &context(), Selector::Name("CRM-1001".into())).await.unwrap();
    }
    let gone = customer::purge(&shop.system, &shop.admin(), shop.customer.id.into()).await;
    assert!(matches!(gone, Err(Error::NotFound)));
}

#[tokio::test]
async fn api_2_everything_wrong_with_an_order_is_said_at_once_and_nothing_is_changed() {
    let shop = Shop::open().await;
    let start = OrderItem { start: Some(now()), ..OrderItem::default() };
    let items = vec![
        item("CAD-Y"),
        NewItem::default(),
        NewItem { offering: Some(Selector::Id(id(1))), ..item("CAD-Y") },
        item("NOTHING"),
        NewItem { offering: Some(Selector::Id(id(99))), ..NewItem::default() },
        item("CAD-D"),
        NewItem { terms: start.clone(), ..item("CAD-Y") },
        NewItem { terms: start, ..item("CAD-D") },
    ];
    let own = ["short", "GOOD-CODE-1234", "good code 1234", "?", ""];
    let input = NewOrder {
        contacts: vec![shop.customer.contacts[0].id, shop.customer.contacts[0].id, id(9)],
        ..wanted(items, Codes::Own(own.map(str::to_owned).to_vec()))
    };
    let expected = [
        ("contacts[1]", Invalid::Duplicate),
        ("contacts[2]", Invalid::Unknown),
        ("items[1].sku", Invalid::Required),
        ("items[2].offeringId", Invalid::NotAllowed),
        ("items[3].sku", Invalid::Unknown),
        ("items[4].offeringId", Invalid::Unknown),
        ("items[5].start", Invalid::Required),
        ("items[6].start", Invalid::NotAllowed),
        ("activationCodes[0]", Invalid::OutOfRange),
        ("activationCodes[2]", Invalid::Duplicate),
        ("activationCodes[3]", Invalid::BadFormat),
        ("activationCodes[4]", Invalid::Required),
    ];
    assert_eq!(invalid(shop.order(input).await), expected.map(|(path, invalid)| (path.to_owned(), invalid)));
    let stranger = NewOrder { customer: Selector::Id(id(77)), ..wanted(vec![item("CAD-Y")], Codes::Make(101)) };
    let expected = [("customerId", Invalid::Unknown), ("activationCodes", Invalid::OutOfRange)];
    assert_eq!(invalid(shop.order(stranger).await), expected.map(|(path, invalid)| (path.to_owned(), invalid)));
    let many = wanted(vec![item("CAD-Y"); 101], Codes::Make(0));
    assert_eq!(invalid(shop.order(many).await), [("items".to_owned(), Invalid::OutOfRange)]);
    assert_eq!(shop.orders().await, 0);
}

#[tokio::test]
async fn lic_2_a_vendor_s_own_codes_are_taken_once_and_a_ref_too() {
    let shop = Shop::open().await;
    let own = || Codes::Own(vec!["INITECH-2026-0001".to_owned()]);
    let input = || NewOrder { reference: Some(parse("PO-7")), ..wanted(vec![item("CAD-Y")], own()) };
    let view = shop.order(input()).await.unwrap();
    assert_eq!(plain(&view), ["INITECH-2026-0001"], "shown as it was typed");
    assert!(shop.leads_somewhere("initech 2o26 ooo1").await);
    assert_eq!(invalid(shop.order(input()).await), [("activationCodes[0]".to_owned(), Invalid::Duplicate)]);
    let same_ref = NewOrder { codes: Codes::Make(1), ..input() };
    assert!(matches!(shop.order(same_ref).await, Err(Error::AlreadyExists { field: "ref" })));
}

#[tokio::test]
async fn aud_1_an_order_with_all_that_it_makes_is_in_the_audit_and_no_code_is() {
    let shop = Shop::open().await;
    let view = shop.order(wanted(vec![item("CAD-Y"), item("CAD-Y")], Codes::Make(2))).await.unwrap();
    let filter = AuditFilter { action: Some("order.create".into()), ..AuditFilter::default() };
    let entries = audit::list(&shop.system, &shop.admin(), filter, PageRequest::default()).await.unwrap().items;
    let subjects: Vec<String> = entries.iter().map(|entry| entry.subject.clone()).collect();
    let order = view.order.id.to_string();
    let granted = view.entitlements.iter().map(|granted| granted.id.to_string());
    let expected: Vec<String> = [order.clone()].into_iter().chain(granted).chain([order.clone(), order]).collect();
    // The customer's standing with the product is another page's.
    let subjects: Vec<String> = subjects.into_iter().filter(|subject| !subject.starts_with("lic_")).collect();
    assert_eq!(subjects, expected);
    let text = format!("{entries:?}");
    for code in plain(&view) {
        assert!(!text.contains(&code), "{text}");
    }
}

#[tokio::test]
async fn an_order_keeps_to_its_customer_s_contacts_and_loses_those_that_are_removed() {
    let shop = Shop::open().await;
    let bob = shop.customer.contacts[0].id;
    let input = NewOrder { contacts: vec![bob], ..wanted(vec![item("CAD-Y")], Codes::Make(0)) };
    let view = shop.order(input).await.unwrap();
    let ada = NewContact { name: parse("Ada"), email: parse("ada@initech.example") };
    let ada = contact::create(&shop.system, &shop.admin(), shop.customer.id.into(), ada).await.unwrap().contact;
    let same = NewContact { name: parse("Robert"), email: parse("BOB@initech.example") };
    let same = contact::create(&shop.system, &shop.admin(), shop.customer.id.into(), same).await;
    assert!(matches!(same, Err(Error::AlreadyExists { field: "email" })));
    let edit = OrderEdit { contacts: Some(vec![ada.id, bob]), ..OrderEdit::default() };
    order::update(&shop.system, &shop.admin(), view.order.id.into(), edit).await.unwrap();
    contact::delete(&shop.system, &shop.admin(), shop.customer.id.into(), bob).await.unwrap();
    let found = order::find(&shop.system, &shop.admin(), view.order.id.into()).await.unwrap();
    assert_eq!(found.order.contacts, [ada.id]);
    let edit = OrderEdit { contacts: Some(vec![bob]), ..OrderEdit::default() };
    let gone = order::update(&shop.system, &shop.admin(), view.order.id.into(), edit).await;
    assert_eq!(invalid(gone), [("contacts[0]".to_owned(), Invalid::Unknown)]);
}
