//! A local server as far as its vendor knows it: its keys, and what it makes by them.

use chancery_domain::{Id, LocalServerId, ProductId, Timestamp};
use chancery_token::{
    DeviceKeys, Export, ExportReturnClaims, LocalKey, LocalServerRequest, LogHead, OpeningKey, ReportedSession,
    ReportedUsage, SealingKey, ServerProofClaims, SigningKey, Usage, UsageReportClaims, UsedFeature,
};
use serde_json::{Value, json};

use crate::common::Reply;
use crate::management::shop::{Shop, text};
use crate::offline::device::{Device, Place};

/// The machine that every one here runs on.
pub(crate) const MACHINE: &str = "board:40:000102030405060708090a0b0c0d0e0f";

/// A local server of the place's customer.
pub(crate) struct Server {
    pub(crate) id: LocalServerId,
    /// The keys of its license's activation, its trust bundle and its clock.
    pub(crate) device: Device,
    pub(crate) sign: LocalKey,
    pub(crate) open: OpeningKey,
}

impl Server {
    /// Sets it up: its vendor knows nothing of it.
    pub(crate) async fn set_up(place: &Place, seed: u8) -> Self {
        let device = place.device(seed).await;
        Self {
            id: LocalServerId::new(device.now, [seed; 10]),
            device,
            sign: LocalKey::ed25519_from_seed(&[seed ^ 0x80; 32]).unwrap(),
            open: OpeningKey::from_seed(&[seed ^ 0x80; 32]).unwrap(),
        }
    }

    /// Sets it up and activates it for a year.
    pub(crate) async fn activated(place: &Place, seed: u8) -> Self {
        let server = Self::set_up(place, seed).await;
        let code = license(&place.shop).await;
        place.office().activate(&server.ask(&code)).await.ok();
        server
    }

    /// The token by which it asks for its license (LLS-2).
    pub(crate) fn ask(&self, code: &str) -> String {
        let device = &self.device;
        let credential = json!({ "type": "activationCode", "code": code });
        let mut request = device.request(credential, &self.id.to_string());
        request.product = ProductId::of_local_server(device.vendor);
        let proof = ServerProofClaims::new(device.issued(), device.sign.kid().to_owned(), self.id, &self.sign);
        request.local_server = Some(LocalServerRequest {
            id: self.id,
            name: "dark-1".to_owned(),
            keys: DeviceKeys { sign: self.sign.public().clone(), seal: self.open.public().clone() },
            machine: Some(MACHINE.to_owned()),
            proof: proof.sign(&self.sign).unwrap(),
        });
        device.seal(&request)
    }

    /// Its path in the management API.
    pub(crate) fn path(&self) -> String {
        format!("/local-servers/{}", self.id)
    }

    /// What came for it.
    pub(crate) fn open_export(&self, reply: &Value) -> Export {
        self.device.trust.open_export(text(&reply["token"]), &[&self.open], self.device.now).unwrap()
    }

    fn vendor(&self) -> SealingKey {
        self.device.trust.receiving_key(self.device.now).unwrap()
    }

    /// The token by which it gives a session back (EXP-7), as a reply shows that.
    pub(crate) fn give_back(&self, session: &Value, seq: u64, usage: Usage) -> String {
        let vendor = self.vendor();
        let claims = ExportReturnClaims {
            issued: self.device.issued(),
            audience: vendor.kid().to_owned(),
            server: self.id,
            says: ReportedSession {
                session: text(&session["id"]).parse().unwrap(),
                entitlement: text(&session["entitlementId"]).parse().unwrap(),
                seq,
                usage,
            },
        };
        claims.seal(&self.sign, &vendor, &mut self.device.entropy()).unwrap()
    }

    /// A usage report (EXP-6) of sessions, with the last token of each that it has applied.
    pub(crate) fn report(&self, number: u64, told: &[(&Value, u64, Usage)]) -> String {
        let vendor = self.vendor();
        let sessions = told.iter().map(|(session, seq, usage)| ReportedSession {
            session: text(&session["id"]).parse().unwrap(),
            entitlement: text(&session["entitlementId"]).parse().unwrap(),
            seq: *seq,
            usage: usage.clone(),
        });
        let claims = UsageReportClaims {
            issued: self.device.issued(),
            audience: vendor.kid().to_owned(),
            server: self.id,
            says: ReportedUsage {
                report_seq: number,
                sessions: sessions.collect(),
                log: LogHead { rows: 10 * number, hash: format!("hash {number}") },
            },
        };
        claims.seal(&self.sign, &vendor, &mut self.device.entropy()).unwrap()
    }
}

/// Sells a license for one local server; says the activation code.
pub(crate) async fn license(shop: &Shop) -> String {
    if shop.get("/offerings/LOCAL-SERVER").await.status == 404 {
        let editions = shop.items("/products/local-server/editions").await;
        let known = shop.get("/offerings/CAD-P").await.ok();
        let offering = json!({ "sku": "LOCAL-SERVER", "name": "Local server", "editionId": editions[0]["id"],
                               "planId": known["planId"], "seats": 1, "concurrency": "concurrent",
                               "offlineLeasePeriod": { "unit": "year", "count": 1 } });
        shop.make("/offerings", offering).await;
    }
    shop.sell("LOCAL-SERVER").await.code
}

/// What a server says of seats that are used there, whose leases run until then.
pub(crate) fn used(seats: u64, until: Option<Timestamp>) -> Usage {
    Usage {
        seats_used: seats,
        running: seats,
        running_until: (seats > 0).then_some(until),
        activations: seats,
        ..Usage::default()
    }
}

/// The same, with what was spent of a counter.
pub(crate) fn spent(usage: Usage, key: &str, amount: u64, since: Timestamp) -> Usage {
    let feature = UsedFeature { key: key.to_owned(), used: amount, since: Some(since), held: 0 };
    Usage { features: vec![feature], ..usage }
}

/// Exports an entitlement, by its path.
pub(crate) async fn export(place: &Place, entitlement: &str, body: Value) -> Reply {
    place.shop.post(&format!("{entitlement}/export"), body).await
}

/// The entry of a server among an entitlement's hosts.
pub(crate) async fn host(place: &Place, entitlement: &str, server: &Server) -> Value {
    let hosts = place.shop.get(entitlement).await.ok()["hosts"].clone();
    let id = server.id.to_string();
    hosts.as_array().unwrap().iter().find(|host| host["host"] == id.as_str()).cloned().unwrap_or(Value::Null)
}
