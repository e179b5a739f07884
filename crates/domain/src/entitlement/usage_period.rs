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

    /// Whether it is a counter that begins anew each month, by itself.
    #[must_use]
    pub fn renews_monthly(&self, feature: &GrantedFeature) -> bool {
        let reset = self.usage_reset.unwrap_or_else(|| feature.kind.usage_reset());
        feature.kind.feature_type() == FeatureType::UsageCount && reset == UsageReset::Monthly
    }
}
