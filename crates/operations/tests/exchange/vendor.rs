//! What the vendor's staff do: exporting, tokens, edits, ending sessions; and what is carried to the vendor.

use std::collections::BTreeMap;

use chancery_domain::*;
use chancery_operations::entitlement::{self as sold, Exported, NewExport, NextToken, WithoutToken};
use chancery_operations::{Error, local_server};

use crate::book::{Amounts, At, Book, Ending, NEVER, Session, Token, Wish};
use crate::fixture::quantity;
use crate::mail::Paper;
use crate::record::Code;
use crate::story::{Story, Told, same};
use crate::truth::Room;
use crate::world::{HOUR, SITES, ends, period};

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
        let (wish, late, now) = (self.wish(b), self.chance.percent(30), self.now());
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
            self.books[b].sessions[at].id = exported.session.session.id;
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
        let was = book.here(now).seats;
        book.sessions.push(Session {
            id: ExportSessionId::new(Timestamp::MIN, [0; 10]),
            site,
            number,
            wish,
            late,
            tokens: vec![token],
            acknowledged: 0,
            told: None,
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
        let was = book.here(now).seats;
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

    /// Other seats are sold.
    pub(crate) async fn edit(&mut self, b: usize) -> Told {
        let (seats, force, now) = (self.chance.from(0, 6), self.chance.percent(50), self.now());
        self.tell(format!("{seats} seats of book {b}{}", if force { ", by force" } else { "" }));
        let mut after = self.books[b].clone();
        let was = after.here(now).seats;
        after.sold.seats = seats;
        let planned = after.rehost(was, force, now, self.step);
        let edit = EntitlementEdit { seats: Some(quantity(seats)), ..EntitlementEdit::default() };
        let context = self.world.context(&mut self.chance);
        let done = sold::update(&self.world.of.system, &context, self.books[b].id, edit, force).await;
        if self.as_foreseen(planned, &done)? {
            if seats < self.books[b].sold.seats {
                self.truth.forced.insert(b, true);
            }
            self.books[b] = after;
        }
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

    /// A session ends without its server's word.
    pub(crate) async fn withdraw(&mut self, b: usize, site: usize) -> Told {
        let (free, now) = (self.chance.percent(40), self.now());
        self.tell(format!("book {b} is taken back from server {site}{}", if free { ", freed" } else { "" }));
        let book = &self.books[b];
        let held = |one: &Session| free && one.site == site && one.counted(now).is_some();
        let last = (0..book.sessions.len()).rev().find(|at| held(&book.sessions[*at]));
        let planned = match book.open_at(site).or(last) {
            Some(at) => self.plan_loss(b, at, free, now).map(|book| (book, at)),
            None => Err("validation_failed"),
        };
        let server = Some(self.world.sites[site - 1].id);
        let input = WithoutToken { server, reason: Reason::new("no word").unwrap(), free };
        let context = self.world.context(&mut self.chance);
        let done = sold::import_without_token(&self.world.of.system, &context, self.books[b].id, input).await;
        self.as_foreseen(planned.as_ref().map(drop).map_err(|code| *code), &done)?;
        if let Ok((book, at)) = planned {
            self.lose(b, at, book, free, now);
        }
        self.check_vendor(b).await
    }

    fn plan_loss(&self, b: usize, at: usize, free: bool, now: At) -> Result<Book, Code> {
        let mut book = self.books[b].clone();
        let was = book.here(now).seats;
        let session = &mut book.sessions[at];
        let spent = match session.ending {
            // All that it may have spent is taken for spent.
            Ending::Open => session.largest().uses.max(session.told.unwrap_or_default().uses),
            Ending::Lost { free: false } | Ending::Returned if free => 0,
            _ => return Err("token_session_closed"),
        };
        session.ending = Ending::Lost { free };
        book.places[0].uses += spent;
        book.rehost(was, false, now, self.step)?;
        Ok(book)
    }

    /// What is freed may go on to be used until the last delegation ends: so the vendor chose.
    fn lose(&mut self, b: usize, at: usize, after: Book, free: bool, now: At) {
        if free {
            let session = &self.books[b].sessions[at];
            let counted = session.largest().most(session.counted(now).unwrap_or_default().0);
            let told = session.told.unwrap_or_default();
            let until = session.last_end().max(told.until);
            let room = Room { seats: counted.seats, pool: counted.pool, until };
            self.truth.freed.entry((b, session.site)).or_default().push(room);
        }
        self.books[b] = after;
    }

    /// A server is declared lost, with all that it hosts.
    pub(crate) async fn declare_lost(&mut self, site: usize) -> Told {
        let (free, now) = (self.chance.percent(40), self.now());
        self.tell(format!("server {site} is declared lost{}", if free { ", all freed" } else { "" }));
        let context = self.world.context(&mut self.chance);
        let (server, reason) = (self.world.sites[site - 1].id, Reason::new("burnt").unwrap());
        let done = local_server::declare_lost(&self.world.of.system, &context, server, reason, free).await;
        self.as_foreseen(Ok(()), &done)?;
        self.known[site].lost = true;
        for b in 0..self.books.len() {
            for at in 0..self.books[b].sessions.len() {
                let session = &self.books[b].sessions[at];
                let again = free && session.ending == (Ending::Lost { free: false });
                if session.site == site && (session.is_open() || again) {
                    let after = self.plan_loss(b, at, free, now)?;
                    self.lose(b, at, after, free, now);
                }
            }
            self.check_vendor(b).await?;
        }
        Ok(())
    }

    /// A paper is carried to the vendor: as a return of a book, or as a report.
    pub(crate) async fn carry_to_vendor(&mut self, at: usize) -> Told {
        let (as_report, wrong) = (self.chance.percent(5), self.chance.percent(5));
        match &self.mail[at] {
            Paper::Export { .. } if as_report => self.apply_report(at).await,
            Paper::Export { book, .. } => self.apply_return(at, *book).await,
            Paper::Return { .. } if as_report => self.apply_report(at).await,
            Paper::Return { book, .. } if wrong && self.books.len() > 1 => self.apply_return(at, 1 - book).await,
            Paper::Return { book, .. } => self.apply_return(at, *book).await,
            Paper::Report { .. } if wrong => self.apply_return(at, 0).await,
            Paper::Report { .. } => self.apply_report(at).await,
        }
    }

    async fn apply_return(&mut self, at: usize, b: usize) -> Told {
        self.tell(format!("the vendor is brought, as a return of book {b}, {}", self.mail[at].name()));
        let now = self.now();
        let planned = self.plan_return(at, b, now);
        let (context, id, text) = (self.world.context(&mut self.chance), self.books[b].id, self.mail[at].text());
        let done = sold::import_return(&self.world.of.system, &context, id, text).await;
        self.as_foreseen(planned.as_ref().map(drop).map_err(|code| *code), &done)?;
        if let (Ok(after), Ok(imported)) = (planned, done) {
            same("whether it was done before", after.is_none(), imported.already_done)?;
            if let Some(after) = after {
                self.books[b] = after;
            }
        }
        self.check_vendor(b).await
    }

    /// Nothing, where it was applied already.
    fn plan_return(&self, at: usize, b: usize, now: At) -> Result<Option<Book>, Code> {
        let (book, session, seq, told) = match &self.mail[at] {
            Paper::Export { .. } => return Err("token_wrong_recipient"),
            Paper::Report { .. } => return Err("token_wrong_type"),
            Paper::Return { book, session, seq, told, .. } => (*book, *session, *seq, *told),
        };
        if book != b {
            return Err("token_wrong_recipient");
        }
        let mut after = self.books[b].clone();
        let (was, bounded) = (after.here(now).seats, after.bounded(session, told, now));
        let ended = &mut after.sessions[session];
        let spent = match ended.ending {
            Ending::Returned => return Ok(None),
            Ending::Open => told.uses,
            // What was taken for spent stays so.
            Ending::Lost { .. } => 0,
        };
        // What was freed may be in use at the vendor: it is not held again.
        ended.late = ended.late && ended.ending != (Ending::Lost { free: true });
        ended.acknowledged = ended.acknowledged.max(seq);
        ended.told = Some(bounded);
        ended.ending = Ending::Returned;
        after.places[0].uses += spent;
        after.rehost(was, false, now, self.step)?;
        Ok(Some(after))
    }

    async fn apply_report(&mut self, at: usize) -> Told {
        self.tell(format!("the vendor is brought, as a report, {}", self.mail[at].name()));
        let now = self.now();
        let planned = self.plan_report(at, now);
        let (context, text) = (self.world.context(&mut self.chance), self.mail[at].text());
        let done = local_server::report(&self.world.of.system, &context, text).await;
        self.as_foreseen(planned.as_ref().map(drop).map_err(|code| *code), &done)?;
        if let (Ok(after), Ok(reported)) = (planned, done) {
            same("whether it was done before", after.is_none(), reported.already_done)?;
            if let (Some(after), Paper::Report { site, number, .. }) = (after, &self.mail[at]) {
                self.known[*site].reported = *number;
                self.books = after;
            }
        }
        for b in 0..self.books.len() {
            self.check_vendor(b).await?;
        }
        Ok(())
    }

    fn plan_report(&self, at: usize, now: At) -> Result<Option<Vec<Book>>, Code> {
        let (site, number, told) = match &self.mail[at] {
            Paper::Export { .. } => return Err("token_wrong_recipient"),
            Paper::Return { .. } => return Err("token_wrong_type"),
            Paper::Report { site, number, told, .. } => (*site, *number, told),
        };
        if number <= self.known[site].reported {
            return Ok(None);
        }
        let mut books = self.books.clone();
        for (b, session, seq, told) in told {
            let (book, bounded) = (&books[*b], books[*b].bounded(*session, *told, now));
            let known = &book.sessions[*session];
            if !known.is_open() || *seq < known.acknowledged {
                continue;
            }
            let (was, book) = (book.here(now).seats, &mut books[*b]);
            book.sessions[*session].acknowledged = *seq;
            book.sessions[*session].told = Some(bounded);
            book.rehost(was, false, now, self.step)?;
        }
        Ok(Some(books))
    }

    /// What is left of a story goes: each book is the vendor's alone again.
    pub(crate) async fn end_sessions(&mut self) -> Result<(), Error> {
        for b in 0..self.books.len() {
            for site in 1..=SITES {
                if self.books[b].open_at(site).is_none() {
                    continue;
                }
                let server = Some(self.world.sites[site - 1].id);
                let input = WithoutToken { server, reason: Reason::new("the end").unwrap(), free: true };
                let context = self.world.context(&mut self.chance);
                sold::import_without_token(&self.world.of.system, &context, self.books[b].id, input).await?;
            }
        }
        Ok(())
    }
}
