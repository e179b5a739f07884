//! A licensing server in miniature: one seat, one feature, the chain of nonces as SAFE-2 and SAFE-3 have it.

use std::collections::{HashMap, VecDeque};

use chancery_api_types::{Code, Problem};
use chancery_domain::{ActivationId, Timestamp};
use chancery_token::{
    DeviceProof, DeviceProofExpectation, DpopExpectation, DpopProof, LeaseClaims, LeaseConfirmation, TokenError,
};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::local::Local;
use super::vendor::{Vendor, activation_id, id, product_id, start};

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub line: String,
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// What goes wrong with a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Nothing.
    None,
    /// It is not done, and the connection breaks.
    LoseRequest,
    /// It is done, and the connection breaks.
    LoseReply,
    /// It is done, and no answer comes; the test is told.
    Hold(UnboundedSender<()>),
    /// It is not done; this is answered.
    Instead(Answer),
}

pub fn busy(code: Code, retry_after: u64) -> Fault {
    let mut answer = problem(code, None);
    answer.headers.push(("retry-after".to_owned(), retry_after.to_string()));
    Fault::Instead(answer)
}

pub fn page(status: u16) -> Fault {
    Fault::Instead(Answer { status, headers: Vec::new(), body: "<html>Please sign in</html>".to_owned() })
}

/// A redirect, as of a proxy that wants another address.
pub fn redirect(to: &str) -> Fault {
    let headers = vec![("location".to_owned(), to.to_owned())];
    Fault::Instead(Answer { status: 307, headers, body: String::new() })
}

/// The last change: its nonce, its key, its body, and its answer.
type Done = (String, String, String, Answer);

pub struct World {
    pub vendor: Vendor,
    pub now: Timestamp,
    pub script: VecDeque<Fault>,
    pub seen: Vec<Seen>,
    pub spent: u64,
    pub capacity: u64,
    pub refreshed: u64,
    pub chain: u64,
    pub active: bool,
    /// What the vendor did to the seat.
    pub fate: Option<Code>,
    /// How leases are spoilt before they are signed.
    pub spoil: Option<fn(LeaseClaims) -> LeaseClaims>,
    /// The revocation list that comes with them.
    pub revocations: Option<String>,
    /// Who signs them instead.
    pub forger: Option<Vendor>,
    /// The local server that it is; nothing: the authority.
    pub local: Option<Local>,
    /// Whether it is a local server without a license of its own (LLS-1).
    pub inactive: bool,
    /// Whether it knows nothing of device keys, as a server of before.
    pub keyless: bool,
    /// The device key to which the seat is bound.
    pub device: Option<String>,
    /// The proofs that were used, of either kind.
    pub proofs: Vec<String>,
    /// Where it was reached.
    pub url: String,
    seat_id: String,
    counter: u64,
    last: Option<Done>,
    activated: HashMap<String, Answer>,
}

impl World {
    pub fn new(vendor: Vendor) -> Self {
        Self {
            vendor,
            now: start(),
            script: VecDeque::new(),
            seen: Vec::new(),
            spent: 0,
            capacity: 1000,
            refreshed: 0,
            chain: 0,
            active: false,
            fate: None,
            spoil: None,
            revocations: None,
            forger: None,
            local: None,
            inactive: false,
            keyless: false,
            device: None,
            proofs: Vec::new(),
            url: String::new(),
            seat_id: String::new(),
            counter: 0,
            last: None,
            activated: HashMap::new(),
        }
    }

    pub fn answer(&mut self, request: &Seen) -> Answer {
        if self.inactive {
            return problem(Code::LocalServerNotActive, None);
        }
        match request.line.as_str() {
            "POST /api/v1/activate" => self.activate(request),
            "POST /api/v1/validate" => self.validate(request),
            _ => self.known(request),
        }
    }

