//! What one connection does again and again.

use std::sync::Arc;

use super::Failure;
use super::client::{Connection, Request};
use super::offline::Requests;
use super::shop::text;

/// Which route answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The product's.
    Real,
    /// The one that only parses and signs.
    Reference,
}

/// A call of a kind, with all that the next one needs.
#[derive(Clone, Debug)]
pub(crate) enum Job {
    /// New seats, on one entitlement after the other.
    Activate(Claims),
    /// Questions about new seats.
    Validate(Claims),
    /// New leases, for one activation after the other.
    Refresh(Refresh),
    /// Requests of devices without a connection.
    Offline(Requests),
}

/// Claims on seats.
#[derive(Clone, Debug)]
pub(crate) struct Claims {
    /// Which route takes them.
    pub(crate) route: Route,
    product: Arc<str>,
    codes: Arc<[String]>,
    /// The codes that no other connection uses: this one, and each that is `step` further.
    first: usize,
    step: usize,
    name: String,
    calls: usize,
}

/// Refreshes of activations that were made before.
#[derive(Clone, Debug)]
pub(crate) struct Refresh {
    route: Route,
    held: Vec<Held>,
    name: String,
    calls: usize,
}

/// What a product keeps of its activation.
#[derive(Clone, Debug)]
struct Held {
    authorization: String,
    nonce: String,
    /// The lease, where it is shown with each refresh (EXP-9).
    lease: Option<String>,
}

impl Job {
    /// Makes one call.
    pub(crate) async fn run(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        match self {
            Self::Activate(claims) => claims.activate(connection).await,
            Self::Validate(claims) => claims.validate(connection).await,
            Self::Refresh(job) => job.run(connection).await,
            Self::Offline(requests) => requests.run(connection).await,
        }
    }

    /// The same on the other route.
    pub(crate) fn on(mut self, route: Route) -> Self {
        match &mut self {
            Self::Activate(claims) | Self::Validate(claims) => claims.route = route,
            Self::Refresh(job) => job.route = route,
            // It has no other.
            Self::Offline(_) => {}
        }
        self
    }
}

impl Claims {
    /// The share of connection `number` of `connections` in some codes: no other connection uses them, unless there are fewer codes
    /// than connections. `name` makes seat ids that no other job has.
    pub(crate) fn new(
        product: &Arc<str>,
        codes: &Arc<[String]>,
        name: &str,
        number: usize,
        connections: usize,
    ) -> Self {
        let (product, codes) = (Arc::clone(product), Arc::clone(codes));
        let name = format!("{name}-{number}");
        Self { route: Route::Real, product, codes, first: number, step: connections, name, calls: 0 }
    }

    /// The same with seat ids of another number.
    pub(crate) fn named(mut self, number: usize) -> Self {
        self.name = format!("{}.{number}", self.name);
        self
    }

    /// The next seat id, and the body that claims it. Seat names and ids are as long as real ones.
    pub(super) fn next(&mut self) -> Result<(String, String), Failure> {
        let Self { product, codes, name, calls, first, step, .. } = self;
        *calls += 1;
        let share = (codes.len().saturating_sub(*first)).div_ceil(*step).max(1);
        let at = (*first + *calls % share * *step) % codes.len().max(1);
        let code = codes.get(at).ok_or("no codes")?;
        let seat = format!("host-{name}-{calls:012}");
        let body = format!(
            r#"{{"credential":{{"type":"activationCode","code":"{code}"}},"productId":"{product}","seatId":"{seat}","seatName":"ws-042"}}"#
        );
        Ok((seat, body))
    }

    async fn activate(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        let (seat, body) = self.next()?;
        let path = if self.route == Route::Real { "/api/v1/activate" } else { "/reference/activate" };
        let headers = [("idempotency-key", seat.as_str())];
        connection.post(&Request { path, headers: &headers, body: &body }).await?.expect(201)
    }

    async fn validate(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        let (_, body) = self.next()?;
        let path = if self.route == Route::Real { "/api/v1/validate" } else { "/reference/validate" };
        connection.post(&Request { path, headers: &[], body: &body }).await?.expect(200)
    }

    async fn hold(&mut self, connection: &mut Connection) -> Result<Held, Failure> {
        let (_, body) = self.next()?;
        let reply = connection.post(&Request { path: "/api/v1/activate", headers: &[], body: &body }).await?;
        let token = text(&reply.json(201)?, "accessToken")?;
        let (authorization, nonce) = (format!("Bearer {token}"), reply.header("chancery-nonce")?.to_owned());
        Ok(Held { authorization, nonce, lease: hosted(reply.body)? })
    }

    /// The whole reply to one claim, or to one question.
    pub(crate) async fn sample(&mut self, connection: &mut Connection, path: &str) -> Result<String, Failure> {
        let (_, body) = self.next()?;
        let reply = connection.post(&Request { path, headers: &[], body: &body }).await?;
        if !matches!(reply.status, 200 | 201) {
            reply.expect(200)?;
        }
        Ok(String::from_utf8(reply.body.to_vec())?)
    }
}

impl Refresh {
    /// Makes `count` activations to be refreshed.
    pub(crate) async fn prepare(
        mut claims: Claims,
        count: usize,
        connection: &mut Connection,
    ) -> Result<Self, Failure> {
        let mut held = Vec::with_capacity(count);
        for _ in 0..count {
            held.push(claims.hold(connection).await?);
        }
        Ok(Self { route: Route::Real, held, name: claims.name, calls: 0 })
    }

    async fn run(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        self.calls += 1;
        let count = self.held.len().max(1);
        let held = self.held.get_mut(self.calls % count).ok_or("nothing to refresh")?;
        let key = format!("call-{}-{:012}", self.name, self.calls);
        let headers = [
            ("authorization", held.authorization.as_str()),
            ("chancery-nonce", held.nonce.as_str()),
            ("idempotency-key", key.as_str()),
        ];
        let path = if self.route == Route::Real { "/api/v1/activation/refresh" } else { "/reference/refresh" };
        let body = held.lease.as_ref().map_or_else(|| "{}".to_owned(), |lease| format!(r#"{{"lease":"{lease}"}}"#));
        let reply = connection.post(&Request { path, headers: &headers, body: &body }).await?;
        reply.expect(200)?;
        if self.route == Route::Real {
            held.nonce = reply.header("chancery-nonce")?.to_owned();
            if held.lease.is_some() {
                held.lease = Some(lease(reply.body)?.to_owned());
            }
        }
        Ok(())
    }
}

/// The lease in a reply. It is cut out: what the load costs is taken from the server.
fn lease(reply: &[u8]) -> Result<&str, Failure> {
    let (_, rest) = std::str::from_utf8(reply)?.split_once(r#""lease":""#).ok_or("a reply without a lease")?;
    Ok(rest.split_once('"').ok_or("a lease without an end")?.0)
}

/// The lease in a reply, if a local server gave it.
fn hosted(reply: &[u8]) -> Result<Option<String>, Failure> {
    let lease = lease(reply)?;
    let claims = lease.split('.').nth(1).and_then(chancery_token::hash::from_base64url).unwrap_or_default();
    let claims: serde_json::Value = serde_json::from_slice(&claims)?;
    Ok(claims.get("host").map(|_| lease.to_owned()))
}
