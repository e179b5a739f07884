//! Leases that a database has forgotten because it was set back: clients show them, and get their seats back (EXP-9).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chancery_domain::{
    Activation, ActivationId, DeviceInfo, End, Entitlement, Lease, LeaseMark, LogOperation, Mode, Recorded, Refusal,
    SeatId, SeatNote, Selector, ShownLease, Standing, TakeBack, Timestamp,
};
use chancery_store::lease_serial::Serial;
use chancery_store::{activation, entitlement, lease_serial, local_server, product};
use chancery_token as token;

use super::here::row;
use super::mark_restored;
use crate::activation::{ChainCall, client_code};
use crate::vendor_keys::{Keyring, VendorKeys};
use crate::{Change, Error, System};

/// A lease that a client shows, of which nothing is believed yet, with what it is opened with.
pub(crate) struct Shows {
    text: String,
    /// What the text says of itself.
    mark: LeaseMark,
    ring: Arc<Keyring>,
    /// Whether it proved to the latest transaction that the database was set back, which nobody knew.
    news: AtomicBool,
}

impl Shows {
    /// Nothing on an authority, or if the text does not even say that it is a lease of a local server.
    pub(crate) fn of(system: &System, text: String) -> Option<Self> {
        let ring = system.keyring();
        ring.local.as_ref()?;
        Some(Self { mark: token::Lease::says_mark(&text)?, text, ring, news: AtomicBool::new(false) })
    }

    /// Whether it says that it is newer than what is recorded. Nearly always it is the one that is recorded, whose signature need not
    /// be checked again.
    pub(crate) fn says_newer(&self, recorded: Option<&Activation>) -> bool {
        recorded.and_then(|recorded| recorded.lease.mark).is_none_or(|recorded| self.mark.is_after(recorded))
    }

    /// Takes the lease back, if it is this server's for the caller's seat, and newer than all that is recorded: then it proves that
    /// the database was set back, which is noted.
    ///
    /// # Errors
    /// `Refused` if others have its seat, after that was noted; the database's.
    pub(crate) fn take_back(
        &self,
        change: &mut Change<'_, '_>,
        keys: &VendorKeys,
        call: &ChainCall,
    ) -> Result<(), Error> {
        self.news.store(false, Ordering::Relaxed);
        let Some(shown) = self.open(keys, call, change.now)? else { return Ok(()) };
        let Some(mut taking) = Taking::of(change, &shown)? else { return Ok(()) };
        self.news.store(taking.note_restored(change)?, Ordering::Relaxed);
        taking.take(change)
    }

    /// After the commit: tells the log what is news.
    pub(crate) fn announce(&self) {
        if self.news.load(Ordering::Relaxed) {
            tracing::warn!(
                "a client shows a lease that the database has forgotten: it was set back; no new seats until that is confirmed"
            );
        }
    }

    fn open(&self, keys: &VendorKeys, call: &ChainCall, now: Timestamp) -> Result<Option<Shown>, Error> {
        let Some(local) = &self.ring.local else { return Ok(None) };
        let Some((_, key)) = self.ring.key(keys.issuing()?.kid()) else { return Ok(None) };
        let opened = token::Lease::open_own(&self.text, local.server(), key, local.trust().anchor(), now);
        Ok(opened.ok().and_then(|lease| read(&lease, call)))
    }
}

/// What a client shows, with the chain of its access token.
struct Shown {
    lease: ShownLease,
    entitlement: chancery_domain::EntitlementId,
    seat_name: Option<String>,
    order: chancery_domain::OrderId,
    chain: u64,
}

/// Nothing for the lease of another activation than the caller's.
fn read(lease: &token::Lease, call: &ChainCall) -> Option<Shown> {
    let (host, seat) = (lease.host.as_ref()?, lease.seat.as_ref()?);
    let mark = Some(LeaseMark { epoch: host.epoch, serial: host.serial });
    let device_key = lease.confirmation.as_ref().and_then(|confirmation| confirmation.jkt.parse().ok());
    let shown = ShownLease {
        activation: lease.activation.filter(|id| *id == call.activation)?,
        number: seat.number,
        seat_id: SeatId::new(&seat.id).ok()?,
        device_key,
        lease: Lease { issued: lease.issued.at, expiry: lease.expiry, mark },
    };
    let (entitlement, seat_name) = (lease.entitlement.id, seat.name.clone());
    Some(Shown { lease: shown, entitlement, seat_name, order: call.order, chain: call.chain })
}

/// What is recorded, and what is shown.
struct Taking<'a> {
    shown: &'a Shown,
    entitlement: Entitlement,
    serial: Serial,
    known: Option<Activation>,
}

impl<'a> Taking<'a> {
    /// Nothing, if nothing shows that the database was set back, and nobody has noted that.
    fn of(change: &mut Change<'_, '_>, shown: &'a Shown) -> Result<Option<Self>, Error> {
        let vendor = change.permit.vendor();
        let found = entitlement::find(change.tx, vendor, shown.entitlement)?;
        let Some(entitlement) = found.filter(|found| found.order == shown.order) else { return Ok(None) };
        let Some(serial) = lease_serial::find(change.tx, entitlement.id)? else { return Ok(None) };
        let known = activation::find(change.tx, vendor, shown.lease.activation)?;
        let taking = Self { shown, entitlement, serial, known };
        Ok((taking.proves() || taking.serial.restored.is_some()).then_some(taking))
    }

    fn proves(&self) -> bool {
        self.shown.lease.lease.mark.is_some_and(|mark| mark.proves_restored(self.serial.mark))
    }

