//! The state as the client uses it: every file is encrypted under a key that this machine opens (OFF-12).
//!
//! The key stands in `machine.json`, wrapped under the machine's signs. It is opened once, and again when that file is another one.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chancery_token::{Entropy, random_seed};

use super::device::Keys;
use super::envelope::{self, Content, FILES, damaged};
use super::evidence::Evidence;
use super::record::Record;
use super::revocations::Revocations;
use super::{Lock, StateStore};
use crate::machine::identity::{Identity, Opened, derive};
use crate::machine::key::StateKey;
use crate::machine::{Machine, Signal};
use crate::{Error, Product};

const MACHINE: &str = "machine.json";
const DAMAGED: &str = "damaged";
const FOREIGN: &str = "foreign";

pub(crate) struct Vault {
    store: StateStore,
    /// What seat ids are made for.
    vendor: String,
    machine: Machine,
    signals: OnceLock<Vec<Signal>>,
    /// The text of `machine.json`, and what it opened to.
    opened: Mutex<Option<(String, Arc<Opened>)>>,
}

impl Vault {
    pub(crate) fn new(store: StateStore, product: &Product, machine: Machine) -> Self {
        let vendor = product.trust().anchor().root.kid().to_owned();
        Self { store, vendor, machine, signals: OnceLock::new(), opened: Mutex::new(None) }
    }

    /// Takes the lock; nothing if another has it now.
    pub(crate) fn try_lock(&self) -> Result<Option<Lock>, Error> {
        self.store.try_lock()
    }

    /// For messages.
    pub(crate) fn name(&self) -> String {
        self.store.name()
    }

    /// Reads the activation, and what goes with it. It needs no lock: a file is replaced as a whole.
    pub(crate) fn record(&self) -> Result<Record, Error> {
        Ok(self.get()?.unwrap_or_default())
    }

    /// Reads the device's keys.
    pub(crate) fn keys(&self) -> Result<Keys, Error> {
        Ok(self.get()?.unwrap_or_default())
    }

    /// Reads the newest revocation list that came, if one did.
    pub(crate) fn revocations(&self) -> Result<Option<Revocations>, Error> {
        self.get()
    }

    /// Reads the proof of time, if there is one.
    pub(crate) fn evidence(&self) -> Result<Option<Evidence>, Error> {
        self.get()
    }

    /// The seat id for activations that give none: the one that was kept here, else that of this machine (LIC-3).
    ///
    /// # Errors
    /// `no_machine_identity`, as in a container; those of the stored state, unless an activation would set it aside.
    pub(crate) fn seat_id(&self) -> Result<String, Error> {
        match self.opened() {
            Ok(None) | Err(Error::StateFromAnotherMachine(_) | Error::StateDamaged(_)) => self.derived(),
            Ok(Some(opened)) => opened.seat_id.clone().map_or_else(|| self.derived(), Ok),
            Err(error) => Err(error),
        }
    }

    /// Whether there is a key yet: without one there is nothing to be read.
    pub(crate) fn is_begun(&self) -> bool {
        matches!(self.opened(), Ok(Some(_)))
    }

    /// Makes the state ready for whoever has its lock. What changed of the machine is taken in, so that small changes do not add up.
    ///
    /// Whoever begins `anew` does not mind what cannot be read, because it is damaged or of another machine: it is set aside,
    /// and kept. Only then is a state that was bound to nothing bound to a machine, so that looking at it never takes it from a
    /// container that uses the same folder.
    pub(crate) fn prepare(&self, lock: &Lock, anew: bool) -> Result<(), Error> {
        let opened = match self.opened() {
            // Whoever reads is told.
            Err(_) if !anew => return Ok(()),
            Err(Error::StateFromAnotherMachine(_)) => self.set_all_aside(lock, FOREIGN).map(|()| None),
            Err(Error::StateDamaged(_)) => self.set_all_aside(lock, DAMAGED).map(|()| None),
            opened => opened,
        };
        match opened? {
            Some(opened) if opened.drifted || anew && !opened.bound && !self.signals().is_empty() => {
                self.bind(lock, &opened.key, opened.seat_id.as_deref())?;
            }
            None if anew => {
                // What is encrypted under a key that is gone.
                self.set_all_aside(lock, DAMAGED)?;
                self.bind(lock, &StateKey::new(&mut entropy()?)?, None)?;
            }
            _ => {}
        }
        if anew {
            self.mend::<Revocations>(lock)?;
            self.mend::<Evidence>(lock)?;
        }
        Ok(())
    }

