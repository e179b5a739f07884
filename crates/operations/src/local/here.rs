//! The local server inside a transaction: its row, and what is known of the vendor's keys.

use std::sync::Arc;

use chancery_domain::Timestamp;
use chancery_store::local_server::{self, LocalServerRow};
use chancery_store::vendor;
use chancery_token::{Entropy, SealingKey, TokenError, Trust};

use super::LocalState;
use super::revoked::end_revoked;
use super::state::trust_of;
use crate::vendor_keys::VendorKeys;
use crate::{Change, Context, Error, System};

/// What operations of a local server bring into their transactions.
#[derive(Clone)]
pub(super) struct Here {
    /// The server's own keys.
    pub keys: Arc<VendorKeys>,
    /// What was known when the call came.
    pub state: Arc<LocalState>,
}

impl Here {
    /// The local server of a call, on whatever machine.
    ///
    /// # Errors
    /// `NotFound` on an authority.
    pub(super) async fn anywhere(system: &System, context: &Context) -> Result<Self, Error> {
        let keys = system.vendor_keys(context.actor().vendor()).await?;
        let state = keys.local.clone().ok_or(Error::NotFound)?;
        Ok(Self { keys, state })
    }

    /// The same on its own machine: a copy does not speak for the server (EXP-10).
    ///
    /// # Errors
    /// `NotFound` on an authority; `LocalServerNotActive` on another machine.
    pub(super) async fn of(system: &System, context: &Context) -> Result<Self, Error> {
        let here = Self::anywhere(system, context).await?;
        here.state.check_machine(system.machine())?;
        Ok(here)
    }

    /// The key to which what is for the vendor is sealed.
    ///
    /// # Errors
    /// `NoSigningKey` if the trust bundle has none: a newer one is needed.
    pub(super) fn vendor_key(&self, now: Timestamp) -> Result<SealingKey, Error> {
        self.state.trust().receiving_key(now).ok_or(Error::NoSigningKey)
    }

    /// What a token of this server says of itself.
    pub(super) fn issued(&self, now: Timestamp, entropy: &mut Entropy) -> chancery_token::Issued {
        self.keys.issued(now, &entropy.token_id())
    }
}

/// The row of the local server.
pub(super) fn row(change: &mut Change<'_, '_>) -> Result<LocalServerRow, Error> {
    local_server::find(change.tx)?.ok_or(Error::NotFound)
}

/// Keeps what a token of the vendor brought: its time, and a revocation list that is newer than the one known (KEY-5, OFF-11).
pub(super) fn learn(
    change: &mut Change<'_, '_>,
    row: &LocalServerRow,
    list: Option<&str>,
    issued: Timestamp,
) -> Result<Trust, Error> {
    let mut trust = trust_of(row)?;
    let known = trust.revocations().number;
    let mut newest = row.revocations.clone();
    if let Some(list) = list {
        match trust.update_revocations(list, change.now) {
            Ok(()) if trust.revocations().number > known => newest = Some(list.to_owned()),
            Ok(()) | Err(TokenError::Superseded { .. }) => {}
            Err(error) => return Err(Error::Token { error, now: change.now }),
        }
    }
    local_server::update_trust(change.tx, change.permit, &row.bundle, newest.as_ref(), issued)?;
    if trust.revocations().number > known {
        end_revoked(change, &trust, row.proof)?;
    }
    Ok(trust)
}

/// Lets every process read anew what it knows of this server.
pub(super) fn changed(change: &mut Change<'_, '_>) -> Result<(), Error> {
    Ok(vendor::touch_keys(change.tx, change.permit)?)
}
