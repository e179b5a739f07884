//! A vendor with one product, one offering and one order, on either engine; and a product that calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chancery_domain::*;
use chancery_operations::activation::{Activated, ChainCall, NewActivation};
use chancery_operations::credential::{self, Claimant, Credential};
use chancery_operations::vendor::NewVendor;
use chancery_operations::{Context, Error, IdempotencyKey, KeyEncryptionKey, System, SystemOptions, activation};
use chancery_store::{Aggregate, Location, Options, Outcome, Store};

pub(crate) const CODE: &str = "ABCD-EFGH-JKMN-PQRS";

/// The system under test, with a clock that only the test moves.
pub(crate) struct Fixture {
    pub(crate) system: Arc<System>,
    pub(crate) store: Store,
    pub(crate) vendor: Vendor,
    pub(crate) product: Product,
    pub(crate) entitlement: EntitlementId,
    clock: AtomicI64,
    seeds: AtomicU64,
    location: Location,
    _folder: Option<tempfile::TempDir>,
}

/// What the order grants.
pub(crate) struct Terms {
    pub(crate) seats: u64,
    pub(crate) overdraft: Overdraft,
    pub(crate) concurrency: Concurrency,
    pub(crate) duration: Option<Interval>,
    pub(crate) lease_period: Period,
    pub(crate) offline_lease_period: Option<Period>,
    pub(crate) grace_period: Option<Interval>,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            seats: 2,
            overdraft: Overdraft::None,
            concurrency: Concurrency::Concurrent,
            duration: Some(Interval::new(Unit::Year, 1).unwrap()),
            lease_period: Period::Limited(Interval::days(7)),
            offline_lease_period: None,
            grace_period: None,
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Engine {
    SqliteMemory,
    SqliteFile,
    Postgres,
}

pub(crate) fn quantity(n: u64) -> Quantity {
    Quantity::new(n).unwrap()
}

impl Fixture {
    pub(crate) async fn new(engine: Engine, terms: Terms) -> Self {
        Self::with(engine, terms, Options::default()).await
    }

    /// The same on a store with other options.
    pub(crate) async fn with(engine: Engine, terms: Terms, options: Options) -> Self {
        let (location, folder) = match engine {
            Engine::SqliteMemory => (Location::Memory, None),
            Engine::SqliteFile => {
                let folder = tempfile::tempdir().unwrap();
                (Location::Sqlite(folder.path().join("chancery.db")), Some(folder))
            }
            Engine::Postgres => (Location::Postgres(chancery_testkit::Postgres::shared().fresh_database()), None),
        };
        let store = Store::open(location.clone(), options).await.unwrap();
        let key_encryption_key = KeyEncryptionKey::from_bytes(&[7; 32]).unwrap();
        let options = SystemOptions { key_encryption_key, public_url: None, machine: None };
        let system = Arc::new(System::open(store.clone(), options).await.unwrap());
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let new = NewVendor { name: Name::new("Acme").unwrap(), sandbox: false, admin_key: None };
        let (vendor, _) = chancery_operations::vendor::create(&system, now, [1; 32], new).await.unwrap();
        let sold = sell(&store, &vendor, terms, now).await;
        Self {
            system,
            store,
            vendor,
            product: sold.0,
            entitlement: sold.1,
            clock: AtomicI64::new(now.as_micros()),
            seeds: AtomicU64::new(1),
            location,
            _folder: folder,
        }
    }

    /// The same vendor by another process on the same database, which must be PostgreSQL.
    pub(crate) async fn twin(&self) -> Self {
        let store = Store::open(self.location.clone(), Options::default()).await.unwrap();
        let key_encryption_key = KeyEncryptionKey::from_bytes(&[7; 32]).unwrap();
        let options = SystemOptions { key_encryption_key, public_url: None, machine: None };
        Self {
            system: Arc::new(System::open(store.clone(), options).await.unwrap()),
            store,
            vendor: self.vendor.clone(),
            product: self.product.clone(),
            entitlement: self.entitlement,
            clock: AtomicI64::new(self.clock.load(Ordering::Relaxed)),
            seeds: AtomicU64::new(1 << 32),
            location: self.location.clone(),
            _folder: None,
        }
    }

    /// The same after the server has been started again.
    #[allow(dead_code, reason = "for the restored databases, which have a test program of their own")]
    pub(crate) async fn restarted(self) -> Self {
        let key_encryption_key = KeyEncryptionKey::from_bytes(&[7; 32]).unwrap();
        let options = SystemOptions { key_encryption_key, public_url: None, machine: None };
        Self { system: Arc::new(System::open(self.store.clone(), options).await.unwrap()), ..self }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.clock.load(Ordering::Relaxed)).unwrap()
    }

    pub(crate) fn advance(&self, interval: Interval) {
        self.clock.store(self.now().plus(interval).as_micros(), Ordering::Relaxed);
    }

