//! An order as it is shown: with what it granted, and the codes that lead to it.

use chancery_domain::{Entitlement, Order, Timestamp};
use chancery_store::{ReadTx, activation_code, entitlement};

use super::get;
use crate::activation_code::{self as codes, CodeView};
use crate::{Change, Error, Remembered};

/// An order with all that its page tells. No `Debug`: it may show codes (API-7).
#[derive(Clone)]
pub struct OrderView {
    /// The order.
    pub order: Order,
    /// What it granted.
    pub entitlements: Vec<Entitlement>,
    /// The codes that lead to it, plain only in the reply to the call that made them.
    pub codes: Vec<CodeView>,
    /// The instant of the verdicts.
    pub now: Timestamp,
}

impl OrderView {
    /// Reads what is missing to show an order. No code is shown.
    pub(crate) fn of(tx: &mut ReadTx<'_>, order: Order, now: Timestamp) -> Result<Self, Error> {
        let codes = activation_code::of_order(tx, order.id)?;
        let codes = codes.into_iter().map(|code| CodeView { code, plain: None }).collect();
        let mut entitlements = entitlement::of_order(tx, order.id, None)?;
        for entitlement in &mut entitlements {
            entitlement.as_of(now);
        }
        Ok(Self { entitlements, order, codes, now })
    }
}

impl Remembered for OrderView {
    fn facts(&self) -> String {
        codes::facts(self.order.id, &self.codes)
    }

    fn secret(&self) -> Option<String> {
        codes::secret(&self.codes)
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, secret: Option<String>) -> Result<Self, Error> {
        let (order, codes) = codes::recall(change.tx, facts, secret)?;
        let order = get(change.tx, change.permit, &order.into())?;
        Ok(Self { codes, ..Self::of(change.tx, order, change.now)? })
    }
}
