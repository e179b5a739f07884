//! The system: the store, the vendors' keys, and the clock that never runs backwards.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use chancery_domain::{Entitlement, MachineIdentity, Timestamp, Vendor, VendorId, VendorMode};
use chancery_store::{Location, OpenError, Options, Store, vendor};
use chancery_token::KeyEncryptionKey;

use crate::Error;
use crate::credential::CheckedTokens;
use crate::health::Pulse;
use crate::local::LocalState;
use crate::signing_key::Workshop;
use crate::vendor_keys::{Keyring, StoredKeys, VendorKeys};

/// How a system is opened.
pub struct SystemOptions {
    /// What private keys are encrypted under (KEY-6).
    pub key_encryption_key: KeyEncryptionKey,
    /// Where products and people reach this server: named in trust bundles.
    pub public_url: Option<String>,
    /// The machine on which it runs, where a local server's data are bound to one; nothing: to the database, if that has an
    /// identity (EXP-10).
    pub machine: Option<MachineIdentity>,
}

/// The system. One per process.
pub struct System {
    store: Store,
    workshop: Workshop,
    keyring: RwLock<Arc<Keyring>>,
    /// Behind which time never runs: on an authority the latest instant that was asked for or committed, on a local server what is
    /// proved (OFF-11).
    latest: AtomicI64,
    /// What the clock showed last.
    clock: AtomicI64,
    /// What it showed when the time that this ran was last counted.
    counted: AtomicI64,
    /// What was proved then: what was proved since has the time until then in it.
    proved: AtomicI64,
    /// Whether it is a local server.
    is_local: AtomicBool,
    /// The machine, or the database, on which this runs.
    machine: MachineIdentity,
    /// When unknown keys were last looked for.
    looked: AtomicI64,
    pulse: Pulse,
    checked: CheckedTokens,
    automatic_licensees_per_day: AtomicU32,
}

/// How long nobody looks again for an unknown key: 5 seconds, in microseconds.
const LOOK_AGAIN: i64 = 5_000_000;
/// An hour, in microseconds: so far behind a clock may be without a word (OFF-11).
const HOUR: i64 = 3_600_000_000;

/// Why a system could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The database could not be opened.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// What it holds could not be read.
    #[error("the vendors' keys cannot be read: {0}")]
    Keys(String),
}

impl std::fmt::Debug for System {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("System")
    }
}

