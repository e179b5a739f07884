//! `activation.validate`: would this credential be allowed now, and for what? Takes no seat.

use std::sync::Arc;

use chancery_domain::{
    Action, Claim, ClaimRequest, Denied, DeviceClaim, EditionId, Entitlement, FeatureState, Invalid, LicenseeSecret,
    Mode, OrderId, Quantity, Refusal, SeatId, SecretStep, Selector, Timestamp, claim,
};
use chancery_store::{Outcome, ReadTx, WriteTx, activation, edition};

use super::claiming::claiming;
use super::grant::{announce_candidates, candidates, nearest};
use super::view::features;
use crate::credential::{Claimant, Lead};
use crate::device::{self, ProofText};
use crate::licensee::{Guard, decide};
use crate::local::check_confirmed;
use crate::{Change, Context, Error, System};

/// A question. No `Debug`: it may have a secret (API-7).
#[derive(Clone)]
pub struct Validation {
    /// Who asks, and about which product.
    pub claimant: Claimant,
    /// The edition, if one is wanted.
    pub edition: Option<Selector<EditionId>>,
    /// Who would have the seat, if it is known.
    pub seat_id: Option<SeatId>,
    /// When the product's release was made (ENT-5).
    pub release: Option<Timestamp>,
    /// The licensee secret, if the product brings one.
    pub secret: Option<LicenseeSecret>,
    /// The proof of the device's key, where the seat id is known (SEAT-12).
    pub device_proof: Option<ProofText>,
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

/// Answers a question. It is a validating call: where the answer is yes, the first licensee secret that is brought is stored by it
/// (SEC-2), and a newcomer becomes a licensee (AUTO-1).
///
/// # Errors
/// `Invalid` for an unknown edition; `Token` for a device proof that is none; `RateLimited` for too many newcomers; the
/// database's. That it would be refused is an answer.
pub async fn validate(system: &System, context: &Context, input: Validation) -> Result<Validated, Error> {
    context.permit(Action::Validate)?;
    let device = device_claim(system, context, &input).await?;
    let question = Arc::new(Question { input, device, now: context.now() });
    let mut answer = match Arc::clone(&question).ask(system).await? {
        Some(answer) => answer,
        None => question.settle(system, context).await?,
    };
    if let (None, Some(entitlement)) = (&answer.refusal, &answer.entitlement) {
        let jti = context.entropy("verdict").token_id();
        let keys = system.signing_keys(entitlement).await?;
        answer.verdict = Some(keys.sign_verdict(entitlement, &answer.features, answer.now, &jti)?);
    }
    Ok(answer)
}

struct Question {
    input: Validation,
    device: DeviceClaim,
    now: Timestamp,
}

type Decided = Result<Claim, Box<Denied>>;

/// Up to so many orders and seats are looked at on the caller's thread.
const FEW_ORDERS: usize = 4;
const FEW_SEATS: u64 = 1_000;

impl Question {
    /// The answer; nothing, if something is to be stored with it.
    async fn ask(self: Arc<Self>, system: &System) -> Result<Option<Validated>, Error> {
        if matches!(self.input.claimant.lead, Lead::Newcomer(_)) {
            return Ok(None);
        }
        let store = system.store();
        if self.input.claimant.orders.len() <= FEW_ORDERS {
            let question = Arc::clone(&self);
            if let Some(answer) = store.glance(move |tx| question.look(tx, FEW_SEATS)).await? {
                return Ok(answer);
            }
        }
        Ok(store.read(move |tx| self.look(tx, u64::MAX)).await?.flatten())
    }

    /// The same, unless more seats than `most` had to be counted for it.
    fn look(&self, tx: &mut ReadTx<'_>, most: u64) -> Result<Option<Option<Validated>>, Error> {
        let Validation { claimant, seat_id, .. } = &self.input;
        announce_candidates(tx, &claimant.orders, &claimant.product, seat_id.as_ref())?;
        let decided = self.decide(tx, &claimant.orders)?;
        let found = nearest(&decided);
        if found.is_some_and(|entitlement| entitlement.counter.occupied > most) {
            return Ok(None);
        }
        let step = found.map(|entitlement| decide(tx, entitlement, self.input.secret.as_ref()));
        Ok(Some(match (step.transpose(), &decided) {
            (Err(Error::Refused(refused)), _) => Some(Validated::nothing(refused.refusal, self.now)),
            (Err(error), _) => return Err(error),
            (Ok(Some(SecretStep::Store)), Ok(_)) => None,
            _ => Some(self.tell(tx, decided)?),
        }))
    }

