//! A local server, as far as an authority sees one: its keys, and the tokens that it makes and opens.

use chancery_domain::*;
use chancery_operations::activation_code::Codes;
use chancery_operations::credential::{self, Credential};
use chancery_operations::local_server::{self, LocalServerView};
use chancery_operations::offering::{self, NewOffering};
use chancery_operations::offline::{self, NewOfflineActivation, OfflineReply};
use chancery_operations::order::{self, NewItem, NewOrder};
use chancery_operations::plan::{self, NewPlan};
use chancery_operations::{Context, Error};
use chancery_token::{
    DeviceKeys, Entropy, Issued, LocalKey, LocalServerRequest, OfflineDeactivationClaims, OfflineRequestClaims,
    OpeningKey, ServerProofClaims, SigningKey,
};

use crate::fixture::{Engine, Fixture, Terms, quantity};
use crate::machine;

/// A vendor with a customer, to whom seats of thirty days are sold; and licenses for local servers, by the code in it.
pub(crate) struct Vendor {
    pub(crate) fixture: Fixture,
    pub(crate) licenses: OrderId,
    pub(crate) code: String,
}

impl std::ops::Deref for Vendor {
    type Target = Fixture;

    fn deref(&self) -> &Fixture {
        &self.fixture
    }
}

/// The customer of the fixture.
pub(crate) fn customer() -> CustomerId {
    CustomerId::new("2026-11-21T10:00:00Z".parse().unwrap(), [5; 10])
}

impl Vendor {
    pub(crate) async fn new(engine: Engine, seats: u64) -> Self {
        Self::with(engine, machine::terms(seats)).await
    }

    pub(crate) async fn with(engine: Engine, terms: Terms) -> Self {
        let fixture = Fixture::new(engine, terms).await;
        let admin = fixture.admin();
        let plan = NewPlan {
            name: Name::new("For good").unwrap(),
            license_type: LicenseType::Perpetual,
            license_start: LicenseStart::Creation,
            plan_type: PlanType::Paid,
            duration: None,
            metadata: Metadata::default(),
        };
        let plan = plan::create(&fixture.system, &admin, plan).await.unwrap();
        let offer = NewOffering {
            sku: Sku::new("LOCAL").unwrap(),
            name: Name::new("A local server").unwrap(),
            product: None,
            edition: EditionId::of_local_server(fixture.vendor.id).into(),
            plan: plan.id.into(),
            seats: quantity(5),
            overdraft: Overdraft::None,
            concurrency: Concurrency::NodeLocked,
            automatic: false,
            maintenance: None,
            policy: PolicyChoice::default(),
            metadata: Metadata::default(),
        };
        offering::create(&fixture.system, &fixture.admin(), offer).await.unwrap();
        let (licenses, code) = licenses(&fixture, customer()).await;
        Self { fixture, licenses, code }
    }

    /// Answers what a local server asks for.
    pub(crate) async fn licenses_server(&self, server: &Server, id: &str) -> Result<OfflineReply, Error> {
        let token = server.asks(self, &self.code, id).await;
        self.answers(&self.admin(), &token, &self.code).await
    }

    pub(crate) async fn answers(&self, by: &Context, token: &str, code: &str) -> Result<OfflineReply, Error> {
        let request = offline::open(&self.system, by, token).await?;
        let credential = Credential::ActivationCode(code.to_owned());
        let claimant =
            credential::claimant(&self.system, &credential, Selector::Id(request.product()), self.now()).await?;
        offline::activate(&self.system, by, NewOfflineActivation { request, claimant }).await
    }

    /// A local server with a license.
    pub(crate) async fn server(&self, seed: u8) -> Server {
        let server = Server::new(seed);
        self.licenses_server(&server, "first").await.unwrap();
        server
    }

    pub(crate) async fn sees(&self, server: &Server) -> LocalServerView {
        local_server::find(&self.system, &self.admin(), server.id).await.unwrap()
    }
}

