//! When the counter of a feature begins anew (FEAT-2, ENT-4).

use super::{Entitlement, GrantedFeature};
use crate::{FeatureType, Timestamp, UsageReset};

impl Entitlement {
    /// Remembers that counters with `onRenewal` reset at an instant. Of those that are past, only the latest matters.
    pub(super) fn note_renewal_reset(&mut self, reset: Timestamp, now: Timestamp) {
        self.renewal_resets.push(reset);
        self.renewal_resets.sort_unstable();
        let latest_past = self.renewal_resets.iter().copied().filter(|&at| at <= now).max();
        self.renewal_resets.retain(|&at| at > now || Some(at) == latest_past);
    }

    /// Where the feature's current period began; nothing if its counter never resets by itself.
    #[must_use]
    pub fn period_start(&self, feature: &GrantedFeature, now: Timestamp) -> Option<Timestamp> {
        // The entitlement's own reset is for all counters; a pool or a switch has none (FEAT-2).
        if feature.kind.feature_type() != FeatureType::UsageCount {
            return None;
        }
        match self.usage_reset.unwrap_or_else(|| feature.kind.usage_reset()) {
            UsageReset::Never => None,
            UsageReset::Monthly => Some(now.month_start()),
            UsageReset::OnRenewal => self.renewal_resets.iter().copied().filter(|&at| at <= now).max(),
        }
    }

    /// Whether it is a counter that may begin anew by itself between two instants, the second of which may never come: each month, or
    /// with a renewal that is known.
    #[must_use]
    pub fn begins_anew(&self, feature: &GrantedFeature, from: Timestamp, until: Option<Timestamp>) -> bool {
        let counted = feature.kind.feature_type() == FeatureType::UsageCount;
        counted
            && match self.usage_reset.unwrap_or_else(|| feature.kind.usage_reset()) {
                UsageReset::Never => false,
                UsageReset::Monthly => true,
                UsageReset::OnRenewal => {
                    self.renewal_resets.iter().any(|at| from < *at && until.is_none_or(|until| *at < until))
                }
            }
    }

    /// Where the period of such a counter ends that runs until an instant: at itself, if one ends there; nothing if no renewal is known
    /// that would end it.
    #[must_use]
    pub fn period_end(&self, feature: &GrantedFeature, until: Timestamp) -> Option<Timestamp> {
        match self.usage_reset.unwrap_or_else(|| feature.kind.usage_reset()) {
            UsageReset::Monthly => Some(until.month_end()),
            UsageReset::OnRenewal => self.renewal_resets.iter().copied().filter(|at| *at >= until).min(),
            UsageReset::Never => None,
        }
    }
}
