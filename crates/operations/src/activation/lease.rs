//! Signing: leases, verdicts and access tokens, made after the commit (SEAT-6, TOK-7).

use chancery_domain::{
    Activation, Entitlement, FeatureState, FeatureValue as Value, Interval, Lease, LeaseMark, Refusal, Thumbprint,
    Timestamp, Unit,
};
use chancery_token::{
    AccessClaims, FeaturePeriod, FeatureValue, Issued, KeyUse, LeaseAttribute, LeaseClaims, LeaseConfirmation,
    LeaseCustomer, LeaseEntitlement, LeaseFeature, LeaseHost, LeaseSeat,
};

use super::ActivationView;
use crate::Error;
use crate::local::LocalState;
use crate::receipt::fact;
use crate::vendor_keys::VendorKeys;

/// How many minutes a verdict of `validate` is good.
const VERDICT_MINUTES: u64 = 5;

impl VendorKeys {
    pub(crate) fn issued(&self, at: Timestamp, jti: &str) -> Issued {
        Issued::new(self.vendor.id, at, jti, self.vendor.is_sandbox())
    }

    /// The lease of an activation. The same view and `jti` give the same text.
    pub(crate) fn sign_lease(&self, view: &ActivationView, jti: &str) -> Result<String, Error> {
        let ActivationView { activation, entitlement, features, .. } = view;
        self.check_mark(activation)?;
        let lease = activation.lease;
        let number = activation.seat_number().ok_or_else(|| Error::internal("a lease for no seat"))?;
        let mut claims = self.claims(entitlement, features, self.issued(lease.issued, jti), lease.issued);
        claims.activation = Some(activation.id);
        claims.expiry = lease.expiry;
        claims.mode = activation.mode.to_string();
        claims.confirmation = activation.device_key.as_ref().map(|key| LeaseConfirmation { jkt: key.to_string() });
        claims.seat = Some(LeaseSeat {
            id: activation.seat_id.to_string(),
            name: activation.seat_name.as_ref().map(ToString::to_string),
            number,
        });
        self.signed(claims, lease.mark)
    }

    /// By the key that may sign a lease of this length (KEY-3).
    fn signed(&self, claims: LeaseClaims, mark: Option<LeaseMark>) -> Result<String, Error> {
        if let Some(local) = &self.local {
            return self.signed_here(local, claims, mark);
        }
        let (key, certificate) = self.signer(KeyUse::Lease, claims.issued.at, claims.expiry)?;
        Ok(claims.sign(key, certificate)?)
    }

    /// By the key of this local server, with the vendor's word for it (TOK-8). A verdict has no number.
    fn signed_here(
        &self,
        local: &LocalState,
        mut claims: LeaseClaims,
        mark: Option<LeaseMark>,
    ) -> Result<String, Error> {
        let mark = mark.unwrap_or(LeaseMark { epoch: local.epoch(), serial: 0 });
        claims.host = Some(LeaseHost { id: local.server(), epoch: mark.epoch, serial: mark.serial });
        let known = local.delegated(claims.entitlement.id).ok_or(Error::NoSigningKey)?;
        // Of what was granted a moment before an import that took it away: the vendor's word does not cover it any more.
        known.claims.covers(&claims).map_err(|_| Refusal::ActivationReleased)?;
        claims.delegation = Some(known.text.clone());
        Ok(claims.sign_delegated(self.issuing()?)?)
    }

    /// A local server's leases are numbered, all of them (EXP-9).
    fn check_mark(&self, activation: &Activation) -> Result<(), Error> {
        match (&self.local, activation.lease.mark) {
            (Some(_), None) => Err(Error::internal("a lease of a local server without a mark")),
            _ => Ok(()),
        }
    }

