//! The vendor's desk, to which offline tokens are carried: it opens them with the vendor's key, and answers.

use std::collections::BTreeMap;
use std::fs;

use chancery_domain::{ActivationId, Timestamp};
use chancery_token::{
    Entropy, LeaseClaims, LeaseConfirmation, OfflineDeactivation, OfflineExpectation, OfflineRefreshClaims,
    OfflineRequest, OfflineResponseClaims, SealingKey,
};

use super::Scene;
use super::faces::Face;
use super::vendor::{DAY, Vendor, activation_id, id, start};

/// How long an offline lease runs here.
pub const PERIOD: i64 = 30 * DAY;

pub struct Desk {
    pub vendor: Vendor,
    /// Who signs the leases instead.
    pub forger: Option<Vendor>,
    pub now: Timestamp,
    pub seq: u64,
    pub activation: ActivationId,
    /// The revocation list that goes with each reply.
    pub revocations: Option<String>,
    /// How leases are changed before they are signed.
    pub spoil: Option<fn(LeaseClaims) -> LeaseClaims>,
    /// To whom the last request was answered.
    pub device: Option<Device>,
}

/// The device that holds the seat.
#[derive(Clone)]
pub struct Device {
    pub seat_id: String,
    pub seal: SealingKey,
    /// The thumbprint of the key that signs.
    pub jkt: String,
}

impl Desk {
    pub fn new() -> Self {
        Self::of(Vendor::new(1, false))
    }

    pub fn of(vendor: Vendor) -> Self {
        let (now, activation) = (start(), activation_id());
        Self { vendor, forger: None, now, seq: 0, activation, revocations: None, spoil: None, device: None }
    }

    fn expectation(&self) -> OfflineExpectation {
        OfflineExpectation { vendor: id(1), sandbox: self.vendor.sandbox, now: self.now }
    }

    pub fn open(&self, request: &str) -> OfflineRequest {
        OfflineRequest::open(request, &[&self.vendor.receiving], &self.expectation()).unwrap()
    }

    pub fn open_deactivation(&self, token: &str) -> OfflineDeactivation {
        OfflineDeactivation::open(token, &[&self.vendor.receiving], &self.expectation()).unwrap()
    }

    /// The response to a request.
    pub fn respond(&mut self, request: &str) -> String {
        let mut claims = self.response(request);
        self.seal_response(&mut claims)
    }

    /// What it says, before it is sealed.
    pub fn response(&mut self, request: &str) -> OfflineResponseClaims {
        let request = self.open(request);
        let seal = SealingKey::new(request.device_keys.seal.clone()).unwrap();
        let device = Device { seat_id: request.seat_id.clone(), seal, jkt: request.kid().to_owned() };
        self.seq += 1;
        let claims = OfflineResponseClaims {
            issued: self.vendor.issued(self.now),
            audience: device.seal.kid().to_owned(),
            request_id: request.request_id.clone(),
            seq: self.seq,
            lease: self.lease(&device),
            revocations: self.revocations.clone(),
        };
        self.device = Some(device);
        claims
    }

    pub fn seal_response(&self, claims: &mut OfflineResponseClaims) -> String {
        let device = self.device.as_ref().unwrap();
        claims.seal(&self.vendor.issuing, &self.vendor.certificate(), &device.seal, &mut entropy(self.seq)).unwrap()
    }

    /// A refresh for the device that was answered last.
    pub fn refresh(&mut self) -> String {
        self.seq += 1;
        self.refresh_of(self.seq, self.activation)
    }

    pub fn refresh_of(&self, seq: u64, activation: ActivationId) -> String {
        let device = self.device.as_ref().unwrap();
        let claims = OfflineRefreshClaims {
            issued: self.vendor.issued(self.now),
            audience: device.seal.kid().to_owned(),
            activation,
            seq,
            lease: self.lease(device),
            revocations: self.revocations.clone(),
        };
        claims.seal(&self.vendor.issuing, &self.vendor.certificate(), &device.seal, &mut entropy(seq)).unwrap()
    }

    fn lease(&self, device: &Device) -> String {
        let mut claims = self.vendor.lease_claims(&device.seat_id, self.now);
        claims.activation = Some(self.activation);
        claims.expiry = Some(self.now.shifted(PERIOD));
        claims.entitlement.hard_stop = None;
        "offline".clone_into(&mut claims.mode);
        claims.confirmation = Some(LeaseConfirmation { jkt: device.jkt.clone() });
        let claims = self.spoil.map_or(claims.clone(), |spoil| spoil(claims));
        self.forger.as_ref().unwrap_or(&self.vendor).sign(&claims)
    }

    /// Lets time go by, here and at the machine.
    pub fn wait(&mut self, scene: &Scene, micros: i64) {
        self.now = self.now.shifted(micros);
        scene.clock.set(self.now);
        scene.server.world().now = self.now;
    }
}

fn entropy(seed: u64) -> Entropy {
    Entropy::new([u8::try_from(seed % 256).unwrap(); 32])
}

/// The files of a state, as bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

impl Scene {
    /// The files of the state, but for its lock and what only tells the time.
    pub fn files(&self) -> Files {
        let files =
            fs::read_dir(self.folder.path()).unwrap().map(|file| file.unwrap().path()).filter(|file| file.is_file());
        let named = files.map(|file| (file.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(file).unwrap()));
        named.filter(|(name, _)| !matches!(name.as_str(), "state.lock" | "clock.json")).collect()
    }

    /// Makes one file what it is among these; nothing, if it is not among them.
    pub fn put(&self, files: &Files, name: &str) {
        let path = self.folder.path().join(name);
        match files.get(name) {
            Some(bytes) => fs::write(path, bytes).unwrap(),
            None if path.exists() => fs::remove_file(path).unwrap(),
            None => {}
        }
    }

    /// Lets a file not be written, while the closure runs.
    pub fn unwritable<T>(&self, file: &str, act: impl FnOnce() -> T) -> T {
        let in_the_way = self.folder.path().join(format!("{file}.new"));
        fs::create_dir(&in_the_way).unwrap();
        let result = act();
        fs::remove_dir(in_the_way).unwrap();
        result
    }

    /// A client without a server.
    pub fn offline<F: Face>(&self) -> F {
        F::open_offline(self.product.clone(), self.state(), self.options.clone())
    }
}

/// A client that was activated by a carried token, and the desk that did it.
pub fn activated_offline<F: Face>(scene: &Scene) -> (F, Desk) {
    let (client, mut desk): (F, _) = (scene.offline(), Desk::new());
    let request = client.offline_request(&super::request()).unwrap();
    client.apply_offline(&desk.respond(&request)).unwrap();
    (client, desk)
}