    /// The answer, with what is to be stored if it is yes.
    async fn settle(self: Arc<Self>, system: &System, context: &Context) -> Result<Validated, Error> {
        let question = Arc::clone(&self);
        let act = move |change: &mut Change<'_, '_>, orders: &[OrderId]| {
            let decided = question.decide(change.tx, orders)?;
            let guard = Guard::check(change, nearest(&decided), question.input.secret.as_ref())?;
            let answer = question.tell(change.tx, decided)?;
            if let Some(refusal) = answer.refusal {
                return Err(refusal.into());
            }
            guard.keep(change)?;
            Ok(answer)
        };
        let Validation { claimant, seat_id, .. } = &self.input;
        match claiming(system, context, Action::Validate, claimant, seat_id.as_ref(), act).await {
            Err(Error::Refused(refused)) => Ok(Validated::nothing(refused.refusal, self.now)),
            answer => answer,
        }
    }

    fn decide(&self, tx: &mut ReadTx<'_>, orders: &[OrderId]) -> Result<Decided, Error> {
        let Validation { claimant, edition, seat_id, release, .. } = &self.input;
        let product = &claimant.product;
        let edition = match edition {
            None => None,
            Some(which) => {
                let found = edition::find(tx, product.vendor, Some(product.id), which)?;
                let unknown = || Error::invalid("editionId", Invalid::Unknown, "the product has no such edition");
                Some(found.ok_or_else(unknown)?.id)
            }
        };
        let device = self.device.clone();
        let mode = Mode::Online;
        let request = ClaimRequest { seat_id: seat_id.clone(), edition, release: *release, device, mode };
        let candidates = candidates(tx, orders, product, seat_id.as_ref(), self.now)?;
        self.confirm(tx, claim(candidates, &request, self.now))
    }

    /// A new seat is given only where nobody may have it whom the database has forgotten (EXP-9).
    fn confirm(&self, tx: &mut ReadTx<'_>, decided: Decided) -> Result<Decided, Error> {
        let entitlement = match &decided {
            Ok(Claim::Again(_, held)) if held.is_in_use(self.now) => return Ok(decided),
            Ok(Claim::Again(entitlement, _) | Claim::New(entitlement, _)) => entitlement,
            Err(_) => return Ok(decided),
        };
        match check_confirmed(tx, entitlement)? {
            Ok(()) => Ok(decided),
            Err(refusal) => Ok(Err(Box::new(Denied { entitlement: Some(entitlement.clone()), refusal }))),
        }
    }

    fn tell(&self, tx: &mut ReadTx<'_>, decided: Decided) -> Result<Validated, Error> {
        let now = self.now;
        let (entitlement, refusal) = match decided {
            Ok(Claim::Again(entitlement, _) | Claim::New(entitlement, _)) => (Some(*entitlement), None),
            Err(denied) => (denied.entitlement.map(|e| *e), Some(denied.refusal)),
        };
        let (mut states, mut seats_available) = (Vec::new(), Quantity::ZERO);
        if let Some(entitlement) = &entitlement {
            states = features(tx, entitlement, None, now)?;
            seats_available = entitlement.seats_available(&activation::openings_left(tx, entitlement, now)?);
        }
        Ok(Validated { refusal, entitlement, features: states, seats_available, verdict: None, now })
    }
}

/// What the question shows of a device. Only where somebody in particular asks, a key may be needed; a proof is used up also by a
/// question (TOK-10).
async fn device_claim(system: &System, context: &Context, input: &Validation) -> Result<DeviceClaim, Error> {
    let Claimant { caller, product, .. } = &input.claimant;
    let proved = device::prove(input.device_proof.as_ref(), caller, product.id, input.seat_id.as_ref())?;
    if input.seat_id.is_none() {
        return Ok(DeviceClaim::Unasked);
    }
    let Some(proved) = proved else { return Ok(DeviceClaim::of(product, None)) };
    let (permit, context) = (context.permit(Action::Validate)?, context.clone());
    let spend =
        move |tx: &mut WriteTx<'_>| Change::new(tx, &permit, &context).spend(Some(proved.clone())).map(Outcome::Done);
    let key = system.store().write_unlocked(spend).await?;
    Ok(DeviceClaim::of(product, key))
}
