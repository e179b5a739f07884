//! `local.entitlement.read`: seats in use over time (LLS-6).

use chancery_domain::{Action, EntitlementId, Timestamp};
use chancery_store::{hosted_entitlement, seat_sample};

use crate::{Context, Error, System};

pub use chancery_store::seat_sample::SampleRow as UsageHour;

/// The hours of an entitlement that are kept, the earliest first: the most seats that were seen in use, and the claims that were
/// denied. Hours of which nothing is known are missing.
///
/// # Errors
/// `NotFound` for what is not hosted here; the database's.
pub async fn usage(system: &System, context: &Context, id: EntitlementId) -> Result<Vec<UsageHour>, Error> {
    context.permit(Action::ReadHosted)?;
    system
        .store()
        .read(move |tx| {
            hosted_entitlement::find(tx, id)?.ok_or(Error::NotFound)?;
            Ok(seat_sample::since(tx, id, Timestamp::MIN)?)
        })
        .await
}
