//! The model of what one host has on record of one entitlement: whose seats there are, and what the host says to products (SEAT-1…10,
//! FEAT-1…4, TOK-8), by the words of the rules.

use chancery_domain::ActivationId;

use crate::book::{Amounts, At, NEVER};
use crate::told::Told;

pub(crate) type Code = &'static str;
/// Epoch and serial of a local server's lease.
pub(crate) type Mark = (u64, u64);
/// Which nonce of an activation: of which chain, and the how manieth (SAFE-2).
pub(crate) type Turn = (u64, u64);

/// What holds of an entitlement, as a host knows it.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) start: Option<At>,
    pub(crate) expiry: Option<At>,
    pub(crate) grace: At,
    /// How long leases last.
    pub(crate) lease: At,
    pub(crate) disabled: bool,
    /// Whether its customer is.
    pub(crate) customer_disabled: bool,
    /// Whether seats are `nodeLocked`.
    pub(crate) locked: bool,
}

impl Terms {
    pub(crate) fn hard_stop(&self) -> At {
        self.expiry.map_or(NEVER, |expiry| expiry + self.grace)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Seated,
    Held,
    Gone(Code),
}

/// A seat that was given.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) act: ActivationId,
    pub(crate) device: usize,
    pub(crate) standing: Standing,
    pub(crate) issued: At,
    /// When the latest lease ends.
    pub(crate) lease: At,
    /// From when another may have the seat.
    pub(crate) frees: At,
    pub(crate) mark: Mark,
    /// The nonce that is taken next, or a later one.
    pub(crate) turn: Turn,
    pub(crate) pool: u64,
}

impl Seat {
    /// Until when its device may run, as far as the host remembers.
    pub(crate) fn may_run(&self) -> At {
        if self.frees == NEVER { self.lease } else { self.frees }
    }

    /// It is taken from its device. Says until when that may run on although the seat is free.
    pub(crate) fn release(&mut self, free: bool, now: At) -> Option<At> {
        let until = self.may_run();
        if until > now && !free {
            (self.standing, self.frees) = (Standing::Held, until);
            return None;
        }
        (self.standing, self.pool) = (Standing::Gone("activation_released"), 0);
        (until > now).then_some(until)
    }

    pub(crate) fn take(&mut self, issued: At, lease: At, mark: Mark, locked: bool) {
        let longest = self.may_run().max(lease);
        (self.issued, self.lease, self.mark) = (issued, lease, mark);
        self.frees = if locked { NEVER } else { longest };
    }
}

/// What was delegated to a local server, by the token that it applied last.
#[derive(Clone, Debug)]
pub(crate) struct Hosted {
    pub(crate) session: usize,
    pub(crate) number: u64,
    pub(crate) seq: u64,
    pub(crate) ident: usize,
    pub(crate) amounts: Amounts,
    pub(crate) until: At,
    pub(crate) terms: Terms,
}

/// What one host has on record of an entitlement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    /// Of a local server: what it hosts, if it does.
    pub(crate) hosted: Option<Hosted>,
    pub(crate) seats: Vec<Seat>,
    /// What was spent of the counter.
    pub(crate) uses: u64,
    /// The sessions that ended at a local server, by number, and whether it made a token that says so.
    pub(crate) closed: Vec<(u64, bool)>,
    /// How far its leases were counted.
    pub(crate) mark: Mark,
    /// When seats became fewer here the last time, as a number of a step.
    pub(crate) shrunk: usize,
    /// When a local server began to host it, likewise.
    pub(crate) begun: usize,
    /// When it was noted last that leases may have been forgotten, and of how many seats.
    pub(crate) forgotten: Option<(At, u64)>,
}

/// What a host may give now.
#[derive(Clone, Debug)]
pub(crate) struct Means {
    pub(crate) amounts: Amounts,
    pub(crate) terms: Terms,
    /// Whether the vendor itself has nothing left.
    pub(crate) exported: bool,
    /// When the delegation ends.
    pub(crate) until: At,
    /// Whether the database was set back and nobody has confirmed it.
    pub(crate) restored: bool,
}

impl Means {
    pub(crate) fn usable(&self, now: At) -> Result<(), Code> {
        if self.terms.disabled {
            Err("entitlement_disabled")
        } else if self.terms.customer_disabled {
            Err("customer_disabled")
        } else if self.exported {
            Err("entitlement_exported")
        } else if self.terms.hard_stop() <= now {
            Err("entitlement_expired")
        } else if self.until <= now {
            Err("delegation_ended")
        } else {
            Ok(())
        }
    }

    /// When leases end at the latest.
    pub(crate) fn stop(&self) -> At {
        self.terms.hard_stop().min(self.until)
    }

    /// When a lease of now ends.
    pub(crate) fn lease_end(&self, now: At) -> At {
        now.saturating_add(self.terms.lease).min(self.stop())
    }
}

