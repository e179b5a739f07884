//! Taking what the vendor made for this server: a response, or a refresh (OFF-5, OFF-7).

use chancery_domain::{ActivationId, Fact, Facts, Timestamp, fact, optional};
use chancery_store::local_server::{self, LicenseRow, LocalServerRow};
use chancery_token::{
    KeyEncryptionKey, LeaseExpectation, OfflineRefresh, OfflineReply, OfflineResponse, Recipient, SigningKey,
    TokenError, Trust,
};

use super::cycle::CycleKeys;
use crate::local::here::{changed, learn, row};
use crate::local::state::{License, expectation, license_of, licensed, trust_of};
use crate::{Change, Error, Remembered};

/// Which of the vendor's tokens is expected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// An answer to a request.
    Response,
    /// A refresh, for which nobody asked.
    Refresh,
}

/// The newest signed instant, for the clock that never runs behind it.
pub(in crate::local) struct Applied(pub Timestamp);

/// Takes a token, or changes nothing.
pub(super) fn apply(
    change: &mut Change<'_, '_>,
    token: &str,
    kind: Expected,
    kek: &KeyEncryptionKey,
) -> Result<Applied, Error> {
    let now = change.now;
    let refused = |error| Error::Token { error, now };
    let (before, elsewhere) = (row(change)?, TokenError::WrongRecipient(Recipient::Device));
    let keys = CycleKeys::of(&before, kek)?.ok_or_else(|| refused(elsewhere))?;
    let trust = trust_of(&before)?;
    let reply = trust.open_offline_reply(token, &keys.seal, now).map_err(refused)?;
    let wrong = |expected| Err(refused(TokenError::WrongType { expected }));
    match (kind, &reply) {
        (Expected::Response, OfflineReply::Refresh(_)) => return wrong("chancery-offline-response+jwt"),
        (Expected::Refresh, OfflineReply::Response(_)) => return wrong("chancery-offline-refresh+jwt"),
        _ => {}
    }
    // What it takes back counts for the lease in it too (KEY-5).
    let trust = learn(change, &before, reply.revocations(), reply.issued_at())?;
    let taking = Taking { row: &before, trust: &trust, device: keys.sign.kid(), now };
    let (license, lease) = match &reply {
        OfflineReply::Response(response) => taking.respond(response),
        OfflineReply::Refresh(refresh) => taking.renew(refresh),
    }
    .map_err(refused)?;
    local_server::update_license(change.tx, change.permit, before.name.as_ref(), &license)?;
    let was = license_of(&before, &trust, kek)?.map(Shown);
    change.record(before.server, was.as_ref(), Some(&Shown(lease)))?;
    changed(change)?;
    Ok(Applied(reply.issued_at()))
}

struct Taking<'a> {
    row: &'a LocalServerRow,
    trust: &'a Trust,
    device: &'a str,
    now: Timestamp,
}

impl Taking<'_> {
    /// A response must answer a request that is waited for (OFF-5). All that wait end with it.
    fn respond(&self, response: &OfflineResponse) -> Result<(LicenseRow, License), TokenError> {
        let held = &self.row.license;
        let license = self.open(&response.lease, None)?;
        if !held.requests.contains(&response.request_id) {
            // The same again, or one that something newer has overtaken.
            return Err(match held.activation {
                Some(id) if id == license.activation => superseded(response.seq, held.seq),
                _ => TokenError::WrongRecipient(Recipient::Device),
            });
        }
        if held.activation == Some(license.activation) && response.seq <= held.seq {
            return Err(superseded(response.seq, held.seq));
        }
        Ok((self.held(&license, response.seq, &response.lease, Vec::new()), license))
    }

    /// A refresh must be for the activation that is held, and newer than all that was applied to it (OFF-7).
    fn renew(&self, refresh: &OfflineRefresh) -> Result<(LicenseRow, License), TokenError> {
        let held = &self.row.license;
        if held.activation != Some(refresh.activation) {
            return Err(TokenError::WrongRecipient(Recipient::Activation));
        }
        if refresh.seq <= held.seq {
            return Err(superseded(refresh.seq, held.seq));
        }
        let license = self.open(&refresh.lease, held.activation)?;
        // Requests that were made since its lease ended go on waiting: a response to them is newer still.
        Ok((self.held(&license, refresh.seq, &refresh.lease, held.requests.clone()), license))
    }

    fn held(&self, license: &License, seq: u64, lease: &str, requests: Vec<String>) -> LicenseRow {
        LicenseRow {
            cycle: self.row.license.cycle.clone(),
            requests,
            activation: Some(license.activation),
            seq,
            lease: Some(lease.to_owned()),
            deactivation: None,
        }
    }

    /// The lease in a reply: one that runs, for this server, bound to the keys of the cycle.
    fn open(&self, lease: &str, activation: Option<ActivationId>) -> Result<License, TokenError> {
        let seat_id = self.row.server.to_string();
        let expected = expectation(self.row, self.device, &seat_id, self.now);
        let lease = self.trust.open_lease(lease, &LeaseExpectation { activation, ..expected })?;
        // What is carried is bound to a key, always.
        let bound = lease.confirmation.is_some();
        licensed(&lease).filter(|_| bound).ok_or(TokenError::WrongRecipient(Recipient::Device))
    }
}

const fn superseded(number: u64, seen: u64) -> TokenError {
    TokenError::Superseded { number, seen }
}

struct Shown(License);

impl Facts for Shown {
    fn facts(&self) -> Vec<Fact> {
        vec![fact("activationId", self.0.activation), optional("licenseExpiry", self.0.expiry)]
    }
}

impl Remembered for Applied {
    fn facts(&self) -> String {
        self.0.to_string()
    }

    fn recall(_: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        crate::receipt::fact(facts).map(Self)
    }
}
