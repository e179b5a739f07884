//! The entitlement return: a local server gives a share back, and says what was used of it (EXP-7).

use super::from_server::{FromServer, Said};
use super::usage::ReportedSession;
use crate::claims::Verified;

/// The claims of a return, the *deactivation confirmation token*: of the session that ends.
pub type ExportReturnClaims = FromServer<ReportedSession>;

impl Said for ReportedSession {
    const TYP: &'static str = "chancery-export-return+jwt";
}

/// A return by the server that it names.
pub type ExportReturn = Verified<ExportReturnClaims>;
