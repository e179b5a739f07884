//! A vendor with a product that takes licensees, and products that call.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chancery_domain::*;
use chancery_operations::activation::{
    self, Activated, ChainCall, Extension, NewActivation, Refreshed, Validated, Validation,
};
use chancery_operations::activation_code::Codes;
use chancery_operations::credential::{self, Claimant, Credential};
use chancery_operations::customer::{self, NewCustomer};
use chancery_operations::edition::{self, NewEdition};
use chancery_operations::licensee::{self, LicenseeFilter};
use chancery_operations::offering::{self, NewOffering};
use chancery_operations::order::{self, NewItem, NewOrder, OrderView};
use chancery_operations::plan::{self, NewPlan};
use chancery_operations::product::{self, NewProduct, ProductEdit};
use chancery_operations::vendor::NewVendor;
use chancery_operations::{
    AuditEntry, AuditFilter, Context, Error, IdempotencyKey, KeyEncryptionKey, Origin, PageRequest, Refused, System,
    SystemOptions, audit,
};
use chancery_store::{Location, Options, Store};

/// What a call is made with.
#[derive(Clone)]
pub(crate) enum By {
    Code(String),
    Number(String),
}

/// The servers under test, on one database, with one clock that only the test moves.
pub(crate) struct Shop {
    pub(crate) systems: Vec<Arc<System>>,
    pub(crate) vendor: VendorId,
    pub(crate) product: ProductId,
    clock: AtomicI64,
    seeds: AtomicU64,
}

pub(crate) fn parse<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub(crate) fn secret(text: &str) -> LicenseeSecret {
    LicenseeSecret::new(text).unwrap()
}

/// The refusal that a call got.
pub(crate) fn refusal<T>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refused)) => refused.refusal,
        Err(other) => panic!("not a refusal: {other:?}"),
        Ok(_) => panic!("not refused"),
    }
}

impl Shop {
    pub(crate) async fn sqlite() -> Arc<Self> {
        Self::open(Location::Memory, 1).await
    }

    pub(crate) async fn postgres() -> Arc<Self> {
        Self::open(Location::Postgres(chancery_testkit::Postgres::shared().fresh_database()), 2).await
    }

    async fn open(location: Location, servers: usize) -> Arc<Self> {
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let (mut systems, mut vendor) = (Vec::new(), None);
        for _ in 0..servers {
            let store = Store::open(location.clone(), Options::default()).await.unwrap();
            let key_encryption_key = KeyEncryptionKey::from_bytes(&[7; 32]).unwrap();
            let options = SystemOptions { key_encryption_key, public_url: None, machine: None };
            let system = System::open(store, options).await.unwrap();
            system.limit_automatic_licensees(60);
            if vendor.is_none() {
                let new = NewVendor { name: parse("Acme"), sandbox: true, admin_key: None };
                vendor = Some(chancery_operations::vendor::create(&system, now, [1; 32], new).await.unwrap().0.id);
            }
            systems.push(Arc::new(system));
        }
        let mut shop = Self {
            systems,

            vendor: vendor.unwrap(),
            product: ProductId::new(now, [1; 10]),
            clock: AtomicI64::new(now.as_micros()),
            seeds: AtomicU64::new(1),
        };
        shop.product = shop.add_product("cad", &[("CAD", false), ("CAD-TRIAL", true)]).await;
        Arc::new(shop)
    }

