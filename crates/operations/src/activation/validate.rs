//! `activation.validate`: would this credential be allowed now, and for what? Takes no seat.

use chancery_domain::{
    Action, Claim, ClaimRequest, EditionId, Entitlement, FeatureState, Invalid, OrderId, Product, Quantity, Refusal,
    SeatId, Selector, Timestamp, claim,
};
use chancery_store::{activation, edition};

use super::activate::candidates;
use super::view::features;
use crate::{Context, Error, System};

/// A question. Order and product are those that the credential led to.
#[derive(Clone, Debug)]
pub struct Validation {
    /// The order.
    pub order: OrderId,
    /// The product.
    pub product: Product,
    /// The edition, if one is wanted.
    pub edition: Option<Selector<EditionId>>,
    /// Who would have the seat, if it is known.
    pub seat_id: Option<SeatId>,
    /// When the product's release was made (ENT-5).
    pub release: Option<Timestamp>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Validated {
    /// Why not, if not.
    pub refusal: Option<Refusal>,
    /// The entitlement that would serve, or that came nearest.
    pub entitlement: Option<Entitlement>,
    /// Its features' states.
    pub features: Vec<FeatureState>,
    /// How many seats it has left, overdraft included.
    pub seats_available: Quantity,
    /// The signed verdict, if it is allowed: good for five minutes.
    pub verdict: Option<String>,
    /// The instant of the answer.
    pub now: Timestamp,
}

impl Validated {
    /// The answer where the credential does not lead to any entitlement.
    #[must_use]
    pub const fn nothing(refusal: Refusal, now: Timestamp) -> Self {
        Self {
            refusal: Some(refusal),
            entitlement: None,
            features: Vec::new(),
            seats_available: Quantity::ZERO,
            verdict: None,
            now,
        }
    }
}

/// Answers a question.
///
/// # Errors
/// `Invalid` for an unknown edition; the database's. That it would be refused is an answer.
pub async fn validate(system: &System, context: &Context, input: Validation) -> Result<Validated, Error> {
    let permit = context.permit(Action::Validate)?;
    let keys = system.vendor_keys(permit.vendor()).await?;
    let now = context.now();
    let mut answer = system
        .store()
        .read(move |tx| {
            let edition = match &input.edition {
                None => None,
                Some(which) => {
                    let found = edition::find(tx, permit.vendor(), Some(input.product.id), which)?;
                    let unknown = || Error::invalid("editionId", Invalid::Unknown, "the product has no such edition");
                    Some(found.ok_or_else(unknown)?.id)
                }
            };
            let request = ClaimRequest { seat_id: input.seat_id.clone(), edition, release: input.release };
            let candidates = candidates(tx, input.order, &input.product, input.seat_id.as_ref(), now)?;
            let (entitlement, refusal) = match claim(candidates, &request, now) {
                Ok(Claim::Again(entitlement, _) | Claim::New(entitlement, _)) => (Some(*entitlement), None),
                Err(denied) => (denied.entitlement.map(|e| *e), Some(denied.refusal)),
            };
            let (mut states, mut seats_available) = (Vec::new(), Quantity::ZERO);
            if let Some(entitlement) = &entitlement {
                states = features(tx, entitlement, None, now)?;
                seats_available = entitlement.seats_available(&activation::openings_in_full(tx, entitlement, now)?);
            }
            Ok::<_, Error>(Validated { refusal, entitlement, features: states, seats_available, verdict: None, now })
        })
        .await?;
    if let (None, Some(entitlement)) = (&answer.refusal, &answer.entitlement) {
        let jti = context.entropy("verdict").token_id();
        answer.verdict = Some(keys.sign_verdict(entitlement, &answer.features, now, &jti)?);
    }
    Ok(answer)
}
