//! A local server, as far as the authority's seats are concerned: what it applied, and which leases of it could be running.

use std::collections::BTreeSet;

use chancery_domain::*;

/// A token on its way.
#[derive(Clone, Debug)]
pub(crate) struct Carried {
    pub(crate) server: u8,
    pub(crate) session: ExportSessionId,
    pub(crate) number: u64,
    pub(crate) prev: Option<[u8; 32]>,
    pub(crate) token: ExportedToken,
}

/// A report or a confirmation token on its way.
#[derive(Clone, Debug)]
pub(crate) struct Paper {
    pub(crate) session: ExportSessionId,
    pub(crate) seq: u64,
    pub(crate) gives_back: bool,
    pub(crate) usage: Usage,
}

/// A local server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Server {
    pub(crate) hosted: Option<Carried>,
    applied: BTreeSet<String>,
    closed: Option<u64>,
    closed_ids: BTreeSet<ExportSessionId>,
    /// When each lease that it gave ends; for ever, if it never does.
    pub(crate) leases: Vec<Option<Timestamp>>,
}

impl Server {
    /// How many of its leases could be running.
    pub(crate) fn running(&self, now: Timestamp) -> u64 {
        self.leases.iter().filter(|end| end.is_none_or(|end| now < end)).count() as u64
    }

    pub(crate) fn import(&mut self, carried: Carried, now: Timestamp) -> Result<ImportStep, Refusal> {
        let Carried { session, number, prev, token, .. } = &carried;
        let state = ImportState {
            applied: self.applied.contains(&token.id).then_some(now),
            current: self.hosted.as_ref().map(|hosted| Applied {
                session: hosted.session,
                number: hosted.number,
                seq: hosted.token.seq,
                hash: hosted.token.hash,
                issued: hosted.token.issued,
            }),
            closed: self.closed,
            session_closed: self.closed_ids.contains(session),
        };
        let facts =
            ImportFacts { session: *session, number: *number, seq: token.seq, prev: *prev, issued: token.issued };
        let step = check_import(&state, &facts)?;
        if let Some((id, number)) = step.closes {
            self.close(id, number);
        }
        self.applied.insert(token.id.clone());
        self.hosted = Some(carried);
        Ok(step)
    }

    fn close(&mut self, id: ExportSessionId, number: u64) {
        self.closed_ids.insert(id);
        self.closed = self.closed.max(Some(number));
    }

    /// Gives a lease, if a seat is left: no seat is used beyond those delegated (EXP-8), and no lease outlasts the delegation (TOK-8).
    pub(crate) fn lease(&mut self, hours: Option<u64>, now: Timestamp) -> bool {
        let running = self.running(now);
        let Some(hosted) = &self.hosted else { return false };
        let over = hosted.token.until.is_some_and(|until| until <= now);
        if over || running >= hosted.token.seats.get() {
            return false;
        }
        let end = hours.map(|hours| now.shifted(i64::try_from(hours).unwrap() * 3_600_000_000));
        self.leases.push([end, hosted.token.until].into_iter().flatten().min());
        true
    }

    /// Writes down what is used; a confirmation token is the last word of a session.
    pub(crate) fn write(&mut self, gives_back: bool, now: Timestamp) -> Option<Paper> {
        let hosted = self.hosted.clone()?;
        let running: Vec<Option<Timestamp>> =
            self.leases.iter().copied().filter(|end| end.is_none_or(|end| now < end)).collect();
        let ends: Option<Vec<Timestamp>> = running.iter().copied().collect();
        let usage = Usage {
            seats_used: running.len() as u64,
            running: running.len() as u64,
            running_until: ends.and_then(|ends| ends.into_iter().max()),
            ..Usage::default()
        };
        if gives_back {
            self.close(hosted.session, hosted.number);
            self.hosted = None;
        }
        Some(Paper { session: hosted.session, seq: hosted.token.seq, gives_back, usage })
    }
}
