//! What it costs to answer an offline request, against what its cryptography alone costs.
//!
//! Both are processor time, and not rates: the load has to seal a request for each call, which is more than the server does.

use std::fs;
use std::sync::Arc;
use std::time::Instant;

use chancery_domain::{Id, VendorId};
use chancery_token::{
    DeviceKeys, Entropy, Issued, LeaseClaims, LocalKey, OfflineDevice, OfflineExpectation, OfflineRequest,
    OfflineRequestClaims, OfflineResponseClaims, OpeningKey, SealingKey, SigningKey, Trust, random_seed,
};
use serde_json::{Value, json};

use super::alone::now;
use super::client::{Connection, Request};
use super::job::{Claims, Job};
use super::report::{Bar, Figure, Report};
use super::rounds::{Crew, Pace, Worker, median};
use super::row::Wanted;
use super::server::Measured;
use super::shop::{Shop, text};
use super::{Failure, block_on, scratch};

/// The rows.
pub(crate) const ROWS: &[&str] = &["offline-response"];

const PATH: &str = "/api/admin/v1/offline/activate";
const CONNECTIONS: usize = 16;
const ENTITLEMENTS: usize = 256;

/// Requests of new devices for new seats, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Requests {
    claims: Claims,
    vendor: VendorId,
    to: SealingKey,
    authorization: Arc<str>,
}

/// A device, as it is made for a request.
struct Device {
    sign: LocalKey,
    open: OpeningKey,
    entropy: Entropy,
}

impl Device {
    fn new() -> Result<Self, Failure> {
        let mut entropy = Entropy::new(random_seed()?);
        let sign = LocalKey::ed25519_from_seed(&entropy.bytes())?;
        Ok(Self { sign, open: OpeningKey::from_seed(&entropy.bytes())?, entropy })
    }

    /// A request as the SDK makes it.
    fn request(&mut self, vendor: VendorId, to: &SealingKey, claim: &Value) -> Result<String, Failure> {
        let id = self.entropy.token_id();
        let claims = OfflineRequestClaims {
            issued: Issued::new(vendor, now()?, self.entropy.token_id(), false),
            audience: to.kid().to_owned(),
            product: text(claim, "productId")?.parse().map_err(|_| "a product's id")?,
            credential: claim["credential"].clone(),
            edition: None,
            seat_id: text(claim, "seatId")?,
            seat_name: Some(text(claim, "seatName")?),
            licensee_secret: None,
            release_date: None,
            device: OfflineDevice::default(),
            request_id: id,
            device_keys: DeviceKeys { sign: self.sign.public().clone(), seal: self.open.public().clone() },
            local_server: None,
        };
        Ok(claims.seal(&self.sign, to, &mut self.entropy)?)
    }
}

impl Requests {
    /// Makes one request and has it answered.
    pub(crate) async fn run(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        let mut device = Device::new()?;
        self.answered(&mut device, connection).await.map(|_| ())
    }

    async fn answered(&mut self, device: &mut Device, connection: &mut Connection) -> Result<Value, Failure> {
        let (seat, claim) = self.claims.next()?;
        let token = device.request(self.vendor, &self.to, &serde_json::from_str(&claim)?)?;
        let body = json!({ "token": token }).to_string();
        let headers = [("authorization", &*self.authorization), ("idempotency-key", seat.as_str())];
        connection.post(&Request { path: PATH, headers: &headers, body: &body }).await?.json(200)
    }
}

/// Runs the row, if it is wanted.
pub(crate) fn run(wanted: &Wanted<'_>, report: &mut Report) -> Result<(), Failure> {
    let folder = scratch("offline")?;
    let server = Measured::start(&folder, None)?;
    let measured = block_on(measure(wanted, &server)).and_then(|figure| report.add(figure));
    drop(server);
    fs::remove_dir_all(&folder)?;
    measured
}