/// Sells licenses for local servers to a customer.
pub(crate) async fn licenses(fixture: &Fixture, customer: CustomerId) -> (OrderId, String) {
    let item = NewItem { sku: Some(Sku::new("LOCAL").unwrap()), offering: None, terms: OrderItem::default() };
    let new = NewOrder {
        customer: customer.into(),
        reference: None,
        items: vec![item],
        codes: Codes::Make(1),
        contacts: Vec::new(),
        metadata: Metadata::default(),
    };
    let made = order::create(&fixture.system, &fixture.admin(), new).await.unwrap();
    (made.order.id, made.codes[0].plain.clone().unwrap().to_string())
}

/// A local server.
pub(crate) struct Server {
    pub(crate) id: LocalServerId,
    pub(crate) key: LocalKey,
    pub(crate) open: OpeningKey,
    device: LocalKey,
}

impl Server {
    pub(crate) fn new(seed: u8) -> Self {
        Self {
            id: LocalServerId::new("2026-11-21T10:00:00Z".parse().unwrap(), [seed; 10]),
            key: LocalKey::ed25519_from_seed(&[seed; 32]).unwrap(),
            open: OpeningKey::from_seed(&[seed ^ 0x80; 32]).unwrap(),
            device: LocalKey::ed25519_from_seed(&[seed ^ 0x40; 32]).unwrap(),
        }
    }

    /// The same server with the keys of another activation cycle.
    pub(crate) fn cycle(mut self, seed: u8) -> Self {
        self.device = LocalKey::ed25519_from_seed(&[seed ^ 0x20; 32]).unwrap();
        self
    }

    /// What it asks for its license.
    pub(crate) async fn request(&self, fixture: &Fixture, code: &str, id: &str) -> OfflineRequestClaims {
        let issued = Issued::new(fixture.vendor.id, fixture.now(), id, false);
        let proof = ServerProofClaims::new(issued.clone(), self.device.kid().to_owned(), self.id, &self.key);
        let open = OpeningKey::from_seed(&[7; 32]).unwrap();
        OfflineRequestClaims {
            issued,
            audience: fixture.receiving().await.kid().to_owned(),
            product: ProductId::of_local_server(fixture.vendor.id),
            credential: format!(r#"{{"type":"activationCode","code":"{code}"}}"#).parse().unwrap(),
            edition: None,
            seat_id: self.id.to_string(),
            seat_name: Some("dark-1".to_owned()),
            licensee_secret: None,
            release_date: None,
            device: Default::default(),
            request_id: id.to_owned(),
            device_keys: DeviceKeys { sign: self.device.public().clone(), seal: open.public().clone() },
            local_server: Some(LocalServerRequest {
                id: self.id,
                name: "dark-1".to_owned(),
                keys: DeviceKeys { sign: self.key.public().clone(), seal: self.open.public().clone() },
                machine: None,
                proof: proof.sign(&self.key).unwrap(),
            }),
        }
    }

    pub(crate) async fn seals(&self, fixture: &Fixture, claims: &OfflineRequestClaims) -> String {
        claims.seal(&self.device, &fixture.receiving().await, &mut Entropy::new([5; 32])).unwrap()
    }

    pub(crate) async fn asks(&self, fixture: &Fixture, code: &str, id: &str) -> String {
        self.seals(fixture, &self.request(fixture, code, id).await).await
    }

    /// Gives its own license up.
    pub(crate) async fn gives_license_up(&self, fixture: &Fixture, activation: ActivationId) -> String {
        let receiving = fixture.receiving().await;
        let claims = OfflineDeactivationClaims {
            issued: Issued::new(fixture.vendor.id, fixture.now(), "given up", false),
            audience: receiving.kid().to_owned(),
            activation,
            seq: 1,
            jwk: self.device.public().clone(),
        };
        claims.seal(&self.device, &receiving, &mut Entropy::new([3; 32])).unwrap()
    }
}
