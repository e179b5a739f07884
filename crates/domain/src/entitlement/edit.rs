//! Overriding what an entitlement took from the catalog (ENT-7, SEAT-8).

use std::collections::BTreeMap;

use super::Entitlement;
use super::grant::fits_a_lease;
use crate::named::named;
use crate::{
    Enforcement, FeatureValue, FieldError, Interval, Invalid, Key, LicenseType, Metadata, Overdraft, Period, Quantity,
    Timestamp, UsageReset,
};

named! {
    /// The members of an entitlement that can differ from the catalog.
    #[allow(missing_docs, reason = "the names are those of the members")]
    Overridable {
        Seats = "seats",
        Overdraft = "overdraft",
        LeasePeriod = "leasePeriod",
        OfflineLeasePeriod = "offlineLeasePeriod",
        GracePeriod = "gracePeriod",
        OutageTolerance = "outageTolerance",
        Enforcement = "enforcement",
        Expiry = "expiry",
        MaintenanceEnd = "maintenanceEnd",
        UsageReset = "usageReset",
    }
}

/// New values for some members. An absent one stays; the inner `None` of a double option is an explicit null.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, clippy::option_option, reason = "the names are those of the entitlement's members")]
pub struct EntitlementEdit {
    pub seats: Option<Quantity>,
    pub overdraft: Option<Overdraft>,
    pub lease_period: Option<Period>,
    pub offline_lease_period: Option<Option<Period>>,
    pub grace_period: Option<Option<Interval>>,
    pub outage_tolerance: Option<Option<Interval>>,
    pub enforcement: Option<Enforcement>,
    pub expiry: Option<Timestamp>,
    pub maintenance_end: Option<Option<Timestamp>>,
    pub usage_reset: Option<Option<UsageReset>>,
    /// New values by key; nothing falls back to the catalog's (CAT-1).
    pub features: BTreeMap<Key, Option<FeatureValue>>,
    /// New values by key, as texts of the attribute's type; nothing falls back to the catalog's.
    pub attributes: BTreeMap<Key, Option<String>>,
    pub notes: Option<String>,
    pub metadata: Option<Metadata>,
}

impl Entitlement {
    /// Puts the new values in place. How the seats in use fit a lower number is decided after it (SEAT-8).
    ///
    /// # Errors
    /// Every member that does not fit; nothing is usable then.
    pub fn edit(&mut self, edit: &EntitlementEdit) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        self.edit_terms(edit, &mut errors);
        self.edit_policy(edit);
        self.edit_features(edit, &mut errors);
        self.edit_attributes(edit, &mut errors);
        if let Some(notes) = &edit.notes {
            self.notes.clone_from(notes);
        }
        if let Some(metadata) = &edit.metadata {
            self.metadata = metadata.clone();
        }
        if errors.is_empty() && !fits_a_lease(&self.features, &self.attributes) {
            let detail = "all attributes together are too long for a lease; give shorter values";
            errors.push(FieldError::new("attributes", Invalid::TooLong, detail));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn edit_terms(&mut self, edit: &EntitlementEdit, errors: &mut Vec<FieldError>) {
        if let Some(seats) = edit.seats {
            self.seats = self.overriding(Overridable::Seats, seats);
        }
        if let Some(overdraft) = edit.overdraft {
            self.overdraft = self.overriding(Overridable::Overdraft, overdraft);
        }
        if let Some(end) = edit.maintenance_end {
            self.maintenance_end = self.overriding(Overridable::MaintenanceEnd, end);
        }
        match edit.usage_reset {
            None => {}
            // Back to what each feature says.
            Some(None) => {
                self.usage_reset = None;
                self.overrides.remove(&Overridable::UsageReset);
            }
            Some(reset) => self.usage_reset = self.overriding(Overridable::UsageReset, reset),
        }
        if let Some(expiry) = edit.expiry {
            if self.license_type() == LicenseType::Perpetual {
                errors.push(FieldError::new("expiry", Invalid::NotAllowed, "a perpetual license never expires"));
            } else if self.start.is_some_and(|start| expiry < start) {
                errors.push(FieldError::new("expiry", Invalid::OutOfRange, "give an instant after the start"));
            } else {
                self.expiry = Some(self.overriding(Overridable::Expiry, expiry));
            }
        }
    }

    fn edit_policy(&mut self, edit: &EntitlementEdit) {
        if let Some(period) = edit.lease_period {
            self.policy.lease_period = self.overriding(Overridable::LeasePeriod, period);
        }
        if let Some(period) = edit.offline_lease_period {
            self.policy.offline_lease_period = self.overriding(Overridable::OfflineLeasePeriod, period);
        }
        if let Some(period) = edit.grace_period {
            self.policy.grace_period = self.overriding(Overridable::GracePeriod, period);
        }
        if let Some(tolerance) = edit.outage_tolerance {
            self.policy.outage_tolerance = self.overriding(Overridable::OutageTolerance, tolerance);
        }
        if let Some(enforcement) = edit.enforcement {
            self.policy.enforcement = self.overriding(Overridable::Enforcement, enforcement);
        }
    }

    fn edit_features(&mut self, edit: &EntitlementEdit, errors: &mut Vec<FieldError>) {
        for (key, value) in &edit.features {
            let path = format!("features.{key}");
            let Some(feature) = self.features.iter_mut().find(|feature| feature.key == *key) else {
                errors.push(FieldError::new(path, Invalid::Unknown, "the entitlement has no such feature"));
                continue;
            };
            match value.map(|value| feature.kind.check(value)).transpose() {
                Ok(value) => feature.overriding = value,
                Err(invalid) => {
                    let detail = format!("give a value for a feature of type {}", feature.kind.feature_type());
                    errors.push(FieldError::new(path, invalid, detail));
                }
            }
        }
    }

    fn edit_attributes(&mut self, edit: &EntitlementEdit, errors: &mut Vec<FieldError>) {
        for (key, value) in &edit.attributes {
            let path = format!("attributes.{key}");
            let Some(attribute) = self.attributes.iter_mut().find(|attribute| attribute.key == *key) else {
                errors.push(FieldError::new(path, Invalid::Unknown, "the entitlement has no such attribute"));
                continue;
            };
            match value.as_deref().map(|value| attribute.attribute_type.check(value)).transpose() {
                Ok(value) => attribute.overriding = value,
                Err(invalid) => {
                    let detail = format!("give a value of type {}", attribute.attribute_type);
                    errors.push(FieldError::new(path, invalid, detail));
                }
            }
        }
    }

    fn overriding<V>(&mut self, member: Overridable, value: V) -> V {
        self.overrides.insert(member);
        value
    }
}
