//! What administrators of local servers do: importing, reporting, giving back; and what becomes of their databases.

use chancery_domain::*;
use chancery_operations::{Error, local};

use crate::book::Token;
use crate::mail::Paper;
use crate::record::{Code, Hosted, Place, Standing};
use crate::story::{Backup, Story, Told, same};
use crate::tables::Tables;
use crate::truth::Room;
use crate::world::SITES;

impl Story<'_> {
    /// A paper is carried to a local server, and imported.
    pub(crate) async fn carry_to_site(&mut self, at: usize, site: usize) -> Told {
        self.tell(format!("server {site} is brought {}", self.mail[at].name()));
        let planned = self.plan_import(at, site);
        let context = self.world.context(&mut self.chance);
        let done = local::entitlement::import(self.system(site), &context, self.mail[at].text()).await;
        self.as_foreseen(planned.as_ref().map(drop).map_err(|code| *code), &done)?;
        let Paper::Export { book, token, terms, .. } = &self.mail[at] else { return Ok(()) };
        let (b, ident, issued, disabled) = (*book, token.ident, token.issued, terms.customer_disabled);
        if let (Ok((place, left)), Ok(imported)) = (planned, done) {
            same("whether it is new", self.books[b].places[site].hosted.is_none(), imported.created)?;
            same("seats that left", left, imported.leaving_count)?;
            self.books[b].places[site] = place;
            let known = &mut self.sites[site];
            known.applied.push(ident);
            // An older token of another book may come late.
            if issued >= known.customer.0 {
                known.customer = (issued, disabled);
            }
            known.proved = known.proved.max(issued);
        }
        self.check_site(b, site).await
    }

    /// What the place is after it, and how many left.
    fn plan_import(&self, at: usize, site: usize) -> Result<(Place, u64), Code> {
        let Paper::Export { book, site: to, session, number, token, terms, .. } = &self.mail[at] else {
            return Err("token_wrong_recipient");
        };
        let (mut place, now) = (self.books[*book].places[site].clone(), self.now());
        if *to != site {
            return Err("token_wrong_recipient");
        }
        if self.sites[site].applied.contains(&token.ident) {
            return Err("token_replayed");
        }
        place.takes(*number, token.seq, token.prev)?;
        let seated = |place: &Place| place.listed().filter(|seat| seat.standing == Standing::Seated).count() as u64;
        let was = match &place.hosted {
            None => {
                place.begun = self.step;
                0
            }
            Some(old) if old.number < *number => {
                place.closed.push((old.number, false));
                old.amounts.seats
            }
            Some(old) => old.amounts.seats,
        };
        let before = seated(&place);
        if place.mark == (0, 0) {
            place.mark = (self.sites[site].epoch, 0);
        }
        // The same may have been imported before: what was leased by it then is forgotten with it.
        if let Some(noted) = self.sites[site].restored {
            let (noted, seats) = place.forgotten.unwrap_or((noted, 0));
            place.forgotten = Some((noted, seats.max(token.amounts.seats)));
        }
        let Token { seq, ident, amounts, until, .. } = token.clone();
        let (session, number, terms) = (*session, *number, terms.clone());
        place.hosted = Some(Hosted { session, number, seq, ident, amounts, until, terms });
        place.shrink(was, token.amounts.seats, true, now, self.step)?;
        let left = before - seated(&place);
        Ok((place, left))
    }

    /// A local server deletes what it hosts, and makes the token that says so.
    pub(crate) async fn give_back(&mut self, b: usize, site: usize) -> Told {
        self.tell(format!("server {site} deletes book {b}"));
        let (id, now, step) = (self.books[b].id, self.now(), self.step);
        let place = &self.books[b].places[site];
        let known = place.hosted.is_some() || place.closed.iter().any(|closed| closed.1);
        let context = self.world.context(&mut self.chance);
        let done = local::entitlement::delete(self.system(site), &context, id).await;
        self.as_foreseen(if known { Ok(()) } else { Err("not_found") }, &done)?;
        let (place, proved) = (&mut self.books[b].places[site], self.sites[site].proved);
        if let (Some(Hosted { session, number, seq, .. }), Ok(deleted)) = (place.hosted.clone(), done.as_ref()) {
            let (told, mut closed) = (place.measure(now, proved), place.closed.clone());
            closed.push((number, true));
            *place = Place { closed, mark: place.mark, begun: step, ..Place::default() };
            let text = deleted.token.clone();
            self.mail.push(Paper::Return { book: b, site, session, seq, told, text });
        } else if let Ok(again) = done {
            let same_text = |paper: &Paper| matches!(paper, Paper::Return { text, .. } if *text == again.token);
            if !self.mail.iter().any(same_text) {
                return Err("another token than before says that it was given back".to_owned());
            }
        }
        self.check_site(b, site).await
    }

    /// A local server tells what it uses.
    pub(crate) async fn report(&mut self, site: usize) -> Told {
        self.tell(format!("server {site} makes a report"));
        let context = self.world.context(&mut self.chance);
        let done = local::report(self.system(site), &context).await;
        self.as_foreseen(Ok(()), &done)?;
        let (now, proved) = (self.now(), self.sites[site].proved);
        let told = self.books.iter().enumerate().filter_map(|(b, book)| {
            let place = &book.places[site];
            place.hosted.as_ref().map(|hosted| (b, hosted.session, hosted.seq, place.measure(now, proved)))
        });
        let told = told.collect();
        self.known[site].reports += 1;
        let (number, text) = (self.known[site].reports, done.unwrap_or_default());
        let rows = self.world.log_rows(site).await;
        self.mail.push(Paper::Report { site, number, told, rows, text });
        Ok(())
    }

    /// A server's database is put aside.
    pub(crate) async fn back_up(&mut self, site: usize) -> Told {
        self.tell(format!("server {site} is backed up"));
        self.world.tables(site, Tables::Aside).await;
        self.backups[site] = Some(self.database(site));
        Ok(())
    }

    /// The backup is put back: by the command that notes it, or so that clients must show it (EXP-9). Or it is another server on the
    /// same machine, beside the first: products find the one or the other. No machine tells the two apart (EXP-10).
    pub(crate) async fn restore(&mut self, site: usize) -> Told {
        let Some(backup) = self.backups[site].clone() else { return self.back_up(site).await };
        let (twin, noted) = (self.chance.percent(40), self.chance.percent(40));
        let what = if twin { "answers by its twin" } else { "is restored" };
        self.tell(format!("server {site} {what}{}", if noted && !twin { ", and knows" } else { "" }));
        let present = self.database(site);
        self.world.tables(site, if twin { Tables::Swap } else { Tables::Back }).await;
        self.world.start(site, backup.site.machine).await;
        self.wait(1).await?;
        self.forget(site, &backup);
        self.sites[site] = backup.site;
        if noted && !twin {
            let (clock, seed) = (self.world.of.now(), self.chance.seed());
            local::mark_restored(self.system(site), clock, seed).await.map_err(|e| e.private())?;
            let now = self.now();
            self.sites[site].restored.get_or_insert(now);
        }
        for (b, known) in backup.places.into_iter().enumerate() {
            self.books[b].places[site] = known;
            if noted && !twin {
                self.books[b].places[site].note_forgotten(self.world.now());
            }
            self.check_site(b, site).await?;
        }
        if twin {
            self.backups[site] = Some(present);
        }
        self.check_restored(site).await
    }

    fn database(&self, site: usize) -> Backup {
        let places = self.books.iter().map(|book| book.places[site].clone()).collect();
        Backup { site: self.sites[site].clone(), places }
    }

    /// What runs and is not on record here has room of its own: nobody can know of it. So of two databases each keeps to what was
    /// delegated, and together they may give it twice, until the delegations end: that is not seen until a product shows the one what it
    /// has of the other, with a higher serial (EXP-9).
    fn forget(&mut self, site: usize, backup: &Backup) {
        let now = self.now();
        self.truth.set_back.insert(site, true);
        for b in 0..self.books.len() {
            let mut rooms = Vec::new();
            for (act, handed) in self.truth.running(b, site, now) {
                let known = backup.places[b].listed().find(|seat| seat.act == *act);
                if known.is_none_or(|seat| seat.frees < handed.ends) {
                    rooms.push(Room { seats: 1, pool: handed.pool, until: handed.ends });
                }
            }
            self.truth.forgotten.insert((b, site), rooms);
            // It can spend its share once more.
            self.truth.uses_forgotten[b] += backup.places[b].hosted.as_ref().map_or(0, |hosted| hosted.amounts.uses);
        }
    }

    /// Whether it knows that its database was set back is what products have shown it, and nothing else.
    pub(crate) async fn check_restored(&mut self, site: usize) -> Told {
        let shown = self.world.sites[site - 1].status(&self.world.of).await.restored;
        same("since when it is known that it was set back", self.sites[site].restored, shown.map(Timestamp::as_micros))
    }

    /// An administrator confirms that the database was set back.
    pub(crate) async fn confirm(&mut self, site: usize) -> Told {
        self.tell(format!("server {site} is confirmed"));
        let done = self.world.confirm(site, &mut self.chance).await;
        self.as_foreseen(Ok(()), &done)?;
        self.sites[site].restored = None;
        self.enter(site, done.unwrap_or_default());
        Ok(())
    }

    /// The data are copied to another machine: there nothing is served, imported or said (EXP-10).
    pub(crate) async fn copied(&mut self, b: usize, site: usize) -> Told {
        self.tell(format!("server {site} runs on another machine"));
        let elsewhere = crate::dark::machine(9);
        let copy = self.world.sites[site - 1].restarted(Some(elsewhere)).await;
        let (id, of) = (self.books[b].id, &self.world.of);
        let serves = copy.check_local(of.now());
        let context = self.world.context(&mut self.chance);
        let deleted = local::entitlement::delete(&copy, &context, id).await.map(drop);
        let context = self.world.context(&mut self.chance);
        let reported = local::report(&copy, &context).await.map(drop);
        let context = self.world.context(&mut self.chance);
        let text = self.mail.iter().rev().find_map(|paper| match paper {
            Paper::Export { site: to, text, .. } if *to == site => Some(text.clone()),
            _ => None,
        });
        let imported = local::entitlement::import(&copy, &context, &text.unwrap_or_default()).await.map(drop);
        let context = self.world.context(&mut self.chance);
        let confirmed = local::confirm_restore(&copy, &context).await.map(drop);
        for done in [serves, deleted, reported, imported, confirmed] {
            let refused: Result<(), Error> = done;
            self.as_foreseen(Err("local_server_not_active"), &refused)?;
        }
        self.check_site(b, site).await
    }

    /// Minutes pass.
    pub(crate) async fn wait(&mut self, minutes: u64) -> Told {
        self.world.of.advance(Interval::new(Unit::Minute, minutes).unwrap());
        Ok(())
    }

    /// What is left of a story goes from the servers too.
    pub(crate) async fn tidy(&mut self) -> Result<(), Error> {
        for site in 1..=SITES {
            // One that is lost, or forgot which license it has, is no good for another story.
            if self.known[site].lost || self.unlicensed[site] && self.truth.set_back.contains_key(&site) {
                self.world.replace(site, &mut self.chance).await?;
                continue;
            }
            self.world.confirm(site, &mut self.chance).await?;
            for b in 0..self.books.len() {
                if self.books[b].places[site].hosted.is_some() {
                    let (id, context) = (self.books[b].id, self.world.context(&mut self.chance));
                    local::entitlement::delete(self.system(site), &context, id).await?;
                }
            }
            if self.unlicensed[site] {
                let (own, known) = (&self.sites[site], &self.known[site]);
                let waits = own.license.is_none() && own.cycle.is_some();
                let held = own.license.is_some() || own.cycle != known.cycle;
                self.world.license_anew(site, (waits, held), &mut self.chance).await?;
            }
        }
        Ok(())
    }
}
