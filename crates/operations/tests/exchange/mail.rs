//! What was made to be carried. Nothing is ever taken out: everything can be carried again, late, or to the wrong place.

use crate::book::{Amounts, At, Token};
use crate::record::Terms;
use crate::told::Told;

pub(crate) enum Paper {
    /// The vendor's word for a local server.
    Export { book: usize, site: usize, session: usize, number: u64, token: Token, terms: Terms, text: String },
    /// A local server's word that it hosts something no more.
    Return { book: usize, site: usize, session: usize, seq: u64, told: Told, text: String },
    /// What a local server uses, by its report of a number: of which book and session, by which token; and how long its log is.
    Report { site: usize, number: usize, told: Vec<(usize, usize, u64, Told)>, rows: u64, text: String },
}

impl Paper {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Export { text, .. } | Self::Return { text, .. } | Self::Report { text, .. } => text,
        }
    }

    pub(crate) fn name(&self) -> String {
        let part = |amounts: &Amounts, until: At| format!("{amounts:?} until {until}");
        match self {
            Self::Export { book, site, number, token, .. } => {
                let what = part(&token.amounts, token.until);
                format!("token {}.{} of book {book} for server {site} ({what})", number, token.seq)
            }
            Self::Return { book, site, seq, told, .. } => {
                format!("the return of book {book} by server {site} after token {seq} ({told:?})")
            }
            Self::Report { site, number, told, .. } => format!("report {number} of server {site} ({told:?})"),
        }
    }
}
