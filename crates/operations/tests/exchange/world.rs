//! The systems on which stories are played: a vendor's, and three local servers of one customer. They are opened once.

use chancery_domain::*;
use chancery_operations::activation::{self, Release};
use chancery_operations::activation_code::Codes;
use chancery_operations::entitlement as sold;
use chancery_operations::feature::{self, NewFeature};
use chancery_operations::local::{self, license};
use chancery_operations::offering::{self, NewOffering};
use chancery_operations::order::{self, NewItem, NewOrder};
use chancery_operations::plan::{self, NewPlan};
use chancery_operations::{Context, Error, Place, customer, local_server, signing_key};
use chancery_store::ReadTx;
use chancery_token::Trust;

use crate::book::{Amounts, At, Book, NEVER, POOL_OVERDRAFT};
use crate::chance::Chance;
use crate::dark::Dark;
use crate::fixture::{Engine, quantity};
use crate::machine::terms;
use crate::record::Terms;
use crate::server::Vendor;

pub(crate) const SITES: usize = 3;
pub(crate) const HOUR: At = 3_600_000_000;

pub(crate) struct World {
    pub(crate) of: Vendor,
    /// The first is number 1: 0 is the vendor itself.
    pub(crate) sites: Vec<Dark>,
    /// How long their logs were, as far as the vendor was told.
    pub(crate) rows: Vec<u64>,
    /// On which machine each of them is.
    pub(crate) machines: Vec<u8>,
    pub(crate) trust: Trust,
    /// What the servers' own licenses were sold by.
    pub(crate) licenses: EntitlementId,
    pub(crate) engine: Engine,
    made: u8,
}

/// An instant of the model.
pub(crate) fn instant(at: At) -> Timestamp {
    Timestamp::from_micros(at).unwrap()
}

/// What never ends has the last of all instants in the model.
pub(crate) fn ends(at: Option<Timestamp>) -> At {
    at.map_or(NEVER, Timestamp::as_micros)
}

pub(crate) fn period(of: At) -> Period {
    if of == NEVER { Period::Unlimited } else { Period::Limited(interval(of)) }
}

fn interval(of: At) -> Interval {
    Interval::new(Unit::Minute, u16::try_from(of / (HOUR / 60)).unwrap().into()).unwrap()
}

impl World {
    pub(crate) async fn new(engine: Engine) -> Self {
        let of = Vendor::with(engine, terms(1)).await;
        let found = order::find(&of.system, &of.admin(), of.licenses.into()).await.unwrap();
        let licenses = found.entitlements[0].id;
        let edit = EntitlementEdit { seats: Some(quantity(1_000)), ..EntitlementEdit::default() };
        sold::update(&of.system, &of.admin(), licenses, edit, false).await.unwrap();
        let trust = of.trust().await;
        let mut world = Self {
            of,
            sites: Vec::new(),
            rows: vec![0; SITES],
            machines: vec![1; SITES],
            trust,
            licenses,
            engine,
            made: 0,
        };
        world.catalog().await;
        for _ in 0..SITES {
            let site = world.server().await;
            world.sites.push(site);
        }
        world
    }

    /// A local server that was never there.
    pub(crate) async fn server(&mut self) -> Dark {
        self.made += 1;
        Dark::licensed(self.engine, &self.of, self.made).await
    }

    async fn catalog(&self) {
        let (of, admin) = (&self.of, || self.of.admin());
        let counted = [("pool", FeatureType::ElementPool), ("uses", FeatureType::UsageCount)];
        for (key, feature_type) in counted {
            let new = NewFeature {
                key: Key::new(key).unwrap(),
                name: None,
                feature_type,
                value: FeatureValue::Count(Some(quantity(1))),
                overdraft: if key == "pool" { Overdraft::Absolute(quantity(POOL_OVERDRAFT)) } else { Overdraft::None },
                usage_reset: UsageReset::Never,
                metadata: Metadata::default(),
            };
            feature::create(&of.system, &admin(), Place::Product(of.product.id.into()), new).await.unwrap();
        }
        self.offers().await;
    }

