//! One count of calls: a leaky bucket by the generic cell rate algorithm, which needs one number and no timer.

use std::sync::atomic::{AtomicI64, Ordering};

use super::quota::Quota;

const SECOND: i64 = 1_000_000;

/// The instant, in microseconds, at which nothing is left of what was taken.
#[derive(Debug, Default)]
pub(super) struct Bucket(AtomicI64);

/// What is left after a call was counted, or was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// How many calls more are answered now.
    pub(crate) calls: u32,
    /// Seconds until all of them are again.
    pub(crate) full_in: u32,
    /// Seconds until the next is, where there is none; it was not counted then.
    pub(crate) wait: Option<u32>,
}

impl Bucket {
    /// Counts a call, if one is left.
    pub(super) fn take(&self, quota: Quota, now: i64) -> Left {
        let mut seen = self.0.load(Ordering::Relaxed);
        loop {
            let (left, after) = after_one(quota, seen, now);
            if left.wait.is_some() && after == seen {
                return left;
            }
            match self.0.compare_exchange_weak(seen, after, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return left,
                Err(other) => seen = other,
            }
        }
    }

    /// What a call would leave, without counting it.
    pub(super) fn look(&self, quota: Quota, now: i64) -> Left {
        after_one(quota, self.0.load(Ordering::Relaxed), now).0
    }
}

fn after_one(quota: Quota, seen: i64, now: i64) -> (Left, i64) {
    let window = i64::from(quota.seconds()) * SECOND;
    let each = (window / i64::from(quota.calls().max(1))).max(1);
    // What is further ahead than it can be was taken before the clock was set back by so much: nobody waits for that. (Calls that come
    // at once read the clock one after another: a little ahead is no such thing.)
    let set_back = seen > now.saturating_add(window.saturating_mul(2));
    let begin = if set_back { now } else { seen.clamp(now, now.saturating_add(window)) };
    let after = begin.saturating_add(each);
    let over = after - now - window;
    if over > 0 {
        return (Left { calls: 0, full_in: seconds(begin - now), wait: Some(seconds(over)) }, begin);
    }
    let calls = u32::try_from(-over / each).unwrap_or(u32::MAX);
    (Left { calls, full_in: seconds(after - now), wait: None }, after)
}

/// Whole seconds, rounded up.
fn seconds(micros: i64) -> u32 {
    u32::try_from((micros + SECOND - 1) / SECOND).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE: Quota = Quota::new(5, 10);

    #[test]
    fn api_8_a_bucket_gives_its_quota_at_once_and_then_one_by_one() {
        let bucket = Bucket::default();
        let start = 1_700_000_000 * SECOND;
        let left: Vec<u32> = (0..5).map(|_| bucket.take(FIVE, start).calls).collect();
        assert_eq!(left, [4, 3, 2, 1, 0]);
        assert_eq!(bucket.take(FIVE, start), Left { calls: 0, full_in: 10, wait: Some(2) });
        // A refused call costs nothing: the next is due when it was.
        assert_eq!(bucket.take(FIVE, start + SECOND).wait, Some(1));
        assert_eq!(bucket.take(FIVE, start + 2 * SECOND), Left { calls: 0, full_in: 10, wait: None });
        assert_eq!(bucket.take(FIVE, start + 2 * SECOND).wait, Some(2));
        assert_eq!(bucket.take(FIVE, start + 60 * SECOND).calls, 4);
    }

    #[test]
    fn api_8_looking_takes_nothing() {
        let bucket = Bucket::default();
        for _ in 0..10 {
            assert_eq!(bucket.look(FIVE, 0).wait, None);
        }
        (0..5).for_each(|_| {
            bucket.take(FIVE, 0);
        });
        assert_eq!(bucket.look(FIVE, 0).wait, Some(2));
    }

    #[test]
    fn api_8_a_clock_that_was_set_back_blocks_nobody() {
        let bucket = Bucket::default();
        let day = 86_400 * SECOND;
        (0..5).for_each(|_| {
            bucket.take(FIVE, 2 * day);
        });
        let left: Vec<u32> = (0..5).map(|_| bucket.take(FIVE, day).calls).collect();
        assert_eq!(left, [4, 3, 2, 1, 0], "all that there is");
        assert_eq!(bucket.take(FIVE, day - SECOND).wait, Some(2), "no more because the clock is a little behind");
        assert_eq!(bucket.take(FIVE, day - 10 * SECOND).wait, Some(2), "for a window at most");
        (0..5).for_each(|_| {
            bucket.take(FIVE, 3 * day);
        });
        assert_eq!(bucket.take(FIVE, 3 * day + 10 * SECOND).wait, None);
    }
}
