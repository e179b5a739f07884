//! A local server, what the vendor lets it do, and what it says of that (TOK-8).

use chancery_domain::{
    ActivationCodeId, ActivationId, AttributeType, AttributeValue, Concurrency, CustomerId, DeviceKeys as Devices,
    EditionId, Enforcement, EntitlementId, ExportSessionId, FeatureType, Interval, Level, LicenseStart, LicenseeId,
    LocalServerId, OfferingId, OrderId, Overdraft, Period, PlanId, PlanType, SecretMode, UsageReset,
};
use chancery_token::hash::base64url;
use chancery_token::{
    CarriedSecret, DelegationClaims, DeviceKeys, ExportClaims, ExportPayload, ExportReturnClaims, ExportedAttribute,
    ExportedCode, ExportedCustomer, ExportedDisabled, ExportedEdition, ExportedEntitlement, ExportedFeature,
    ExportedLicensee, ExportedOffering, ExportedOrder, ExportedPlan, ExportedPolicy, ExportedProduct, ExportedVendor,
    FeatureValue, Issued, Jwk, KeyUse, LeaseClaims, LeaseHost, LocalKey, LocalServerRequest, LogHead,
    OfflineRequestClaims, OpeningKey, RebindClaims, ReportedSession, ReportedUsage, ServerProofClaims, SigningKey,
    Trust, Usage, UsageReportClaims, UsedFeature,
};
use serde_json::{Value, json};

use super::offline::{device, entropy, opening, receiving, receiving_certificate, request_claims, sealing, second};
use super::{DAY, Vendor, id, key, now, product, sign_raw};

/// What the server signs with.
pub fn server_key() -> LocalKey {
    key(51)
}

/// What is sealed to the server.
pub fn server_seal() -> OpeningKey {
    opening(52)
}

pub fn server() -> LocalServerId {
    id(12)
}

pub fn entitlement() -> EntitlementId {
    id(4)
}

pub fn session() -> ExportSessionId {
    id(13)
}

/// The servers that are registered at the vendor: this one, and another with a key of its own.
pub fn registered(kid: &str) -> Option<(LocalServerId, Jwk)> {
    let servers = [(server(), server_key()), (id(14), key(53))];
    servers.into_iter().find(|(_, key)| key.kid() == kid).map(|(id, key)| (id, key.public().clone()))
}

/// The certificate of an issuing key that may delegate and export.
pub fn certificate(v: &Vendor) -> String {
    let mut claims = v.certificate_claims();
    claims.uses = vec![KeyUse::Lease, KeyUse::Export];
    claims.sign(&v.root).unwrap()
}

pub fn bundle(v: &Vendor) -> String {
    let mut claims = v.bundle_claims();
    claims.certificates = vec![certificate(v), receiving_certificate(v, &receiving(), -1)];
    claims.sign(&v.root).unwrap()
}

pub fn trust(v: &Vendor) -> Trust {
    Trust::open(&bundle(v), None, now()).unwrap()
}

/// 30 days, to the microsecond.
pub fn delegation_claims(v: &Vendor) -> DelegationClaims {
    DelegationClaims {
        issued: Issued::new(v.id, second(), "delegation-1", v.sandbox),
        kid: server_key().kid().to_owned(),
        jwk: server_key().public().clone(),
        server: server(),
        entitlement: entitlement(),
        product: product(),
        seats: 7,
        expiry: Some(now().shifted(30 * DAY)),
    }
}

pub fn delegate(v: &Vendor, claims: &DelegationClaims) -> String {
    claims.sign(&v.issuing, &certificate(v)).unwrap()
}

/// The lease of the seat with the highest number, as the server issues it.
pub fn delegated_claims(v: &Vendor) -> LeaseClaims {
    LeaseClaims {
        host: Some(LeaseHost { id: server(), epoch: 2, serial: 30 }),
        delegation: Some(delegate(v, &delegation_claims(v))),
        ..v.lease_claims()
    }
}

/// The header of a lease by the server's key.
pub fn server_header(typ: &str) -> Value {
    json!({"alg": "Ed25519", "kid": server_key().kid(), "typ": typ})
}

/// Any claims as a lease by the server's key.
pub fn by_server(claims: &Value) -> String {
    sign_raw(&server_key(), &server_header("chancery-lease+jwt").to_string(), &claims.to_string())
}

pub fn export_claims(v: &Vendor) -> ExportClaims {
    ExportClaims {
        issued: Issued::new(v.id, second(), "export-2", v.sandbox),
        audience: server_seal().kid().to_owned(),
        session: session(),
        number: 3,
        seq: 2,
        prev: Some(base64url(&[9; 32])),
        payload: payload(),
        delegation: delegate(v, &delegation_claims(v)),
        revocations: Some(v.revocations(5, &["another"])),
    }
}

pub fn seal_export(v: &Vendor, claims: &ExportClaims) -> String {
    let signed = claims.sign(&v.issuing, &certificate(v)).unwrap();
    ExportClaims::seal_signed(&signed, &sealing(&server_seal()), &mut entropy()).unwrap()
}

fn policy() -> ExportedPolicy {
    ExportedPolicy {
        lease_period: Period::Limited(Interval::days(7)),
        offline_lease_period: Some(Period::Unlimited),
        grace_period: Some(Interval::days(14)),
        outage_tolerance: None,
        enforcement: Enforcement::Stop,
    }
}

pub fn secret() -> CarriedSecret {
    CarriedSecret { key: [3; 32], mac: [4; 32], since: now() }
}