    pub(crate) fn write<C: Content>(&self, lock: &Lock, content: &C) -> Result<(), Error> {
        if self.opened()?.is_none() {
            self.prepare(lock, true)?;
        }
        let opened = self.opened()?.ok_or_else(|| damaged(MACHINE, "it is gone"))?;
        let plain = serde_json::to_vec(content).map_err(envelope::unwritable)?;
        let sealed = opened.key.seal(C::FILE, &plain, &mut entropy()?)?;
        self.store.write(lock, C::FILE, &envelope::write(&sealed)?)
    }

    pub(crate) fn remove<C: Content>(&self, lock: &Lock) -> Result<(), Error> {
        self.store.remove(lock, C::FILE)
    }

    /// Moves a damaged file out of the way, and keeps it.
    pub(crate) fn set_aside<C: Content>(&self, lock: &Lock) -> Result<(), Error> {
        self.store.set_aside(lock, C::FILE, DAMAGED)
    }

    fn mend<C: Content>(&self, lock: &Lock) -> Result<(), Error> {
        match self.get::<C>() {
            Err(Error::StateDamaged(_)) => self.set_aside::<C>(lock),
            other => other.map(|_| ()),
        }
    }

    fn get<C: Content>(&self) -> Result<Option<C>, Error> {
        let mut failed = None;
        loop {
            let opened = self.opened();
            let Some(text) = self.store.text(C::FILE)? else { return Ok(None) };
            match opened.and_then(|opened| decrypted(opened.as_deref(), &text)) {
                // Between the two reads another process may have begun anew: what is damaged is so twice.
                Err(Error::StateDamaged(_)) if failed.as_ref() != Some(&text) => failed = Some(text),
                read => return read.map(Some),
            }
        }
    }

    /// Opens `machine.json`, if it is there.
    fn opened(&self) -> Result<Option<Arc<Opened>>, Error> {
        let Some(text) = self.store.text(MACHINE)? else { return Ok(None) };
        let mut known = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, opened)) = known.as_ref().filter(|(known, _)| *known == text) {
            return Ok(Some(Arc::clone(opened)));
        }
        let identity: Identity = envelope::parse(MACHINE, &text)?;
        let opened = Arc::new(identity.open(self.signals()).map_err(|error| match error {
            Error::StateDamaged(how) => damaged(MACHINE, &how),
            other => other,
        })?);
        *known = Some((text, Arc::clone(&opened)));
        Ok(Some(opened))
    }

    /// Writes the key for the machine as it is now, with the seat id of its default.
    fn bind(&self, lock: &Lock, key: &StateKey, seat_id: Option<&str>) -> Result<(), Error> {
        let seat_id = seat_id.map(str::to_owned).or_else(|| self.derived().ok());
        let identity = Identity::seal(key, seat_id.as_deref(), self.signals(), &mut entropy()?)?;
        self.store.write(lock, MACHINE, &envelope::write(&identity)?)
    }

    /// The key goes last: until then, what is left to be set aside is known to be.
    fn set_all_aside(&self, lock: &Lock, why: &str) -> Result<(), Error> {
        FILES.into_iter().chain([MACHINE]).try_for_each(|file| self.store.set_aside(lock, file, why))
    }

    fn derived(&self) -> Result<String, Error> {
        derive(self.vendor.as_bytes(), self.signals())
    }

    /// What tells this machine from others. It is read once.
    fn signals(&self) -> &[Signal] {
        self.signals.get_or_init(|| self.machine.signals())
    }
}

/// What a file says.
fn decrypted<C: Content>(opened: Option<&Opened>, text: &str) -> Result<C, Error> {
    let sealed: String = envelope::parse(C::FILE, text)?;
    let opened = opened.ok_or_else(|| damaged(C::FILE, "machine.json is missing, without which it cannot be read"))?;
    let plain = opened.key.open(C::FILE, &sealed).ok_or_else(|| {
        damaged(C::FILE, "it was encrypted under another key than that in machine.json, or as another file")
    })?;
    serde_json::from_slice(&plain).map_err(|_| damaged(C::FILE, "what it says is not understood"))
}

fn entropy() -> Result<Entropy, Error> {
    random_seed().map(Entropy::new).map_err(|error| Error::Internal(error.to_string()))
}

/// Without the key.
impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({})", self.name())
    }
}
