//! An entitlement that is hosted here, as it is shown.

use chancery_domain::{Delegation, EntitlementId, Permit, Timestamp};
use chancery_store::ReadTx;
use chancery_store::hosted_entitlement::{self, HostedRow};

use crate::Error;
use crate::entitlement::EntitlementView;
use crate::version::Versioned;

/// A hosted entitlement, with the token that was imported last.
#[derive(Clone, Debug)]
pub struct HostedView {
    /// The entitlement, with what is used of it.
    pub view: EntitlementView,
    /// The vendor's word for it: by which token, and until when.
    pub delegation: Delegation,
    /// When the vendor made the token.
    pub issued: Timestamp,
    /// When it was imported.
    pub imported: Timestamp,
}

impl HostedView {
    pub(super) fn of(tx: &mut ReadTx<'_>, permit: &Permit, row: &HostedRow, now: Timestamp) -> Result<Self, Error> {
        let view = EntitlementView::load(tx, permit, row.entitlement, now)?;
        let delegation = view.entitlement.hosting.delegation().copied();
        let delegation = delegation.ok_or_else(|| Error::internal("a hosted entitlement without a delegation"))?;
        Ok(Self { view, delegation, issued: row.issued, imported: row.imported })
    }

    pub(super) fn load(tx: &mut ReadTx<'_>, permit: &Permit, id: EntitlementId, now: Timestamp) -> Result<Self, Error> {
        let row = hosted_entitlement::find(tx, id)?.ok_or(Error::NotFound)?;
        Self::of(tx, permit, &row, now)
    }
}

impl Versioned for HostedView {
    fn state(&self) -> Vec<chancery_domain::Fact> {
        self.view.state()
    }
}
