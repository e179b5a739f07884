//! A story: the worlds as they are, the models of them, and what is checked after every step.

use std::collections::{BTreeMap, BTreeSet};

use chancery_domain::*;
use chancery_operations::entitlement as sold;
use chancery_operations::{Error, PageRequest, System, activation, local};

use crate::book::{At, Book, NEVER};
use crate::chance::Chance;
use crate::mail::Paper;
use crate::product::Copy;
use crate::record::{Place, Standing};
use crate::truth::{Truth, room};
use crate::world::{HOUR, SITES, World, ends};

pub(crate) type Told<T = ()> = Result<T, String>;

/// A local server's own affairs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Site {
    /// The tokens that it applied.
    pub(crate) applied: Vec<usize>,
    /// Until when its license runs, as it knows; nothing: it was given up.
    pub(crate) license: Option<At>,
    /// Which keys it has for that.
    pub(crate) cycle: Option<usize>,
    /// Since when it is known that its database was set back.
    pub(crate) restored: Option<At>,
    /// In which epoch its leases are (EXP-9).
    pub(crate) epoch: u64,
    /// The latest instant that the vendor's tokens prove.
    pub(crate) proved: At,
}

/// The same, as the vendor knows it.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) lost: bool,
    /// Until when its license runs.
    pub(crate) license: At,
    pub(crate) cycle: Option<usize>,
    /// The report that was taken last, and how many were made.
    pub(crate) reported: usize,
    pub(crate) reports: usize,
}

/// A local server's database, put aside, as the models have it.
#[derive(Clone)]
pub(crate) struct Backup {
    pub(crate) site: Site,
    pub(crate) places: Vec<Place>,
}

pub(crate) struct Story<'w> {
    pub(crate) world: &'w mut World,
    pub(crate) chance: Chance,
    pub(crate) books: Vec<Book>,
    /// By number; 0, the vendor, is not used.
    pub(crate) sites: Vec<Site>,
    pub(crate) known: Vec<Known>,
    pub(crate) backups: Vec<Option<Backup>>,
    /// The servers whose licenses are not what they were in the beginning.
    pub(crate) unlicensed: Vec<bool>,
    /// All that was ever made to be carried.
    pub(crate) mail: Vec<Paper>,
    /// Which of it was carried anywhere.
    pub(crate) carried: BTreeSet<usize>,
    /// What products have, by book, host and device.
    pub(crate) copies: BTreeMap<(usize, usize, usize), Copy>,
    pub(crate) truth: Truth,
    pub(crate) issued: usize,
    pub(crate) cycles: usize,
    pub(crate) step: usize,
    pub(crate) log: Vec<String>,
    begun: At,
}

/// The code of an error, as the problem has it.
pub(crate) fn code(error: &Error) -> String {
    match error {
        Error::Refused(refused) => refused.refusal.code().to_owned(),
        Error::Token { error, .. } => error.code().to_owned(),
        Error::LocalServerNotActive(_) => "local_server_not_active".to_owned(),
        Error::ActivationCodeUnknown => "activation_code_unknown".to_owned(),
        Error::Unauthenticated(_) => "unauthenticated".to_owned(),
        Error::NotFound => "not_found".to_owned(),
        Error::Invalid(_) => "validation_failed".to_owned(),
        other => format!("another error: {}", other.private()),
    }
}

impl<'w> Story<'w> {
    pub(crate) async fn begin(world: &'w mut World, seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        world.begin(&mut chance).await;
        let mut books = Vec::new();
        for _ in 0..if chance.percent(30) { 2 } else { 1 } {
            books.push(world.sell(&mut chance).await);
        }
        let begun = world.now();
        let mut sites = vec![Site { license: Some(NEVER), cycle: Some(0), ..Site::default() }; SITES + 1];
        for (site, dark) in sites.iter_mut().skip(1).zip(&world.sites) {
            site.epoch = dark.status(&world.of).await.epoch;
        }
        let known = vec![Known { lost: false, license: NEVER, cycle: Some(0), reported: 0, reports: 0 }; SITES + 1];
        let truth = Truth { uses: vec![0; books.len()], uses_forgotten: vec![0; books.len()], ..Truth::default() };
        Self {
            world,
            chance,
            books,
            sites,
            known,
            backups: vec![None; SITES + 1],
            unlicensed: vec![false; SITES + 1],
            mail: Vec::new(),
            carried: BTreeSet::new(),
            copies: BTreeMap::new(),
            truth,
            issued: 0,
            cycles: 0,
            step: 0,
            log: Vec::new(),
            begun,
        }
    }