    async fn offers(&self) {
        let (of, admin) = (&self.of, || self.of.admin());
        for (name, days) in [("for good", None), ("some days", Some(5))] {
            let new = NewPlan {
                name: Name::new(name).unwrap(),
                license_type: if days.is_none() { LicenseType::Perpetual } else { LicenseType::Subscription },
                license_start: LicenseStart::Activation,
                plan_type: PlanType::Paid,
                duration: days.map(Interval::days),
                metadata: Metadata::default(),
            };
            let plan = plan::create(&of.system, &admin(), new).await.unwrap();
            for locked in [false, true] {
                let new = NewOffering {
                    sku: sku(days.is_some(), locked),
                    name: Name::new("Seats").unwrap(),
                    product: Some(of.product.id.into()),
                    edition: Selector::Name("pro".to_owned()),
                    plan: plan.id.into(),
                    seats: quantity(1),
                    overdraft: Overdraft::None,
                    concurrency: if locked { Concurrency::NodeLocked } else { Concurrency::Concurrent },
                    automatic: false,
                    maintenance: None,
                    policy: PolicyChoice::default(),
                    metadata: Metadata::default(),
                };
                offering::create(&of.system, &admin(), new).await.unwrap();
            }
        }
    }

    /// The customer whose servers they are: who buys is always the same.
    fn customer() -> CustomerId {
        crate::server::customer()
    }

    /// Sells something that no story has had, by an order of its own.
    pub(crate) async fn sell(&self, chance: &mut Chance) -> Book {
        let of = &self.of;
        let (ending, locked) = (chance.percent(40), chance.percent(25));
        let lease = if ending || chance.percent(80) { chance.pick(&[2, 6, 30]) * HOUR } else { NEVER };
        let grace = if ending && chance.percent(50) { 20 * HOUR } else { 0 };
        let offline = chance.percent(85).then(|| chance.pick(&[4 * HOUR, 12 * HOUR, 50 * HOUR, NEVER]));
        let overdraft = if chance.percent(30) { chance.from(1, 2) } else { 0 };
        let sold = Amounts { seats: chance.from(1, 5), pool: chance.from(1, 4), uses: chance.from(1, 9) };
        let item = NewItem { sku: Some(sku(ending, locked)), offering: None, terms: OrderItem::default() };
        let new = NewOrder {
            customer: Self::customer().into(),
            reference: None,
            items: vec![item],
            codes: Codes::Make(1),
            contacts: Vec::new(),
            metadata: Metadata::default(),
        };
        let made = order::create(&of.system, &self.context(chance), new).await.unwrap();
        let count = |amount| Some(FeatureValue::Count(Some(quantity(amount))));
        let key = |key| Key::new(key).unwrap();
        let edit = EntitlementEdit {
            seats: Some(quantity(sold.seats)),
            overdraft: (overdraft > 0).then(|| Overdraft::Absolute(quantity(overdraft))),
            lease_period: Some(period(lease)),
            offline_lease_period: Some(offline.map(period)),
            grace_period: Some((grace > 0).then(|| interval(grace))),
            features: [(key("pool"), count(sold.pool)), (key("uses"), count(sold.uses))].into(),
            ..EntitlementEdit::default()
        };
        let id = made.entitlements[0].id;
        sold::update(&of.system, &self.context(chance), id, edit, false).await.unwrap();
        let terms =
            Terms { start: None, expiry: None, grace, lease, disabled: false, customer_disabled: false, locked };
        let duration = ending.then_some(5 * 24 * HOUR);
        let code = made.codes[0].plain.clone().unwrap().to_string();
        let places = (0..=SITES).map(|_| crate::record::Place::default()).collect();
        Book { id, code, sold, overdraft, terms, duration, offline, sessions: Vec::new(), places }
    }

    pub(crate) fn now(&self) -> At {
        self.of.now().as_micros()
    }

