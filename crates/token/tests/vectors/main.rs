//! The vectors of TOK-9 in `vectors/`: that they are what the generator makes, and that this crate decides them as they say.
//!
//! `CHANCERY_BLESS=1 cargo test -p chancery-token --test vectors` writes them. A change of a vector that was released is a change
//! of the wire format: products in the field would not follow it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;
mod delegation;
mod device;
mod file;
mod hosting;
mod lease;
mod offline;
mod root;
mod sealed;

use chancery_domain::{LocalServerId, Timestamp};
use chancery_token::hash::from_base64url;
use chancery_token::{
    AccessToken, Certificate, DeviceProof, DeviceProofExpectation, DpopExpectation, DpopProof, Ended, ExportReturn,
    Jwk, LeaseExpectation, OfflineDeactivation, OfflineExpectation, OfflineReply, OfflineRequest, OpeningKey,
    PublicKey, TokenError, Tolerance, Trust, UsageReport,
};
use file::{File, Vector, folder, outcome, text};
use serde_json::Value;

/// A file's name, and what makes it.
type Generator = (&'static str, fn() -> File);

/// Every file.
const FILES: [Generator; 6] = [
    ("lease.json", lease::file),
    ("root.json", root::file),
    ("device.json", device::file),
    ("offline.json", offline::file),
    ("delegation.json", delegation::file),
    ("hosting.json", hosting::file),
];

/// What is given: the vector's own, else the file's.
struct Given<'a>(&'a File, &'a Vector);

impl Given<'_> {
    fn value(&self, name: &str) -> Option<&Value> {
        self.1.given.get(name).or_else(|| self.0.given.get(name))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.value(name).and_then(Value::as_str)
    }

    fn now(&self) -> Timestamp {
        self.text("now").unwrap().parse().unwrap()
    }

    /// The bundle is opened at its own instant: only the token's time is in question.
    fn trust(&self) -> Trust {
        Trust::open(self.text("bundle").unwrap(), None, common::now()).unwrap()
    }

    fn expectation(&self) -> LeaseExpectation<'_> {
        LeaseExpectation {
            product: self.text("product").unwrap().parse().unwrap(),
            now: self.now(),
            tolerance: match self.text("tolerance") {
                Some("carriedFromVendor") => Tolerance::CarriedFromVendor,
                _ => Tolerance::Online,
            },
            ended: Ended::Refused,
            activation: self.text("activation").map(|id| id.parse().unwrap()),
            seat_id: self.text("seatId"),
            device: self.text("device"),
        }
    }

    fn device_proof(&self) -> DeviceProofExpectation<'_> {
        DeviceProofExpectation {
            vendor: self.text("vendor").unwrap().parse().unwrap(),
            sandbox: false,
            server: self.text("server").unwrap(),
            product: self.text("product").unwrap().parse().unwrap(),
            seat_id: self.text("seatId").unwrap(),
            now: self.now(),
        }
    }

    fn call(&self) -> DpopExpectation<'_> {
        DpopExpectation {
            method: self.text("method").unwrap(),
            path: self.text("path").unwrap(),
            public_url: self.text("publicUrl"),
            nonce: self.text("nonce").unwrap(),
            access_token: self.text("accessToken").unwrap(),
            now: self.now(),
        }
    }

    /// Opens something as the vendor of the bundle does.
    fn at_vendor<T>(&self, open: impl FnOnce(&[&OpeningKey], &OfflineExpectation) -> T) -> T {
        let keys: Vec<OpeningKey> = self.value("vendorKeys").unwrap().as_array().unwrap().iter().map(opening).collect();
        let anchor = self.trust().anchor().clone();
        let expected = OfflineExpectation { vendor: anchor.vendor, sandbox: anchor.sandbox, now: self.now() };
        open(&keys.iter().collect::<Vec<_>>(), &expected)
    }

    /// Opens something as a local server does.
    fn at_server<T>(&self, open: impl FnOnce(&Trust, &OpeningKey, Timestamp) -> T) -> T {
        open(&self.trust(), &opening(self.value("serverKey").unwrap()), self.now())
    }

    /// A registered server, by the thumbprint of its key.
    fn registered(&self, kid: &str) -> Option<(LocalServerId, Jwk)> {
        let servers = self.value("servers").unwrap().as_array().unwrap().iter();
        let mut servers = servers.map(|server| {
            let jwk: Jwk = serde_json::from_value(server["jwk"].clone()).unwrap();
            (server["id"].as_str().unwrap().parse().unwrap(), jwk)
        });
        servers.find(|(_, jwk)| jwk.thumbprint() == kid)
    }
}

