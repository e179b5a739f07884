//! Local servers as an authority has them on record (LLS-2, LLS-4).

use crate::{
    ActivationId, CustomerId, Fact, Facts, LocalServerId, Name, Reason, Thumbprint, Timestamp, VendorId, fact, optional,
};

/// A server that a customer runs where the internet does not reach. Activating its license registers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalServer {
    /// Its id, which it gave itself: only its vendor's servers are told apart by it.
    pub id: LocalServerId,
    /// Whose product it is.
    pub vendor: VendorId,
    /// Who runs it.
    pub customer: CustomerId,
    /// What people read.
    pub name: Name,
    /// The activation of its license.
    pub activation: ActivationId,
    /// The keys that it has from its first activation on.
    pub keys: ServerKeys,
    /// The machine, or the database, that it is bound to (EXP-10).
    pub machine: Option<String>,
    /// Set once it was declared lost: it stays so (LLS-4).
    pub lost: Option<DeclaredLost>,
    /// What it reported last.
    pub reported: Option<ServerReport>,
    /// When it was registered first.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// The public halves of a local server's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerKeys {
    /// The thumbprint of the key that it signs with.
    pub kid: Thumbprint,
    /// That key, as JWK.
    pub sign: String,
    /// What is for it is sealed to this one, a JWK too.
    pub seal: String,
}

/// That a server is lost, and why it was declared so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredLost {
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub reason: Option<Reason>,
}

/// The last usage report of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerReport {
    /// Its number.
    pub seq: u64,
    /// When it was made.
    pub at: Timestamp,
    /// How many rows the server's activation log has.
    pub log_rows: u64,
    /// The hash over that log.
    pub log_hash: String,
}

impl Facts for LocalServer {
    fn facts(&self) -> Vec<Fact> {
        vec![
            fact("name", &self.name).personal(),
            fact("customerId", self.customer),
            fact("activationId", self.activation),
            fact("keyThumbprint", &self.keys.kid),
            optional("machine", self.machine.as_ref()).personal(),
            optional("lost", self.lost.as_ref().map(|lost| lost.since)),
            optional("lostReason", self.lost.as_ref().and_then(|lost| lost.reason.as_ref())).personal(),
            optional("reportSeq", self.reported.as_ref().map(|report| report.seq)),
            optional("logRows", self.reported.as_ref().map(|report| report.log_rows)),
            optional("logHash", self.reported.as_ref().map(|report| &report.log_hash)),
        ]
    }
}
