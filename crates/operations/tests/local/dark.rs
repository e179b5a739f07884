//! A local server in a dark site, the products that call it, and the hands that carry its tokens.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use chancery_domain::*;
use chancery_operations::activation::{self, Activated, ChainCall, Extension, NewActivation, Refreshed};
use chancery_operations::credential::{self, Credential};
use chancery_operations::entitlement::{self as sold, Exported, Imported, NewExport, NextToken};
use chancery_operations::local::entitlement::{HostedView, ImportedEntitlement};
use chancery_operations::local::{self, LocalStatus, NewLocal, license};
use chancery_operations::local_server::{self, Reported};
use chancery_operations::{
    Context, Error, IdempotencyKey, KeyEncryptionKey, LogFilter, PageRequest, System, SystemOptions, vendor,
};
use chancery_store::{Fault, FaultPoint, Location, Options, Store};
use chancery_token::{Lease, LeaseExpectation, OpeningKey, TokenError};

use crate::fixture::{CODE, Engine, quantity};
use crate::server::Vendor;

/// A local server, with a clock that the vendor's test clock moves.
pub(crate) struct Dark {
    pub(crate) system: Arc<System>,
    pub(crate) store: Store,
    pub(crate) id: LocalServerId,
    pub(crate) location: Location,
    /// Whether its disk is full.
    full: Arc<AtomicBool>,
    /// How far its clock is off.
    off: AtomicI64,
    seeds: AtomicU64,
    _folder: Option<tempfile::TempDir>,
}

/// A machine of so many signs, all of one seed.
pub(crate) fn machine(seed: u8) -> MachineIdentity {
    let sign = |kind: &str| MachineSign { kind: kind.to_owned(), weight: 1, hash: [seed; 16] };
    MachineIdentity { signs: ["board", "disk", "net"].map(sign).to_vec() }
}

fn options(machine: Option<MachineIdentity>) -> SystemOptions {
    SystemOptions { key_encryption_key: KeyEncryptionKey::from_bytes(&[9; 32]).unwrap(), public_url: None, machine }
}

/// The system on a database, by a process of its own.
pub(crate) async fn process(
    location: &Location,
    on: Option<MachineIdentity>,
    full: &Arc<AtomicBool>,
) -> (Arc<System>, Store) {
    let full = Arc::clone(full);
    let commits = move |point| match (point, full.load(Ordering::Relaxed)) {
        (FaultPoint::BeforeCommit, true) => Fault::DiskFull,
        _ => Fault::None,
    };
    let faulty = Options { fault: Some(Arc::new(commits)), ..Options::default() };
    let store = Store::open(location.clone(), faulty).await.unwrap();
    (Arc::new(System::open(store.clone(), options(on)).await.unwrap()), store)
}

impl Dark {
    /// A local server that was set up, on machine 1, by the vendor's bundle alone.
    pub(crate) async fn new(engine: Engine, of: &Vendor, seed: u8) -> Self {
        let (location, folder) = match engine {
            Engine::SqliteMemory => (Location::Memory, None),
            Engine::SqliteFile => {
                let folder = tempfile::tempdir().unwrap();
                (Location::Sqlite(folder.path().join("chancery.db")), Some(folder))
            }
            Engine::Postgres => (Location::Postgres(chancery_testkit::Postgres::shared().fresh_database()), None),
        };
        let here = (!matches!(engine, Engine::Postgres)).then(|| machine(1));
        let full = Arc::new(AtomicBool::new(false));
        let (system, store) = process(&location, here, &full).await;
        let bundle = vendor::trust_bundle(&of.system, of.vendor.id, of.now(), [5; 32]).await.unwrap();
        let name = Some(Name::new("dark-1").unwrap());
        let new = NewLocal { bundle, name, admin_key: None };
        let (id, _) = local::init(&system, of.now(), [seed; 32], new).await.unwrap();
        let seeds = AtomicU64::new(u64::from(seed) << 32);
        Self { system, store, id, location, full, off: AtomicI64::new(0), seeds, _folder: folder }
    }

