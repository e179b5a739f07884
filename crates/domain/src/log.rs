//! The activation log: what happened to the seats of an entitlement (SEAT-11).

use crate::named::named;
use crate::{
    Activation, ActivationId, Change, EntitlementId, Key, Mode, Name, Quantity, Reason, Refusal, SeatId, Timestamp,
};

named! {
    /// What happened.
    #[allow(missing_docs, reason = "the names say it")]
    LogOperation {
        Activate = "activate",
        Refresh = "refresh",
        Deactivate = "deactivate",
        Release = "release",
        Replace = "replace",
        Deny = "deny",
        Checkout = "checkout",
        Return = "return",
        Use = "use",
        FeatureDeny = "featureDeny",
        StateRestored = "stateRestored",
    }
}

impl LogOperation {
    /// The action's name in the journal.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::Activate => "activation.activate",
            Self::Refresh => "activation.refresh",
            Self::Deactivate => "activation.deactivate",
            Self::Release => "activation.release",
            Self::Replace => "activation.replace",
            Self::Deny => "activation.deny",
            Self::Checkout => "feature.checkout",
            Self::Return => "feature.return",
            Self::Use => "feature.use",
            Self::FeatureDeny => "feature.deny",
            Self::StateRestored => "activation.state-restored",
        }
    }

    /// The operation of an action's name.
    #[must_use]
    pub fn of_action(action: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.action() == action)
    }
}

/// What one entry of the activation log says of the seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatNote {
    /// What happened.
    pub operation: LogOperation,
    /// At which entitlement.
    pub entitlement: EntitlementId,
    /// To which activation; none for a denied claim.
    pub activation: Option<ActivationId>,
    /// Whose seat.
    pub seat_id: Option<SeatId>,
    /// What people read of it.
    pub seat_name: Option<Name>,
    /// The lease's end after it.
    pub lease_expiry: Option<Timestamp>,
    /// Why it was refused: the problem's code.
    pub code: Option<String>,
    /// Which feature.
    pub feature: Option<Key>,
    /// How much of it.
    pub amount: Option<Quantity>,
    /// How the activation is kept alive.
    pub mode: Mode,
    /// Why, in the words of who did it (SEAT-9).
    pub reason: Option<Reason>,
}

impl SeatNote {
    /// A note on an activation.
    #[must_use]
    pub fn of(operation: LogOperation, activation: &Activation) -> Self {
        Self {
            operation,
            entitlement: activation.entitlement,
            activation: Some(activation.id),
            seat_id: Some(activation.seat_id.clone()),
            seat_name: activation.seat_name.clone(),
            lease_expiry: activation.lease.expiry,
            code: None,
            feature: None,
            amount: None,
            mode: activation.mode,
            reason: None,
        }
    }

    /// A note on a claim that was denied (SEAT-5).
    #[must_use]
    pub fn denied(
        entitlement: EntitlementId,
        (seat_id, seat_name): (SeatId, Option<Name>),
        mode: Mode,
        refusal: &Refusal,
    ) -> Self {
        Self {
            operation: LogOperation::Deny,
            entitlement,
            activation: None,
            seat_id: Some(seat_id),
            seat_name,
            lease_expiry: None,
            code: Some(refusal.code().to_owned()),
            feature: None,
            amount: None,
            mode,
            reason: None,
        }
    }

    /// A note on what an activation had of a pool, and nobody has any more: its seat came free (FEAT-3).
    #[must_use]
    pub fn returned(entitlement: EntitlementId, activation: ActivationId, feature: &Key, amount: Quantity) -> Self {
        Self {
            operation: LogOperation::Return,
            entitlement,
            activation: Some(activation),
            seat_id: None,
            seat_name: None,
            lease_expiry: None,
            code: None,
            feature: Some(feature.clone()),
            amount: Some(amount),
            mode: Mode::Online,
            reason: None,
        }
    }

    /// The same note with why it was refused.
    #[must_use]
    pub fn because(mut self, refusal: &Refusal) -> Self {
        self.code = Some(refusal.code().to_owned());
        self
    }

    /// The same note with how much of which feature.
    #[must_use]
    pub fn with_feature(mut self, feature: &Key, amount: Quantity) -> Self {
        self.feature = Some(feature.clone());
        self.amount = Some(amount);
        self
    }
    /// The same note with the reason that somebody gave.
    #[must_use]
    pub fn with_reason(mut self, reason: Option<Reason>) -> Self {
        self.reason = reason;
        self
    }

    /// What the audit shows of it beside its subject: the reason. It may tell of a person (ENT-10).
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let change = |reason: &Reason| Change {
            field: "reason".to_owned(),
            from: None,
            to: Some(reason.to_string()),
            personal: true,
        };
        self.reason.iter().map(change).collect()
    }
}