fn decide(file: &File, vector: &Vector) -> &'static str {
    let given = Given(file, vector);
    let token = vector.token.as_str();
    match vector.kind.as_str() {
        "lease" => outcome(&given.trust().open_lease(token, &given.expectation())),
        "verdict" => outcome(&given.trust().open_verdict(token, &given.expectation())),
        "certificate" => outcome(&Certificate::open(token, given.trust().anchor(), given.now())),
        "revocations" => outcome(&given.trust().update_revocations(token, given.now())),
        "bundle" => outcome(&bundle(&given, token)),
        "deviceProof" => outcome(&DeviceProof::open(token, &given.device_proof())),
        "dpop" => outcome(&DpopProof::open(token, &given.call())),
        "accessToken" => outcome(&access_token(&given, token)),
        "offlineRequest" => outcome(&given.at_vendor(|keys, it| OfflineRequest::open(token, keys, it))),
        "offlineDeactivation" => outcome(&given.at_vendor(|keys, it| OfflineDeactivation::open(token, keys, it))),
        "delegation" => outcome(&given.trust().open_delegation(token, given.now())),
        "export" => outcome(&given.at_server(|trust, key, now| trust.open_export(token, &[key], now))),
        "rebind" => outcome(&given.at_server(|trust, key, now| trust.open_rebind(token, &[key], now))),
        "exportReturn" => {
            outcome(&given.at_vendor(|keys, it| ExportReturn::open(token, keys, it, |kid| given.registered(kid))))
        }
        "usageReport" => {
            outcome(&given.at_vendor(|keys, it| UsageReport::open(token, keys, it, |kid| given.registered(kid))))
        }
        "offlineResponse" | "offlineRefresh" => reply(&given, token, &vector.kind),
        other => panic!("a vector of the unknown kind {other}"),
    }
}

fn bundle(given: &Given<'_>, token: &str) -> Result<Trust, TokenError> {
    let root: Jwk = serde_json::from_value(given.value("root").unwrap().clone()).unwrap();
    Trust::open(token, Some(&root), given.now())
}

/// Whoever waits for one kind of reply is not content with the other.
fn reply(given: &Given<'_>, token: &str, kind: &str) -> &'static str {
    let result = given.trust().open_offline_reply(token, &opening(given.value("deviceKey").unwrap()), given.now());
    match (&result, kind) {
        (Ok(OfflineReply::Refresh(_)), "offlineResponse") | (Ok(OfflineReply::Response(_)), "offlineRefresh") => {
            "token_wrong_type"
        }
        _ => outcome(&result),
    }
}

fn access_token(given: &Given<'_>, token: &str) -> Result<AccessToken, TokenError> {
    let keys: Vec<Jwk> = serde_json::from_value(given.value("serverKeys").unwrap().clone()).unwrap();
    let vendor = given.text("vendor").unwrap().parse().unwrap();
    AccessToken::open(token, given.now(), |kid| {
        let key = keys.into_iter().find(|key| key.thumbprint() == kid)?;
        Some((vendor, PublicKey::new(key).unwrap()))
    })
}

/// A private X25519 key that is given.
fn opening(jwk: &Value) -> OpeningKey {
    let seed = from_base64url(jwk["d"].as_str().unwrap()).unwrap();
    OpeningKey::from_seed(&seed.try_into().unwrap()).unwrap()
}

#[test]
fn tok_9_the_vectors_are_what_the_generator_makes() {
    let bless = std::env::var_os("CHANCERY_BLESS").is_some();
    for (name, make) in FILES {
        let path = folder().join(name);
        let made = text(&make());
        if bless {
            std::fs::write(&path, &made).unwrap();
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == made, "{} differs: the wire format changed; see tests/vectors/main.rs", path.display());
    }
}

#[test]
fn tok_3_the_vectors_are_decided_as_they_say() {
    for (name, _) in FILES {
        let text = std::fs::read_to_string(folder().join(name)).unwrap();
        let file: File = serde_json::from_str(&text).unwrap();
        assert!(file.vectors.len() > 10, "{name} is nearly empty");
        for vector in &file.vectors {
            assert_eq!(decide(&file, vector), vector.expect, "{name}: {}", vector.name);
        }
    }
}

#[test]
fn tok_9_vectors_have_names_of_their_own_and_prose() {
    for (name, make) in FILES {
        let file = make();
        let mut names: Vec<&str> = file.vectors.iter().map(|vector| vector.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), file.vectors.len(), "{name} has a name twice");
        assert!(file.vectors.iter().all(|vector| vector.about.ends_with('.')), "{name}: an `about` without a sentence");
    }
}