    /// The verdict of `validate`: a lease without a seat, good for five minutes.
    pub(crate) fn sign_verdict(
        &self,
        entitlement: &Entitlement,
        features: &[FeatureState],
        now: Timestamp,
        jti: &str,
    ) -> Result<String, Error> {
        let mut claims = self.claims(entitlement, features, self.issued(now, jti), now);
        let end = now.plus(Interval::new(Unit::Minute, VERDICT_MINUTES).map_err(Error::internal)?);
        claims.expiry = Some(entitlement.lease_stop().map_or(end, |stop| stop.min(end)));
        self.signed(claims, None)
    }

    /// The access token of an activation's present chain (LIC-4).
    pub(crate) fn sign_access(&self, activation: &Activation, jti: &str) -> Result<String, Error> {
        let issued = self.issued(activation.lease.issued, jti);
        let claims =
            AccessClaims { issued, activation: activation.id, chain: activation.chain, order: activation.order };
        Ok(claims.sign(self.issuing()?)?)
    }

    fn claims(&self, e: &Entitlement, features: &[FeatureState], issued: Issued, now: Timestamp) -> LeaseClaims {
        LeaseClaims {
            issued,
            activation: None,
            product: e.product,
            expiry: None,
            seat: None,
            entitlement: LeaseEntitlement {
                id: e.id,
                status: e.status(now).to_string(),
                expiry: e.expiry,
                grace_end: e.grace_end(),
                hard_stop: e.hard_stop(),
                maintenance_end: e.maintenance_end,
            },
            enforcement: e.policy.enforcement.to_string(),
            // Only a seat that is its device's own can be tolerated after its lease (GUARD-2).
            tolerance: e.policy.outage_tolerance.filter(|_| !e.is_concurrent()),
            features: features.iter().map(feature).collect(),
            attributes: e
                .attributes
                .iter()
                .map(|attribute| LeaseAttribute {
                    key: attribute.key.to_string(),
                    kind: attribute.attribute_type.to_string(),
                    value: attribute.value().map(ToString::to_string),
                })
                .collect(),
            customer: Some(LeaseCustomer { id: e.customer, name: e.customer_name.to_string() }),
            mode: "online".to_owned(),
            confirmation: None,
            host: None,
            delegation: None,
        }
    }
}

fn feature(state: &FeatureState) -> LeaseFeature {
    LeaseFeature {
        key: state.key.to_string(),
        kind: state.feature_type.to_string(),
        value: match state.value {
            Value::Bool(on) => Some(FeatureValue::Switch(on)),
            Value::Count(amount) => amount.map(|amount| FeatureValue::Amount(amount.get())),
        },
        total: state.total.map(|total| total.get()),
        active: Some(state.active.get()),
        available: state.available.map(|available| available.get()),
        period: state.period.map(|start| FeaturePeriod { start: Some(start), end: None }),
    }
}

/// What a receipt says of a lease that is bound to no device key.
pub(super) const NO_KEY: &str = "-";

/// The device key of a receipt: that of the lease then. The seat may be another device's meanwhile.
pub(super) fn recall_key(key: &str) -> Result<Option<Thumbprint>, Error> {
    if key == NO_KEY { Ok(None) } else { fact(key).map(Some) }
}

/// The mark of a lease, as a receipt has it (EXP-9).
pub(super) fn mark(lease: &Lease) -> String {
    lease.mark.map_or_else(|| NO_KEY.to_owned(), |mark| format!("{}.{}", mark.epoch, mark.serial))
}

/// The mark of a receipt.
pub(super) fn recall_mark(text: &str) -> Result<Option<LeaseMark>, Error> {
    let Some((epoch, serial)) = text.split_once('.') else { return Ok(None) };
    Ok(Some(LeaseMark { epoch: fact(epoch)?, serial: fact(serial)? }))
}

/// The lease of a receipt: its instants in microseconds, the end -1 where there is none.
pub(crate) fn recall(issued: &str, expiry: &str) -> Result<Lease, Error> {
    let instant = |micros: i64| Timestamp::from_micros(micros).map_err(Error::internal);
    let expiry: i64 = fact(expiry)?;
    let expiry = if expiry < 0 { None } else { Some(instant(expiry)?) };
    Ok(Lease { issued: instant(fact(issued)?)?, expiry, mark: None })
}