pub fn payload() -> ExportPayload {
    let name = |text: &str| text.parse().unwrap();
    ExportPayload {
        vendor: ExportedVendor { name: name("Acme") },
        product: ExportedProduct {
            id: product(),
            key: "cad".parse().unwrap(),
            name: name("Acme CAD"),
            policy: policy(),
            device_keys: Devices::Optional,
            secret_mode: SecretMode::Client,
        },
        edition: ExportedEdition { id: id::<EditionId>(21), key: "pro".parse().unwrap(), name: name("Pro") },
        plan: ExportedPlan {
            id: id::<PlanId>(22),
            name: name("Yearly"),
            license_start: LicenseStart::Activation,
            plan_type: PlanType::Paid,
            duration: Some(Interval::days(365)),
        },
        offering: ExportedOffering { id: id::<OfferingId>(23), sku: "CAD-PRO".parse().unwrap(), name: name("CAD Pro") },
        customer: ExportedCustomer {
            id: id::<CustomerId>(8),
            name: name("Widget Works"),
            reference: Some("crm-1".parse().unwrap()),
            disabled: None,
        },
        order: ExportedOrder { id: id::<OrderId>(24), reference: None },
        activation_codes: vec![ExportedCode {
            id: id::<ActivationCodeId>(25),
            hash: [5; 32],
            last_group: "Z7KQ".to_owned(),
        }],
        licensee: Some(ExportedLicensee {
            id: id::<LicenseeId>(26),
            number: "L-1".parse().unwrap(),
            secret: Some(secret()),
            secret_cleared: None,
        }),
        entitlement: share(),
    }
}

fn share() -> ExportedEntitlement {
    ExportedEntitlement {
        id: entitlement(),
        sku: "CAD-PRO".parse().unwrap(),
        plan_type: PlanType::Paid,
        license_start: LicenseStart::Activation,
        duration: Some(Interval::days(365)),
        start: Some(now()),
        expiry: Some(now().shifted(365 * DAY)),
        maintenance_end: None,
        seats: 7,
        overdraft: Overdraft::Percentage(10),
        concurrency: Concurrency::NodeLocked,
        policy: policy(),
        features: vec![ExportedFeature {
            key: "export-step".parse().unwrap(),
            name: "Export".parse().unwrap(),
            feature_type: FeatureType::UsageCount,
            overdraft: Overdraft::None,
            usage_reset: UsageReset::OnRenewal,
            level: Level::Product,
            value_level: Level::Edition,
            value: Some(FeatureValue::Amount(100)),
        }],
        attributes: vec![ExportedAttribute {
            key: "max-parts".parse().unwrap(),
            name: "Parts".parse().unwrap(),
            attribute_type: AttributeType::Number,
            level: Level::Edition,
            value_level: Level::Edition,
            value: Some("20000".parse::<AttributeValue>().unwrap()),
        }],
        usage_reset: None,
        renewal_resets: vec![now()],
        disabled: Some(ExportedDisabled { since: now(), reason: None }),
        created: now().shifted(-DAY),
    }
}

pub fn usage() -> Usage {
    Usage {
        seats_used: 3,
        running: 4,
        running_until: Some(Some(now().shifted(7 * DAY))),
        features: vec![UsedFeature { key: "export-step".to_owned(), used: 40, since: Some(now()), held: 2 }],
        activations: 9,
        denials: 1,
        licensee_secret: Some(secret()),
    }
}

pub fn return_claims(v: &Vendor) -> ExportReturnClaims {
    ExportReturnClaims {
        issued: v.issued(second()),
        audience: receiving().kid().to_owned(),
        server: server(),
        says: told(),
    }
}

fn told() -> ReportedSession {
    ReportedSession { session: session(), entitlement: entitlement(), seq: 2, usage: usage() }
}

pub fn report_claims(v: &Vendor) -> UsageReportClaims {
    UsageReportClaims {
        issued: v.issued(second()),
        audience: receiving().kid().to_owned(),
        server: server(),
        says: ReportedUsage {
            report_seq: 6,
            sessions: vec![told()],
            log: LogHead { rows: 1_000, hash: base64url(&[6; 32]) },
        },
    }
}

pub fn seal_return(claims: &ExportReturnClaims) -> String {
    claims.seal(&server_key(), &sealing(&receiving()), &mut entropy()).unwrap()
}

pub fn seal_report(claims: &UsageReportClaims) -> String {
    claims.seal(&server_key(), &sealing(&receiving()), &mut entropy()).unwrap()
}

pub fn rebind_claims(v: &Vendor) -> RebindClaims {
    RebindClaims {
        issued: v.issued(second()),
        audience: server_seal().kid().to_owned(),
        server: server(),
        machine: "tpm:3:00112233445566778899aabbccddeeff".to_owned(),
        expiry: second().shifted(14 * DAY),
    }
}

pub fn seal_rebind(v: &Vendor, claims: &RebindClaims) -> String {
    claims.seal(&v.issuing, &certificate(v), &sealing(&server_seal()), &mut entropy()).unwrap()
}

pub fn proof_claims(v: &Vendor) -> ServerProofClaims {
    ServerProofClaims::new(v.issued(second()), device().kid().to_owned(), server(), &server_key())
}

/// What a local server adds to a request for its own license.
pub fn local_server(v: &Vendor) -> LocalServerRequest {
    LocalServerRequest {
        id: server(),
        name: "dark-1".to_owned(),
        keys: DeviceKeys { sign: server_key().public().clone(), seal: server_seal().public().clone() },
        machine: Some("tpm:3:ffeeddccbbaa99887766554433221100".to_owned()),
        proof: proof_claims(v).sign(&server_key()).unwrap(),
    }
}

pub fn server_request(v: &Vendor) -> OfflineRequestClaims {
    OfflineRequestClaims { local_server: Some(local_server(v)), ..request_claims(v) }
}

/// The activation of delegated leases.
pub fn activation() -> ActivationId {
    id(3)
}
