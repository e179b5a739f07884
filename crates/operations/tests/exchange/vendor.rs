//! What the vendor's staff do: exporting, tokens, edits, ending sessions; and what is carried to the vendor.

use std::collections::BTreeMap;

use chancery_domain::*;
use chancery_operations::activation::{self, Release};
use chancery_operations::entitlement::{self as sold, Exported, NewExport, NextToken};

use crate::book::{Amounts, At, Book, Ending, NEVER, Session, Token, Wish};
use crate::fixture::quantity;
use crate::mail::Paper;
use crate::record::Code;
use crate::story::{Story, Told, same};
use crate::truth::Room;
use crate::world::{HOUR, ends, period};

fn features(wish: Wish) -> BTreeMap<Key, Quantity> {
    let wanted = [("pool", wish.pool), ("uses", wish.uses)];
    wanted.iter().filter_map(|(key, amount)| Some((Key::new(key).unwrap(), quantity((*amount)?)))).collect()
}

impl Story<'_> {
    fn wish(&mut self, b: usize) -> Wish {
        let (book, chance) = (&self.books[b], &mut self.chance);
        let seats = chance.percent(75).then(|| chance.from(0, book.sold.seats.min(4)));
        let pool = chance.percent(40).then(|| chance.from(0, book.sold.pool));
        let uses = chance.percent(50).then(|| chance.from(0, book.sold.uses));
        let delegation = chance.percent(30).then(|| chance.pick(&[2 * HOUR, 9 * HOUR, 40 * HOUR, NEVER]));
        Wish { seats, pool, uses, delegation }
    }

    /// A share of a book, or all of it, goes to a server.
    pub(crate) async fn export(&mut self, b: usize, site: usize) -> Told {
        let (wish, late) = (self.wish(b), self.chance.percent(30));
        self.make_export(b, site, wish, late).await
    }

    pub(crate) async fn make_export(&mut self, b: usize, site: usize, wish: Wish, late: bool) -> Told {
        let now = self.now();
        self.tell(format!("export of book {b} to server {site}: {wish:?}{}", if late { ", late" } else { "" }));
        let planned = self.plan_export(b, site, wish, late, now);
        let new = NewExport {
            entitlement: self.books[b].id,
            server: self.world.sites[site - 1].id,
            seats: wish.seats.map(quantity),
            features: features(wish),
            delegation: wish.delegation.map(period),
            give_back: if late { GiveBack::WhenDelegationEnds } else { GiveBack::AtOnce },
        };
        let context = self.world.context(&mut self.chance);
        let done = sold::export(&self.world.of.system, &context, new).await;
        self.as_foreseen(planned.as_ref().map(drop).map_err(|code| *code), &done)?;
        if let (Ok(book), Ok(exported)) = (planned, done) {
            let at = book.sessions.len() - 1;
            self.books[b] = book;
            let shown = &exported.session.session;
            let number = self.books[b].sessions[at].number;
            if shown.number < number {
                return Err(format!("EXP-3: session {} where one from {number} on must be", shown.number));
            }
            let session = &mut self.books[b].sessions[at];
            (session.id, session.number) = (shown.id, shown.number);
            self.post(b, at, exported)?;
        }
        self.check_vendor(b).await
    }

    fn plan_export(&self, b: usize, site: usize, wish: Wish, late: bool, now: At) -> Result<Book, Code> {
        let mut book = self.books[b].clone();
        let known = &self.known[site];
        book.begin(now);
        if known.lost {
            return Err("server_lost");
        }
        if known.license <= now {
            return Err("server_not_active");
        }
        if book.open_at(site).is_some() {
            return Err("export_session_open");
        }
        book.means(0, false, now).map_or(Ok(()), |means| means.usable(now))?;
        book.check_wish(wish, now, None)?;
        let number = book.sessions.iter().map(|session| session.number).max().unwrap_or_default() + 1;
        let token = self.next_token(&book, wish, now, None);
        let was = book.limit(now);
        book.sessions.push(Session {
            id: ExportSessionId::new(Timestamp::MIN, [0; 10]),
            site,
            number,
            wish,
            late,
            tokens: vec![token],
            acknowledged: 0,
            told: None,
            heard: 0,
            forgotten: None,
            ending: Ending::Open,
        });
        book.rehost(was, false, now, self.step)?;
        Ok(book)
    }

    fn next_token(&self, book: &Book, wish: Wish, now: At, session: Option<usize>) -> Token {
        let (amounts, until) = book.share(wish, now, session);
        let last = session.and_then(|at| book.sessions[at].tokens.last());
        let (seq, prev) = last.map_or((1, None), |last| (last.seq + 1, Some(last.ident)));
        Token { ident: self.issued + 1, prev, seq, amounts, issued: now, until }
    }

    /// The latest state for a server that hosts some of a book, with another share perhaps.
    pub(crate) async fn token(&mut self, b: usize, site: usize) -> Told {
        let wish = if self.chance.percent(60) { self.wish(b) } else { Wish::default() };
        self.make_token(b, site, wish).await
    }

    pub(crate) async fn make_token(&mut self, b: usize, site: usize, wish: Wish) -> Told {
        let now = self.now();
        self.tell(format!("token of book {b} for server {site}: {wish:?}"));
        let planned = self.plan_token(b, site, wish, now);
        let new = NextToken {
            entitlement: self.books[b].id,
            server: Some(self.world.sites[site - 1].id),
            seats: wish.seats.map(quantity),
            features: features(wish),
            delegation: wish.delegation.map(period),
        };
        let context = self.world.context(&mut self.chance);
        let done = sold::export_token(&self.world.of.system, &context, new).await;
        self.as_foreseen(planned.as_ref().map(drop).map_err(|code| *code), &done)?;
        if let (Ok((book, at)), Ok(exported)) = (planned, done) {
            self.books[b] = book;
            self.post(b, at, exported)?;
        }
        self.check_vendor(b).await
    }

    fn plan_token(&self, b: usize, site: usize, wanted: Wish, now: At) -> Result<(Book, usize), Code> {
        let mut book = self.books[b].clone();
        let at = book.open_at(site).ok_or("validation_failed")?;
        let before = book.sessions[at].wish;
        let wish = Wish {
            seats: wanted.seats.or(before.seats),
            pool: wanted.pool.or(before.pool),
            uses: wanted.uses.or(before.uses),
            delegation: wanted.delegation.or(before.delegation),
        };
        if wish != before {
            book.check_wish(wish, now, Some(at))?;
        }
        let was = book.limit(now);
        let token = self.next_token(&book, wish, now, Some(at));
        book.sessions[at].wish = wish;
        book.sessions[at].tokens.push(token);
        book.rehost(was, false, now, self.step)?;
        Ok((book, at))
    }

    /// Puts a token that was made to what can be carried.
    fn post(&mut self, b: usize, at: usize, exported: Exported) -> Told {
        self.issued += 1;
        let (terms, session) = (self.books[b].terms.clone(), &self.books[b].sessions[at]);
        let token = session.tokens.last().cloned().unwrap();
        let shown = exported.session.session.latest().unwrap();
        let amount = |key: &str| shown.features.get(&Key::new(key).unwrap()).map_or(0, |amount| amount.get());
        let amounts = Amounts { seats: shown.seats.get(), pool: amount("pool"), uses: amount("uses") };
        same("a token", (token.seq, token.amounts, token.until), (shown.seq, amounts, ends(shown.until)))?;
        let (site, number, text) = (session.site, session.number, exported.token);
        self.mail.push(Paper::Export { book: b, site, session: at, number, token, terms, text });
        Ok(())
    }

    /// Something else is sold: other seats, or more or less of the features, wherever they are.
    pub(crate) async fn edit(&mut self, b: usize) -> Told {
        let (force, now) = (self.chance.percent(50), self.now());
        let mut after = self.books[b].clone();
        let (was, before) = (after.limit(now), after.sold);
        let planned = if self.chance.percent(70) {
            after.sold.seats = self.chance.from(0, 6);
            after.rehost(was, force, now, self.step)
        } else {
            (after.sold.pool, after.sold.uses) = (self.chance.from(0, 5), self.chance.from(0, 9));
            Ok(())
        };
        let sold = after.sold;
        self.tell(format!("of book {b} {sold:?} are sold{}", if force { ", by force" } else { "" }));
        let count = |amount| Some(FeatureValue::Count(Some(quantity(amount))));
        let features = [("pool", sold.pool), ("uses", sold.uses)];
        let edit = EntitlementEdit {
            seats: (sold.seats != before.seats).then(|| quantity(sold.seats)),
            features: features.map(|(key, amount)| (Key::new(key).unwrap(), count(amount))).into(),
            ..EntitlementEdit::default()
        };
        let context = self.world.context(&mut self.chance);
        let done = sold::update(&self.world.of.system, &context, self.books[b].id, edit, force).await;
        if self.as_foreseen(planned, &done)? {
            if sold.seats < before.seats || sold.pool < before.pool {
                self.truth.forced.insert(b, true);
            }
            self.truth.uses_forgotten[b] += before.uses.saturating_sub(sold.uses);
            self.books[b] = after;
        }
        self.check_vendor(b).await
    }

    /// The customer is disabled, with all that it bought; or enabled again.
    pub(crate) async fn turn_customer(&mut self) -> Told {
        let disabled = !self.books[0].terms.customer_disabled;
        self.tell(format!("the customer is {}", if disabled { "disabled" } else { "enabled" }));
        let done = self.world.turn_customer(disabled, &mut self.chance).await;
        self.as_foreseen(Ok(()), &done)?;
        self.books.iter_mut().for_each(|book| book.terms.customer_disabled = disabled);
        for b in 0..self.books.len() {
            self.check_vendor(b).await?;
        }
        Ok(())
    }

    /// The vendor takes a seat of its own away: it is held, because the device may still run, or freed at once with a reason (SEAT-9).
    pub(crate) async fn release(&mut self, b: usize) -> Told {
        let (free, now) = (self.chance.percent(40), self.now());
        let acts: Vec<ActivationId> = self.books[b].places[0].listed().map(|seat| seat.act).collect();
        if acts.is_empty() {
            return self.edit(b).await;
        }
        let act = self.chance.pick(&acts);
        let reason = free.then(|| Reason::new("stolen").unwrap());
        let context = self.world.context(&mut self.chance);
        let done = activation::release(&self.world.of.system, &context, act, Release { free, reason }).await;
        let Some(seat) = self.books[b].places[0].seat(act) else { return Ok(()) };
        let device = seat.device;
        let runs_on = seat.release(free, now);
        if let Some(until) = runs_on {
            let handed = self.truth.handed.get(&act).ok_or("nothing was handed out")?;
            let room = Room { seats: 1, pool: handed.pool, until };
            self.truth.freed.entry((b, 0)).or_default().push(room);
        }
        self.tell(format!("device {device} of book {b} is released{}", if free { ", freed" } else { "" }));
        self.as_foreseen(Ok(()), &done)?;
        self.check_vendor(b).await
    }

    /// It is disabled, or enabled again; or renewed.
    pub(crate) async fn command(&mut self, b: usize) -> Told {
        let (id, now, context) = (self.books[b].id, self.now(), self.world.context(&mut self.chance));
        let of = &self.world.of;
        let terms = &self.books[b].terms;
        let renews = terms.expiry.filter(|_| !terms.disabled && self.chance.percent(60));
        let (what, done) = if renews.is_some() {
            ("renewed", sold::renew(&of.system, &context, id).await)
        } else if terms.disabled {
            ("enabled", sold::enable(&of.system, &context, id).await)
        } else {
            ("disabled", sold::disable(&of.system, &context, id, None).await)
        };
        self.tell(format!("book {b} is {what}"));
        self.as_foreseen(Ok(()), &done)?;
        let book = &mut self.books[b];
        let (stop, duration) = (book.terms.hard_stop(), book.duration.unwrap_or_default());
        match renews {
            Some(expiry) => book.terms.expiry = Some(if now < stop { expiry } else { now } + duration),
            None => book.terms.disabled = !book.terms.disabled,
        }
        self.check_vendor(b).await
    }
}
