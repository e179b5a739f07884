//! Products that refresh, and show the lease that they hold: what a local server whose database was set back makes of it (EXP-9).

use chancery_domain::*;
use chancery_operations::Error;
use chancery_operations::activation::{self, Extension};

use crate::book::NEVER;
use crate::product::{Copy, Who};
use crate::record::{Code, Means, Seat, Standing};
use crate::story::{Story, Told, code};
use crate::truth::Room;

impl Story<'_> {
    /// A product refreshes, and shows the lease that it holds.
    pub(crate) async fn refresh(&mut self, who: Who) -> Told {
        let (b, host, device) = who;
        let Some(copy) = self.copies.get(&who).cloned() else { return self.claim(who).await };
        self.tell(format!("device {device} refreshes at {host}, of book {b}"));
        let (now, means) = (self.now(), self.means(b, host));
        let shown = self.show(who, &copy, &means);
        // It may be known only now that the database was set back.
        let means = self.means(b, host);
        let foreseen = match (&shown, &means) {
            (Err(code), _) => Err(*code),
            (Ok(_), Err("nothing")) => Err("unauthenticated"),
            (Ok(_), Err(code)) => Err(*code),
            (Ok(_), Ok(means)) => self.books[b].places[host].refresh(copy.act, copy.turn, means, now),
        };
        let (context, call) = self.call(&copy);
        let done = match self.gate(host) {
            Ok(()) => {
                let said = Extension { shown: Some(copy.lease.clone()), ..Extension::default() };
                activation::refresh(self.system(host), &context, call, said).await
            }
            Err(error) => Err(error),
        };
        let happened = match (&shown, &means) {
            (Ok(Shown::Taken), Ok(means)) => self.taken_back(who, &copy, means, &done).await?,
            _ => self.as_foreseen(foreseen, &done)?,
        };
        self.turned(who, &done, |got| got.nonce.clone());
        if let (true, Ok(got), Ok(means)) = (happened, done, means) {
            let read = self.believe(who, &got.lease, &means, now)?;
            self.seat(who, copy.act, &read, means.terms.locked);
            let copy = self.copies.get_mut(&who).ok_or("no product")?;
            copy.lease = got.lease;
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
                    seat.turn = seat.turn.max((copy.turn.0, 0));
                }
                Ok(Shown::Nothing)
            }
            Some(Standing::Held) => Err("activation_released"),
            Some(Standing::Gone(code)) if code != "activation_replaced" => Err(code),
            _ if !locked && copy.ends <= now => Err("activation_replaced"),
            _ => Ok(Shown::Taken),
        }
    }

    /// A lease that was forgotten was shown. Either it is back on record now, and is extended like any other; or there was no room for
    /// it, or its seat id is somebody's who was seen since.
    async fn taken_back<T>(&mut self, who: Who, copy: &Copy, means: &Means, done: &Result<T, Error>) -> Told<bool> {
        let (b, host, device) = who;
        let now = self.now();
        self.tell("that lease was forgotten".to_owned());
        let before = self.books[b].places[host].clone();
        let back = self.look_again(who, copy).await?;
        let place = &self.books[b].places[host];
        let (was, is) = (before.used(now).seats, place.used(now).seats);
        if is > was.max(means.amounts.seats) {
            return Err(format!("EXP-9: {is} seats used of {}", means.amounts.seats));
        }
        let full = before.listed().count() as u64 >= means.amounts.seats;
        let same = |seat: &&Seat| seat.device == device && seat.act != copy.act;
        let seen = |seat: &Seat| seat.standing == Standing::Seated && seat.issued > copy.issued;
        let taken = before.listed().filter(same).any(seen);
        let foreseen = match back {
            true => place.refresh(copy.act, copy.turn, means, now),
            false if taken => Err("activation_superseded"),
            false if full => Err("activation_replaced"),
            false => return Err(format!("EXP-9: there was room, and {:?}", done.as_ref().err().map(code))),
        };
        self.as_foreseen(foreseen, done)
    }

    /// What the record is after a lease was shown: it may have displaced one who was not seen since. Says whether it was taken back.
    async fn look_again(&mut self, (b, host, device): Who, copy: &Copy) -> Told<bool> {
        let (now, listed, act) = (self.now(), self.listed(b, host).await?, copy.act);
        let Some(found) = listed.get(&act) else { return Ok(false) };
        let (place, locked) = (&mut self.books[b].places[host], found.concurrency == Concurrency::NodeLocked);
        let mut displaced = Vec::new();
        let gone = |seat: &Seat| !listed.contains_key(&seat.act) && seat.act != act;
        for seat in place.seats.iter_mut().filter(|seat| !matches!(seat.standing, Standing::Gone(_))) {
            if gone(seat) {
                if seat.issued > copy.issued {
                    return Err(format!("EXP-9: device {} was seen since, and displaced", seat.device));
                }
                displaced.push((seat.act, seat.frees));
                (seat.standing, seat.pool) = (Standing::Gone("activation_replaced"), 0);
            }
        }
        if displaced.len() > 1 {
            return Err("EXP-9: one lease that was taken back displaced several".to_owned());
        }
        if place.seat(act).is_none() {
            let (issued, lease, frees) = (copy.issued, copy.issued, copy.issued);
            let (standing, mark, turn) = (Standing::Seated, copy.mark, (copy.turn.0, 0));
            place.seats.push(Seat { act, device, standing, issued, lease, frees, mark, turn, pool: 0 });
        }
        if let Some(seat) = place.seat(act) {
            seat.standing = Standing::Seated;
            seat.take(copy.issued, copy.ends, copy.mark, locked);
            seat.turn = seat.turn.max((copy.turn.0, 0));
        }
        let runs_on = displaced.first().filter(|(_, frees)| *frees > now).map(|(act, _)| *act);
        self.change_rooms((b, host), act, runs_on);
        Ok(true)
    }

    /// Who was displaced runs on until its lease ends; who is back has no room of its own any more.
    fn change_rooms(&mut self, at: (usize, usize), back: ActivationId, displaced: Option<ActivationId>) {
        let rooms = self.truth.forgotten.entry(at).or_default();
        if let Some(other) = displaced.and_then(|act| self.truth.handed.get(&act)) {
            rooms.push(Room { seats: 1, pool: other.pool, until: other.ends });
        }
        let back = self.truth.handed.get(&back).map_or(NEVER, |handed| handed.ends);
        if let Some(at) = rooms.iter().position(|room| room.seats == 1 && room.until == back) {
            rooms.swap_remove(at);
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
