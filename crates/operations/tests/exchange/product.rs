//! Products, each at every host: what they have, and how they claim. Each lease that they are handed is believed by the vendor's root
//! alone, or the story fails (TOK-8).

use chancery_domain::*;
use chancery_operations::activation::{self, ChainCall, NewActivation};
use chancery_operations::credential::{self, Credential};
use chancery_operations::{Context, Error, IdempotencyKey};
use chancery_token::LeaseExpectation;

use crate::book::At;
use crate::record::{Code, Mark, Means, Seat, Standing, Turn};
use crate::story::{Story, Told, same};
use crate::truth::Handed;
use crate::world::{ends, instant};

/// How many devices there are at each host.
pub(crate) const DEVICES: usize = 4;

/// What a product has of its activation.
#[derive(Clone)]
pub(crate) struct Copy {
    pub(crate) act: ActivationId,
    order: OrderId,
    access: String,
    pub(crate) nonce: String,
    /// Which nonce that is.
    pub(crate) turn: Turn,
    pub(crate) lease: String,
    pub(crate) issued: At,
    pub(crate) ends: At,
    pub(crate) mark: Mark,
}

/// Which product: of a book, at a host, on a device.
pub(crate) type Who = (usize, usize, usize);

/// A lease that was read.
pub(crate) struct Read {
    pub(crate) issued: At,
    pub(crate) ends: At,
    pub(crate) mark: Mark,
}

