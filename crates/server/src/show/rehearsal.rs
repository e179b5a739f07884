//! What a dry run would have done (MAN-3).

use chancery_api_types::management::{Change, DryRun, DryRunChange, Leaving};
use chancery_domain::{Change as RecordedChange, Leaving as Left, LeavingWhy, Timestamp};
use chancery_operations::Rehearsal;

/// The reply to a dry run.
pub(crate) fn dry_run(rehearsal: Rehearsal) -> DryRun {
    DryRun {
        dry_run: true,
        changes: rehearsal.changes.into_iter().map(change).collect(),
        leaving: rehearsal.leaving.into_iter().map(leaving).collect(),
        leaving_count: rehearsal.leaving_count,
    }
}

/// A member of something, before and after.
pub(crate) fn change((subject, change): (String, RecordedChange)) -> DryRunChange {
    let Change { field, from, to } = Change::from(change);
    DryRunChange { subject, field, from, to }
}

/// Who loses a seat, and why.
pub(crate) fn leaving(left: Left) -> Leaving {
    Leaving {
        activation_id: left.activation.into(),
        seat_id: left.seat_id.into(),
        seat_name: left.seat_name.map(|name| name.to_string()),
        why: why(left.why),
    }
}

fn why(why: LeavingWhy) -> String {
    match why {
        LeavingWhy::LeaseEnded(at) => format!("its lease ended at {at}"),
        LeavingWhy::Held(Timestamp::MAX) => "released; its lease has no end, so its seat is held for ever".to_owned(),
        LeavingWhy::Held(until) => format!("released; its seat is held until its lease ends at {until}"),
        LeavingWhy::Freed => "released; its seat is free at once".to_owned(),
        LeavingWhy::RunsOut(Some(until)) => format!("cannot be refreshed; its lease ends at {until}"),
        LeavingWhy::RunsOut(None) => "cannot be refreshed; its lease has no end".to_owned(),
    }
}
