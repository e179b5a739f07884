//! A machine without a connection, and the hands that carry its tokens.

use chancery_domain::*;
use chancery_operations::credential::{self, Credential};
use chancery_operations::offline::{self, NewOfflineActivation, OfflineDeactivated, OfflineReply};
use chancery_operations::{Context, Error, IdempotencyKey, vendor};
use chancery_token::{
    DeviceKeys, Entropy, Issued, Lease, LeaseExpectation, LocalKey, OfflineDeactivationClaims, OfflineReply as Opened,
    OfflineRequestClaims, OpeningKey, SealingKey, SigningKey, TokenError, Tolerance, Trust,
};

use crate::fixture::{CODE, Engine, Fixture, Terms};

/// Thirty days offline.
pub(crate) fn terms(seats: u64) -> Terms {
    Terms { seats, offline_lease_period: Some(Period::Limited(Interval::days(30))), ..Terms::default() }
}

/// A vendor with some seats of thirty days.
pub(crate) async fn shop(engine: Engine, seats: u64) -> Fixture {
    Fixture::new(engine, terms(seats)).await
}

/// A machine with the keys of one cycle.
pub(crate) struct Machine {
    sign: LocalKey,
    open: OpeningKey,
    seat: String,
}

/// What a machine finds in a token for it.
pub(crate) struct Got {
    pub(crate) seq: u64,
    pub(crate) lease: Lease,
    /// The request that it answers, or the activation that it refreshes.
    pub(crate) of: String,
}

impl Machine {
    pub(crate) fn new(seed: u8, seat: &str) -> Self {
        let sign = LocalKey::ed25519_from_seed(&[seed; 32]).unwrap();
        Self { sign, open: OpeningKey::from_seed(&[seed ^ 0x80; 32]).unwrap(), seat: seat.to_owned() }
    }

    pub(crate) fn key(&self) -> &LocalKey {
        &self.sign
    }

    /// What it asks now.
    pub(crate) async fn asks(&self, fixture: &Fixture, id: &str) -> OfflineRequestClaims {
        OfflineRequestClaims {
            issued: Issued::new(fixture.vendor.id, fixture.now(), id, false),
            audience: fixture.receiving().await.kid().to_owned(),
            product: fixture.product.id,
            credential: format!(r#"{{"type":"activationCode","code":"{CODE}"}}"#).parse().unwrap(),
            edition: None,
            seat_id: self.seat.clone(),
            seat_name: Some("Büro".to_owned()),
            licensee_secret: None,
            release_date: None,
            device: Default::default(),
            request_id: id.to_owned(),
            device_keys: DeviceKeys { sign: self.sign.public().clone(), seal: self.open.public().clone() },
            local_server: None,
        }
    }

    pub(crate) async fn seals(&self, fixture: &Fixture, claims: &OfflineRequestClaims) -> String {
        let mut entropy = Entropy::new([claims.request_id.len() as u8; 32]);
        claims.seal(&self.sign, &fixture.receiving().await, &mut entropy).unwrap()
    }

    /// A request of now.
    pub(crate) async fn request(&self, fixture: &Fixture, id: &str) -> String {
        self.seals(fixture, &self.asks(fixture, id).await).await
    }

    /// Asks, and has it answered at once.
    pub(crate) async fn activate(&self, fixture: &Fixture, id: &str) -> Result<OfflineReply, Error> {
        fixture.answer(&self.request(fixture, id).await).await
    }

    /// Opens what was carried to it.
    pub(crate) async fn opens(&self, fixture: &Fixture, reply: &OfflineReply) -> Got {
        let trust = fixture.trust().await;
        let opened = trust.open_offline_reply(&reply.token, &self.open, fixture.now()).unwrap();
        let expected = LeaseExpectation {
            tolerance: Tolerance::CarriedFromVendor,
            activation: Some(reply.view.activation.id),
            seat_id: Some(&self.seat),
            device: Some(self.sign.kid()),
            ..LeaseExpectation::online(fixture.product.id, fixture.now())
        };
        let lease = trust.open_lease(opened.lease(), &expected).unwrap();
        assert_eq!(lease.mode, "offline");
        assert_eq!(lease.confirmation.as_ref().unwrap().jkt, self.sign.kid());
        let of = match &opened {
            Opened::Response(response) => response.request_id.clone(),
            Opened::Refresh(refresh) => refresh.activation.to_string(),
        };
        Got { seq: opened.seq(), lease, of }
    }

    /// Gives its activation up.
    pub(crate) async fn gives_up(&self, fixture: &Fixture, activation: ActivationId, seq: u64) -> String {
        let receiving = fixture.receiving().await;
        let claims = OfflineDeactivationClaims {
            issued: Issued::new(fixture.vendor.id, fixture.now(), "given up", false),
            audience: receiving.kid().to_owned(),
            activation,
            seq,
            jwk: self.sign.public().clone(),
        };
        claims.seal(&self.sign, &receiving, &mut Entropy::new([3; 32])).unwrap()
    }
}

impl Fixture {
    pub(crate) async fn trust(&self) -> Trust {
        let bundle = vendor::trust_bundle(&self.system, self.vendor.id, self.now(), [5; 32]).await.unwrap();
        Trust::open(&bundle, None, self.now()).unwrap()
    }

