//! The problems of exports, imports and local servers (EXP-2, EXP-4, EXP-9, LLS-2, LLS-4), each with its facts as members.

use chancery_api_types::{Code, Problem};
use chancery_domain::{ExportSessionId, LocalServerId, Refusal};
use serde_json::json;

pub(super) fn problem(refusal: &Refusal) -> Problem {
    use Refusal as R;
    let of = Problem::of;
    match refusal {
        R::EntitlementHasActiveSeats { used, free } => {
            let what = format!("{used} seats are in use, and {free} are free to be exported");
            Problem::new(Code::EntitlementHasActiveSeats, &what).with("used", *used).with("free", free.get())
        }
        R::ServerNotActive { server } => of(Code::ServerNotActive).with("localServerId", server.to_string()),
        R::ServerLost { server } => of(Code::ServerLost).with("localServerId", server.to_string()),
        R::ExportSessionOpen { sessions } => open(sessions),
        R::ExportTooLarge { bytes, most, codes } => {
            let what = format!(
                "The token would have {bytes} bytes, and the order has {codes} activation codes that are not revoked"
            );
            let problem = Problem::new(Code::ExportTooLarge, &what);
            problem.with("bytes", *bytes).with("most", *most).with("activationCodes", *codes)
        }
        R::ExportSessionUnknown { session, running, until } => {
            let until = until.filter(|_| *running > 0).map(|until| until.to_string());
            let problem = of(Code::ExportSessionUnknown).with("sessionId", session.to_string());
            problem.with("running", *running).with("runningUntil", until)
        }
        R::TokenReplayed { applied } => {
            let what = format!("The token was applied already, at {applied}");
            Problem::advised(Code::TokenReplayed, &what, "There is nothing to do.").with("applied", applied.to_string())
        }
        R::TokenSessionClosed { session, current } => {
            of(Code::TokenSessionClosed).with("sessionId", session.to_string()).with("currentSessionNumber", *current)
        }
        R::TokenSuperseded { seq, applied } => {
            let what = format!("Token {applied} of the session was applied already, and this is token {seq}");
            let advice = "There is nothing to do: what is here is not older.";
            Problem::advised(Code::TokenSuperseded, &what, advice).with("seq", *seq).with("appliedSeq", *applied)
        }
        R::ReportSuperseded { seq, taken, at } => {
            let what = format!("Report {taken} of {at} was taken already, and this is report {seq}");
            let problem = Problem::new(Code::ReportSuperseded, &what);
            problem.with("reportSeq", *seq).with("takenReportSeq", *taken).with("taken", at.to_string())
        }
        R::TokenHistoryForked { seq } => of(Code::TokenHistoryForked).with("seq", *seq),
        R::RestoreUnconfirmed { since } => of(Code::RestoreUnconfirmed).with("since", since.to_string()),
        // The caller hands over no other; were there one, its code alone says what it is.
        other => of(Code::from_name(other.code()).unwrap_or(Code::InternalError)),
    }
}

/// What is still hosted, and where.
fn open(sessions: &[(ExportSessionId, LocalServerId)]) -> Problem {
    let hosted = sessions
        .iter()
        .map(|(session, server)| json!({ "sessionId": session.to_string(), "localServerId": server.to_string() }));
    Problem::of(Code::ExportSessionOpen).with("sessions", hosted.collect::<Vec<_>>())
}
