//! Leases that a database has forgotten because it was set back: clients show them, and get their seats back (EXP-9).

use chancery_domain::{
    Action, Activation, ActivationId, DeviceInfo, End, Entitlement, Lease, LeaseMark, LogOperation, Mode, Recorded,
    Refusal, SeatId, SeatNote, Selector, ShownLease, Standing, TakeBack,
};
use chancery_store::lease_serial::Serial;
use chancery_store::{Aggregate, Outcome, activation, entitlement, lease_serial, local_server, product};
use chancery_token as token;

use super::here::row;
use super::mark_restored;
use crate::activation::{ChainCall, client_code};
use crate::{Change, Context, Error, System};

/// Looks at the lease that a client shows when it refreshes. One that is recorded, or is not this server's, is nothing; one that is
/// newer than all that is recorded proves that the database was set back: that is noted, and the lease is taken back.
///
/// # Errors
/// `Refused` if others have its seat, after that was recorded; the database's.
pub(crate) async fn take_back(system: &System, context: &Context, call: &ChainCall, text: &str) -> Result<(), Error> {
    if system.local().is_none() {
        return Ok(());
    }
    let (vendor, id) = (context.actor().vendor(), call.activation);
    let known = system.store().glance(move |tx| Ok::<_, Error>(activation::find(tx, vendor, id)?)).await?;
    let recorded = known.and_then(|known| known.lease.mark);
    // Nearly always it is the one that is recorded, whose signature need not be checked again.
    if recorded.is_some_and(|recorded| !token::Lease::says_newer(text, recorded)) {
        return Ok(());
    }
    let Some(shown) = shown(system, context, call, text).await? else { return Ok(()) };
    let (permit, context) = (context.permit(Action::Refresh)?, context.clone());
    let news = system.store().write(Aggregate::Order(call.order), move |tx| {
        let mut change = Change::new(tx, &permit, &context);
        match Taking::of(&mut change, &shown)? {
            None => Ok(Outcome::Done(false)),
            Some(mut taking) => {
                let news = taking.note_restored(&mut change)?;
                match taking.take(&mut change) {
                    Ok(()) => Ok(Outcome::Done(news)),
                    Err(refused @ Error::Refused(_)) => Ok(Outcome::Refused(refused)),
                    Err(error) => Err(error),
                }
            }
        }
    });
    if news.await? {
        tracing::warn!(
            "a client shows a lease that the database has forgotten: it was set back; no new seats until that is confirmed"
        );
    }
    Ok(())
}

/// What a client shows, with the chain of its access token.
struct Shown {
    lease: ShownLease,
    entitlement: chancery_domain::EntitlementId,
    seat_name: Option<String>,
    order: chancery_domain::OrderId,
    chain: u64,
}

async fn shown(system: &System, context: &Context, call: &ChainCall, text: &str) -> Result<Option<Shown>, Error> {
    let Some(local) = system.local() else { return Ok(None) };
    let ring = system.keyring();
    let keys = system.vendor_keys(context.actor().vendor()).await?;
    let Some((_, key)) = ring.key(keys.issuing()?.kid()) else { return Ok(None) };
    let anchor = local.trust().anchor();
    let Ok(lease) = token::Lease::open_own(text, local.server(), key, anchor, context.now()) else { return Ok(None) };
    Ok(read(&lease, call))
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