    /// The same, with a license.
    pub(crate) async fn licensed(engine: Engine, of: &Vendor, seed: u8) -> Self {
        let dark = Self::new(engine, of, seed).await;
        dark.license(of).await;
        dark
    }

    /// The same, hosting all of the vendor's entitlement, or so many seats of it.
    pub(crate) async fn hosting(engine: Engine, of: &Vendor, seats: Option<u64>) -> Self {
        let dark = Self::licensed(engine, of, 1).await;
        let exported = dark.exports(of, seats).await.unwrap();
        dark.import(of, &exported.token).await.unwrap();
        dark
    }

    /// Another process on the same database, which must be PostgreSQL.
    pub(crate) async fn twin(&self) -> Self {
        let (system, store) = process(&self.location, None, &self.full).await;
        let (location, full, off) = (self.location.clone(), Arc::clone(&self.full), AtomicI64::new(0));
        Self { system, store, id: self.id, location, full, off, seeds: AtomicU64::new(7 << 40), _folder: None }
    }

    /// The same, on a store with other options.
    pub(crate) async fn with(&self, of_store: Options) -> Self {
        let store = Store::open(self.location.clone(), of_store).await.unwrap();
        let system = Arc::new(System::open(store.clone(), options(None)).await.unwrap());
        let (location, full, off) = (self.location.clone(), Arc::clone(&self.full), AtomicI64::new(0));
        Self { system, store, id: self.id, location, full, off, seeds: AtomicU64::new(8 << 40), _folder: None }
    }

    /// The same data on another machine.
    pub(crate) async fn on(&self, on: MachineIdentity) -> Self {
        let (system, store) = (self.restarted(Some(on)).await, self.store.clone());
        let (location, full, off) = (self.location.clone(), Arc::clone(&self.full), AtomicI64::new(0));
        Self { system, store, id: self.id, location, full, off, seeds: AtomicU64::new(9 << 40), _folder: None }
    }

    /// A system on the same store, as after a new start.
    pub(crate) async fn restarted(&self, on: Option<MachineIdentity>) -> Arc<System> {
        Arc::new(System::open(self.store.clone(), options(on)).await.unwrap())
    }

    /// Closes it, puts a copy of its file in the place of the file, and starts again.
    pub(crate) async fn restore(mut self, copy: &PathBuf) -> Self {
        let Location::Sqlite(file) = self.location.clone() else { panic!("no file") };
        self.system.close().await;
        std::fs::copy(copy, &file).unwrap();
        (self.system, self.store) = process(&self.location, Some(machine(1)), &self.full).await;
        self
    }

    /// A copy of its database.
    pub(crate) fn copy(&self) -> (tempfile::TempDir, PathBuf) {
        let Location::Sqlite(file) = &self.location else { panic!("no file") };
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("copy.db");
        chancery_store::backup::copy(file, &to).unwrap();
        (folder, to)
    }

    /// Its disk becomes full, or has room again.
    pub(crate) fn fill(&self, full: bool) {
        self.full.store(full, Ordering::Relaxed);
    }

    pub(crate) fn set_off(&self, micros: i64) {
        self.off.store(micros, Ordering::Relaxed);
    }

    /// What its clock shows.
    pub(crate) fn clock(&self, of: &Vendor) -> Timestamp {
        of.now().shifted(self.off.load(Ordering::Relaxed))
    }

    fn seed(&self) -> [u8; 32] {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seeds.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        seed
    }

    /// The context of its administrator.
    pub(crate) fn admin(&self, of: &Vendor) -> Context {
        let scopes = [KeyScope::Admin].into();
        let actor = Actor::ApiKey { id: ApiKeyId::new(of.now(), [3; 10]), vendor: of.vendor.id, scopes };
        Context::new(actor, self.system.now(self.clock(of)), self.seed())
    }

    pub(crate) async fn status(&self, of: &Vendor) -> LocalStatus {
        local::status(&self.system, &self.admin(of)).await.unwrap()
    }

    /// Whether it serves products.
    pub(crate) fn serves(&self, of: &Vendor) -> bool {
        self.system.check_local(self.system.now(self.clock(of))).is_ok()
    }