    /// The clock as another server may have it.
    pub(crate) fn set_back(&self, interval: Interval) {
        let there = self.now().as_micros() - (self.now().plus(interval).as_micros() - self.now().as_micros());
        self.clock.store(there, Ordering::Relaxed);
    }

    fn seed(&self) -> [u8; 32] {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seeds.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        seed
    }

    /// The context of a vendor's system.
    pub(crate) fn admin(&self) -> Context {
        self.context([KeyScope::Admin].into())
    }

    /// The context of a vendor's system that may do less.
    pub(crate) fn context(&self, scopes: std::collections::BTreeSet<KeyScope>) -> Context {
        let actor = Actor::ApiKey { id: ApiKeyId::new(self.now(), [3; 10]), vendor: self.vendor.id, scopes };
        Context::new(actor, self.now(), self.seed())
    }

    /// The context of another caller.
    #[allow(dead_code, reason = "for the tests of offline activations")]
    pub(crate) fn by(&self, actor: Actor) -> Context {
        Context::new(actor, self.now(), self.seed())
    }

    /// Claims a seat, with an idempotency key or without.
    pub(crate) async fn activate(&self, seat: &str, key: Option<&str>) -> Result<Activated, Error> {
        self.activate_with(seat, key, None).await
    }

    /// The same by a device that may prove its key.
    pub(crate) async fn activate_with(
        &self,
        seat: &str,
        key: Option<&str>,
        proof: Option<String>,
    ) -> Result<Activated, Error> {
        self.claim(self.claimant().await?, seat, key, proof).await
    }

    /// Who shows the order's code.
    pub(crate) async fn claimant(&self) -> Result<Claimant, Error> {
        let credential = Credential::ActivationCode(CODE.to_owned());
        credential::claimant(&self.system, &credential, Selector::Id(self.product.id), self.now()).await
    }

    /// Claims a seat by a code that was read already.
    pub(crate) async fn claim(
        &self,
        claimant: Claimant,
        seat: &str,
        key: Option<&str>,
        proof: Option<String>,
    ) -> Result<Activated, Error> {
        let key =
            key.map(|key| IdempotencyKey::new(CODE.as_bytes(), key, "activate", format!("{seat}{proof:?}").as_bytes()));
        // Not the raised instant of `claimant`: another server may have a clock that is behind.
        let context = Context::new(claimant.caller.actor.clone(), self.now(), self.seed()).with_idempotency(key);
        let wanted = NewActivation {
            claimant,
            edition: None,
            seat_id: SeatId::new(seat).unwrap(),
            seat_name: None,
            release: None,
            device: DeviceInfo::default(),
            device_proof: proof.map(Into::into),
            secret: None,
        };
        activation::activate(&self.system, &context, wanted).await
    }

    /// The holder of an activation, with a nonce, about to make a call under an idempotency key.
    pub(crate) fn holder(&self, activated: &Activated, nonce: &str, key: &str, body: &str) -> (Context, ChainCall) {
        let held = &activated.view.activation;
        let actor = Actor::Activation { id: held.id, vendor: self.vendor.id };
        let key = IdempotencyKey::new(activated.access_token.as_bytes(), key, "call", body.as_bytes());
        let context = Context::new(actor, self.now(), self.seed()).with_idempotency(Some(key));
        let call = ChainCall {
            activation: held.id,
            chain: held.chain,
            order: held.order,
            nonce: Some(nonce.to_owned()),
            proof: None,
        };
        (context, call)
    }

    /// How many seats the entitlement counts as used, in overdraft, and listed.
    pub(crate) async fn used(&self) -> (u64, u64, usize) {
        let view = chancery_operations::entitlement::find(&self.system, &self.admin(), self.entitlement).await.unwrap();
        let page = chancery_operations::PageRequest { limit: 100, ..Default::default() };
        let listed = activation::list(&self.system, &self.admin(), Some(self.entitlement), page).await.unwrap();
        (view.seats_used, view.overdraft_used.get(), listed.items.len())
    }
}

