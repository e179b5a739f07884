//! What one connection does again and again.

use super::Failure;
use super::client::{Connection, Request};
use super::shop::{Shop, text};

/// Which route answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The product's.
    Real,
    /// The one that only parses and signs.
    Reference,
}

/// A call of a kind, with all that the next one needs.
#[derive(Debug)]
pub(crate) enum Job {
    /// New seats, on one entitlement after the other.
    Activate(Activate),
    /// New leases, for one activation after the other.
    Refresh(Refresh),
}

/// Claims on seats.
#[derive(Debug)]
pub(crate) struct Activate {
    product: String,
    codes: Vec<String>,
    name: String,
    calls: usize,
}

/// Refreshes of activations that were made before.
#[derive(Debug)]
pub(crate) struct Refresh {
    held: Vec<Held>,
    name: String,
    calls: usize,
}

/// What a product keeps of its activation.
#[derive(Debug)]
struct Held {
    authorization: String,
    nonce: String,
}

impl Job {
    /// Makes one call.
    pub(crate) async fn run(&mut self, connection: &mut Connection, route: Route) -> Result<(), Failure> {
        match self {
            Self::Activate(job) => job.run(connection, route).await,
            Self::Refresh(job) => job.run(connection, route).await,
        }
    }
}

impl Activate {
    /// The share of connection `number` of `connections`: no other connection uses its entitlements. `name` makes seat ids
    /// that no other job has.
    pub(crate) fn new(shop: &Shop, name: &str, number: usize, connections: usize) -> Self {
        let codes = shop.codes.iter().skip(number).step_by(connections).cloned().collect();
        Self { product: shop.product.clone(), codes, name: format!("{name}-{number}"), calls: 0 }
    }

    /// The next seat id, and the body that claims it. Seat names and ids are as long as real ones.
    fn next(&mut self) -> Result<(String, String), Failure> {
        let Self { product, codes, name, calls } = self;
        *calls += 1;
        let code = codes.get(*calls % codes.len().max(1)).ok_or("more connections than orders")?;
        let seat = format!("host-{name}-{calls:012}");
        let body = format!(
            r#"{{"credential":{{"type":"activationCode","code":"{code}"}},"productId":"{product}","seatId":"{seat}","seatName":"ws-042"}}"#
        );
        Ok((seat, body))
    }

    async fn run(&mut self, connection: &mut Connection, route: Route) -> Result<(), Failure> {
        let (seat, body) = self.next()?;
        let path = if route == Route::Real { "/api/v1/activate" } else { "/reference/activate" };
        let headers = [("idempotency-key", seat.as_str())];
        connection.post(&Request { path, headers: &headers, body: &body }).await?.expect(201)
    }

    async fn hold(&mut self, connection: &mut Connection) -> Result<Held, Failure> {
        let (_, body) = self.next()?;
        let reply = connection.post(&Request { path: "/api/v1/activate", headers: &[], body: &body }).await?;
        let token = text(&reply.json(201)?, "accessToken")?;
        Ok(Held { authorization: format!("Bearer {token}"), nonce: reply.header("chancery-nonce")?.to_owned() })
    }

    /// The whole reply to one claim.
    pub(crate) async fn sample(&mut self, connection: &mut Connection) -> Result<String, Failure> {
        let (_, body) = self.next()?;
        let reply = connection.post(&Request { path: "/api/v1/activate", headers: &[], body: &body }).await?;
        reply.expect(201)?;
        Ok(String::from_utf8(reply.body.to_vec())?)
    }
}

impl Refresh {
    /// Makes `count` activations to be refreshed.
    pub(crate) async fn prepare(
        mut claims: Activate,
        count: usize,
        connection: &mut Connection,
    ) -> Result<Self, Failure> {
        let mut held = Vec::with_capacity(count);
        for _ in 0..count {
            held.push(claims.hold(connection).await?);
        }
        Ok(Self { held, name: claims.name, calls: 0 })
    }

    async fn run(&mut self, connection: &mut Connection, route: Route) -> Result<(), Failure> {
        self.calls += 1;
        let count = self.held.len().max(1);
        let held = self.held.get_mut(self.calls % count).ok_or("nothing to refresh")?;
        let key = format!("call-{}-{:012}", self.name, self.calls);
        let headers = [
            ("authorization", held.authorization.as_str()),
            ("chancery-nonce", held.nonce.as_str()),
            ("idempotency-key", key.as_str()),
        ];
        let path = if route == Route::Real { "/api/v1/activation/refresh" } else { "/reference/refresh" };
        let reply = connection.post(&Request { path, headers: &headers, body: "{}" }).await?;
        reply.expect(200)?;
        if route == Route::Real {
            held.nonce = reply.header("chancery-nonce")?.to_owned();
        }
        Ok(())
    }
}