    pub(crate) async fn asks(&self, of: &Vendor) -> String {
        license::request(&self.system, &self.admin(of), &of.code, None).await.unwrap()
    }

    /// Asks for a license, has it answered, and applies the answer.
    pub(crate) async fn license(&self, of: &Vendor) -> LocalStatus {
        let request = self.asks(of).await;
        let response = of.answers(&of.admin(), &request, &of.code).await.unwrap();
        license::activate(&self.system, &self.admin(of), &response.token).await.unwrap()
    }

    pub(crate) async fn exports(&self, of: &Vendor, seats: Option<u64>) -> Result<Exported, Error> {
        let new = NewExport {
            entitlement: of.entitlement,
            server: self.id,
            seats: seats.map(quantity),
            features: BTreeMap::new(),
            delegation: None,
            give_back: GiveBack::AtOnce,
        };
        sold::export(&of.system, &of.admin(), new).await
    }

    /// The next token of its session.
    pub(crate) async fn token(&self, of: &Vendor, seats: Option<u64>) -> String {
        let new = NextToken {
            entitlement: of.entitlement,
            server: Some(self.id),
            seats: seats.map(quantity),
            features: BTreeMap::new(),
            delegation: None,
        };
        sold::export_token(&of.system, &of.admin(), new).await.unwrap().token
    }

    pub(crate) async fn import(&self, of: &Vendor, token: &str) -> Result<ImportedEntitlement, Error> {
        local::entitlement::import(&self.system, &self.admin(of), token).await
    }

    pub(crate) async fn hosted(&self, of: &Vendor) -> HostedView {
        local::entitlement::find(&self.system, &self.admin(of), of.entitlement).await.unwrap()
    }

    pub(crate) async fn delete(&self, of: &Vendor) -> Result<String, Error> {
        let deleted = local::entitlement::delete(&self.system, &self.admin(of), of.entitlement).await;
        deleted.map(|deleted| deleted.token)
    }

    /// Makes a report, and carries it to the vendor.
    pub(crate) async fn reports(&self, of: &Vendor) -> Reported {
        let token = local::report(&self.system, &self.admin(of)).await.unwrap();
        local_server::report(&of.system, &of.admin(), &token).await.unwrap()
    }

    /// A product claims a seat by the order's code, with an idempotency key or without.
    pub(crate) async fn claim(&self, of: &Vendor, seat: &str, key: Option<&str>) -> Result<Activated, Error> {
        self.claims(of, seat, key, None).await
    }

    /// The same with a licensee secret.
    pub(crate) async fn claim_with(&self, of: &Vendor, seat: &str, secret: Option<&str>) -> Result<Activated, Error> {
        self.claims(of, seat, None, secret).await
    }

    async fn claims(
        &self,
        of: &Vendor,
        seat: &str,
        key: Option<&str>,
        secret: Option<&str>,
    ) -> Result<Activated, Error> {
        let credential = Credential::ActivationCode(CODE.to_owned());
        let product = Selector::Name("acme-cad".to_owned());
        let claimant = credential::claimant(&self.system, &credential, product, self.clock(of)).await?;
        let key = key.map(|key| IdempotencyKey::new(CODE.as_bytes(), key, "activate", seat.as_bytes()));
        let context =
            Context::new(claimant.caller.actor.clone(), claimant.caller.now, self.seed()).with_idempotency(key);
        let wanted = NewActivation {
            claimant,
            edition: None,
            seat_id: SeatId::new(seat).unwrap(),
            seat_name: None,
            release: None,
            device: DeviceInfo::default(),
            device_proof: None,
            secret: secret.map(|secret| LicenseeSecret::new(secret).unwrap()),
        };
        activation::activate(&self.system, &context, wanted).await
    }

