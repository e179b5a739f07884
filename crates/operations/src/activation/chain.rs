//! The calls that turn the chain of nonces: refresh and the calls on features (SAFE-2, SAFE-3).

use std::sync::Arc;

use chancery_domain::{
    Action, Activation, ActivationId, Entitlement, Invalid, LogOperation, Mode, NoncePosition, OrderId, Permit,
    Refusal, SeatNote, Thumbprint, VendorId, position,
};
use chancery_store::{Aggregate, Outcome, WriteTx, activation, entitlement, lease_serial};
use chancery_token::Nonce;

use crate::device::{CallProof, possession};
use crate::local::Shows;
use crate::receipt::fact;
use crate::vendor_keys::VendorKeys;
use crate::{Change, Context, Error, Refused, Remembered, System};

/// What a receipt says of a call that a rule refused: only that its nonce was turned. A retry is decided anew, and is no clone.
const REFUSED: &str = "refused ";

/// The holder of an activation, with the nonce that it shows.
#[derive(Clone, Debug)]
pub struct ChainCall {
    /// The activation.
    pub activation: ActivationId,
    /// The chain of its access token.
    pub chain: u64,
    /// What is locked.
    pub order: OrderId,
    /// The nonce.
    pub nonce: Option<String>,
    /// The proof that the caller has the device's key (SEC-5).
    pub proof: Option<CallProof>,
}

/// The seat that a call is about, as its decision may change it.
pub(super) struct SeatState {
    pub activation: Activation,
    pub entitlement: Entitlement,
}

/// The result of a call that turned the nonce, with the next one.
pub(super) struct Turned<T> {
    pub result: T,
    pub nonce: String,
}

/// Makes a call that changes an activation: exactly once, by the holder of the current nonce alone.
pub(super) async fn turn<T, F>(
    system: &System,
    context: &Context,
    action: Action,
    call: ChainCall,
    act: F,
) -> Result<Turned<T>, Error>
where
    T: Remembered + Send + 'static,
    F: Fn(&mut Change<'_, '_>, &mut SeatState) -> Result<T, Error> + Send + 'static,
{
    turn_showing(system, context, action, call, None, act).await
}

/// The same for a holder that shows the newest lease that it has: one which the database has forgotten is taken back first (EXP-9).
pub(super) async fn turn_showing<T, F>(
    system: &System,
    context: &Context,
    action: Action,
    call: ChainCall,
    shows: Option<Arc<Shows>>,
    act: F,
) -> Result<Turned<T>, Error>
where
    T: Remembered + Send + 'static,
    F: Fn(&mut Change<'_, '_>, &mut SeatState) -> Result<T, Error> + Send + 'static,
{
    let permit = context.permit(action)?;
    let keys = system.vendor_keys(permit.vendor()).await?;
    let presented = presented(&keys, &call, context)?;
    let nonce = call.nonce.as_deref().unwrap_or_default();
    let device = possession(system, call.proof.as_ref(), nonce, context.now())?;
    let context = context.clone();
    let order = call.order;
    system
        .store()
        .write(Aggregate::Order(order), move |tx| {
            let mut turn =
                Turn { keys: &keys, call: &call, shows: shows.as_deref(), presented, device: device.as_ref() };
            turn.run(tx, &permit, &context, &act)
        })
        .await
}

/// Whether a call can be made for an activation that may be offline (OFF-10). Its device makes none: the chain of one that calls
/// nevertheless has ended (SEAT-2).
pub(super) fn check_way(action: Action, activation: &Activation) -> Result<(), Refusal> {
    match (Change::denial(action), activation.check_connected()) {
        (LogOperation::FeatureDeny, connected) => connected,
        (_, Err(_)) if action == Action::Refresh => Err(Refusal::ActivationSuperseded),
        _ => Ok(()),
    }
}

/// The counter of the nonce that was shown.
fn presented(keys: &Arc<VendorKeys>, call: &ChainCall, context: &Context) -> Result<u64, Error> {
    let nonce = call.nonce.as_ref().ok_or(Error::NonceMissing)?;
    context.idempotency().ok_or(Error::IdempotencyKeyMissing)?;
    let detail = "send the nonce of the latest reply, as it is; if it is lost, activate again";
    let wrong = |_| Error::invalid("Chancery-Nonce", Invalid::BadFormat, detail);
    Nonce::of(&keys.secret, call.activation, call.chain).open(nonce).map_err(wrong)
}

struct Turn<'a> {
    keys: &'a VendorKeys,
    call: &'a ChainCall,
    shows: Option<&'a Shows>,
    presented: u64,
    /// The device key that the call proved.
    device: Option<&'a Thumbprint>,
}

