//! What is carried between a vendor and a local server.

use std::collections::BTreeMap;

use chancery_domain::*;
use chancery_operations::entitlement::{self, EntitlementView, Exported, Imported, NewExport, NextToken, WithoutToken};
use chancery_operations::local_server::{self, LocalServerView, Reported};
use chancery_operations::{Context, Error};
use chancery_token::{
    Entropy, Export, ExportReturnClaims, Issued, LogHead, ReportedSession, ReportedUsage, Trust, Usage as Told,
    UsageReportClaims, UsedFeature,
};

use crate::fixture::{Fixture, quantity};
use crate::server::{Server, Vendor};

/// Amounts of features, by key.
pub(crate) fn features(amounts: &[(&str, u64)]) -> BTreeMap<Key, Quantity> {
    amounts.iter().map(|(key, amount)| (Key::new(key).unwrap(), quantity(*amount))).collect()
}

/// What a server tells: seats in use, and leases that run until an instant.
pub(crate) fn told(running: u64, until: Option<Timestamp>) -> Told {
    let running_until = (running > 0).then_some(until);
    Told { seats_used: running, running, running_until, activations: running, ..Told::default() }
}

/// The same with what was used of features.
pub(crate) fn told_with(used: &[(&str, u64)], since: Timestamp) -> Told {
    let feature =
        |(key, used): &(&str, u64)| UsedFeature { key: (*key).to_owned(), used: *used, since: Some(since), held: 0 };
    Told { features: used.iter().map(feature).collect(), ..told(0, None) }
}

impl Vendor {
    /// What is exported to a server: all, or so many seats.
    pub(crate) fn export_of(&self, server: &Server, seats: Option<u64>) -> NewExport {
        NewExport {
            entitlement: self.entitlement,
            server: server.id,
            seats: seats.map(quantity),
            features: BTreeMap::new(),
            delegation: None,
            give_back: GiveBack::AtOnce,
        }
    }

    pub(crate) async fn exports(&self, server: &Server, seats: Option<u64>) -> Result<Exported, Error> {
        self.exports_as(self.export_of(server, seats)).await
    }

    pub(crate) async fn exports_as(&self, new: NewExport) -> Result<Exported, Error> {
        entitlement::export(&self.system, &self.admin(), new).await
    }

    /// The next token, with another number of seats or as it was.
    pub(crate) async fn token(&self, server: &Server, seats: Option<u64>) -> Result<Exported, Error> {
        entitlement::export_token(&self.system, &self.admin(), self.next(server, seats)).await
    }

    pub(crate) fn next(&self, server: &Server, seats: Option<u64>) -> NextToken {
        NextToken {
            entitlement: self.entitlement,
            server: Some(server.id),
            seats: seats.map(quantity),
            features: BTreeMap::new(),
            delegation: None,
        }
    }

    pub(crate) async fn imports(&self, token: &str) -> Result<Imported, Error> {
        self.imports_by(&self.admin(), token).await
    }

    pub(crate) async fn imports_by(&self, by: &Context, token: &str) -> Result<Imported, Error> {
        entitlement::import_return(&self.system, by, self.entitlement, token).await
    }

    pub(crate) async fn gives_up(&self, server: Option<&Server>, free: bool) -> Result<Imported, Error> {
        let (server, reason) = (server.map(|server| server.id), Reason::new("burnt").unwrap());
        let input = WithoutToken { server, reason, free };
        entitlement::import_without_token(&self.system, &self.admin(), self.entitlement, input).await
    }

    pub(crate) async fn loses(&self, server: &Server, free: bool) -> Result<LocalServerView, Error> {
        let reason = Reason::new("burnt").unwrap();
        local_server::declare_lost(&self.system, &self.admin(), server.id, reason, free).await
    }

    pub(crate) async fn takes_report(&self, token: &str) -> Result<Reported, Error> {
        local_server::report(&self.system, &self.admin(), token).await
    }

    pub(crate) async fn view(&self) -> EntitlementView {
        entitlement::find(&self.system, &self.admin(), self.entitlement).await.unwrap()
    }

    /// How many seats are enforced here, and how many local servers are counted with.
    pub(crate) async fn split(&self) -> (u64, u64) {
        let view = self.view().await;
        (view.entitlement.seats_here().get(), view.entitlement.hosting.seats_held(None).get())
    }

    pub(crate) async fn edits(&self, seats: u64, force: bool) -> Result<EntitlementView, Error> {
        let edit = EntitlementEdit { seats: Some(quantity(seats)), ..EntitlementEdit::default() };
        entitlement::update(&self.system, &self.admin(), self.entitlement, edit, force).await
    }
}

impl Server {
    /// Opens what was carried to it.
    pub(crate) async fn opens(&self, fixture: &Fixture, token: &str) -> Export {
        let trust: Trust = fixture.trust().await;
        trust.open_export(token, &[&self.open], fixture.now()).unwrap()
    }

    /// Gives back what it hosts by a session.
    pub(crate) async fn returns(&self, fixture: &Fixture, exported: &Exported, usage: Told) -> String {
        let session = &exported.session.session;
        let claims = self.return_of(fixture, session.entitlement, session.id, exported_seq(exported), usage).await;
        self.seals_return(fixture, &claims).await
    }

    pub(crate) async fn return_of(
        &self,
        fixture: &Fixture,
        entitlement: EntitlementId,
        session: ExportSessionId,
        seq: u64,
        usage: Told,
    ) -> ExportReturnClaims {
        ExportReturnClaims {
            issued: Issued::new(fixture.vendor.id, fixture.now(), format!("return {seq}"), false),
            audience: fixture.receiving().await.kid().to_owned(),
            server: self.id,
            says: ReportedSession { session, entitlement, seq, usage },
        }
    }

    pub(crate) async fn seals_return(&self, fixture: &Fixture, claims: &ExportReturnClaims) -> String {
        claims.seal(&self.key, &fixture.receiving().await, &mut Entropy::new([8; 32])).unwrap()
    }

    /// Tells what it uses, by its report of a number.
    pub(crate) async fn reports(&self, fixture: &Fixture, number: u64, sessions: &[(&Exported, Told)]) -> String {
        self.seals_report(fixture, &self.report_of(fixture, number, sessions).await).await
    }

    pub(crate) async fn report_of(
        &self,
        fixture: &Fixture,
        number: u64,
        sessions: &[(&Exported, Told)],
    ) -> UsageReportClaims {
        let session = |(exported, usage): &(&Exported, Told)| ReportedSession {
            session: exported.session.session.id,
            entitlement: exported.session.session.entitlement,
            seq: exported_seq(exported),
            usage: usage.clone(),
        };
        UsageReportClaims {
            issued: Issued::new(fixture.vendor.id, fixture.now(), format!("report {number}"), false),
            audience: fixture.receiving().await.kid().to_owned(),
            server: self.id,
            says: ReportedUsage {
                report_seq: number,
                sessions: sessions.iter().map(session).collect(),
                log: LogHead { rows: number, hash: "head".to_owned() },
            },
        }
    }

    pub(crate) async fn seals_report(&self, fixture: &Fixture, claims: &UsageReportClaims) -> String {
        claims.seal(&self.key, &fixture.receiving().await, &mut Entropy::new([9; 32])).unwrap()
    }
}

/// What a token says that is another vendor's.
pub(crate) fn of_another_vendor(fixture: &Fixture) -> Issued {
    Issued::new(VendorId::new(fixture.now(), [9; 10]), fixture.now(), "another", false)
}

/// The number of a token that was made.
pub(crate) fn exported_seq(exported: &Exported) -> u64 {
    exported.session.session.latest().unwrap().seq
}
