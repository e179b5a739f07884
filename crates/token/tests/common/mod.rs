//! A vendor with a root, an issuing key, its certificate and a bundle; and a forger, who can sign anything.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test file uses a part of it")]

pub mod hosting;
pub mod offline;

use std::collections::BTreeMap;

use chancery_domain::{ActivationId, EntitlementId, Id, Interval, ProductId, Timestamp, VendorId};
use chancery_token::hash::base64url;
use chancery_token::{
    BundleClaims, BundleVendor, CertificateClaims, FeatureValue, Issued, KeyUse, LeaseAttribute, LeaseClaims,
    LeaseEntitlement, LeaseExpectation, LeaseFeature, LeaseSeat, LocalKey, RevocationClaims, SigningKey, Trust,
};
use serde_json::{Value, json};

pub const DAY: i64 = 86_400_000_000;

/// The instant of all tests: 2027-01-15T08:00:00.25Z.
pub fn now() -> Timestamp {
    Timestamp::from_micros(1_800_000_000_250_000).unwrap()
}

pub fn id<I: Id>(number: u8) -> I {
    I::new(Timestamp::from_seconds(1_790_000_000).unwrap(), [number; 10])
}

pub fn key(seed: u8) -> LocalKey {
    LocalKey::ed25519_from_seed(&[seed; 32]).unwrap()
}

pub struct Vendor {
    pub id: VendorId,
    pub sandbox: bool,
    pub root: LocalKey,
    pub issuing: LocalKey,
}

impl Vendor {
    pub fn new() -> Self {
        Self { id: id(1), sandbox: false, root: key(1), issuing: key(2) }
    }

    pub fn sandbox() -> Self {
        Self { sandbox: true, ..Self::new() }
    }

    pub fn issued(&self, at: Timestamp) -> Issued {
        Issued::new(self.id, at, "token-1", self.sandbox)
    }

    pub fn certificate_claims(&self) -> CertificateClaims {
        let from = now().shifted(-30 * DAY);
        let mut claims =
            CertificateClaims::new(self.issued(from), self.issuing.public().clone(), from, now().shifted(60 * DAY));
        claims.uses = vec![KeyUse::Lease, KeyUse::Access];
        claims.max_lifetime = Some(31 * 86_400);
        claims
    }

    pub fn certificate(&self) -> String {
        self.certificate_claims().sign(&self.root).unwrap()
    }

    pub fn revocations(&self, number: u64, revoked: &[&str]) -> String {
        let revoked = revoked.iter().map(|&kid| kid.to_owned()).collect();
        RevocationClaims { issued: self.issued(now()), number, revoked }.sign(&self.root).unwrap()
    }

    pub fn bundle_claims(&self) -> BundleClaims {
        BundleClaims {
            issued: self.issued(now()),
            vendor: BundleVendor { id: self.id, name: "Acme".to_owned() },
            root: self.root.public().clone(),
            certificates: vec![self.certificate()],
            revocations: self.revocations(4, &[]),
            urls: BTreeMap::from([("api".to_owned(), "https://licenses.example".to_owned())]),
        }
    }

    pub fn trust(&self) -> Trust {
        Trust::open(&self.bundle_claims().sign(&self.root).unwrap(), None, now()).unwrap()
    }

    pub fn lease_claims(&self) -> LeaseClaims {
        let expiry = Some(now().shifted(7 * DAY));
        LeaseClaims {
            issued: self.issued(now()),
            activation: Some(id::<ActivationId>(3)),
            product: product(),
            expiry,
            seat: Some(LeaseSeat { id: "machine-1".to_owned(), name: None, number: 7 }),
            entitlement: LeaseEntitlement {
                id: id::<EntitlementId>(4),
                status: "active".to_owned(),
                expiry,
                grace_end: expiry,
                hard_stop: expiry,
                maintenance_end: None,
            },
            enforcement: "stop".to_owned(),
            tolerance: Some(Interval::days(2)),
            features: vec![LeaseFeature {
                key: "export-step".to_owned(),
                kind: "elementPool".to_owned(),
                value: Some(FeatureValue::Amount(10)),
                total: Some(10),
                active: Some(1),
                available: Some(7),
                period: None,
            }],
            attributes: vec![LeaseAttribute {
                key: "max-parts".to_owned(),
                kind: "number".to_owned(),
                value: Some("20000".to_owned()),
            }],
            customer: None,
            mode: "online".to_owned(),
            confirmation: None,
            host: None,
            delegation: None,
        }
    }

    pub fn lease(&self) -> String {
        self.sign_lease(&self.lease_claims())
    }

    pub fn sign_lease(&self, claims: &LeaseClaims) -> String {
        claims.sign(&self.issuing, &self.certificate()).unwrap()
    }

    /// The header of a good lease, to be spoilt.
    pub fn header(&self) -> Value {
        json!({"alg": "Ed25519", "kid": self.issuing.kid(), "typ": "chancery-lease+jwt", "chancery_cert": self.certificate()})
    }

    /// The claims of a good lease as JSON, to be spoilt.
    pub fn claims(&self) -> Value {
        serde_json::to_value(self.lease_claims()).unwrap()
    }

    /// A token with a good signature over whatever is given.
    pub fn forge(&self, header: &Value, claims: &Value) -> String {
        sign_raw(&self.issuing, &header.to_string(), &claims.to_string())
    }
}

pub fn product() -> ProductId {
    id(2)
}

pub fn expectation() -> LeaseExpectation<'static> {
    LeaseExpectation::online(product(), now())
}

pub fn sign_raw(key: &dyn SigningKey, header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", base64url(header.as_bytes()), base64url(claims.as_bytes()));
    let signature = key.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", base64url(&signature))
}
