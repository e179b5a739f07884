//! Taking up another offering of the same product (ENT-8).

use super::grant::fits_a_lease;
use super::{CatalogSnapshot, Entitlement, GrantedAttribute, GrantedFeature, Overridable};
use crate::{FeatureType, FieldError, Invalid, Key, LicenseStart, LicenseType, Timestamp};

impl Entitlement {
    /// Takes up another offering: its edition, its plan and its terms. What is overridden stays (ENT-7), where the new offering
    /// has such a feature or attribute; what has started stays so (ENT-3); a subscription's expiry is computed anew from now. How
    /// the seats in use fit, and which counters begin anew, is decided after it (SEAT-8, [`Entitlement::keeps_usage`]).
    ///
    /// # Errors
    /// Of another product, or too much for a lease; nothing is usable then.
    pub fn change_offering(&mut self, catalog: CatalogSnapshot, now: Timestamp) -> Result<(), Vec<FieldError>> {
        let wrong = |invalid, detail: &str| Err(vec![FieldError::new("offeringId", invalid, detail)]);
        if catalog.product.id != self.product {
            return wrong(Invalid::NotAllowed, "give an offering of the same product");
        }
        let started = self.has_started(now);
        self.take_terms(&catalog, now);
        self.plan_type = catalog.plan.plan_type;
        self.license_start = catalog.plan.license_start;
        self.duration = catalog.plan.duration;
        self.begin_anew(started, now);
        self.features = with_overrides(catalog.features, &self.features);
        self.attributes = with_attribute_overrides(catalog.attributes, &self.attributes);
        self.renewal_resets = vec![now];
        if fits_a_lease(&self.features, &self.attributes) {
            Ok(())
        } else {
            wrong(Invalid::TooLong, "its features and attributes together are too long for a lease")
        }
    }

    /// Takes what is not overridden from the offering.
    fn take_terms(&mut self, catalog: &CatalogSnapshot, now: Timestamp) {
        let offering = &catalog.offering;
        self.offering = offering.id;
        self.sku = offering.sku.clone();
        self.edition = offering.edition;
        self.concurrency = offering.concurrency;
        for member in Overridable::ALL {
            if !self.overrides.contains(member) {
                self.take_member(*member, catalog, now);
            }
        }
    }

    /// One member as the catalog has it now. An expiry is the plan's affair.
    pub(super) fn take_member(&mut self, member: Overridable, catalog: &CatalogSnapshot, from: Timestamp) {
        let (offering, policy) = (&catalog.offering, catalog.product.policy.with(&catalog.offering.policy));
        match member {
            Overridable::Seats => self.seats = offering.seats,
            Overridable::Overdraft => self.overdraft = offering.overdraft,
            Overridable::LeasePeriod => self.policy.lease_period = policy.lease_period,
            Overridable::OfflineLeasePeriod => self.policy.offline_lease_period = policy.offline_lease_period,
            Overridable::GracePeriod => self.policy.grace_period = policy.grace_period,
            Overridable::OutageTolerance => self.policy.outage_tolerance = policy.outage_tolerance,
            Overridable::Enforcement => self.policy.enforcement = policy.enforcement,
            Overridable::MaintenanceEnd => {
                self.maintenance_end = offering.maintenance.map(|lasts| from.plus(lasts));
            }
            Overridable::UsageReset => self.usage_reset = None,
            Overridable::Expiry => {}
        }
    }

    /// Sets start and expiry by the new plan. An expiry that was set by hand stays, where the license can expire at all.
    fn begin_anew(&mut self, started: bool, now: Timestamp) {
        if !started {
            self.start = match self.license_start {
                LicenseStart::Activation => None,
                LicenseStart::Creation => Some(now),
                LicenseStart::Custom => Some(self.start.unwrap_or(now)),
                LicenseStart::Manual => self.start,
            };
        }
        if self.license_type() == LicenseType::Perpetual {
            self.overrides.remove(&Overridable::Expiry);
            self.expiry = None;
        } else if !self.overrides.contains(&Overridable::Expiry) {
            let from = self.start.map(|start| start.max(now));
            self.expiry = from.zip(self.duration).map(|(from, duration)| from.plus(duration));
        }
    }

    /// Whether what was taken of a feature is still taken under another offering: of a pool that both have. Counters begin anew,
    /// and of what is no pool any more nobody has anything.
    #[must_use]
    pub fn keeps_usage(&self, before: &Self, key: &Key) -> bool {
        let is_pool = |entitlement: &Self| {
            let pool = |feature: &GrantedFeature| feature.kind.feature_type() == FeatureType::ElementPool;
            entitlement.features.iter().any(|feature| feature.key == *key && pool(feature))
        };
        is_pool(self) && is_pool(before)
    }
}

fn with_overrides(mut features: Vec<GrantedFeature>, old: &[GrantedFeature]) -> Vec<GrantedFeature> {
    for feature in &mut features {
        let before = old.iter().find(|old| old.key == feature.key);
        // A value of another type says nothing of this feature.
        feature.overriding = before.and_then(|old| old.overriding).and_then(|value| feature.kind.check(value).ok());
    }
    features
}

fn with_attribute_overrides(mut attributes: Vec<GrantedAttribute>, old: &[GrantedAttribute]) -> Vec<GrantedAttribute> {
    for attribute in &mut attributes {
        let before = old.iter().find(|old| old.key == attribute.key);
        let value = before.and_then(|old| old.overriding.as_ref());
        attribute.overriding = value.and_then(|value| attribute.attribute_type.check(value.as_str()).ok());
    }
    attributes
}
