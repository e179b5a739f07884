//! Warnings before a certificate ends: 30, 14, 7, 3 and 1 days (CERT-1).

use chancery_domain::Timestamp;

const DAY: i64 = 86_400 * 1_000_000;
const DAYS: [i64; 5] = [1, 3, 7, 14, 30];

/// Of how many days before the end it is time to warn; 0 when the end is past; nothing while it is far.
pub(super) fn due(now: Timestamp, end: Timestamp) -> Option<i64> {
    let left = end.as_micros().saturating_sub(now.as_micros());
    if left <= 0 {
        return Some(0);
    }
    DAYS.into_iter().find(|days| left <= days * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cert_1_warnings_are_due_30_14_7_3_and_1_days_before_the_end() {
        let end: Timestamp = "2026-06-30T00:00:00Z".parse().unwrap();
        let days = |left: i64| due(end.shifted(-left * DAY), end);
        assert_eq!(due(end.shifted(-30 * DAY - 1), end), None);
        let expected = [(30, 30), (15, 30), (14, 14), (8, 14), (7, 7), (4, 7), (3, 3), (2, 3), (1, 1), (0, 0), (-5, 0)];
        for (left, warning) in expected {
            assert_eq!(days(left), Some(warning), "{left} days left");
        }
    }
}