    fn activate(&mut self, request: &Seen) -> Answer {
        let Some(key) = request.header("idempotency-key") else { return problem(Code::IdempotencyKeyMissing, None) };
        if let Some(answer) = self.activated.get(key) {
            return answer.clone();
        }
        let body: Value = serde_json::from_str(&request.body).unwrap();
        let device = match self.device_of(&body) {
            Ok(device) => device,
            Err(answer) => return answer,
        };
        if self.active && self.device.is_some() && self.device != device {
            return problem(Code::SeatHeldByAnotherDevice, None);
        }
        self.device = device;
        let status = if self.active { 200 } else { 201 };
        self.seat_id = body["seatId"].as_str().unwrap().to_owned();
        (self.active, self.fate, self.last) = (true, None, None);
        (self.chain, self.counter) = (self.chain + 1, 0);
        let lease = self.lease();
        let reply = json!({"activation": self.view(), "lease": lease, "accessToken": self.access_token(),
            "revocations": self.revocations,
            "later": "members that an old SDK does not know"});
        let answer = self.with_nonce(status, &reply);
        self.activated.insert(key.to_owned(), answer.clone());
        answer
    }

    /// The key that a claim proves.
    fn device_of(&mut self, body: &Value) -> Result<Option<String>, Answer> {
        let Some(proof) = body["deviceProof"].as_str().filter(|_| !self.keyless) else { return Ok(None) };
        let vendor = id::<chancery_domain::VendorId>(1);
        let opened = DeviceProof::open(
            proof,
            &DeviceProofExpectation {
                vendor,
                sandbox: self.vendor.sandbox,
                server: &vendor.to_string(),
                product: product_id(),
                seat_id: body["seatId"].as_str().unwrap(),
                now: self.now,
            },
        );
        let opened = opened.map_err(|error| self.bad_proof(&error))?;
        if self.proofs.contains(&opened.issued.id) {
            return Err(problem(Code::TokenReplayed, None));
        }
        self.proofs.push(opened.issued.id.clone());
        Ok(Some(opened.kid().to_owned()))
    }

    /// Whether a call is made by the device that has the seat.
    fn check_possession(&self, request: &Seen) -> Result<(), Answer> {
        let Some(device) = &self.device else { return Ok(()) };
        let proof = request.header("dpop").ok_or_else(|| problem(Code::LicenseeSecretRequired, None))?;
        let (method, path) = request.line.split_once(' ').unwrap();
        let opened = DpopProof::open(
            proof,
            &DpopExpectation {
                method,
                path,
                public_url: Some(&self.url),
                nonce: request.header("chancery-nonce").unwrap(),
                access_token: request.header("authorization").unwrap().strip_prefix("Bearer ").unwrap(),
                now: self.now,
            },
        );
        let opened = opened.map_err(|error| self.bad_proof(&error))?;
        if opened.kid() == device { Ok(()) } else { Err(problem(Code::LicenseeSecretMismatch, None)) }
    }

    fn bad_proof(&self, error: &TokenError) -> Answer {
        let problem = Problem::of(Code::from_name(error.code()).unwrap()).with("now", self.now.to_string());
        let body = serde_json::to_string(&problem).unwrap();
        Answer { status: problem.status.unwrap(), headers: Vec::new(), body }
    }

    fn validate(&mut self, request: &Seen) -> Answer {
        let body: Value = serde_json::from_str(&request.body).unwrap();
        if let Err(answer) = self.device_of(&body) {
            return answer;
        }
        let mut claims = self.vendor.lease_claims("x", self.now);
        (claims.seat, claims.activation) = (None, None);
        let verdict = self.sign(claims);
        let body = json!({"allowed": true, "code": null, "entitlement": null, "features": [], "attributes": [],
            "seatsAvailable": 3, "verdict": verdict});
        Answer { status: 200, headers: Vec::new(), body: body.to_string() }
    }

    fn known(&mut self, request: &Seen) -> Answer {
        let token = request.header("authorization").and_then(|bearer| bearer.strip_prefix("Bearer ")).unwrap();
        // Another server's: who has no key to it does not know what it is of.
        if token.starts_with("local") != self.local.is_some() {
            return problem(Code::AccessTokenInvalid, None);
        }
        if token != self.access_token() {
            return problem(Code::ActivationSuperseded, None);
        }
        if let Some(fate) = self.fate {
            return problem(fate, None);
        }
        match request.line.as_str() {
            "GET /api/v1/activation" => self.plain(&json!({"activation": self.view()})),
            "DELETE /api/v1/activation" => {
                self.active = false;
                Answer { status: 204, headers: Vec::new(), body: String::new() }
            }
            _ => self.chained(request),
        }
    }

