//! Following the catalog again (ENT-9).

use super::{CatalogSnapshot, Entitlement, Overridable, fits_a_lease};
use crate::{FieldError, Invalid, Key, LicenseType};

/// What returns to the catalog's current values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reset {
    /// Members of the entitlement.
    pub fields: Vec<Overridable>,
    /// Features, by key.
    pub features: Vec<Key>,
    /// Attributes, by key.
    pub attributes: Vec<Key>,
}

impl Entitlement {
    /// Returns what is chosen to the catalog's current values, whether it was overridden or only older (CAT-3, ENT-9). What the
    /// catalog does not have any more keeps the value that was granted. How the seats in use fit is decided after it (SEAT-8).
    ///
    /// The catalog knows no expiry and no end of maintenance, only how long they last: an expiry is counted from the start again,
    /// as if it had never been renewed, and maintenance from when the entitlement was made.
    ///
    /// # Errors
    /// What cannot be reset; nothing is usable then.
    pub fn reset_overrides(&mut self, reset: &Reset, catalog: &CatalogSnapshot) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if *reset == Reset::default() {
            let detail = "give at least one of fields, features and attributes";
            errors.push(FieldError::new("fields", Invalid::Required, detail));
        }
        for (i, member) in reset.fields.iter().enumerate() {
            if *member == Overridable::Expiry && self.license_type() == LicenseType::Perpetual {
                let detail = "a perpetual license never expires";
                errors.push(FieldError::new(format!("fields[{i}]"), Invalid::NotAllowed, detail));
            }
            self.reset_member(*member, catalog);
        }
        self.reset_features(&reset.features, catalog, &mut errors);
        self.reset_attributes(&reset.attributes, catalog, &mut errors);
        if errors.is_empty() && !fits_a_lease(&self.features, &self.attributes) {
            let detail = "all attributes together are too long for a lease";
            errors.push(FieldError::new("attributes", Invalid::TooLong, detail));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn reset_member(&mut self, member: Overridable, catalog: &CatalogSnapshot) {
        self.overrides.remove(&member);
        if member == Overridable::Expiry {
            self.expiry = self.start.zip(self.duration).map(|(start, duration)| start.plus(duration));
        } else {
            self.take_member(member, catalog, self.created);
        }
    }

    fn reset_features(&mut self, keys: &[Key], catalog: &CatalogSnapshot, errors: &mut Vec<FieldError>) {
        for (i, key) in keys.iter().enumerate() {
            let Some(feature) = self.features.iter_mut().find(|feature| feature.key == *key) else {
                let detail = "the entitlement has no such feature";
                errors.push(FieldError::new(format!("features[{i}]"), Invalid::Unknown, detail));
                continue;
            };
            feature.overriding = None;
            // One that was made anew as another type is another feature.
            let of_its_type = |now: &&super::GrantedFeature| {
                now.key == *key && now.kind.feature_type() == feature.kind.feature_type()
            };
            if let Some(now) = catalog.features.iter().find(of_its_type) {
                *feature = now.clone();
            }
        }
    }

    fn reset_attributes(&mut self, keys: &[Key], catalog: &CatalogSnapshot, errors: &mut Vec<FieldError>) {
        for (i, key) in keys.iter().enumerate() {
            let Some(attribute) = self.attributes.iter_mut().find(|attribute| attribute.key == *key) else {
                let detail = "the entitlement has no such attribute";
                errors.push(FieldError::new(format!("attributes[{i}]"), Invalid::Unknown, detail));
                continue;
            };
            attribute.overriding = None;
            let of_its_type =
                |now: &&super::GrantedAttribute| now.key == *key && now.attribute_type == attribute.attribute_type;
            if let Some(now) = catalog.attributes.iter().find(of_its_type) {
                *attribute = now.clone();
            }
        }
    }
}