    pub(crate) fn holder(&self, of: &Vendor, held: &Activated, nonce: &str, key: &str) -> (Context, ChainCall) {
        let Activation { id, chain, order, .. } = held.view.activation;
        let actor = Actor::Activation { id, vendor: of.vendor.id };
        let key = IdempotencyKey::new(held.access_token.as_bytes(), key, "call", b"");
        let now = self.system.now(self.clock(of));
        let context = Context::new(actor, now, self.seed()).with_idempotency(Some(key));
        (context, ChainCall { activation: id, chain, order, nonce: Some(nonce.to_owned()), proof: None })
    }

    /// The product refreshes, and shows the lease that it holds.
    pub(crate) async fn refresh(
        &self,
        of: &Vendor,
        held: &Activated,
        nonce: &str,
        shown: Option<&str>,
    ) -> Result<Refreshed, Error> {
        let key = format!("{}", self.seeds.fetch_add(1, Ordering::Relaxed));
        let (context, call) = self.holder(of, held, nonce, &key);
        let said = Extension { shown: shown.map(str::to_owned), ..Extension::default() };
        activation::refresh(&self.system, &context, call, said).await
    }

    /// The operations of its activation log, the earliest first, with the codes of denials.
    pub(crate) async fn logged(&self, of: &Vendor) -> Vec<String> {
        let (filter, page) = (LogFilter::default(), PageRequest { limit: 100, ..PageRequest::default() });
        let log = activation::log(&self.system, &self.admin(of), of.entitlement, filter, page).await.unwrap();
        let told = log.items.into_iter().map(|entry| {
            let code = entry.note.code.map_or_else(String::new, |code| format!(" {code}"));
            format!("{}{code}", entry.note.operation)
        });
        told.collect()
    }
}

impl Vendor {
    /// A product that has nothing but the vendor's bundle looks at a lease.
    pub(crate) async fn believes(&self, lease: &str) -> Result<Lease, TokenError> {
        self.trust().await.open_lease(lease, &LeaseExpectation::online(self.product.id, self.now()))
    }

    pub(crate) async fn takes_back(&self, token: &str) -> Result<Imported, Error> {
        sold::import_return(&self.system, &self.admin(), self.entitlement, token).await
    }

    /// How many seats the vendor may give itself.
    pub(crate) async fn seats_here(&self) -> u64 {
        let view = sold::find(&self.system, &self.admin(), self.entitlement).await.unwrap();
        view.entitlement.seats_here().get()
    }

    /// Gives the entitlement so many seats.
    pub(crate) async fn sells(&self, seats: u64) {
        let edit = EntitlementEdit { seats: Some(quantity(seats)), ..EntitlementEdit::default() };
        sold::update(&self.system, &self.admin(), self.entitlement, edit, true).await.unwrap();
    }
}

#[track_caller]
pub(crate) fn not_active<T>(result: Result<T, Error>) -> NotActiveReason {
    match result {
        Err(Error::LocalServerNotActive(reason)) => reason,
        Err(other) => panic!("another error: {other:?}"),
        Ok(_) => panic!("it was not refused"),
    }
}

impl Dark {
    /// The key by which it opens what is for it.
    pub(crate) async fn opening_key(&self) -> OpeningKey {
        let kek = KeyEncryptionKey::from_bytes(&[9; 32]).unwrap();
        let find = |tx: &mut chancery_store::ReadTx<'_>| Ok::<_, Error>(chancery_store::signing_key::all(tx)?);
        let keys = self.store.read(find).await.unwrap();
        let row = keys.into_iter().find(|row| row.record.purpose == KeyPurpose::Receiving).unwrap();
        let private = kek.unwrap("signing-key", &row.record.kid, &row.private.unwrap()).unwrap();
        OpeningKey::from_pkcs8(&private).unwrap()
    }

    /// A token of the vendor for this server that is no export.
    pub(crate) async fn asks_nothing(&self, of: &Vendor) -> String {
        local_server::rebind(&of.system, &of.admin(), self.id, machine(3)).await.unwrap().token
    }
}

impl Vendor {
    /// The same, counted as of now.
    pub(crate) async fn seats_here_now(&self) -> u64 {
        let mut view = sold::find(&self.system, &self.admin(), self.entitlement).await.unwrap();
        view.entitlement.as_of(self.now());
        view.entitlement.seats_here().get()
    }
}