impl System {
    /// Opens a database, and the system on it.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn connect(location: Location, options: SystemOptions) -> Result<Self, ConnectError> {
        let store = Store::open(location, Options::default()).await?;
        Self::open(store, options).await.map_err(|error| ConnectError::Keys(error.private()))
    }

    /// Opens the system on a store: decrypts the vendors' keys, and sets the clock to run on from the last committed instant.
    ///
    /// # Errors
    /// The database's; `Internal` if a key cannot be decrypted.
    pub async fn open(store: Store, options: SystemOptions) -> Result<Self, Error> {
        let machine = match options.machine {
            Some(machine) => machine,
            None => crate::local::machine_of(&store).await?,
        };
        let system = Self {
            store,
            clock: AtomicI64::new(Timestamp::MAX.as_micros()),
            counted: AtomicI64::new(Timestamp::MAX.as_micros()),
            proved: AtomicI64::new(Timestamp::MIN.as_micros()),
            is_local: AtomicBool::new(false),
            machine,
            workshop: Workshop {
                kek: Arc::new(options.key_encryption_key),
                url: options.public_url.unwrap_or_default(),
            },
            keyring: RwLock::default(),
            latest: AtomicI64::new(Timestamp::MIN.as_micros()),
            checked: CheckedTokens::default(),
            automatic_licensees_per_day: AtomicU32::new(crate::licensee::PER_DAY),
            looked: AtomicI64::new(Timestamp::MIN.as_micros()),
            pulse: Pulse::default(),
        };
        system.load_keys().await?;
        // What a local server committed while its clock was ahead proves nothing (OFF-11).
        if system.local().is_none() {
            system.saw(system.store.read(last_committed).await?);
        }
        Ok(system)
    }

    /// Lets so many licensees come by themselves from one address on one day (AUTO-1).
    pub fn limit_automatic_licensees(&self, per_day: u32) {
        self.automatic_licensees_per_day.store(per_day, Ordering::Relaxed);
    }

    pub(crate) fn automatic_licensees_per_day(&self) -> u32 {
        self.automatic_licensees_per_day.load(Ordering::Relaxed)
    }

    /// The store.
    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    /// What this process brings to work with keys.
    pub(crate) fn workshop(&self) -> Workshop {
        self.workshop.clone()
    }

    /// Where this server is reached.
    pub(crate) fn public_url(&self) -> Option<&str> {
        Some(self.workshop.url.as_str()).filter(|url| !url.is_empty())
    }

    /// What private keys are encrypted under.
    pub(crate) fn kek(&self) -> &KeyEncryptionKey {
        &self.workshop.kek
    }

    /// The server's now: what its clock shows, or the last instant it was asked for or committed, if that is later. A local server's
    /// is what its clock shows, or what is proved: nobody can set such a clock right by waiting for years (OFF-11).
    #[must_use]
    pub fn now(&self, clock: Timestamp) -> Timestamp {
        // Whoever has no clock asks for the latest instant alone.
        if clock > Timestamp::MIN {
            self.clock.store(clock.as_micros(), Ordering::Relaxed);
        }
        let before = match self.is_local.load(Ordering::Relaxed) {
            true => self.latest.load(Ordering::Relaxed),
            false => self.latest.fetch_max(clock.as_micros(), Ordering::Relaxed),
        };
        Timestamp::from_micros(before).map_or(clock, |before| before.max(clock))
    }

    /// Time never runs behind this instant any more: it was proved, by what was committed or signed (OFF-11).
    pub(crate) fn saw(&self, proved: Timestamp) {
        self.latest.fetch_max(proved.as_micros(), Ordering::Relaxed);
    }

    /// Counts the time that a local server ran since this was called last, and gives what is proved now (OFF-11). What seems to be more
    /// than `most` microseconds, or less than none, is a clock that was set: no time passed by it. It passed since what was proved at
    /// that call, not since what was proved meanwhile: no minute counts twice.
    pub(crate) fn ran(&self, clock: Timestamp, most: i64) -> Timestamp {
        let before = self.counted.swap(clock.as_micros(), Ordering::Relaxed);
        let passed = clock.as_micros().saturating_sub(before);
        let passed = if (0..=most).contains(&passed) { passed } else { 0 };
        let ran = self.proved.load(Ordering::Relaxed).saturating_add(passed);
        let proved = self.latest.fetch_max(ran, Ordering::Relaxed).max(ran);
        self.proved.store(proved, Ordering::Relaxed);
        Timestamp::from_micros(proved).unwrap_or(Timestamp::MIN)
    }

    /// The instant from which time is taken, if the clock is more than an hour behind it (OFF-11).
    pub(crate) fn clock_behind(&self) -> Option<Timestamp> {
        let (latest, clock) = (self.latest.load(Ordering::Relaxed), self.clock.load(Ordering::Relaxed));
        let behind = latest.saturating_sub(clock) > HOUR;
        Timestamp::from_micros(latest).ok().filter(|_| behind)
    }

    /// The machine, or the database, on which this runs.
    pub(crate) const fn machine(&self) -> &MachineIdentity {
        &self.machine
    }

    /// What this process knows of the local server that it is; nothing on an authority.
    #[must_use]
    pub fn local(&self) -> Option<Arc<LocalState>> {
        self.keyring().local.clone()
    }

    /// Whether products are served: always on an authority, on a local server while its license runs on its own machine (LLS-1). It
    /// asks nobody.
    ///
    /// # Errors
    /// `LocalServerNotActive`.
    pub fn check_local(&self, now: Timestamp) -> Result<(), Error> {
        self.local().map_or(Ok(()), |local| local.check(&self.machine, now))
    }

    /// Every vendor that has keys here.
    #[must_use]
    pub fn vendors(&self) -> Vec<Vendor> {
        self.keyring().vendors().cloned().collect()
    }

    /// When it was last seen that the database takes writes.
    pub(crate) const fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// Answers what waits, takes nothing more, and closes the database.
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// Access tokens that were checked before.
    pub(crate) const fn checked_tokens(&self) -> &CheckedTokens {
        &self.checked
    }

    pub(crate) fn keyring(&self) -> Arc<Keyring> {
        // A panic while the ring is swapped is impossible: the lock is held for one assignment.
        Arc::clone(&self.keyring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The keys of all vendors, with the one of this `kid` if it exists.
    pub(crate) async fn keyring_with(&self, kid: &str, clock: Timestamp) -> Result<Arc<Keyring>, Error> {
        if self.keyring().key(kid).is_none() {
            self.look_again(clock).await?;
        }
        Ok(self.keyring())
    }

    /// The keys of a vendor.
    pub(crate) async fn vendor_keys(&self, id: VendorId) -> Result<Arc<VendorKeys>, Error> {
        if let Some(keys) = self.keyring().of(id) {
            return Ok(keys);
        }
        // The latest instant that this process knows: it goes on with every request.
        self.look_again(self.now(Timestamp::MIN)).await?;
        self.keyring().of(id).ok_or(Error::NotFound)
    }

    /// The keys of an entitlement's vendor, with the delegation by which its leases are signed here: another process may have
    /// imported a newer one.
    pub(crate) async fn signing_keys(&self, entitlement: &Entitlement) -> Result<Arc<VendorKeys>, Error> {
        let keys = self.vendor_keys(entitlement.vendor).await?;
        if keys.has_delegation(entitlement) {
            return Ok(keys);
        }
        self.load_keys().await?;
        self.vendor_keys(entitlement.vendor).await
    }

    /// Reads the keys again: another process on the same database may have made a vendor since. At most every few seconds, so that
    /// made-up ids and tokens cost nothing.
    async fn look_again(&self, clock: Timestamp) -> Result<(), Error> {
        let last = self.looked.load(Ordering::Relaxed);
        if clock.as_micros().saturating_sub(last) < LOOK_AGAIN {
            return Ok(());
        }
        self.looked.store(clock.as_micros(), Ordering::Relaxed);
        self.load_keys().await
    }

    /// Learns of what another process on the same database did with keys: one small read, and more only if something changed. Says
    /// whether it did. Whoever serves calls it each second, so that a revoked key neither signs nor counts longer (KEY-5).
    ///
    /// # Errors
    /// The database's; `Internal` if a key cannot be decrypted.
    pub async fn follow_keys(&self) -> Result<bool, Error> {
        let generation = self.store.read(|tx| Ok::<_, Error>(vendor::key_generation(tx)?)).await?;
        if generation == self.keyring().generation {
            return Ok(false);
        }
        self.load_keys().await?;
        Ok(true)
    }

    pub(crate) async fn load_keys(&self) -> Result<(), Error> {
        let stored = self.store.read(StoredKeys::read).await?;
        let ring = Arc::new(Keyring::decrypt(&stored, self.kek())?);
        if let Some(local) = &ring.local {
            if !self.is_local.swap(true, Ordering::Relaxed) {
                self.latest.store(Timestamp::MIN.as_micros(), Ordering::Relaxed);
            }
            self.saw(local.proof());
        }
        let mut present = self.keyring.write().unwrap_or_else(PoisonError::into_inner);
        // Of two who read at once the one who read less may come last.
        if ring.generation >= present.generation {
            *present = ring;
        }
        Ok(())
    }

    /// A vendor's now. A sandbox's clock may have been moved by another process, so it is read each time.
    pub(crate) async fn vendor_now(&self, vendor: &Vendor, clock: Timestamp) -> Result<Timestamp, Error> {
        let now = self.now(clock);
        if !vendor.is_sandbox() {
            return Ok(now);
        }
        let id = vendor.id;
        let present = self.store.glance(move |tx| Ok::<_, Error>(vendor::find(tx, id)?)).await?;
        Ok(present.ok_or(Error::NotFound)?.now(now))
    }
}

/// The latest instant in any vendor's journal, by the server's clock.
fn last_committed(tx: &mut chancery_store::ReadTx<'_>) -> Result<Timestamp, Error> {
    let mut latest = Timestamp::MIN;
    for vendor in vendor::all(tx)? {
        let Some(instant) = vendor::last_instant(tx, vendor.id)? else { continue };
        let ahead = match vendor.mode {
            VendorMode::Live => 0,
            VendorMode::Sandbox { ahead } => ahead,
        };
        latest = latest.max(instant.shifted(-ahead));
    }
    Ok(latest)
}
