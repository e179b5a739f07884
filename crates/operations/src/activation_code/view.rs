//! Codes as they are shown: plain to the call that made them, and to its repetition for a day (SAFE-1); never again.

use std::collections::BTreeMap;

use chancery_domain::{ActivationCode, ActivationCodeId, OrderId};
use chancery_store::{ReadTx, activation_code};

use crate::receipt::fact;
use crate::{Change, Error, Remembered};

/// A code with what is shown only once. No `Debug`: the code is a secret (API-7).
#[derive(Clone)]
pub struct CodeView {
    /// The code's record.
    pub code: ActivationCode,
    /// The code itself, in the reply to the call that made it.
    pub plain: Option<String>,
}

/// Codes that were added to an order.
#[derive(Clone)]
pub struct OrderCodes {
    /// The order.
    pub order: OrderId,
    /// The new codes.
    pub codes: Vec<CodeView>,
}

impl Remembered for OrderCodes {
    fn facts(&self) -> String {
        facts(self.order, &self.codes)
    }

    fn secret(&self) -> Option<String> {
        secret(&self.codes)
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, secret: Option<String>) -> Result<Self, Error> {
        let (order, codes) = recall(change.tx, facts, secret)?;
        Ok(Self { order, codes: codes.into_iter().filter(|view| view.plain.is_some()).collect() })
    }
}

/// The order's id, and those of the codes that are shown.
pub(crate) fn facts(order: OrderId, codes: &[CodeView]) -> String {
    let shown = codes.iter().filter(|view| view.plain.is_some());
    shown.fold(order.to_string(), |text, view| format!("{text} {}", view.code.id))
}

/// The codes that are shown, a line each, in the order of [`facts`].
pub(crate) fn secret(codes: &[CodeView]) -> Option<String> {
    let plain: Vec<&str> = codes.iter().filter_map(|view| view.plain.as_deref()).collect();
    (!plain.is_empty()).then(|| plain.join("\n"))
}

/// The order in [`facts`] with all its codes: those that were shown are shown again.
pub(crate) fn recall(
    tx: &mut ReadTx<'_>,
    facts: &str,
    secret: Option<String>,
) -> Result<(OrderId, Vec<CodeView>), Error> {
    let mut words = facts.split(' ');
    let order = fact(words.next().unwrap_or_default())?;
    let ids = words.map(fact).collect::<Result<Vec<ActivationCodeId>, Error>>()?;
    let mut plain: BTreeMap<_, _> =
        ids.into_iter().zip(secret.unwrap_or_default().lines().map(str::to_owned)).collect();
    let codes = activation_code::of_order(tx, order)?;
    let shown = |code: ActivationCode| CodeView { plain: plain.remove(&code.id), code };
    Ok((order, codes.into_iter().map(shown).collect()))
}