    pub(crate) fn now(&self) -> At {
        self.world.now()
    }

    /// Adds a line to what is told of a story that fails.
    pub(crate) fn tell(&mut self, line: String) {
        let minutes = (self.now() - self.begun) / (HOUR / 60);
        self.log.push(format!("{:>3} +{}:{:02} {line}", self.step, minutes / 60, minutes % 60));
    }

    /// Whether what happened is what was foreseen. Says whether it was done.
    pub(crate) fn as_foreseen<T>(&mut self, foreseen: Result<(), &str>, happened: &Result<T, Error>) -> Told<bool> {
        let (foreseen, happened) = (foreseen.err().unwrap_or("done"), happened.as_ref().err().map(code));
        let happened = happened.unwrap_or_else(|| "done".to_owned());
        if let Some(line) = self.log.last_mut() {
            line.push_str(&format!(" -> {happened}"));
        }
        if foreseen == happened {
            Ok(foreseen == "done")
        } else {
            Err(format!("foreseen was {foreseen}, and it was {happened}"))
        }
    }

    /// A local server goes on in an epoch, with all that it counts.
    pub(crate) fn enter(&mut self, site: usize, epoch: u64) {
        self.sites[site].epoch = epoch;
        let marks = self.books.iter_mut().map(|book| &mut book.places[site].mark);
        marks.filter(|mark| mark.0 > 0).for_each(|mark| mark.0 = mark.0.max(epoch));
    }

    pub(crate) fn system(&self, host: usize) -> &System {
        if host == 0 { &self.world.of.system } else { &self.world.sites[host - 1].system }
    }

    /// Compares what the vendor has on record with the model, and both with the rules.
    pub(crate) async fn check_vendor(&mut self, b: usize) -> Told {
        let (now, context) = (self.now(), self.world.context(&mut self.chance));
        let id = self.books[b].id;
        let view = sold::find(&self.world.of.system, &context, id).await.map_err(|error| error.private())?;
        let (book, e) = (&self.books[b], &view.entitlement);
        let here = book.here(now);
        same("seats at the vendor", here.seats, e.seats_here().get())?;
        same("seats used at the vendor", book.places[0].used(now).seats, view.seats_used)?;
        let of_model = book.sessions.iter().filter_map(|one| Some((one.id, one.counted(now)?.0.seats)));
        let of_view = view.hosts.iter().map(|host| (host.session.id, host.seats_held.get()));
        let (mut model, mut shown): (Vec<_>, Vec<_>) = (of_model.collect(), of_view.collect());
        model.sort_unstable();
        shown.sort_unstable();
        same("hosts", model, shown)?;
        for state in &view.features {
            let (left, used) = match state.key.as_str() {
                "pool" => (here.pool, book.places[0].used(now).pool),
                _ => (here.uses, book.places[0].uses),
            };
            same(state.key.as_str(), (Some(left), used), (state.total.map(Quantity::get), state.used.get()))?;
        }
        let held = book.held(now, None).seats;
        same("more hosted than sold", held.saturating_sub(book.sold.seats), e.hosted_over().get())?;
        if here.seats + held > book.sold.seats && here.seats > 0 {
            return Err(format!("EXP-6: {} here and {held} held of {}", here.seats, book.sold.seats));
        }
        self.check_seats(b, 0).await
    }

    /// The same of a local server.
    pub(crate) async fn check_site(&mut self, b: usize, site: usize) -> Told {
        let (now, context) = (self.now(), self.world.context(&mut self.chance));
        let id = self.books[b].id;
        let hosted = local::entitlement::find(self.system(site), &context, id).await;
        let place = &self.books[b].places[site];
        match (&place.hosted, hosted) {
            (None, Err(Error::NotFound)) => return Ok(()),
            (Some(model), Ok(shown)) => {
                let session = self.books[b].sessions[model.session].id;
                let of_model = (session, model.number, model.seq, model.until, model.amounts.seats);
                let delegation = shown.delegation;
                let e = &shown.view.entitlement;
                let until = ends(delegation.until);
                let of_view = (delegation.session, delegation.number, delegation.seq, until, e.seats.get());
                same("what is hosted", of_model, of_view)?;
                same("seats used", place.used(now).seats, shown.view.seats_used)?;
                for state in &shown.view.features {
                    let (amount, used) = match state.key.as_str() {
                        "pool" => (model.amounts.pool, place.used(now).pool),
                        _ => (model.amounts.uses, place.uses),
                    };
                    let shown = (state.total.map(Quantity::get), state.used.get());
                    same(state.key.as_str(), (Some(amount), used), shown)?;
                }
            }
            (None, Ok(_)) => return Err(format!("server {site} hosts what it gave back")),
            (_, Err(error)) => return Err(format!("server {site}: {}", code(&error))),
        }
        self.check_seats(b, site).await
    }