    /// Notes what the lease proves, and counts on from it. Says whether it is news.
    fn note_restored(&mut self, change: &mut Change<'_, '_>) -> Result<bool, Error> {
        let Some(mark) = self.shown.lease.lease.mark.filter(|_| self.proves()) else { return Ok(false) };
        if mark.epoch > row(change)?.epoch {
            local_server::set_epoch(change.tx, change.permit, mark.epoch)?;
        }
        lease_serial::set(change.tx, change.permit, self.entitlement.id, mark)?;
        let news = mark_restored::note(change)?;
        self.serial.restored = self.serial.restored.or(Some(change.now));
        Ok(news)
    }

    /// Does what the rules decide.
    fn take(&mut self, change: &mut Change<'_, '_>) -> Result<(), Error> {
        match self.decide(change)? {
            TakeBack::Nothing => Ok(()),
            TakeBack::Renew => {
                let Some(mut known) = self.known.clone() else { return Ok(()) };
                self.give(&mut known);
                activation::update(change.tx, change.permit, &known)?;
                self.note(change, &known)
            }
            TakeBack::Adopt { number } => {
                activation::take_number(change.tx, self.entitlement.id, number)?;
                self.entitlement.counter.take(number);
                entitlement::update_seats(change.tx, change.permit, &self.entitlement)?;
                self.seat(change, number)
            }
            TakeBack::Displace { activation, number } => {
                self.displace(change, activation)?;
                self.seat(change, number)
            }
            TakeBack::Refuse(refusal) => Err(self.refuse(change, refusal)?),
        }
    }

    fn decide(&self, change: &mut Change<'_, '_>) -> Result<TakeBack, Error> {
        let (e, shown) = (&self.entitlement, &self.shown.lease);
        let seats = e.seats_here().get();
        let others = activation::of_seat(change.tx, e.order, e.product, &shown.seat_id)?;
        let same_seat = others.iter().find(|other| other.entitlement == e.id && other.id != shown.activation);
        let holder = activation::of_number(change.tx, e.id, shown.number)?;
        let gap = activation::free_numbers(change.tx, e, seats, 1)?.first().copied();
        let next = Some(e.counter.highest + 1).filter(|next| *next <= seats);
        let recorded = Recorded {
            entitlement: e,
            activation: self.known.as_ref(),
            same_seat,
            holder: holder.as_ref().filter(|holder| holder.id != shown.activation),
            free: gap.or(next),
            restored: self.serial.restored,
        };
        Ok(chancery_domain::take_back(shown, &recorded, change.now))
    }

    /// Ends whose seat it was, as the record has it.
    fn displace(&mut self, change: &mut Change<'_, '_>, id: ActivationId) -> Result<(), Error> {
        let vendor = change.permit.vendor();
        let mut other = activation::find(change.tx, vendor, id)?.ok_or(Error::NotFound)?;
        change.give_back_all(&other)?;
        if id == self.shown.lease.activation {
            return Ok(());
        }
        other.end(End::Replaced);
        activation::update(change.tx, change.permit, &other)?;
        change.note(&SeatNote::of(LogOperation::Replace, &other))
    }

    /// Seats the activation at a number that is its own.
    fn seat(&mut self, change: &mut Change<'_, '_>, number: u64) -> Result<(), Error> {
        let known = self.known.is_some();
        let mut seat = match self.known.clone() {
            Some(known) => known,
            None => self.forgotten(change)?,
        };
        seat.standing = Standing::Seated(number);
        seat.frees_at = self.shown.lease.lease.issued;
        self.give(&mut seat);
        if known {
            activation::update(change.tx, change.permit, &seat)?;
        } else {
            activation::insert(change.tx, change.permit, &seat)?;
        }
        self.note(change, &seat)
    }

    /// The activation as the lease tells of it.
    fn forgotten(&self, change: &mut Change<'_, '_>) -> Result<Activation, Error> {
        let (e, shown) = (&self.entitlement, &self.shown.lease);
        let product = product::find(change.tx, e.vendor, &Selector::Id(e.product))?.ok_or(Error::NotFound)?;
        let name = self.shown.seat_name.as_deref().map(chancery_domain::Name::new).transpose();
        Ok(Activation {
            id: shown.activation,
            vendor: e.vendor,
            entitlement: e.id,
            order: e.order,
            product: e.product,
            seat_id: shown.seat_id.clone(),
            seat_name: name.ok().flatten(),
            standing: Standing::Seated(shown.number),
            frees_at: shown.lease.issued,
            mode: Mode::Online,
            concurrency: e.concurrency,
            lease: shown.lease,
            activated: shown.lease.issued,
            chain: self.shown.chain,
            counter: 0,
            client_code: client_code(&product, shown.activation),
            device: DeviceInfo::default(),
            device_key: shown.device_key.clone(),
        })
    }

    /// The lease that is shown takes the place of the recorded one.
    fn give(&self, seat: &mut Activation) {
        let shown = &self.shown.lease;
        seat.take_lease(shown.lease);
        if self.shown.chain > seat.chain {
            (seat.chain, seat.counter) = (self.shown.chain, 0);
        }
        seat.device_key = shown.device_key.clone().or(seat.device_key.take());
    }

    fn note(&self, change: &mut Change<'_, '_>, seat: &Activation) -> Result<(), Error> {
        change.note(&SeatNote::of(LogOperation::StateRestored, seat))
    }

    /// Records the refusal, and gives the error that tells of it.
    fn refuse(&self, change: &mut Change<'_, '_>, refusal: Refusal) -> Result<Error, Error> {
        let seat_name = self.shown.seat_name.as_deref().and_then(|name| chancery_domain::Name::new(name).ok());
        let who = (self.shown.lease.seat_id.clone(), seat_name);
        change.note(&SeatNote::denied(self.entitlement.id, who, Mode::Online, &refusal))?;
        Ok(refusal.into())
    }
}
