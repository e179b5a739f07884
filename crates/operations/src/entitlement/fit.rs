//! Making the seats that are taken fit another limit (SEAT-8).

use std::collections::BTreeMap;

use chancery_domain::{Activation, ActivationId, End, Entitlement, Quantity, Renumbering, Standing, reduce, renumber};
use chancery_store::activation;

use crate::{Change, Error};

impl Change<'_, '_> {
    /// Makes the taken seats fit an entitlement whose limit `was` another: who must leave does, and numbers that are too high
    /// become lower ones. By force, also seats in use are taken (SEAT-8).
    pub(crate) fn fit_seats(&mut self, entitlement: &mut Entitlement, was: Quantity, force: bool) -> Result<(), Error> {
        self.end_what_ran_out(entitlement)?;
        let surplus = entitlement.counter.occupied.saturating_sub(entitlement.seat_limit().get());
        if surplus > 0 {
            let first = activation::first_to_leave(self.tx, entitlement, surplus, self.now)?;
            let leaving = reduce(entitlement, was, first.clone(), force, self.now)?;
            let mut seats: BTreeMap<ActivationId, Activation> = first.into_iter().map(|one| (one.id, one)).collect();
            for one in leaving {
                let missing = || Error::internal("an activation that leaves and was not loaded");
                let mut seat = seats.remove(&one.activation).ok_or_else(missing)?;
                self.release_seat(entitlement, &mut seat, one.why, None)?;
            }
        }
        self.renumber(entitlement)
    }

    /// Ends the held seats beyond the limit whose leases have ended: their numbers are given up, so that the rest come down.
    /// Nothing is decided by it: such seats are not used, and no claim gets them.
    pub(crate) fn end_what_ran_out(&mut self, entitlement: &mut Entitlement) -> Result<(), Error> {
        if !entitlement.is_over_limit() {
            return Ok(());
        }
        let limit = entitlement.seat_limit().get();
        let mut highest = limit;
        for mut seat in activation::above(self.tx, entitlement, limit)? {
            if seat.is_in_use(self.now) || matches!(seat.standing, Standing::Seated(_)) {
                highest = highest.max(seat.seat_number().unwrap_or_default());
            } else {
                self.end_seat(entitlement, &mut seat, End::Released)?;
            }
        }
        activation::forget_numbers_above(self.tx, entitlement.id, highest)?;
        entitlement.counter.highest = highest;
        Ok(())
    }

    /// Whether an activation whose lease has ended may resume (SEAT-4): as a new claim would get in.
    ///
    /// # Errors
    /// `SeatsExhausted` while held seats use all that there are; the database's.
    pub(crate) fn check_resumes(&mut self, entitlement: &Entitlement) -> Result<(), Error> {
        if entitlement.is_over_limit() {
            let openings = activation::openings(self.tx, entitlement, self.now)?;
            entitlement.check_resumes(&openings)?;
        }
        Ok(())
    }

    /// Moves seats to numbers within the limit, and forgets the free numbers above the highest that is taken.
    fn renumber(&mut self, entitlement: &mut Entitlement) -> Result<(), Error> {
        let (sold, limit) = (entitlement.seats_here().get(), entitlement.seat_limit().get());
        let above = activation::above(self.tx, entitlement, sold)?;
        let most = above.len() as u64;
        let free = activation::free_numbers(self.tx, entitlement, limit, most)?;
        let held = activation::held_within(self.tx, entitlement, limit, most)?;
        let Renumbering { moves, highest } = renumber(entitlement, &above, &free, &held);
        let mut seats: BTreeMap<ActivationId, Activation> =
            held.into_iter().chain(above).map(|one| (one.id, one)).collect();
        // Beyond all numbers first, so that two can change places.
        let beyond = entitlement.counter.highest;
        let mut given_up = Vec::new();
        for (i, (id, _)) in moves.iter().enumerate() {
            let Some(seat) = seats.get_mut(id) else { continue };
            given_up.extend(seat.seat_number());
            seat.standing = seat.standing.numbered(beyond + 1 + i as u64);
            activation::update(self.tx, self.permit, seat)?;
        }
        for (id, number) in &moves {
            let Some(seat) = seats.get_mut(id) else { continue };
            seat.standing = seat.standing.numbered(*number);
            activation::take_number(self.tx, entitlement.id, *number)?;
            activation::update(self.tx, self.permit, seat)?;
        }
        for number in given_up.into_iter().filter(|number| moves.iter().all(|(_, taken)| taken != number)) {
            activation::give_back_number(self.tx, entitlement.id, number)?;
        }
        activation::forget_numbers_above(self.tx, entitlement.id, highest)?;
        entitlement.counter.highest = highest;
        Ok(())
    }
}
