//! Erasing what is purged, with all that hangs on it: in small transactions, so that nobody waits long for one (ENT-10).
//!
//! A purge begins by an instant in the record that nothing takes back ([`Deletion::at_once`]). From then on each step can be
//! repeated: one that a crash cut off is gone on with by the hourly job.

mod journal;
mod steps;

use std::sync::Arc;

use chancery_domain::{Deletion, Permit, Timestamp};

use crate::vendor_keys::VendorKeys;
use crate::{Context, Error, System};

/// When something is purged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purge {
    /// Now, because somebody says so: also what is not deleted yet.
    AtOnce,
    /// Once the time in which it could be restored is over.
    WhenDue,
}

impl Purge {
    /// The deletion as it is from now on: final.
    ///
    /// # Errors
    /// `NotFound` for what is not due, or not any more: somebody has restored it meanwhile.
    pub(crate) fn begin(self, deletion: Option<Deletion>, now: Timestamp) -> Result<Deletion, Error> {
        let deletion = match self {
            Self::AtOnce => Some(deletion.unwrap_or_else(|| Deletion::new(now))),
            Self::WhenDue => deletion.filter(|deletion| deletion.is_due(now)),
        };
        Ok(deletion.ok_or(Error::NotFound)?.at_once())
    }
}

/// What erases for one call, or for the job. Cheap to clone: each of its transactions takes it along.
#[derive(Clone)]
pub(crate) struct Eraser {
    context: Context,
    permit: Permit,
    keys: Arc<VendorKeys>,
}

impl Eraser {
    pub(crate) async fn new(system: &System, context: &Context, permit: Permit) -> Result<Self, Error> {
        let keys = system.vendor_keys(permit.vendor()).await?;
        Ok(Self { context: context.clone(), permit, keys })
    }
}