    /// The activations that a host lists, and until when each is kept.
    pub(crate) async fn listed(&mut self, b: usize, host: usize) -> Told<BTreeMap<ActivationId, Activation>> {
        let (context, id) = (self.world.context(&mut self.chance), self.books[b].id);
        let page = PageRequest { limit: 100, ..PageRequest::default() };
        let list = activation::list(self.system(host), &context, Some(id), page).await;
        let items = list.map_err(|error| error.private())?.items;
        Ok(items.into_iter().map(|view| (view.activation.id, view.activation)).collect())
    }

    async fn check_seats(&mut self, b: usize, host: usize) -> Told {
        let now = self.now();
        let listed = self.listed(b, host).await?;
        let place = &self.books[b].places[host];
        for seat in place.listed().filter(|seat| seat.standing == Standing::Seated || seat.frees > now) {
            let Some(found) = listed.get(&seat.act) else {
                return Err(format!("the seat of device {} is gone at host {host}", seat.device));
            };
            let held = matches!(found.standing, chancery_domain::Standing::Held(_));
            let shown = (found.lease.issued.as_micros(), ends(found.lease.expiry), held);
            same("a seat", (seat.issued, seat.lease, seat.standing == Standing::Held), shown)?;
        }
        let unknown = listed.keys().find(|act| !place.listed().any(|seat| seat.act == **act));
        unknown.map_or(Ok(()), |_| Err(format!("host {host} lists a seat that nobody has")))
    }

    /// The rules themselves, over all hosts, by what was handed to products (EXP-6).
    pub(crate) fn check_rules(&self) -> Told {
        (0..self.books.len()).try_for_each(|b| self.check_book(b))
    }

    fn check_book(&self, b: usize) -> Told {
        let (now, book, truth) = (self.now(), &self.books[b], &self.truth);
        let total: u64 = (0..=SITES).map(|host| truth.count(b, host, now)).sum();
        let here = book.here(now).seats;
        let (vendor, old) = (truth.count(b, 0, now), truth.old(b, 0, book.places[0].shrunk, now).0);
        most(format!("EXP-6: leases of the vendor, with {here} seats and {old} from before"), vendor, here.max(old))?;
        let mut loose = truth.forced.get(&b).copied().unwrap_or_default();
        for site in 1..=SITES {
            let set_back = truth.set_back.contains_key(&site);
            let (running, freed) = (truth.count(b, site, now), room(&truth.freed, (b, site), now));
            let sessions = book.sessions.iter().filter(|session| session.site == site);
            let counted: u64 = sessions.filter_map(|one| one.counted(now)).map(|one| one.0.seats).sum();
            if !set_back {
                let what = format!("EXP-6: leases of server {site}, counted with {counted} and freed {}", freed.0);
                most(what, running, counted + freed.0)?;
            }
            let place = &book.places[site];
            let seats = place.hosted.as_ref().map_or(0, |hosted| hosted.amounts.seats);
            let before = truth.old(b, site, place.begun, now).0;
            let old = truth.old(b, site, place.shrunk.max(place.begun), now).0 - before;
            let forgotten = room(&truth.forgotten, (b, site), now).0;
            let what = format!("leases of server {site}, with {seats} seats, {old} from before, {forgotten} forgotten");
            most(what, running - before, seats.max(old) + forgotten)?;
            loose = loose || set_back || truth.freed.contains_key(&(b, site));
        }
        if !loose {
            most(format!("EXP-6: leases everywhere of {} seats", book.sold.seats), total, book.sold.seats)?;
            let pool: u64 = (0..=SITES).map(|host| truth.pool(b, host, now)).sum();
            most(format!("elements taken of a pool of {}", book.sold.pool), pool, book.sold.pool)?;
        }
        most(format!("spent of {}", book.sold.uses), truth.uses[b], book.sold.uses + truth.uses_forgotten[b])
    }
}

pub(crate) fn same<T: PartialEq + std::fmt::Debug>(what: &str, model: T, shown: T) -> Told {
    if model == shown { Ok(()) } else { Err(format!("{what}: {model:?} in the model, {shown:?} on record")) }
}

fn most(what: String, is: u64, may_be: u64) -> Told {
    if is <= may_be { Ok(()) } else { Err(format!("{what}: {is} where at most {may_be} may be")) }
}