impl Place {
    pub(crate) fn seat(&mut self, act: ActivationId) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.act == act)
    }

    /// The activations that have a seat.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|seat| !matches!(seat.standing, Standing::Gone(_)))
    }

    /// What is used: seats, and what nobody else can have of the features.
    pub(crate) fn used(&self, now: At) -> Amounts {
        let used = || self.listed().filter(|seat| seat.frees > now);
        Amounts { seats: used().count() as u64, pool: used().map(|seat| seat.pool).sum(), uses: self.uses }
    }

    pub(crate) fn seat_of(&self, device: usize) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.device == device && seat.standing == Standing::Seated)
    }

    /// Whether a product gets a seat (SEAT-2, SEAT-5).
    pub(crate) fn claim(&self, device: usize, means: &Means, now: At) -> Result<(), Code> {
        means.usable(now)?;
        if self.seat_of(device).is_some_and(|seat| seat.frees > now) {
            return Ok(());
        }
        self.enters(means, now).and(self.confirmed(means))
    }

    fn enters(&self, means: &Means, now: At) -> Result<(), Code> {
        if self.used(now).seats < means.amounts.seats { Ok(()) } else { Err("seats_exhausted") }
    }

    fn confirmed(&self, means: &Means) -> Result<(), Code> {
        if means.restored { Err("restore_unconfirmed") } else { Ok(()) }
    }

    /// Whether the holder of an activation has it still: by its latest chain, and a nonce that was not used (SEAT-2, SAFE-2).
    pub(crate) fn holds(&self, act: ActivationId, turn: Turn) -> Result<&Seat, Code> {
        let seat = self.seats.iter().find(|seat| seat.act == act).ok_or("unauthenticated")?;
        match seat.standing {
            Standing::Seated if turn.0 < seat.turn.0 => Err("activation_superseded"),
            Standing::Seated if turn < seat.turn => Err("clone_detected"),
            Standing::Seated => Ok(seat),
            Standing::Held => Err("activation_released"),
            Standing::Gone(code) => Err(code),
        }
    }

    /// Whether its lease is extended (SEAT-4, SEAT-6).
    pub(crate) fn refresh(&self, act: ActivationId, turn: Turn, means: &Means, now: At) -> Result<(), Code> {
        let seat = self.holds(act, turn)?;
        if seat.frees <= now {
            self.confirmed(means)?;
            self.enters(means, now)?;
        }
        means.usable(now)?;
        let next = means.lease_end(now);
        // A lease without end gets one as soon as there is one.
        let stuck = if seat.lease == NEVER { next == NEVER } else { next <= seat.lease && next == means.stop() };
        if stuck { Err("lease_not_extendable") } else { Ok(()) }
    }

    /// Whether the holder of a seat may take features.
    pub(crate) fn runs(seat: &Seat, means: &Means, now: At) -> Result<(), Code> {
        means.usable(now)?;
        if seat.lease <= now { Err("lease_expired") } else { Ok(()) }
    }

    /// Takes seats until no more are listed than there are (SEAT-8); without force, not those in use.
    pub(crate) fn shrink(&mut self, was: u64, to: u64, force: bool, now: At, step: usize) -> Result<(), Code> {
        // What was held and has run out is nobody's.
        let ran_out = |seat: &&mut Seat| seat.standing == Standing::Held && seat.frees <= now;
        self.seats.iter_mut().filter(ran_out).for_each(|seat| seat.standing = Standing::Gone("activation_released"));
        let surplus = (self.listed().count() as u64).saturating_sub(to) as usize;
        if to >= was || surplus == 0 {
            return Ok(());
        }
        let mut order: Vec<&mut Seat> =
            self.seats.iter_mut().filter(|seat| !matches!(seat.standing, Standing::Gone(_))).collect();
        order.sort_by_key(|seat| {
            (seat.frees > now, seat.standing != Standing::Held, seat.lease > now, seat.issued, seat.act)
        });
        if !force && order.iter().take(surplus).any(|seat| seat.frees > now) {
            return Err("seats_in_use");
        }
        for seat in order.into_iter().take(surplus) {
            if seat.standing == Standing::Held {
                continue;
            }
            seat.release(false, now);
        }
        self.shrunk = step;
        Ok(())
    }

    /// What a local server says of its use (EXP-7).
    /// What may run by the latest instant that is proved counts: the server's clock may be wrong.
    pub(crate) fn measure(&self, now: At, proved: At) -> Told {
        let running = || self.listed().filter(|seat| seat.may_run() > proved);
        let until = running().map(Seat::may_run).max().unwrap_or_default();
        let Amounts { pool, uses, .. } = self.used(now);
        let told = Told { running: running().count() as u64, until, pool_held: pool, uses, uses_held: 0 };
        let (Some((noted, seats)), Some(hosted)) = (self.forgotten, &self.hosted) else { return told };
        let end = noted.saturating_add(hosted.terms.lease);
        if end <= proved {
            return told;
        }
        let pool_held = pool.max(hosted.amounts.pool);
        Told { running: told.running.max(seats), until: until.max(end), pool_held, ..told }
    }

    /// It is noted that leases may have been forgotten: of as many seats as there are, or were when that was noted before.
    pub(crate) fn note_forgotten(&mut self, now: At) {
        if let Some(hosted) = &self.hosted {
            self.forgotten = Some((now, self.forgotten.map_or(0, |before| before.1).max(hosted.amounts.seats)));
        }
    }

    /// Whether a local server takes a token (EXP-4), but for whom it is for and whether it was applied.
    pub(crate) fn takes(&self, number: u64, seq: u64, prev: Option<usize>) -> Result<(), Code> {
        if self.closed.iter().any(|(closed, _)| number <= *closed) {
            return Err("token_session_closed");
        }
        let Some(now) = &self.hosted else { return Ok(()) };
        if number != now.number {
            return if number > now.number { Ok(()) } else { Err("token_session_closed") };
        }
        if seq <= now.seq {
            Err("token_superseded")
        } else if seq == now.seq + 1 && prev != Some(now.ident) {
            Err("token_history_forked")
        } else {
            Ok(())
        }
    }
}
