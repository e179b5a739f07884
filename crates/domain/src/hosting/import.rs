//! Which tokens a local server takes (EXP-4).

use crate::{ExportSessionId, Refusal, Timestamp};

/// What a local server recorded of the tokens of one entitlement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportState {
    /// When the token at hand was applied, if it was: token ids are remembered for ever.
    pub applied: Option<Timestamp>,
    /// The token that was applied last, while its session is open here.
    pub current: Option<Applied>,
    /// The highest number of a session that was closed here.
    pub closed: Option<u64>,
    /// Whether the session of the token at hand was closed here.
    pub session_closed: bool,
}

/// The token that was applied last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Its session.
    pub session: ExportSessionId,
    /// The session's number.
    pub number: u64,
    /// The token's number in it.
    pub seq: u64,
    /// The hash of its signed text.
    pub hash: [u8; 32],
    /// When it was issued.
    pub issued: Timestamp,
}

/// What the rules look at of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportFacts {
    /// Its session.
    pub session: ExportSessionId,
    /// The session's number.
    pub number: u64,
    /// The token's number in it.
    pub seq: u64,
    /// The hash of the token before it in the session; nothing for the first.
    pub prev: Option<[u8; 32]>,
    /// When it was issued.
    pub issued: Timestamp,
}

/// What an import does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportStep {
    /// The session that it closes: an older one, which a newer one follows.
    pub closes: Option<(ExportSessionId, u64)>,
    /// Whether its issue date is before that of the token applied last: clocks err, and sequences do not. It is only reported.
    pub issue_date_ran_back: bool,
}

/// Decides whether a token is imported (EXP-4). Whom it is for, and its version, are known when it is opened.
///
/// # Errors
/// `TokenReplayed`; `TokenSessionClosed`; `TokenSuperseded`; `TokenHistoryForked`, in this order.
pub fn check_import(state: &ImportState, token: &ImportFacts) -> Result<ImportStep, Refusal> {
    if let Some(applied) = state.applied {
        return Err(Refusal::TokenReplayed { applied });
    }
    let closed = |current: Option<u64>| Refusal::TokenSessionClosed { session: token.session, current };
    if state.session_closed || state.closed.is_some_and(|closed| token.number <= closed) {
        return Err(closed(state.current.as_ref().map(|current| current.number)));
    }
    let Some(current) = &state.current else {
        return Ok(ImportStep { closes: None, issue_date_ran_back: false });
    };
    let issue_date_ran_back = token.issued < current.issued;
    if token.number > current.number {
        return Ok(ImportStep { closes: Some((current.session, current.number)), issue_date_ran_back });
    }
    if token.number < current.number {
        return Err(closed(Some(current.number)));
    }
    // Two sessions of one number: one of them is none of the history that was applied here.
    if token.session != current.session {
        return Err(Refusal::TokenHistoryForked { seq: token.seq });
    }
    if token.seq <= current.seq {
        return Err(Refusal::TokenSuperseded { seq: token.seq, applied: current.seq });
    }
    if token.seq == current.seq + 1 && token.prev != Some(current.hash) {
        return Err(Refusal::TokenHistoryForked { seq: token.seq });
    }
    Ok(ImportStep { closes: None, issue_date_ran_back })
}