impl Turn<'_> {
    fn run<T: Remembered>(
        &mut self,
        tx: &mut WriteTx<'_>,
        permit: &Permit,
        context: &Context,
        act: &impl Fn(&mut Change<'_, '_>, &mut SeatState) -> Result<T, Error>,
    ) -> Result<Outcome<Turned<T>, Error>, Error> {
        let mut change = Change::new(tx, permit, context);
        let mut refused_at = None;
        let vendor = permit.vendor();
        self.announce(&mut change, vendor)?;
        let earlier = change.receipt()?;
        if let Some(receipt) = &earlier {
            let Some(counter) = receipt.facts.strip_prefix(REFUSED) else {
                return self.tell_again(&mut change, &receipt.facts).map(Outcome::Done);
            };
            refused_at = Some(fact::<u64>(counter)?);
        }
        let invalid = || Error::Unauthenticated(crate::Unauthenticated::AccessToken);
        let mut activation = match self.find(&mut change) {
            Ok(found) => found.ok_or_else(invalid)?,
            Err(refused @ Error::Refused(_)) => return Ok(Outcome::Refused(refused)),
            Err(error) => return Err(error),
        };
        // A later chain than the recorded one is of a device that came back online, before the database was restored (SAFE-3).
        if self.call.chain > activation.chain {
            activation.mode = Mode::Online;
        }
        if let Err(refusal) = check_way(permit.action(), &activation) {
            return Self::refuse(&mut change, &activation, refusal, None);
        }
        if let Err(refusal) = activation.check_held(self.call.chain) {
            return Self::refuse(&mut change, &activation, refusal, None);
        }
        let mut entitlement = entitlement::of_activation(change.tx, vendor, activation.id)?.ok_or_else(invalid)?;
        entitlement.as_of(change.now);
        // Whoever does not prove the key must not turn the nonce either: else a thief could cut the holder off.
        if let Err(refusal) = activation.check_possession(entitlement.secret_mode, self.device) {
            return Self::refuse(&mut change, &activation, refusal, None);
        }
        match position((activation.chain, activation.counter), (self.call.chain, self.presented)) {
            NoncePosition::Current => {}
            // The reply to a refused call was lost, and nothing happened since: it is decided again.
            NoncePosition::Behind if refused_at == Some(activation.counter) => {}
            NoncePosition::Behind => return Self::refuse(&mut change, &activation, Refusal::CloneDetected, None),
            NoncePosition::Ahead => {
                (activation.chain, activation.counter) = (self.call.chain, self.presented);
                change.note(&SeatNote::of(LogOperation::StateRestored, &activation))?;
            }
        }
        activation.counter += 1;
        let mut seat = SeatState { activation: activation.clone(), entitlement };
        match act(&mut change, &mut seat) {
            Ok(result) => {
                activation::update(change.tx, permit, &seat.activation)?;
                let counter = seat.activation.counter;
                change.keep(format!("{counter} {}", result.facts()), None, earlier.as_ref())?;
                Ok(Outcome::Done(Turned { result, nonce: self.nonce(counter) }))
            }
            Err(Error::Refused(refused)) if refused.refusal.doubts_the_holder() => {
                Self::refuse(&mut change, &activation, refused.refusal, None)
            }
            Err(Error::Refused(refused)) => {
                activation::update(change.tx, permit, &activation)?;
                change.keep(format!("{REFUSED}{}", activation.counter), None, earlier.as_ref())?;
                let nonce = self.nonce(activation.counter);
                Self::refuse(&mut change, &activation, refused.refusal, Some(nonce))
            }
            Err(error) => Err(error),
        }
    }

    /// The activation, after what its holder shows was taken back where that was forgotten (EXP-9).
    fn find(&self, change: &mut Change<'_, '_>) -> Result<Option<Activation>, Error> {
        let (vendor, id) = (change.permit.vendor(), self.call.activation);
        let found = activation::find(change.tx, vendor, id)?;
        let Some(shows) = self.shows.filter(|shows| shows.says_newer(found.as_ref())) else { return Ok(found) };
        shows.take_back(change, self.keys, self.call)?;
        Ok(activation::find(change.tx, vendor, id)?)
    }

    /// Tells the store what will be asked for.
    fn announce(&self, change: &mut Change<'_, '_>, vendor: VendorId) -> Result<(), Error> {
        if !change.tx.announces() {
            return Ok(());
        }
        change.announce_receipt()?;
        activation::announce(change.tx, vendor, self.call.activation)?;
        if self.keys.local.is_some() {
            lease_serial::announce_of_activation(change.tx, self.call.activation)?;
        }
        Ok(entitlement::announce_of_activation(change.tx, vendor, self.call.activation)?)
    }

    fn tell_again<T: Remembered>(&self, change: &mut Change<'_, '_>, facts: &str) -> Result<Turned<T>, Error> {
        let (counter, facts) = facts.split_once(' ').ok_or_else(|| Error::internal("a receipt of another form"))?;
        // What was purged meanwhile has no holder any more.
        let gone = |error| match error {
            Error::NotFound => Error::Unauthenticated(crate::Unauthenticated::AccessToken),
            other => other,
        };
        let result = T::recall(change, facts, None).map_err(gone)?;
        Ok(Turned { result, nonce: self.nonce(fact(counter)?) })
    }

    /// Refuses, and records that.
    fn refuse<T>(
        change: &mut Change<'_, '_>,
        activation: &Activation,
        refusal: Refusal,
        nonce: Option<String>,
    ) -> Result<Outcome<Turned<T>, Error>, Error> {
        let operation = Change::denial(change.permit.action());
        let mut note = SeatNote::of(operation, activation).because(&refusal);
        if let Some(feature) = refusal.feature() {
            note.feature = Some(feature.clone());
        }
        change.note(&note)?;
        Ok(Outcome::Refused(Error::Refused(Box::new(Refused { refusal, nonce }))))
    }

    fn nonce(&self, counter: u64) -> String {
        Nonce::of(&self.keys.secret, self.call.activation, self.call.chain).make(counter)
    }
}