impl Story<'_> {
    /// What a host gives products of a book, or why it gives nothing at all.
    pub(crate) fn means(&self, b: usize, host: usize) -> Result<Means, Code> {
        let now = self.now();
        let site = &self.sites[host];
        if host > 0 && site.license.is_none_or(|end| end <= now) {
            return Err("local_server_not_active");
        }
        let mut means = self.books[b].means(host, site.restored.is_some(), now).ok_or("nothing")?;
        if host > 0 {
            means.terms.customer_disabled = site.customer.1;
        }
        Ok(means)
    }

    /// As the licensing API asks before anything else (LLS-1).
    pub(crate) fn gate(&self, host: usize) -> Result<(), Error> {
        let system = self.system(host);
        system.check_local(system.now(self.world.of.now()))
    }

    pub(crate) async fn claim(&mut self, (b, host, device): Who) -> Told {
        self.tell(format!("device {device} claims a seat of book {b} at {host}"));
        let now = self.now();
        let place = &self.books[b].places[host];
        let means =
            self.means(b, host).map_err(|code| if code == "nothing" { "activation_code_unknown" } else { code });
        let foreseen = means.clone().and_then(|means| place.claim(device, &means, now));
        let again = place.seat_of(device).map(|seat| seat.act);
        let done = self.activate(b, host, device).await;
        if self.as_foreseen(foreseen, &done)?
            && let (Ok(got), Ok(means)) = (done, means)
        {
            same("whether the seat is new", again.is_none(), got.created)?;
            let Activation { id, chain, order, .. } = got.view.activation;
            let read = self.believe((b, host, device), &got.lease, &means, now)?;
            let (access, nonce, lease) = (got.access_token, got.nonce, got.lease);
            let (issued, ends, mark) = (read.issued, read.ends, read.mark);
            let turn = (chain, 0);
            let copy = Copy { act: id, order, access, nonce, turn, lease, issued, ends, mark };
            if let Some(former) = self.copies.insert((b, host, device), copy).filter(|former| former.act != id) {
                self.former.insert((b, host, device), former);
            }
            if host == 0 {
                self.books[b].begin(now);
            }
            self.seat((b, host, device), id, &read, means.terms.locked);
            self.books[b].places[host].seat(id).ok_or("no seat")?.turn = turn;
            self.replaced(b, host).await?;
        }
        self.check_host(b, host).await
    }

    async fn activate(&mut self, b: usize, host: usize, device: usize) -> Result<activation::Activated, Error> {
        self.gate(host)?;
        let credential = Credential::ActivationCode(self.books[b].code.clone());
        let product = Selector::Id(self.world.of.product.id);
        let seed = self.chance.seed();
        let system = self.system(host);
        let claimant = credential::claimant(system, &credential, product, self.world.of.now()).await?;
        let context = Context::new(claimant.caller.actor.clone(), claimant.caller.now, seed);
        let wanted = NewActivation {
            claimant,
            edition: None,
            seat_id: SeatId::new(&format!("device-{device}")).unwrap(),
            seat_name: None,
            release: None,
            device: DeviceInfo::default(),
            device_proof: None,
            secret: None,
        };
        activation::activate(system, &context, wanted).await
    }

    /// Reads a lease as a product does, with nothing but the vendor's root; and looks whether it is as foreseen.
    pub(crate) fn believe(&mut self, (b, host, device): Who, text: &str, means: &Means, now: At) -> Told<Read> {
        let expected = LeaseExpectation::online(self.world.of.product.id, instant(now));
        let lease = self.world.trust.open_lease(text, &expected);
        let lease = lease.map_err(|error| format!("a lease of host {host} is not believed: {error}"))?;
        same("whose lease", self.books[b].id, lease.entitlement.id)?;
        let server = lease.host.as_ref().map(|one| one.id);
        same("who gave a lease", (host > 0).then(|| self.world.sites[host - 1].id), server)?;
        let (issued, end) = (lease.issued.at.as_micros(), ends(lease.expiry));
        same("a lease", (now, means.lease_end(now)), (issued, end))?;
        let seat = lease.seat.as_ref().ok_or("a lease without a seat")?;
        same("whose seat", format!("device-{device}"), seat.id.clone())?;
        if !(1..=means.amounts.seats).contains(&seat.number) {
            return Err(format!("TOK-8: seat {} of {}", seat.number, means.amounts.seats));
        }
        let mark = lease.host.as_ref().map_or((0, 0), |one| (one.epoch, one.serial));
        let place = &mut self.books[b].places[host];
        if host > 0 && mark <= place.mark {
            return Err(format!("EXP-9: lease {mark:?} after {:?}", place.mark));
        }
        place.mark = mark;
        Ok(Read { issued, ends: end, mark })
    }

    /// A lease was handed out: it could be running from now on.
    pub(crate) fn seat(&mut self, (b, host, device): Who, act: ActivationId, read: &Read, locked: bool) {
        let (now, step) = (self.now(), self.step);
        let place = &mut self.books[b].places[host];
        if place.seat(act).is_none() {
            let (issued, frees) = (read.issued, read.issued);
            let (standing, lease) = (Standing::Seated, read.issued);
            let (mark, turn, pool) = (read.mark, (0, 0), 0);
            place.seats.push(Seat { act, device, standing, issued, lease, frees, mark, turn, pool });
        }
        let Some(seat) = place.seat(act) else { return };
        if seat.frees <= now {
            seat.pool = 0;
        }
        seat.take(read.issued, read.ends, read.mark, locked);
        let fresh = Handed { book: b, host, first: step, ends: 0, given_back: false, pool: 0 };
        let handed = self.truth.handed.entry(act).or_insert(fresh);
        if handed.ends <= now {
            handed.pool = 0;
        }
        handed.ends = handed.ends.max(read.ends);
    }

    /// Who had the seat of somebody else has it no more: only one whose lease had ended, and longest ago (SEAT-3).
    async fn replaced(&mut self, b: usize, host: usize) -> Told {
        let (now, listed) = (self.now(), self.listed(b, host).await?);
        let place = &mut self.books[b].places[host];
        let ended = place.listed().filter(|seat| seat.standing == Standing::Seated && seat.frees <= now);
        let ended = ended.map(|seat| seat.frees).min();
        let gone = |seat: &&mut Seat| !matches!(seat.standing, Standing::Gone(_)) && !listed.contains_key(&seat.act);
        for seat in place.seats.iter_mut().filter(gone) {
            if seat.frees > now {
                return Err(format!("SEAT-3: device {} lost a seat that it uses, at {host}", seat.device));
            }
            if seat.standing == Standing::Seated && ended != Some(seat.frees) {
                return Err(format!("SEAT-3: device {} lost its seat before others, at {host}", seat.device));
            }
            let held = seat.standing == Standing::Held;
            seat.standing = Standing::Gone(if held { "activation_released" } else { "activation_replaced" });
            seat.pool = 0;
        }
        Ok(())
    }

    pub(crate) async fn check_host(&mut self, b: usize, host: usize) -> Told {
        if host == 0 { self.check_vendor(b).await } else { self.check_site(b, host).await }
    }

    pub(crate) fn call(&mut self, copy: &Copy) -> (Context, ChainCall) {
        let actor = Actor::Activation { id: copy.act, vendor: self.world.of.vendor.id };
        let key = format!("{}", self.chance.next());
        let key = IdempotencyKey::new(copy.access.as_bytes(), &key, "call", b"");
        let context = Context::new(actor, self.world.of.now(), self.chance.seed()).with_idempotency(Some(key));
        let nonce = Some(copy.nonce.clone());
        (context, ChainCall { activation: copy.act, chain: copy.turn.0, order: copy.order, nonce, proof: None })
    }

    /// Whoever is served is given the next nonce, and whoever is refused may be; the host takes it alone from now on (SAFE-2, SAFE-3).
    pub(crate) fn turned<T>(&mut self, (b, host, device): Who, done: &Result<T, Error>, of: impl Fn(&T) -> String) {
        let nonce = match done {
            Ok(got) => Some(of(got)),
            Err(Error::Refused(refused)) => refused.nonce.clone(),
            Err(_) => None,
        };
        if let (Some(nonce), Some(copy)) = (nonce, self.copies.get_mut(&(b, host, device))) {
            (copy.nonce, copy.turn.1) = (nonce, copy.turn.1 + 1);
            let (act, turn) = (copy.act, copy.turn);
            if let Some(seat) = self.books[b].places[host].seat(act) {
                seat.turn = turn;
            }
        }
    }

    /// A product's folder is set back to what it had before: with another activation of its seat.
    pub(crate) fn forget_product(&mut self, who: Who) {
        if let Some(former) = self.former.remove(&who) {
            self.tell(format!("device {} at {} has its former folder", who.2, who.1));
            if let Some(copy) = self.copies.insert(who, former) {
                self.former.insert(who, copy);
            }
        }
    }
}
