//! A vendor with real keys, whose leases are really signed.

use std::collections::BTreeMap;

use chancery_domain::{ActivationId, EntitlementId, Id, Interval, ProductId, Timestamp, VendorId};
use chancery_token::{
    BundleClaims, BundleVendor, CertificateClaims, Issued, Jwk, KeyUse, LeaseClaims, LeaseEntitlement, LeaseSeat,
    LocalKey, OpeningKey, RevocationClaims, SigningKey,
};

pub const DAY: i64 = 86_400_000_000;

/// The instant at which all tests begin: 2027-01-15T08:00:00Z.
pub fn start() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000).unwrap()
}

pub fn id<I: Id>(number: u8) -> I {
    I::new(Timestamp::from_seconds(1_790_000_000).unwrap(), [number; 10])
}

pub fn product_id() -> ProductId {
    id(2)
}

pub fn activation_id() -> ActivationId {
    id(3)
}

fn receiving(seed: u8) -> OpeningKey {
    OpeningKey::from_seed(&[seed + 50; 32]).unwrap()
}

#[derive(Debug)]
pub struct Vendor {
    pub sandbox: bool,
    pub root: LocalKey,
    pub issuing: LocalKey,
    /// What is sealed to the vendor, this opens.
    pub receiving: OpeningKey,
}

impl Vendor {
    pub fn new(seed: u8, sandbox: bool) -> Self {
        let key = |seed| LocalKey::ed25519_from_seed(&[seed; 32]).unwrap();
        Self { sandbox, root: key(seed), issuing: key(seed + 100), receiving: receiving(seed) }
    }

    /// The same vendor with another issuing key.
    pub fn rotated(&self, seed: u8) -> Self {
        let key = |seed| LocalKey::ed25519_from_seed(&[seed; 32]).unwrap();
        let root = LocalKey::from_pkcs8(&self.root.to_pkcs8().unwrap()).unwrap();
        Self { sandbox: self.sandbox, root, issuing: key(seed + 100), receiving: receiving(seed) }
    }

    /// A revocation list of these keys.
    pub fn revocations(&self, number: u64, revoked: &[&Self]) -> String {
        self.revoked(number, revoked.iter().map(|vendor| vendor.issuing.kid().to_owned()).collect())
    }

    /// A revocation list of keys by their thumbprints.
    pub fn revoked(&self, number: u64, revoked: Vec<String>) -> String {
        RevocationClaims { issued: self.issued(start()), number, revoked }.sign(&self.root).unwrap()
    }

    pub fn issued(&self, at: Timestamp) -> Issued {
        Issued::new(id::<VendorId>(1), at, "token-1", self.sandbox)
    }

    pub fn certificate(&self) -> String {
        self.certificate_for(&[KeyUse::Lease, KeyUse::Offline])
    }

    /// The issuing key's certificate for some uses.
    pub fn certificate_for(&self, uses: &[KeyUse]) -> String {
        self.certified(self.issuing.public(), uses)
    }

    fn certified(&self, key: &Jwk, uses: &[KeyUse]) -> String {
        let (from, to) = (start().shifted(-30 * DAY), start().shifted(3000 * DAY));
        let mut claims = CertificateClaims::new(self.issued(from), key.clone(), from, to);
        claims.uses = uses.to_vec();
        claims.max_lifetime = Some(31 * 86_400);
        claims.sign(&self.root).unwrap()
    }

    /// What is pinned in the product.
    pub fn bundle(&self) -> String {
        self.bundle_of(vec![self.certificate(), self.certified(self.receiving.public(), &[KeyUse::Seal])])
    }

    pub fn bundle_of(&self, certificates: Vec<String>) -> String {
        self.bundle_with(certificates, self.revocations(1, &[]))
    }

    /// A bundle with a revocation list.
    pub fn bundle_with(&self, certificates: Vec<String>, revocations: String) -> String {
        BundleClaims {
            issued: self.issued(start()),
            vendor: BundleVendor { id: id(1), name: "Acme".to_owned() },
            root: self.root.public().clone(),
            certificates,
            revocations,
            urls: BTreeMap::new(),
        }
        .sign(&self.root)
        .unwrap()
    }

    pub fn lease_claims(&self, seat_id: &str, now: Timestamp) -> LeaseClaims {
        let expiry = Some(now.shifted(7 * DAY));
        LeaseClaims {
            issued: self.issued(now),
            activation: Some(activation_id()),
            product: product_id(),
            expiry,
            seat: Some(LeaseSeat { id: seat_id.to_owned(), name: None, number: 1 }),
            entitlement: LeaseEntitlement {
                id: id::<EntitlementId>(4),
                status: "active".to_owned(),
                expiry,
                grace_end: expiry,
                hard_stop: Some(now.shifted(8 * DAY)),
                maintenance_end: None,
            },
            enforcement: "limit".to_owned(),
            tolerance: None,
            features: Vec::new(),
            attributes: Vec::new(),
            customer: None,
            mode: "online".to_owned(),
            confirmation: None,
            host: None,
            delegation: None,
        }
    }

    pub fn tolerant(mut claims: LeaseClaims, days: u16) -> LeaseClaims {
        claims.tolerance = Some(Interval::days(days));
        claims
    }

    pub fn sign(&self, claims: &LeaseClaims) -> String {
        claims.sign(&self.issuing, &self.certificate()).unwrap()
    }
}
