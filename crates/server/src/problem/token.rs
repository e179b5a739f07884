//! Why a token is refused (TOK-3), with advice for whoever holds it: a program with a proof, or a person who carried one here.

use chancery_api_types::{Code, Problem};
use chancery_domain::Timestamp;
use chancery_operations::{Recipient, TokenError};

/// A file that a token is carried in says what the token is.
const LOOK: &str = "What was carried says in the first line of its file what it is and for whom: give the one that is for here; a \
                    request goes to the vendor, and the answer back. A proof is made for just one call.";

/// The problem, with the vendor's time: whoever makes tokens by a wrong clock can make a right one.
pub(super) fn problem(error: &TokenError, now: Timestamp) -> Problem {
    let code = Code::from_name(error.code()).unwrap_or(Code::TokenMalformed);
    let mut what = error.to_string();
    if let Some(first) = what.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let problem = match error {
        TokenError::WrongType { .. } => Problem::advised(code, &what, LOOK),
        TokenError::WrongRecipient(recipient) if !of_proof(*recipient) => Problem::advised(code, &what, LOOK),
        _ => Problem::new(code, &what),
    };
    let problem = problem.with("now", now.to_string());
    match error.fault() {
        Some(fault) => problem.with("fault", fault),
        None => problem,
    }
}

/// Whether nobody but a program has such a token.
const fn of_proof(recipient: Recipient) -> bool {
    matches!(recipient, Recipient::Method | Recipient::Address | Recipient::Nonce | Recipient::AccessToken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(error: &TokenError) -> String {
        problem(error, Timestamp::MIN).detail
    }

    #[test]
    fn tok_6_what_was_carried_gets_the_words_for_whoever_carried_it() {
        let kind = said(&TokenError::WrongType { expected: "chancery-export+jwt" });
        assert!(kind.contains("the vendor's export of an entitlement") && kind.contains("first line"), "{kind}");
        let elsewhere = said(&TokenError::WrongRecipient(Recipient::Server));
        assert!(elsewhere.starts_with("The token is for another server. What was carried says"), "{elsewhere}");
        let proof = said(&TokenError::WrongRecipient(Recipient::Nonce));
        assert!(!proof.contains("carried"), "{proof}");
    }
}
