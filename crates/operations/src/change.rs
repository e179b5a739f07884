//! One change: permit, transaction, journal, idempotency, in one place for every operation.

use chancery_domain::{Action, Facts, Id, Leaving, Permit, SeatNote, Timestamp, changes};
use chancery_store::receipt::Receipt;
use chancery_store::{Aggregate, Outcome, WriteTx, journal, receipt};
use chancery_token::{Entropy, KeyEncryptionKey};

use crate::{Context, Error, Expected, IdempotencyKey, Rehearsal, Remembered, System, Versioned};

/// What is kept under an idempotency key is kept this long: 24 hours, in microseconds.
pub(crate) const MEMORY: i64 = 24 * 3_600 * 1_000_000;

/// A change in the making: the transaction, and what every change needs in it.
pub struct Change<'a, 'tx> {
    /// The transaction.
    pub tx: &'a mut WriteTx<'tx>,
    /// That it may be done. The writing functions of the store demand it.
    pub permit: &'a Permit,
    /// The vendor's now.
    pub now: Timestamp,
    context: &'a Context,
    entropy: Entropy,
    /// What a dry run tells; nothing, if it is none.
    rehearsal: Option<Box<Rehearsal>>,
    /// The same, where that is told although it is no dry run.
    watched: Option<Box<Rehearsal>>,
    /// Which versions the caller will have changed, until it was checked.
    expected: Option<&'a Expected>,
}

impl<'a, 'tx> Change<'a, 'tx> {
    pub(crate) fn new(tx: &'a mut WriteTx<'tx>, permit: &'a Permit, context: &'a Context) -> Self {
        let rehearsal = context.is_dry_run().then(Box::default);
        let (now, entropy, expected) = (context.now(), context.entropy("change"), context.expected());
        Self { tx, permit, now, context, entropy, rehearsal, watched: None, expected }
    }

    /// A new id: the same one when the transaction runs again.
    pub fn id<I: Id>(&mut self) -> I {
        self.entropy.id(self.context.now())
    }

    /// Random bytes: the same ones when the transaction runs again.
    pub fn random<const N: usize>(&mut self) -> [u8; N] {
        self.entropy.bytes()
    }

    /// Checks that what the call is about is of a version that the caller expects (API-4). Every operation on something that is
    /// there calls this when it has read it, before anything is changed: nobody else changes it until the transaction ends.
    ///
    /// # Errors
    /// `VersionConflict`.
    pub fn expect_version(&mut self, before: &impl Versioned) -> Result<(), Error> {
        self.expected.take().map_or(Ok(()), |expected| expected.check(Some(before.version())))
    }

    /// What was expected and never checked is of something that has no version, and so never there. It undoes the change.
    fn nothing_expected(&mut self) -> Result<(), Error> {
        self.expected.take().map_or(Ok(()), |expected| expected.check(None))
    }

    /// Writes into the journal what a record was and became (AUD-1). Nothing is written when nothing changed.
    ///
    /// # Errors
    /// The database's.
    pub fn record<T: Facts>(
        &mut self,
        subject: impl ToString,
        before: Option<&T>,
        after: Option<&T>,
    ) -> Result<(), Error> {
        let changes = changes(before, after);
        if changes.is_empty() && before.is_some() && after.is_some() {
            return Ok(());
        }
        let (now, origin, subject) = (self.context.now(), self.context.origin(), subject.to_string());
        if let Some(told) = self.rehearsal.as_mut().or(self.watched.as_mut()) {
            told.changed(&subject, &changes);
        }
        Ok(journal::record(self.tx, self.permit, now, origin, &subject, &changes)?)
    }

    /// Tells a dry run, and whoever watches, who would lose a seat, or what it lives on (MAN-3). The journal hears nothing of it: what
    /// happens to seats is noted by [`Change::note`].
    pub fn leaves(&mut self, leaving: impl FnOnce() -> Leaving) {
        if let Some(told) = self.rehearsal.as_mut().or(self.watched.as_mut()) {
            told.leaves(leaving());
        }
    }

    /// From now on remembers what a dry run would tell, for [`Change::watched`].
    pub(crate) fn watch(&mut self) {
        self.watched = Some(Box::default());
    }

    /// What changed since it was watched, and who left.
    pub(crate) fn watched(&mut self) -> Rehearsal {
        *self.watched.take().unwrap_or_default()
    }

    /// Whether it is a dry run, which alone has use for what only it tells.
    #[must_use]
    pub const fn is_dry_run(&self) -> bool {
        self.rehearsal.is_some()
    }

    /// Where the call came from.
    pub(crate) fn origin(&self) -> &journal::Origin {
        self.context.origin()
    }

    /// The call's idempotency key, if it has one.
    pub(crate) fn idempotency(&self) -> Option<&IdempotencyKey> {
        self.context.idempotency()
    }