async fn measure(wanted: &Wanted<'_>, server: &Measured) -> Result<Figure, Failure> {
    let shop = Shop::open(server.address, &server.key, ENTITLEMENTS, 1_000_000).await?;
    let mut connection = Connection::open(server.address).await?;
    let bundle = connection.get("/.well-known/trust-bundle").await?.json(200)?;
    let trust = Trust::open(&text(&bundle, "token")?, None, now()?)?;
    let requests = |name: &str, number: usize| -> Result<Requests, Failure> {
        let claims = Claims::new(&shop.product, &shop.codes, name, number, CONNECTIONS);
        let to = trust.receiving_key(now()?).ok_or("a bundle without a receiving key")?;
        let authorization = format!("Bearer {}", server.key).into();
        Ok(Requests { claims, vendor: trust.anchor().vendor, to, authorization })
    };
    let mut device = Device::new()?;
    let reply = requests("sample", 0)?.answered(&mut device, &mut connection).await?;
    let alone = Alone::like(&trust, &device, &text(&reply, "token")?)?;
    let mut workers = Vec::new();
    for number in 0..CONNECTIONS {
        workers.push(Worker::new(server.address, Job::Offline(requests("offline", number)?)).await?);
    }
    let mut crew = Crew { workers, processes: vec![server.id()] };
    let pace = Pace::of(wanted.millis(3_000));
    eprintln!("measuring offline-response");
    crew.round(pace.warm_up).await?;
    let (mut rounds, mut others) = (Vec::new(), Vec::new());
    for _ in 0..pace.rounds {
        rounds.push(crew.round(pace.round).await?.server_micros);
        others.push(alone.round(pace)?);
    }
    let (value, reference) = (median(&rounds), Some(median(&others)));
    Ok(Figure { row: "offline-response".to_owned(), unit: "µs", value, reference, bar: Bar::AtMost(3.0), load: None })
}

/// The cryptography of one answer, with keys of its own, over a request and a lease as they really are.
struct Alone {
    expected: OfflineExpectation,
    request: String,
    opening: OpeningKey,
    issuing: LocalKey,
    certificate: String,
    lease: LeaseClaims,
}

impl Alone {
    /// Takes the lease out of a real response.
    fn like(trust: &Trust, device: &Device, response: &str) -> Result<Self, Failure> {
        let now = now()?;
        let reply = trust.open_offline_reply(response, &device.open, now)?;
        let part = |at: usize| reply.lease().split('.').nth(at).and_then(chancery_token::hash::from_base64url);
        let header: Value = serde_json::from_slice(&part(0).unwrap_or_default())?;
        let lease: LeaseClaims = serde_json::from_slice(&part(1).unwrap_or_default())?;
        let vendor = VendorId::new(now, [1; 10]);
        let opening = OpeningKey::from_seed(&[1; 32])?;
        let claim = json!({
            "productId": lease.product.to_string(), "seatId": lease.seat.as_ref().map(|seat| &seat.id), "seatName": "ws-042",
            "credential": { "type": "activationCode", "code": "ABCD-EFGH-JKMN-PQRS-TVWX" },
        });
        let request = Device::new()?.request(vendor, &SealingKey::new(opening.public().clone())?, &claim)?;
        let expected = OfflineExpectation { vendor, sandbox: false, now };
        let issuing = LocalKey::ed25519_from_seed(&[2; 32])?;
        Ok(Self { expected, request, opening, issuing, certificate: text(&header, "chancery_cert")?, lease })
    }

    /// Opens the request, checks its signature, signs lease and response, seals the response.
    fn answer(&self, entropy: &mut Entropy) -> Result<String, Failure> {
        let request = OfflineRequest::open(&self.request, &[&self.opening], &self.expected)?;
        let device = SealingKey::new(request.device_keys.seal.clone())?;
        let response = OfflineResponseClaims {
            issued: Issued::new(self.expected.vendor, self.expected.now, entropy.token_id(), false),
            audience: device.kid().to_owned(),
            request_id: request.request_id.clone(),
            seq: 1,
            lease: self.lease.sign(&self.issuing, &self.certificate)?,
            revocations: None,
        };
        Ok(response.seal(&self.issuing, &self.certificate, &device, entropy)?)
    }

    /// Processor time of one answer in microseconds, by as many as fit into half a round.
    fn round(&self, pace: Pace) -> Result<f64, Failure> {
        let mut entropy = Entropy::new(random_seed()?);
        let (begun, before) = (Instant::now(), this_thread()?);
        let mut count = 0_u32;
        while begun.elapsed() < pace.round / 2 {
            std::hint::black_box(self.answer(&mut entropy)?);
            count += 1;
        }
        Ok((this_thread()? - before) / f64::from(count.max(1)))
    }
}

/// Processor time of this thread, in microseconds.
fn this_thread() -> Result<f64, Failure> {
    let stat = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanos: f64 = stat.split(' ').next().unwrap_or_default().parse()?;
    Ok(nanos / 1_000.0)
}
