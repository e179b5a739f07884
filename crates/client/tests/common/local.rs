//! A local server's part of the world in miniature: its key, and the vendor's word for it (TOK-8).

use chancery_domain::{EntitlementId, LocalServerId, Timestamp};
use chancery_token::{DelegationClaims, KeyUse, LeaseClaims, LeaseHost, LocalKey, SigningKey};

use super::Scene;
use super::server::Server;
use super::vendor::{DAY, Vendor, id, product_id, start};

/// How long it may go on without a newer token of the vendor's.
pub const DELEGATED: i64 = 30 * DAY;

pub struct Local {
    pub key: LocalKey,
    pub id: LocalServerId,
    pub delegation: String,
    pub epoch: u64,
    /// The number of the last lease.
    pub serial: u64,
}

impl Local {
    pub fn new(seed: u8, vendor: &Vendor) -> Self {
        let key = LocalKey::ed25519_from_seed(&[seed; 32]).unwrap();
        let claims = Self::claims(&key, vendor, start());
        let certificate = vendor.certificate_for(&[KeyUse::Export]);
        let delegation = claims.sign(&vendor.issuing, &certificate).unwrap();
        Self { key, id: claims.server, delegation, epoch: 1, serial: 0 }
    }

    fn claims(key: &LocalKey, vendor: &Vendor, at: Timestamp) -> DelegationClaims {
        DelegationClaims {
            issued: vendor.issued(at),
            kid: key.kid().to_owned(),
            jwk: key.public().clone(),
            server: id(20),
            entitlement: id::<EntitlementId>(4),
            product: product_id(),
            seats: 3,
            expiry: Some(at.shifted(DELEGATED)),
        }
    }

    /// The lease as this server gives it: its next one.
    pub fn delegated(&mut self, mut claims: LeaseClaims) -> LeaseClaims {
        self.serial += 1;
        claims.host = Some(LeaseHost { id: self.id, epoch: self.epoch, serial: self.serial });
        claims.delegation = Some(self.delegation.clone());
        claims
    }

    pub fn sign(&self, claims: &LeaseClaims) -> String {
        claims.sign_delegated(&self.key).unwrap()
    }
}

impl Scene {
    /// A scene whose server is a local one.
    pub fn local() -> Self {
        let scene = Self::new();
        let local = Local::new(77, &scene.server.world().vendor);
        scene.server.world().local = Some(local);
        scene
    }

    /// The same vendor's authority beside it.
    pub fn authority(&self) -> Server {
        Server::start(Vendor::new(1, false))
    }
}