    /// A product with offerings of its SKUs, some of them automatic.
    pub(crate) async fn add_product(&self, key: &str, skus: &[(&str, bool)]) -> ProductId {
        let (system, metadata) = (&self.systems[0], Metadata::default());
        let new = NewProduct {
            name: parse(key),
            key: parse(key),
            policy: Policy::default(),
            device_keys: DeviceKeys::Optional,
            secret_mode: SecretMode::Disabled,
            licensee_auto_create: false,
            metadata: metadata.clone(),
        };
        let made = product::create(system, &self.admin(), new).await.unwrap().id;
        let new = NewEdition {
            name: parse("Pro"),
            key: parse("pro"),
            features: [].into(),
            attributes: [].into(),
            metadata: metadata.clone(),
        };
        let edition = edition::create(system, &self.admin(), made.into(), new).await.unwrap().edition.id;
        let new = NewPlan {
            name: parse(key),
            license_type: LicenseType::Subscription,
            license_start: LicenseStart::Activation,
            plan_type: PlanType::Paid,
            duration: Some(Interval::new(Unit::Year, 1).unwrap()),
            metadata: metadata.clone(),
        };
        let plan = plan::create(system, &self.admin(), new).await.unwrap().id;
        for (sku, automatic) in skus {
            let new = NewOffering {
                sku: parse(sku),
                name: parse(sku),
                product: None,
                edition: edition.into(),
                plan: plan.into(),
                seats: Quantity::new(2).unwrap(),
                overdraft: Overdraft::None,
                concurrency: Concurrency::Concurrent,
                automatic: *automatic,
                maintenance: None,
                policy: PolicyChoice::default(),
                metadata: metadata.clone(),
            };
            offering::create(system, &self.admin(), new).await.unwrap();
        }
        made
    }

