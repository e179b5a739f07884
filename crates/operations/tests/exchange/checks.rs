//! What is checked after every step: that the hosts have on record what the models have, and that the rules hold.

use std::collections::BTreeMap;

use chancery_domain::*;
use chancery_operations::entitlement as sold;
use chancery_operations::{Error, PageRequest, activation, local};

use crate::book::POOL_OVERDRAFT;
use crate::record::Standing;
use crate::story::{Story, Told, code, same};
use crate::truth::room;
use crate::world::{SITES, ends};

impl Story<'_> {
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
        let here = book.limit(now) + room(&truth.freed, (b, 0), now).0;
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
            let may_be = book.sold.seats + book.overdraft + room(&truth.freed, (b, 0), now).0;
            most(format!("EXP-6: leases everywhere of {} seats", book.sold.seats), total, may_be)?;
            let pool: u64 = (0..=SITES).map(|host| truth.pool(b, host, now)).sum();
            let may_be = book.sold.pool + POOL_OVERDRAFT + room(&truth.freed, (b, 0), now).1;
            most(format!("elements taken of a pool of {}", book.sold.pool), pool, may_be)?;
        }
        most(format!("spent of {}", book.sold.uses), truth.uses[b], book.sold.uses + truth.uses_forgotten[b])
    }
}

fn most(what: String, is: u64, may_be: u64) -> Told {
    if is <= may_be { Ok(()) } else { Err(format!("{what}: {is} where at most {may_be} may be")) }
}
