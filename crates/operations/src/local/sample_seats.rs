//! How many seats are in use in each hour (LLS-6), and that time has passed (OFF-11): a job of every server samples both.

use chancery_domain::{Action, Actor, Interval, Timestamp};
use chancery_store::seat_sample::{self, SampleRow};
use chancery_store::{Outcome, activation, entitlement, hosted_entitlement, local_server};

use crate::{Context, Error, System};

/// Hours are kept so long.
const KEPT: Interval = Interval::days(400);
/// Between two samples so much time can pass, in microseconds: what the clock jumps beyond it proves nothing.
const LONGEST: i64 = 120_000_000;
/// An hour, in microseconds.
const HOUR: i64 = 3_600_000_000;

/// When the hour of an instant began.
pub(super) fn hour_of(now: Timestamp) -> Timestamp {
    now.shifted(-now.as_micros().rem_euclid(HOUR))
}

/// Notes how many seats are used now: the most of each hour is kept, for 400 days. Notes too that time has passed since the last
/// sample: to be called each minute. On an authority it does nothing.
///
/// # Errors
/// The database's.
pub async fn sample_seats(system: &System, clock: Timestamp) -> Result<(), Error> {
    let Some(local) = system.local() else { return Ok(()) };
    let keys = system.vendor_keys(local.vendor()).await?;
    let (now, proof) = (system.vendor_now(&keys.vendor, clock).await?, system.ran(clock, LONGEST));
    // Nothing is made of its randomness: no id, and no secret.
    let context = Context::new(Actor::Operator { vendor: local.vendor() }, now, [0; 32]);
    let permit = context.permit(Action::ReadLocal)?;
    let work = move |tx: &mut chancery_store::WriteTx<'_>| {
        for hosted in hosted_entitlement::all(tx)? {
            let Some(entitlement) = entitlement::find(tx, permit.vendor(), hosted.entitlement)? else { continue };
            let openings = activation::openings_left(tx, &entitlement, now)?;
            let seats = entitlement.seats_here().get();
            let row = SampleRow { hour: hour_of(now), used: entitlement.seats_used(&openings), seats, denials: 0 };
            seat_sample::note(tx, &permit, entitlement.id, row)?;
        }
        local_server::prove(tx, &permit, proof)?;
        // By what is proved: a clock that is years ahead takes nothing away.
        seat_sample::prune(tx, &permit, before(proof))?;
        Ok::<_, Error>(Outcome::Done(()))
    };
    system.store().write_unlocked(work).await
}

fn before(now: Timestamp) -> Timestamp {
    now.shifted(-(now.plus(KEPT).as_micros() - now.as_micros()))
}