    fn chained(&mut self, request: &Seen) -> Answer {
        let Some(nonce) = request.header("chancery-nonce") else { return problem(Code::NonceMissing, None) };
        let Some(key) = request.header("idempotency-key") else { return problem(Code::IdempotencyKeyMissing, None) };
        if nonce != self.nonce() {
            return match &self.last {
                Some((last, its_key, body, _)) if last == nonce && its_key == key && *body != request.body => {
                    problem(Code::IdempotencyKeyReused, None)
                }
                Some((last, its_key, _, answer)) if last == nonce && its_key == key => answer.clone(),
                _ => problem(Code::CloneDetected, None),
            };
        }
        if let Err(answer) = self.check_possession(request) {
            return answer;
        }
        self.counter += 1;
        let answer = self.change(request);
        self.last = Some((nonce.to_owned(), key.to_owned(), request.body.clone(), answer.clone()));
        answer
    }

    fn change(&mut self, request: &Seen) -> Answer {
        if request.line == "POST /api/v1/activation/refresh" {
            self.refreshed += 1;
            let lease = self.lease();
            let reply = json!({"activation": self.view(), "lease": lease, "revocations": self.revocations});
            return self.with_nonce(200, &reply);
        }
        let body: Value = serde_json::from_str(&request.body).unwrap();
        let amount = body["amount"].as_u64().unwrap();
        match request.line.rsplit('/').next().unwrap() {
            "use" | "checkout" if self.spent + amount > self.capacity => {
                return problem(Code::FeatureExhausted, Some(self.nonce()));
            }
            "use" | "checkout" => self.spent += amount,
            "return" => self.spent -= amount,
            other => panic!("{other}"),
        }
        let feature = json!({"key": "renders", "type": "usageCount", "value": self.capacity, "total": self.capacity,
            "active": self.spent, "available": self.capacity - self.spent, "period": null});
        self.with_nonce(200, &json!({"feature": feature}))
    }

    fn nonce(&self) -> String {
        format!("nonce-{}-{}", self.chain, self.counter)
    }

    fn lease(&mut self) -> String {
        let mut claims = self.vendor.lease_claims(&self.seat_id, self.now);
        claims.activation = Some(self.activation());
        claims.confirmation = self.device.clone().map(|jkt| LeaseConfirmation { jkt });
        self.sign(claims)
    }

    /// Signs a lease: a local server by its own key, the authority by the vendor's.
    fn sign(&mut self, claims: LeaseClaims) -> String {
        let spoil = |claims: LeaseClaims| {
            self.spoil.filter(|_| claims.seat.is_some()).map_or(claims.clone(), |spoil| spoil(claims))
        };
        match &mut self.local {
            Some(local) => {
                let claims = spoil(local.delegated(claims));
                local.sign(&claims)
            }
            None => self.forger.as_ref().unwrap_or(&self.vendor).sign(&spoil(claims)),
        }
    }

    fn access_token(&self) -> String {
        format!("{}token-{}", if self.local.is_some() { "local-" } else { "" }, self.chain)
    }

    fn activation(&self) -> ActivationId {
        if self.local.is_some() { id(30) } else { activation_id() }
    }

    fn with_nonce(&self, status: u16, body: &Value) -> Answer {
        let headers = vec![("Chancery-Nonce".to_owned(), self.nonce())];
        Answer { status, headers, body: body.to_string() }
    }

    fn plain(&self, body: &Value) -> Answer {
        Answer { status: 200, headers: Vec::new(), body: body.to_string() }
    }

    fn view(&self) -> Value {
        json!({"id": self.activation().to_string(), "entitlementId": id::<chancery_domain::EntitlementId>(4).to_string(),
            "productId": product_id().to_string(), "seatId": self.seat_id, "seatName": null, "seatNumber": 1,
            "status": "active", "mode": "online", "overdraft": false, "activated": self.now.to_string(),
            "lastLease": self.now.to_string(), "leaseExpiry": null,
            "entitlement": {"status": "active", "expiry": null, "graceEnd": null, "hardStop": null, "maintenanceEnd": null},
            "features": [], "attributes": [], "clientCode": "ACME-7F3K",
            "device": {"keyThumbprint": null, "container": false, "vm": false}})
    }
}

fn problem(code: Code, nonce: Option<String>) -> Answer {
    let headers = nonce.map(|nonce| ("Chancery-Nonce".to_owned(), nonce));
    let body = serde_json::to_string(&Problem::of(code)).unwrap();
    Answer { status: code.status().unwrap(), headers: headers.into_iter().collect(), body }
}