    /// Writes into the journal what happened to a seat (SEAT-11).
    ///
    /// # Errors
    /// The database's.
    pub fn note(&mut self, note: &SeatNote) -> Result<(), Error> {
        Ok(journal::note(self.tx, self.permit, self.context.now(), self.context.origin(), note)?)
    }

    /// Tells the store that the call's receipt will be asked for, if it has a key: its answer comes with that of the next question.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn announce_receipt(&mut self) -> Result<(), Error> {
        let Some(key) = self.context.idempotency().filter(|_| self.tx.announces()) else { return Ok(()) };
        Ok(receipt::announce(self.tx, &key.id, self.now.shifted(-MEMORY))?)
    }

    /// What was done under the call's idempotency key within the last day.
    ///
    /// # Errors
    /// `IdempotencyKeyReused` if that was something else.
    pub(crate) fn receipt(&mut self) -> Result<Option<Receipt>, Error> {
        let Some(key) = self.context.idempotency() else { return Ok(None) };
        let found = receipt::find(self.tx, &key.id, self.now.shifted(-MEMORY))?;
        match found {
            Some(receipt) if receipt.request != key.request => Err(Error::IdempotencyKeyReused),
            found => Ok(found),
        }
    }

    /// Keeps facts, and a secret, under the call's idempotency key.
    ///
    /// `replaced` is the receipt that this call found and goes beyond, such as that of a refusal. If another call kept one meanwhile,
    /// what this one did is undone, and it is run again.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn keep(
        &mut self,
        facts: String,
        secret: Option<String>,
        replaced: Option<&Receipt>,
    ) -> Result<(), Error> {
        let Some(key) = self.context.idempotency() else { return Ok(()) };
        let secret = secret.map(|secret| self.lock(key, &secret)).transpose()?;
        let kept = Receipt { request: key.request, facts, secret, created: self.now };
        let oldest = replaced.map_or_else(|| self.now.shifted(-MEMORY), |found| found.created);
        Ok(receipt::insert(self.tx, &key.id, &kept, oldest)?)
    }

    fn lock(&self, key: &IdempotencyKey, secret: &str) -> Result<Vec<u8>, Error> {
        let nonce = self.context.entropy("receipt").bytes();
        Ok(KeyEncryptionKey::from_bytes(&key.secret).map_err(Error::internal)?.wrap(
            "receipt",
            "secret",
            secret.as_bytes(),
            nonce,
        )?)
    }

    pub(crate) fn unlock(&self, secret: Option<&Vec<u8>>) -> Result<Option<String>, Error> {
        let (Some(key), Some(secret)) = (self.context.idempotency(), secret) else { return Ok(None) };
        let plain =
            KeyEncryptionKey::from_bytes(&key.secret).map_err(Error::internal)?.unwrap("receipt", "secret", secret)?;
        String::from_utf8(plain.to_vec()).map(Some).map_err(Error::internal)
    }

    /// Tells again what was done under the call's idempotency key, or does it and keeps what it was (SAFE-1).
    ///
    /// # Errors
    /// Those of `act`; of a dry run, which neither reads nor keeps a receipt, what would have been done: that undoes it.
    pub(crate) fn once<T: Remembered>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.is_dry_run() {
            act(self)?;
            self.nothing_expected()?;
            return Err(Error::Rehearsed(self.rehearsal.take().unwrap_or_default()));
        }
        if let Some(receipt) = self.receipt()? {
            let secret = self.unlock(receipt.secret.as_ref())?;
            return T::recall(self, &receipt.facts, secret);
        }
        let done = act(self)?;
        self.nothing_expected()?;
        self.keep(done.facts(), done.secret(), None)?;
        Ok(done)
    }

    /// Keeps what was recorded about a refusal (SEAT-5, SEAT-11), which else undoes what was written. A dry run keeps nothing.
    pub(crate) fn settle<T>(&self, result: Result<T, Error>) -> Result<Outcome<T, Error>, Error> {
        match result {
            Ok(done) => Ok(Outcome::Done(done)),
            Err(refused @ Error::Refused(_)) if !self.is_dry_run() => Ok(Outcome::Refused(refused)),
            Err(error) => Err(error),
        }
    }
}

impl System {
    /// Makes a change, once: in one transaction with its journal, and told again when it is asked again (SAFE-1). `act` may run
    /// more than once.
    pub(crate) async fn change<T, F>(
        &self,
        context: &Context,
        action: Action,
        aggregates: impl Into<Vec<Aggregate>>,
        act: F,
    ) -> Result<T, Error>
    where
        T: Remembered + Send + 'static,
        F: Fn(&mut Change<'_, '_>) -> Result<T, Error> + Send + 'static,
    {
        let permit = context.permit(action)?;
        let context = context.clone();
        self.store()
            .write(aggregates, move |tx| {
                let mut change = Change::new(tx, &permit, &context);
                change.once(&act).map(Outcome::Done)
            })
            .await
    }
}
