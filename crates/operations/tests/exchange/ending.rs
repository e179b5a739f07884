//! Sessions that end without their server's word (LLS-4), and what is left at the end of a story.

use chancery_domain::*;
use chancery_operations::entitlement::{self as sold, WithoutToken};
use chancery_operations::{Error, local_server};

use crate::book::{At, Book, Ending, Session};
use crate::record::Code;
use crate::story::{Story, Told};
use crate::truth::Room;
use crate::world::SITES;

impl Story<'_> {
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
        let was = book.limit(now);
        let session = &mut book.sessions[at];
        let spent = match session.ending {
            // All that it may have spent is taken for spent.
            Ending::Open => {
                let told = session.told.unwrap_or_default();
                session.largest().uses.max(told.uses).max(told.uses_held)
            }
            Ending::Lost { free: false } | Ending::Returned if free => 0,
            _ => return Err("token_session_closed"),
        };
        session.ending = Ending::Lost { free };
        session.forgotten.take_if(|_| free);
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
            let forgotten = session.forgotten.map_or(0, |one| one.until);
            let until = session.last_end().max(told.until).max(forgotten);
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
                let again = free && session.ending != (Ending::Lost { free: true }) && session.counted(now).is_some();
                if session.site == site && (session.is_open() || again) {
                    let after = self.plan_loss(b, at, free, now)?;
                    self.lose(b, at, after, free, now);
                }
            }
            self.check_vendor(b).await?;
        }
        Ok(())
    }

    /// What is left of a story goes: each book is the vendor's alone again.
    pub(crate) async fn end_sessions(&mut self) -> Result<(), Error> {
        self.world.turn_customer(false, &mut self.chance).await?;
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