    pub(crate) fn system(&self, n: usize) -> &System {
        &self.systems[n % self.systems.len()]
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.clock.load(Ordering::Relaxed)).unwrap()
    }

    pub(crate) fn advance(&self, interval: Interval) {
        self.clock.store(self.now().plus(interval).as_micros(), Ordering::Relaxed);
    }

    fn seed(&self) -> [u8; 32] {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seeds.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        seed
    }

    pub(crate) fn admin(&self) -> Context {
        let scopes = [KeyScope::Admin].into();
        let actor = Actor::ApiKey { id: ApiKeyId::new(self.now(), [3; 10]), vendor: self.vendor, scopes };
        Context::new(actor, self.now(), self.seed())
    }

    pub(crate) async fn edit(&self, edit: ProductEdit) -> Result<Product, Error> {
        product::update(self.system(0), &self.admin(), self.product.into(), edit).await
    }

    pub(crate) async fn set_mode(&self, mode: SecretMode) {
        self.edit(ProductEdit { secret_mode: Some(mode), ..ProductEdit::default() }).await.unwrap();
    }

    pub(crate) async fn set_auto(&self, auto: bool) {
        self.edit(ProductEdit { licensee_auto_create: Some(auto), ..ProductEdit::default() }).await.unwrap();
    }

    pub(crate) async fn add_customer(&self, reference: &str) -> CustomerId {
        let new = NewCustomer {
            name: parse(reference),
            reference: Some(parse(reference)),
            contacts: Vec::new(),
            notes: String::new(),
            metadata: Metadata::default(),
        };
        customer::create(self.system(0), &self.admin(), new).await.unwrap().id
    }

    /// An order of some SKUs for a customer, which need not be there yet.
    pub(crate) async fn sell(&self, customer: &str, skus: &[&str]) -> (OrderView, By) {
        let which = Selector::Name(customer.to_owned());
        if customer::find(self.system(0), &self.admin(), which.clone()).await.is_err() {
            self.add_customer(customer).await;
        }
        let item = |sku: &&str| NewItem { sku: Some(parse(sku)), ..NewItem::default() };
        let new = NewOrder {
            customer: which,
            reference: None,
            items: skus.iter().map(item).collect(),
            codes: Codes::Make(1),
            contacts: Vec::new(),
            metadata: Metadata::default(),
        };
        let sold = order::create(self.system(0), &self.admin(), new).await.unwrap();
        let code = sold.codes[0].plain.clone().unwrap();
        (sold, By::Code(code))
    }

    pub(crate) async fn licensees(&self) -> Vec<Licensee> {
        let page = PageRequest { limit: 100, ..PageRequest::default() };
        licensee::list(self.system(0), &self.admin(), LicenseeFilter::default(), page).await.unwrap().items
    }

    pub(crate) async fn licensee(&self, id: LicenseeId) -> Licensee {
        licensee::find(self.system(0), &self.admin(), id.into()).await.unwrap()
    }

    pub(crate) async fn audit(&self) -> Vec<AuditEntry> {
        let page = PageRequest { limit: 100, ..PageRequest::default() };
        audit::list(self.system(0), &self.admin(), AuditFilter::default(), page).await.unwrap().items
    }

    /// How many seats are taken, of all entitlements.
    pub(crate) async fn seats(&self) -> usize {
        let page = PageRequest { limit: 100, ..PageRequest::default() };
        activation::list(self.system(0), &self.admin(), None, page).await.unwrap().items.len()
    }

    async fn claimant(&self, server: usize, by: &By) -> Result<Claimant, Error> {
        let shown = match by {
            By::Code(code) => Credential::ActivationCode(code.clone()),
            By::Number(number) => Credential::Licensee { number: number.clone(), name: None },
        };
        credential::claimant(self.system(server), &shown, self.product.into(), self.now()).await
    }

    fn calling(&self, claimant: &Claimant) -> Context {
        let origin = Origin { address: Some("192.0.2.7".to_owned()), request_id: None };
        Context::new(claimant.caller.actor.clone(), self.now(), self.seed()).from_origin(origin)
    }

    pub(crate) async fn activate(&self, by: &By, seat: &str, secret: Option<&str>) -> Result<Activated, Error> {
        self.activate_at(0, by, seat, secret).await
    }

    pub(crate) async fn activate_at(
        &self,
        server: usize,
        by: &By,
        seat: &str,
        secret: Option<&str>,
    ) -> Result<Activated, Error> {
        let claimant = self.claimant(server, by).await?;
        let context = self.calling(&claimant);
        let wanted = NewActivation {
            claimant,
            edition: None,
            seat_id: parse(seat),
            seat_name: None,
            release: None,
            secret: secret.map(self::secret),
            device: DeviceInfo::default(),
            device_proof: None,
        };
        activation::activate(self.system(server), &context, wanted).await
    }

    pub(crate) async fn validate(&self, by: &By, secret: Option<&str>) -> Result<Validated, Error> {
        let claimant = self.claimant(0, by).await?;
        let context = self.calling(&claimant);
        let asked = Validation {
            claimant,
            edition: None,
            seat_id: None,
            release: None,
            secret: secret.map(self::secret),
            device_proof: None,
        };
        activation::validate(self.system(0), &context, asked).await
    }

    /// Refreshes with a nonce; a second call with the same key is a retry.
    pub(crate) async fn refresh(
        &self,
        held: &Activated,
        nonce: &str,
        key: &str,
        secret: Option<&str>,
    ) -> Result<Refreshed, Error> {
        let activation = &held.view.activation;
        let actor = Actor::Activation { id: activation.id, vendor: self.vendor };
        let key = IdempotencyKey::new(held.access_token.as_bytes(), key, "refresh", secret.unwrap_or("").as_bytes());
        let context = Context::new(actor, self.now(), self.seed()).with_idempotency(Some(key));
        let call = ChainCall {
            activation: activation.id,
            chain: activation.chain,
            order: activation.order,
            nonce: Some(nonce.to_owned()),
            proof: None,
        };
        let said = Extension { secret: secret.map(self::secret), ..Extension::default() };
        activation::refresh(self.system(0), &context, call, said).await
    }
}

/// The nonce that a refusal gave.
pub(crate) fn nonce_of<T>(result: Result<T, Error>) -> Option<String> {
    match result {
        Err(Error::Refused(refused)) => {
            let Refused { nonce, .. } = *refused;
            nonce
        }
        _ => panic!("not a refusal"),
    }
}
