//! `entitlement.explain`: what a claim would be told now, rule by rule (LIC-5).

use chancery_domain::{
    Action, ClaimRequest, DeviceClaim, EditionId, EntitlementId, Explanation, Invalid, Mode, SeatId, Selector,
    Timestamp, explain as trail,
};
use chancery_store::{activation as seats, edition, entitlement, product};

use crate::activation::candidates;
use crate::{Context, Error, System};

/// A claim that nobody makes.
#[derive(Clone, Debug)]
pub struct Supposed {
    /// Which entitlement is to be explained.
    pub entitlement: EntitlementId,
    /// Who would claim a seat; nobody: a newcomer, who has none.
    pub seat_id: Option<SeatId>,
    /// The edition that would be asked for, if one would.
    pub edition: Option<Selector<EditionId>>,
    /// When the product's release was made, if it would be told.
    pub release: Option<Timestamp>,
    /// How the activation would be kept alive.
    pub mode: Mode,
}

/// Explains what a claim on an entitlement's order and product would be told now, and what this entitlement's rules say of
/// it. It asks the functions that decide such a claim, and changes nothing; no secret of a licensee is asked for.
///
/// # Errors
/// `NotFound`; `Invalid` for an unknown edition; the database's.
pub async fn explain(system: &System, context: &Context, supposed: Supposed) -> Result<Explanation, Error> {
    let permit = context.permit(Action::ExplainEntitlement)?;
    let now = context.now();
    system
        .store()
        .read(move |tx| {
            let found = entitlement::find(tx, permit.vendor(), supposed.entitlement)?.ok_or(Error::NotFound)?;
            let of = product::find(tx, permit.vendor(), &Selector::Id(found.product))?.ok_or(Error::NotFound)?;
            let edition = match &supposed.edition {
                None => None,
                Some(which) => {
                    let known = edition::find(tx, permit.vendor(), Some(of.id), which)?;
                    let unknown = || Error::invalid("editionId", Invalid::Unknown, "the product has no such edition");
                    Some(known.ok_or_else(unknown)?.id)
                }
            };
            let request = ClaimRequest {
                seat_id: supposed.seat_id.clone(),
                edition,
                release: supposed.release,
                device: DeviceClaim::Unasked,
                mode: supposed.mode,
            };
            let mut candidates = candidates(tx, &[found.order], &of, request.seat_id.as_ref(), now)?;
            // A claim looks no further than it must. Whoever asks why is told how many seats are used all the same.
            for candidate in candidates.iter_mut().filter(|one| one.entitlement.id == found.id && one.held.is_none()) {
                candidate.openings = seats::openings_in_full(tx, &candidate.entitlement, now)?;
            }
            let told = trail(candidates, found.id, &request, now).ok_or(Error::NotFound)?;
            Ok(told.supposing(&of))
        })
        .await
}