    /// The vendor's staff, or an administrator of a local server.
    pub(crate) fn context(&self, chance: &mut Chance) -> Context {
        let id = ApiKeyId::new(self.of.now(), [3; 10]);
        let actor = Actor::ApiKey { id, vendor: self.of.vendor.id, scopes: [KeyScope::Admin].into() };
        Context::new(actor, self.of.now(), chance.seed())
    }

    pub(crate) async fn turn_customer(&self, disabled: bool, chance: &mut Chance) -> Result<(), Error> {
        let (of, which) = (&self.of, Self::customer());
        let done = match disabled {
            true => customer::disable(&of.system, &self.context(chance), which.into(), None).await,
            false => customer::enable(&of.system, &self.context(chance), which.into()).await,
        };
        done.map(drop)
    }

    /// The next story begins on the next hour, with keys that are good for a while.
    pub(crate) async fn begin(&self, chance: &mut Chance) {
        let to_the_hour = HOUR - self.now() % HOUR;
        self.of.advance(Interval::new(Unit::Minute, ((to_the_hour + 59_999_999) / 60_000_000) as u64).unwrap());
        signing_key::renew(&self.of.system, self.of.now(), chance.seed()).await.unwrap();
    }

    /// How long a server's log was when it told of it last.
    pub(crate) async fn log_rows(&self, site: usize) -> u64 {
        let head = |tx: &mut ReadTx<'_>| chancery_store::local_server::log_head(tx);
        self.store_of(site).read(head).await.unwrap().rows
    }

    pub(crate) fn store_of(&self, site: usize) -> &chancery_store::Store {
        if site == 0 { &self.of.store } else { &self.sites[site - 1].store }
    }

    /// Makes a server's license what it was in the beginning. One that waits for an answer gets it; what others hold is released.
    pub(crate) async fn license_anew(
        &self,
        site: usize,
        (waits, held): (bool, bool),
        chance: &mut Chance,
    ) -> Result<(), Error> {
        let (of, dark) = (&self.of, &self.sites[site - 1]);
        if held {
            self.release_license(site, chance).await?;
        }
        if !waits {
            license::deactivate(&dark.system, &self.context(chance)).await?;
        }
        let request = license::request(&dark.system, &self.context(chance), &of.code, None).await?;
        let response = of.answers(&self.context(chance), &request, &of.code).await?;
        license::activate(&dark.system, &self.context(chance), &response.token).await.map(drop)
    }

    async fn release_license(&self, site: usize, chance: &mut Chance) -> Result<(), Error> {
        let (of, id) = (&self.of, self.sites[site - 1].id);
        let known = local_server::find(&of.system, &self.context(chance), id).await?;
        let free = Release { free: true, reason: None };
        activation::release(&of.system, &self.context(chance), known.server.activation, free).await
    }

    /// Another server takes its place.
    pub(crate) async fn replace(&mut self, site: usize, chance: &mut Chance) -> Result<(), Error> {
        self.release_license(site, chance).await?;
        self.sites[site - 1] = self.server().await;
        (self.machines[site - 1], self.rows[site - 1]) = (1, 0);
        Ok(())
    }

    /// On PostgreSQL data are bound to their database, whichever machine asks.
    pub(crate) const fn has_machines(&self) -> bool {
        !matches!(self.engine, Engine::Postgres)
    }

    /// A local server's database has a new process, on a machine.
    pub(crate) async fn start(&mut self, site: usize, on: u8) {
        let machine = self.has_machines().then(|| crate::dark::machine(on));
        let system = self.sites[site - 1].restarted(machine).await;
        (self.sites[site - 1].system, self.machines[site - 1]) = (system, on);
    }

    pub(crate) async fn confirm(&self, site: usize, chance: &mut Chance) -> Result<u64, Error> {
        let status = local::confirm_restore(&self.sites[site - 1].system, &self.context(chance)).await;
        status.map(|status| status.epoch)
    }
}

fn sku(ending: bool, locked: bool) -> Sku {
    Sku::new(&format!("S{}{}", u8::from(ending), u8::from(locked))).unwrap()
}
