//! What is carried to the vendor: returns and reports of local servers (EXP-6, EXP-7).

use std::cmp::Ordering;

use chancery_operations::entitlement as sold;
use chancery_operations::local_server;

use crate::book::{At, Book, Ending};
use crate::mail::Paper;
use crate::record::Code;
use crate::story::{Story, Told, same};

impl Story<'_> {
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
        let was = after.limit(now);
        let told = after.sessions[session].believe(told, seq, false, now);
        let bounded = after.bounded(session, told, now);
        let ended = &mut after.sessions[session];
        let spent = match ended.ending {
            Ending::Returned => return Ok(None),
            Ending::Open => bounded.uses,
            // What was taken for spent stays so.
            Ending::Lost { .. } => 0,
        };
        // What was freed may be in use at the vendor: it is not held again.
        if ended.ending == (Ending::Lost { free: true }) {
            (ended.late, ended.forgotten) = (false, None);
        }
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
            if let (Some(after), Paper::Report { site, number, rows, .. }) = (after, &self.mail[at]) {
                (self.known[*site].reported, self.world.rows[*site - 1]) = (*number, *rows);
                self.books = after;
            }
        }
        for b in 0..self.books.len() {
            self.check_vendor(b).await?;
        }
        Ok(())
    }

    fn plan_report(&self, at: usize, now: At) -> Result<Option<Vec<Book>>, Code> {
        let (site, number, told, rows) = match &self.mail[at] {
            Paper::Export { .. } => return Err("token_wrong_recipient"),
            Paper::Return { .. } => return Err("token_wrong_type"),
            Paper::Report { site, number, told, rows, .. } => (*site, *number, told, *rows),
        };
        match number.cmp(&self.known[site].reported) {
            Ordering::Less => return Err("report_superseded"),
            Ordering::Equal => return Ok(None),
            Ordering::Greater => {}
        }
        // A log that has become shorter is that of a database that was set back (EXP-9).
        let shorter = rows < self.world.rows[site - 1];
        let mut books = self.books.clone();
        for (b, session, seq, told) in told {
            let book = &mut books[*b];
            let was = book.limit(now);
            let known = &mut book.sessions[*session];
            if !known.is_open() {
                continue;
            }
            let believed = known.believe(*told, *seq, shorter, now);
            let believed = known.again(believed, *seq, now);
            let bounded = book.bounded(*session, believed, now);
            let known = &mut book.sessions[*session];
            (known.acknowledged, known.heard) = (known.acknowledged.max(*seq), *seq);
            known.told = Some(bounded);
            book.rehost(was, false, now, self.step)?;
        }
        Ok(Some(books))
    }
}