    pub(crate) async fn receiving(&self) -> SealingKey {
        self.trust().await.receiving_key(self.now()).unwrap()
    }

    /// The vendor's system answers a request.
    pub(crate) async fn answer(&self, token: &str) -> Result<OfflineReply, Error> {
        self.answer_by(&self.admin(), token).await
    }

    pub(crate) async fn answer_by(&self, context: &Context, token: &str) -> Result<OfflineReply, Error> {
        let request = offline::open(&self.system, context, token).await?;
        assert!(request.credential_json().contains(CODE));
        let credential = Credential::ActivationCode(CODE.to_owned());
        let claimant =
            credential::claimant(&self.system, &credential, Selector::Id(request.product()), self.now()).await?;
        offline::activate(&self.system, context, NewOfflineActivation { request, claimant }).await
    }

    pub(crate) async fn renew(&self, id: ActivationId) -> Result<OfflineReply, Error> {
        offline::refresh(&self.system, &self.admin(), id).await
    }

    pub(crate) async fn give_up(&self, token: &str) -> Result<OfflineDeactivated, Error> {
        offline::deactivate(&self.system, &self.admin(), token).await
    }

    /// The vendor's context, with an idempotency key for a body.
    pub(crate) fn keyed(&self, key: &str, operation: &str, body: &str) -> Context {
        self.admin().with_idempotency(Some(IdempotencyKey::new(b"admin", key, operation, body.as_bytes())))
    }

    /// A contact of the order's customer, whom the order names or not.
    pub(crate) async fn contact(&self, email: &str, named: bool) -> Context {
        use chancery_operations::customer::NewContact;
        use chancery_operations::order::{self, OrderEdit};
        let which: Selector<OrderId> = OrderId::new("2026-11-21T10:00:00Z".parse().unwrap(), [6; 10]).into();
        let order = order::find(&self.system, &self.admin(), which.clone()).await.unwrap().order;
        let new = NewContact { name: Name::new("Zoë").unwrap(), email: Email::new(email).unwrap() };
        let made = chancery_operations::contact::create(&self.system, &self.admin(), order.customer.into(), new).await;
        let id = made.unwrap().contact.id;
        if named {
            let contacts = Some([order.contacts, vec![id]].concat());
            let edit = OrderEdit { contacts, ..OrderEdit::default() };
            order::update(&self.system, &self.admin(), which, edit).await.unwrap();
        }
        self.by(Actor::Contact { id, vendor: self.vendor.id })
    }

    /// The operations of the activation log, the earliest first: with the code of a denial, all of them offline.
    pub(crate) async fn logged(&self) -> Vec<String> {
        let page = chancery_operations::PageRequest { limit: 100, ..Default::default() };
        let filter = chancery_operations::LogFilter::default();
        let admin = self.admin();
        let log = chancery_operations::activation::log(&self.system, &admin, self.entitlement, filter, page);
        let told = log.await.unwrap().items.into_iter().map(|entry| {
            let code = entry.note.code.map_or_else(String::new, |code| format!(" {code}"));
            format!("{} {}{code}", entry.note.mode, entry.note.operation)
        });
        told.collect()
    }
}

#[track_caller]
pub(crate) fn refusal<T>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refused)) => refused.refusal,
        Err(other) => panic!("not a refusal: {other:?}"),
        Ok(_) => panic!("it was not refused"),
    }
}

#[track_caller]
pub(crate) fn token_error<T>(result: Result<T, Error>) -> TokenError {
    match result {
        Err(Error::Token { error, .. }) => error,
        Err(other) => panic!("the token was not refused: {other:?}"),
        Ok(_) => panic!("it was not refused"),
    }
}
