//! What products do, each at every host: they claim, refresh, give back, and take of features. Each lease that they are handed is
//! believed by the vendor's root alone, or the story fails (TOK-8).

use chancery_domain::*;
use chancery_operations::activation::{self, ChainCall, Extension, NewActivation};
use chancery_operations::credential::{self, Credential};
use chancery_operations::{Context, Error, IdempotencyKey};
use chancery_token::LeaseExpectation;

use crate::book::{At, NEVER};
use crate::record::{Code, Mark, Means, Seat, Standing};
use crate::story::{Story, Told, code, same};
use crate::truth::{Handed, Room};
use crate::world::{ends, instant};

/// How many devices there are at each host.
pub(crate) const DEVICES: usize = 4;

/// What a product has of its activation.
#[derive(Clone)]
pub(crate) struct Copy {
    pub(crate) act: ActivationId,
    chain: u64,
    order: OrderId,
    access: String,
    nonce: String,
    lease: String,
    issued: At,
    ends: At,
    mark: Mark,
}

/// Which product: of a book, at a host, on a device.
pub(crate) type Who = (usize, usize, usize);

/// A lease that was read.
struct Read {
    issued: At,
    ends: At,
    mark: Mark,
}

impl Story<'_> {
    /// What a host gives products of a book, or why it gives nothing at all.
    fn means(&self, b: usize, host: usize) -> Result<Means, Code> {
        let now = self.now();
        let site = &self.sites[host];
        if host > 0 && site.license.is_none_or(|end| end <= now) {
            return Err("local_server_not_active");
        }
        self.books[b].means(host, site.restored.is_some(), now).ok_or("nothing")
    }

    /// As the licensing API asks before anything else (LLS-1).
    fn gate(&self, host: usize) -> Result<(), Error> {
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
            let copy = Copy { act: id, chain, order, access, nonce, lease, issued, ends, mark };
            self.copies.insert((b, host, device), copy);
            if host == 0 {
                self.books[b].begin(now);
            }
            self.seat((b, host, device), id, &read, means.terms.locked);
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
    fn believe(&mut self, (b, host, device): Who, text: &str, means: &Means, now: At) -> Told<Read> {
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
    fn seat(&mut self, (b, host, device): Who, act: ActivationId, read: &Read, locked: bool) {
        let (now, step) = (self.now(), self.step);
        let place = &mut self.books[b].places[host];
        if place.seat(act).is_none() {
            let (issued, frees) = (read.issued, read.issued);
            let (standing, lease) = (Standing::Seated, read.issued);
            place.seats.push(Seat { act, device, standing, issued, lease, frees, mark: read.mark, pool: 0 });
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
        let ended = place.listed().filter(|seat| seat.frees <= now).map(|seat| seat.frees).min();
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

    async fn check_host(&mut self, b: usize, host: usize) -> Told {
        if host == 0 { self.check_vendor(b).await } else { self.check_site(b, host).await }
    }

    fn call(&mut self, copy: &Copy) -> (Context, ChainCall) {
        let actor = Actor::Activation { id: copy.act, vendor: self.world.of.vendor.id };
        let key = format!("{}", self.chance.next());
        let key = IdempotencyKey::new(copy.access.as_bytes(), &key, "call", b"");
        let context = Context::new(actor, self.world.of.now(), self.chance.seed()).with_idempotency(Some(key));
        let nonce = Some(copy.nonce.clone());
        (context, ChainCall { activation: copy.act, chain: copy.chain, order: copy.order, nonce, proof: None })
    }

    /// Whoever is refused may have been given another nonce.
    fn turned<T>(&mut self, who: Who, done: &Result<T, Error>) {
        if let (Err(Error::Refused(refused)), Some(copy)) = (done, self.copies.get_mut(&who))
            && let Some(nonce) = &refused.nonce
        {
            copy.nonce.clone_from(nonce);
        }
    }

    /// A product refreshes, and shows the lease that it holds.
    pub(crate) async fn refresh(&mut self, who: Who) -> Told {
        let (b, host, device) = who;
        let Some(copy) = self.copies.get(&who).cloned() else { return self.claim(who).await };
        self.tell(format!("device {device} refreshes at {host}, of book {b}"));
        let (now, means) = (self.now(), self.means(b, host));
        let shown = self.show(who, &copy, &means);
        // It may be known only now that the database was set back.
        let means = self.means(b, host);
        let open = matches!(shown, Ok(Shown::Taken));
        let foreseen = match (&shown, &means) {
            (Err(code), _) => Err(*code),
            (Ok(_), Err("nothing")) => Err("unauthenticated"),
            (Ok(_), Err(code)) => Err(*code),
            (Ok(_), Ok(means)) => self.books[b].places[host].refresh(copy.act, means, now),
        };
        let (context, call) = self.call(&copy);
        let done = match self.gate(host) {
            Ok(()) => {
                let said = Extension { shown: Some(copy.lease.clone()), ..Extension::default() };
                activation::refresh(self.system(host), &context, call, said).await
            }
            Err(error) => Err(error),
        };
        self.turned(who, &done);
        let happened = if open { self.taken_back(&done)? } else { self.as_foreseen(foreseen, &done)? };
        if open {
            self.look_again(who, copy.act).await?;
        }
        if let (true, Ok(got), Ok(means)) = (happened, done, means) {
            let read = self.believe(who, &got.lease, &means, now)?;
            self.seat(who, copy.act, &read, means.terms.locked);
            let copy = self.copies.get_mut(&who).ok_or("no product")?;
            (copy.nonce, copy.lease) = (got.nonce, got.lease);
            (copy.issued, copy.ends, copy.mark) = (read.issued, read.ends, read.mark);
        }
        self.check_host(b, host).await
    }

    /// What comes of the lease that is shown (EXP-9).
    fn show(&mut self, who: Who, copy: &Copy, means: &Result<Means, Code>) -> Result<Shown, Code> {
        let (b, host, _) = who;
        let (now, place) = (self.now(), &mut self.books[b].places[host]);
        if host == 0 || means.is_err() {
            return Ok(Shown::Nothing);
        }
        let locked = means.as_ref().is_ok_and(|means| means.terms.locked);
        let recorded = place.seats.iter().find(|seat| seat.act == copy.act).map(|seat| (seat.mark, seat.standing));
        if recorded.is_some_and(|(mark, _)| copy.mark <= mark) {
            return Ok(Shown::Nothing);
        }
        let proves = copy.mark > place.mark;
        if !proves && self.sites[host].restored.is_none() {
            return Ok(Shown::Nothing);
        }
        if proves {
            place.mark = copy.mark;
            self.sites[host].restored.get_or_insert(now);
            self.enter(host, self.sites[host].epoch.max(copy.mark.0));
            self.books.iter_mut().for_each(|book| book.places[host].note_forgotten(now));
        }
        let place = &mut self.books[b].places[host];
        match recorded.map(|(_, standing)| standing) {
            Some(Standing::Seated) => {
                if let Some(seat) = place.seat(copy.act) {
                    seat.take(copy.issued, copy.ends, copy.mark, locked);
                }
                Ok(Shown::Nothing)
            }
            Some(Standing::Held) => Err("activation_released"),
            Some(Standing::Gone(code)) if code != "activation_replaced" => Err(code),
            _ if !locked && copy.ends <= now => Err("activation_replaced"),
            _ => Ok(Shown::Taken),
        }
    }

    /// A lease that was forgotten is taken back, if there is room.
    fn taken_back<T>(&mut self, done: &Result<T, Error>) -> Told<bool> {
        let happened = done.as_ref().err().map_or("done".to_owned(), code);
        let may = [
            "done",
            "activation_replaced",
            "activation_superseded",
            "lease_not_extendable",
            "delegation_ended",
            "entitlement_expired",
            "entitlement_disabled",
        ];
        if !may.contains(&happened.as_str()) {
            return Err(format!("a lease that was forgotten is shown: {happened}"));
        }
        if let Some(line) = self.log.last_mut() {
            line.push_str(&format!(" -> forgotten: {happened}"));
        }
        Ok(happened == "done")
    }

    /// What the record is after a lease was taken back: it may have displaced one who was not seen since.
    async fn look_again(&mut self, who: Who, act: ActivationId) -> Told {
        let (b, host, device) = who;
        let listed = self.listed(b, host).await?;
        let now = self.now();
        let Some(copy) = self.copies.get(&who).cloned() else { return Ok(()) };
        let Some(found) = listed.get(&act) else { return Ok(()) };
        let place = &mut self.books[b].places[host];
        let locked = found.concurrency == Concurrency::NodeLocked;
        let mut displaced = Vec::new();
        for seat in place.seats.iter_mut().filter(|seat| !matches!(seat.standing, Standing::Gone(_))) {
            if !listed.contains_key(&seat.act) && seat.act != act {
                if seat.issued > copy.issued {
                    return Err(format!("EXP-9: device {} was seen since, and displaced", seat.device));
                }
                if seat.frees > now {
                    displaced.push(seat.act);
                }
                (seat.standing, seat.pool) = (Standing::Gone("activation_replaced"), 0);
            }
        }
        if place.seat(act).is_none() {
            let (issued, lease, frees) = (copy.issued, copy.issued, copy.issued);
            let mark = copy.mark;
            place.seats.push(Seat { act, device, standing: Standing::Seated, issued, lease, frees, mark, pool: 0 });
        }
        if let Some(seat) = place.seat(act) {
            seat.standing = Standing::Seated;
            seat.take(copy.issued, copy.ends, copy.mark, locked);
        }
        if displaced.len() > 1 {
            return Err("EXP-9: one lease that was taken back displaced several".to_owned());
        }
        // Who was displaced runs on until its lease ends; who is back has no room of its own any more.
        let rooms = self.truth.forgotten.entry((b, host)).or_default();
        if let Some(other) = displaced.first().and_then(|act| self.truth.handed.get(act)) {
            rooms.push(Room { seats: 1, pool: other.pool, until: other.ends });
        }
        let back = self.truth.handed.get(&act).map_or(NEVER, |handed| handed.ends);
        if let Some(at) = rooms.iter().position(|room| room.seats == 1 && room.until == back) {
            rooms.swap_remove(at);
        }
        Ok(())
    }

    /// A product gives its seat up.
    pub(crate) async fn deactivate(&mut self, who: Who) -> Told {
        let (b, host, device) = who;
        let Some(copy) = self.copies.get(&who).cloned() else { return Ok(()) };
        self.tell(format!("device {device} gives up what it has of book {b} at {host}"));
        let place = &mut self.books[b].places[host];
        let seat = place.seat(copy.act).map(|seat| seat.standing);
        let foreseen = match (self.means(b, host), seat) {
            (Err("local_server_not_active"), _) => Err("local_server_not_active"),
            (_, None) => Err("unauthenticated"),
            (_, Some(_)) => Ok(()),
        };
        let (context, call) = self.call(&copy);
        let done = match self.gate(host) {
            Ok(()) => activation::deactivate(self.system(host), &context, call).await,
            Err(error) => Err(error),
        };
        if self.as_foreseen(foreseen, &done)? {
            if let Some(seat) = self.books[b].places[host].seat(copy.act) {
                seat.standing = match seat.standing {
                    Standing::Seated => Standing::Gone("activation_deactivated"),
                    Standing::Held => Standing::Gone("activation_released"),
                    gone => gone,
                };
                seat.pool = 0;
            }
            if let Some(handed) = self.truth.handed.get_mut(&copy.act) {
                (handed.given_back, handed.pool) = (true, 0);
            }
            self.copies.remove(&who);
        }
        self.check_host(b, host).await
    }

    /// A product takes of the pool, gives back to it, or spends of the counter.
    pub(crate) async fn feature(&mut self, who: Who) -> Told {
        let (b, host, device) = who;
        let Some(copy) = self.copies.get(&who).cloned() else { return self.claim(who).await };
        let (what, amount) = (self.chance.pick(&["checkout", "return", "use", "use"]), self.chance.from(1, 3));
        self.tell(format!("device {device}: {what} {amount}, of book {b} at {host}"));
        let (now, means) = (self.now(), self.means(b, host));
        let foreseen = match &means {
            Err("nothing") => Err("unauthenticated"),
            Err(code) => Err(*code),
            Ok(means) => self.plan_feature(b, host, copy.act, (what, amount), means, now),
        };
        let (context, call) = self.call(&copy);
        let count = Quantity::new(amount).unwrap();
        let key = |key: &str| Key::new(key).unwrap();
        let system = self.system(host);
        let done = match (self.gate(host), what) {
            (Err(error), _) => Err(error),
            (_, "checkout") => activation::checkout(system, &context, call, key("pool"), count).await,
            (_, "return") => activation::give_back(system, &context, call, key("pool"), count).await,
            _ => activation::spend(system, &context, call, key("uses"), count).await,
        };
        self.turned(who, &done);
        if self.as_foreseen(foreseen, &done)?
            && let Ok(got) = done
        {
            let place = &mut self.books[b].places[host];
            let handed = self.truth.handed.get_mut(&copy.act).ok_or("nothing was handed out")?;
            match (what, place.seat(copy.act)) {
                ("checkout", Some(seat)) => (seat.pool, handed.pool) = (seat.pool + amount, handed.pool + amount),
                ("return", Some(seat)) => {
                    (seat.pool, handed.pool) = (seat.pool - amount, handed.pool.saturating_sub(amount))
                }
                _ => {
                    place.uses += amount;
                    self.truth.uses[b] += amount;
                }
            }
            self.copies.get_mut(&who).ok_or("no product")?.nonce = got.nonce;
        }
        self.check_host(b, host).await
    }

    fn plan_feature(
        &self,
        b: usize,
        host: usize,
        act: ActivationId,
        (what, amount): (&str, u64),
        means: &Means,
        now: At,
    ) -> Result<(), Code> {
        let place = &self.books[b].places[host];
        let own = place.holds(act)?;
        let used = place.used(now);
        match what {
            "return" if amount > own.pool => Err("returned_more_than_taken"),
            "return" => Ok(()),
            _ => {
                place.runs(act, means, now)?;
                let (total, used) =
                    if what == "use" { (means.amounts.uses, used.uses) } else { (means.amounts.pool, used.pool) };
                if used + amount > total { Err("feature_exhausted") } else { Ok(()) }
            }
        }
    }
}

/// What becomes of a lease that is shown.
enum Shown {
    /// It is on record, or tells nothing.
    Nothing,
    /// It was forgotten, and is taken back if there is room.
    Taken,
}
