//! How long to wait before a retry: growing, jittered, never before `Retry-After`, bounded in all (PROXY-2).

use std::time::Duration;

use chancery_token::Entropy;

const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(10);
const LOCK_FIRST: Duration = Duration::from_millis(4);
const LOCK_LONGEST: Duration = Duration::from_millis(100);

/// What is left of the time that something may take.
pub(crate) struct Patience {
    left: Duration,
    next: Duration,
    longest: Duration,
}

impl Patience {
    /// For a call with its retries.
    pub(crate) const fn for_call(total: Duration) -> Self {
        Self { left: total, next: FIRST, longest: LONGEST }
    }

    /// For a lock that another holds.
    pub(crate) const fn for_lock(total: Duration) -> Self {
        Self { left: total, next: LOCK_FIRST, longest: LOCK_LONGEST }
    }

    /// How long to wait after something that `took` this long; nothing: no longer.
    pub(crate) fn wait(&mut self, took: Duration, after: Option<Duration>, entropy: &mut Entropy) -> Option<Duration> {
        self.left = self.left.saturating_sub(took);
        // Between half and the whole: a fleet that was refused together does not come back together.
        let jittered = self.next / 2 + fraction(self.next / 2, entropy);
        self.next = self.next.saturating_mul(2).min(self.longest);
        let wait = after.unwrap_or_default().saturating_add(jittered);
        if wait > self.left {
            return None;
        }
        self.left = self.left.saturating_sub(wait);
        Some(wait)
    }
}

fn fraction(of: Duration, entropy: &mut Entropy) -> Duration {
    let part = u128::from(u32::from_be_bytes(entropy.bytes()));
    let nanos = of.as_nanos().saturating_mul(part) >> 32;
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxy_2_waits_grow_and_are_jittered_and_end() {
        let mut patience = Patience::for_call(Duration::from_secs(30));
        let mut entropy = Entropy::new([1; 32]);
        let mut waits = Vec::new();
        while let Some(wait) = patience.wait(Duration::ZERO, None, &mut entropy) {
            waits.push(wait);
        }
        assert!(waits.iter().sum::<Duration>() <= Duration::from_secs(30));
        assert!((6..20).contains(&waits.len()), "{waits:?}");
        for (nth, wait) in waits.iter().enumerate() {
            let most = (FIRST * 2_u32.pow(nth.try_into().unwrap())).min(LONGEST);
            assert!((most / 2..=most).contains(wait), "{waits:?}");
        }
        let other = Patience::for_call(LONGEST).wait(Duration::ZERO, None, &mut Entropy::new([2; 32]));
        assert_ne!(other, waits.first().copied());
    }

    #[test]
    fn proxy_2_never_before_retry_after_and_not_at_all_if_that_is_too_late() {
        let mut entropy = Entropy::new([1; 32]);
        let mut patience = Patience::for_call(Duration::from_secs(30));
        let after = Some(Duration::from_secs(7));
        assert!(patience.wait(Duration::ZERO, after, &mut entropy).unwrap() >= Duration::from_secs(7));
        assert_eq!(patience.wait(Duration::ZERO, Some(Duration::MAX), &mut entropy), None);
        assert_eq!(patience.wait(Duration::from_secs(30), None, &mut entropy), None, "timeouts count");
    }
}