/// Puts catalog, customer, order, entitlement and code into the store.
async fn sell(store: &Store, vendor: &Vendor, terms: Terms, now: Timestamp) -> (Product, EntitlementId) {
    let actor = Actor::Operator { vendor: vendor.id };
    let permit = actor.permit(Action::CreateProduct).unwrap();
    let made = Made::new(vendor.id, &terms, now);
    let result = (made.product.clone(), made.entitlement.id);
    let code = CodeText::read(CODE).unwrap();
    let hash = chancery_token::hash::sha256(&[vendor.id.to_string().as_bytes(), b"\0", code.canonical().as_bytes()]);
    let work = move |tx: &mut chancery_store::WriteTx<'_>| {
        chancery_store::product::insert(tx, &permit, &made.product)?;
        chancery_store::edition::insert(tx, &permit, &made.edition)?;
        chancery_store::plan::insert(tx, &permit, &made.plan)?;
        chancery_store::offering::insert(tx, &permit, &made.offering)?;
        chancery_store::customer::insert(tx, &permit, &made.customer)?;
        chancery_store::order::insert(tx, &permit, &made.order)?;
        chancery_store::entitlement::insert(tx, &permit, &made.entitlement)?;
        let code = ActivationCode {
            id: ActivationCodeId::new(now, [9; 10]),
            vendor: permit.vendor(),
            order: made.order.id,
            hash,
            last_group: "PQRS".to_owned(),
            revoked: None,
            created: now,
        };
        chancery_store::activation_code::insert(tx, &permit, &code)?;
        Ok::<_, Error>(Outcome::Done(()))
    };
    store.write(Aggregate::Vendor(vendor.id), work).await.unwrap();
    result
}

struct Made {
    product: Product,
    edition: Edition,
    plan: Plan,
    offering: Offering,
    customer: Customer,
    order: Order,
    entitlement: Entitlement,
}

impl Made {
    fn new(vendor: VendorId, terms: &Terms, now: Timestamp) -> Self {
        let (metadata, name) = (Metadata::default(), Name::new("Sample").unwrap());
        let (product, edition, plan) = catalog(vendor, terms, now);
        let offering = Offering {
            id: OfferingId::new(now, [4; 10]),
            vendor,
            sku: Sku::new("CAD-PRO").unwrap(),
            name: name.clone(),
            edition: edition.id,
            plan: plan.id,
            seats: quantity(terms.seats),
            overdraft: terms.overdraft,
            concurrency: terms.concurrency,
            automatic: false,
            maintenance: None,
            policy: PolicyChoice::default(),
            metadata: metadata.clone(),
            created: now,
            updated: now,
        };
        let customer = Customer {
            id: CustomerId::new(now, [5; 10]),
            vendor,
            name,
            reference: None,
            disabled: None,
            deletion: None,
            contacts: Vec::new(),
            notes: String::new(),
            metadata: metadata.clone(),
            created: now,
            updated: now,
        };
        let order = Order {
            id: OrderId::new(now, [6; 10]),
            vendor,
            customer: customer.id,
            reference: None,
            deletion: None,
            customer_deletion: None,
            contacts: Vec::new(),
            metadata,
            created: now,
            updated: now,
        };
        let snapshot = CatalogSnapshot {
            product: product.clone(),
            plan: plan.clone(),
            offering: offering.clone(),
            features: features(),
            attributes: Vec::new(),
        };
        let id = EntitlementId::new(now, [7; 10]);
        let entitlement = Entitlement::grant(id, &order, &customer, snapshot, &OrderItem::default(), now);
        Self { product, edition, plan, offering, customer, order, entitlement }
    }
}

fn features() -> Vec<GrantedFeature> {
    let feature = |key: &str, kind: FeatureKind, value: u64| GrantedFeature {
        key: Key::new(key).unwrap(),
        name: Name::new(key).unwrap(),
        kind,
        level: Level::Product,
        catalog: (Level::Edition, FeatureValue::Count(Some(quantity(value)))),
        overriding: None,
    };
    vec![
        feature("pool", FeatureKind::ElementPool(Overdraft::None), 5),
        feature("uses", FeatureKind::UsageCount(Overdraft::None, UsageReset::Monthly), 10),
    ]
}

fn catalog(vendor: VendorId, terms: &Terms, now: Timestamp) -> (Product, Edition, Plan) {
    let (metadata, name) = (Metadata::default(), Name::new("Sample").unwrap());
    let product = Product {
        id: ProductId::new(now, [1; 10]),
        vendor,
        name: name.clone(),
        key: Key::new("acme-cad").unwrap(),
        policy: Policy {
            lease_period: terms.lease_period,
            offline_lease_period: terms.offline_lease_period,
            grace_period: terms.grace_period,
            ..Policy::default()
        },
        device_keys: DeviceKeys::Optional,
        secret_mode: SecretMode::Disabled,
        licensee_auto_create: false,
        metadata: metadata.clone(),
        created: now,
        updated: now,
    };
    let edition = Edition {
        id: EditionId::new(now, [2; 10]),
        vendor,
        product: product.id,
        name: name.clone(),
        key: Key::new("pro").unwrap(),
        metadata: metadata.clone(),
        created: now,
        updated: now,
    };
    let plan = Plan {
        id: PlanId::new(now, [3; 10]),
        vendor,
        name: name.clone(),
        license_start: LicenseStart::Activation,
        plan_type: PlanType::Paid,
        duration: terms.duration,
        metadata: metadata.clone(),
        created: now,
        updated: now,
    };
    (product, edition, plan)
}
