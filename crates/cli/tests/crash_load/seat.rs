//! One seat id of one product: what was acknowledged of it, and the call whose outcome is not known.

use reqwest::Method;
use reqwest::blocking::RequestBuilder;
use serde_json::json;

use super::http::{Answer, Http, Reply};
use super::shop::Order;
use super::{Dice, fresh_key};

/// A seat id, by the replies that its product got.
pub(crate) struct Seat {
    pub(crate) id: String,
    /// Which order of the shop it belongs to.
    pub(crate) at: usize,
    order: Order,
    /// The seat, if it was given and not given back.
    pub(crate) held: Option<Held>,
    /// The access tokens of activations that were given back.
    pub(crate) gone: Vec<String>,
    /// The call whose reply did not arrive.
    pending: Option<Call>,
    /// How often each change was acknowledged.
    pub(crate) activated: usize,
    pub(crate) refreshed: usize,
    pub(crate) deactivated: usize,
}

/// What a product keeps of its activation.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) activation: String,
    pub(crate) token: String,
    pub(crate) nonce: String,
}

/// A change, with its idempotency key: sent again as it is until it is answered.
#[derive(Clone)]
enum Call {
    Activate { key: String },
    Refresh { key: String, held: Held },
    Deactivate { key: String, held: Held },
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    Answered,
    Unavailable,
    Lost,
}

impl Seat {
    /// The seat ids of a product on an order.
    pub(crate) fn some(product: usize, at: usize, order: &Order) -> Vec<Self> {
        let seat = |number| Self {
            id: format!("host-{product}-{number}"),
            at,
            order: order.clone(),
            held: None,
            gone: Vec::new(),
            pending: None,
            activated: 0,
            refreshed: 0,
            deactivated: 0,
        };
        (0..2).map(seat).collect()
    }

    /// Makes the call whose outcome is not known again, or else some next one.
    pub(crate) fn step(&mut self, http: &Http, dice: &mut Dice) -> Sent {
        let call = self.pending.take().unwrap_or_else(|| self.choose(dice));
        self.send(http, call)
    }

    /// Whether the outcome of every call is known.
    pub(crate) const fn is_settled(&self) -> bool {
        self.pending.is_none()
    }

    /// Finds out what became of the call whose outcome is not known.
    pub(crate) fn settle(&mut self, http: &Http) -> Sent {
        self.pending.take().map_or(Sent::Answered, |call| self.send(http, call))
    }

    /// SAFE-2: that the last nonce which was acknowledged is the present one.
    pub(crate) fn refresh(&mut self, http: &Http) -> Sent {
        let call = self.held.clone().map(|held| Call::Refresh { key: fresh_key(), held });
        call.map_or(Sent::Answered, |call| self.send(http, call))
    }

    fn choose(&self, dice: &mut Dice) -> Call {
        let key = fresh_key();
        match self.held.clone() {
            None => Call::Activate { key },
            Some(held) if dice.below(3) == 0 => Call::Deactivate { key, held },
            Some(held) => Call::Refresh { key, held },
        }
    }

    fn send(&mut self, http: &Http, call: Call) -> Sent {
        match Http::send(self.request(http, &call)) {
            Reply::Answer(answer) => {
                self.note(call, &answer);
                Sent::Answered
            }
            Reply::Unavailable => {
                self.pending = Some(call);
                Sent::Unavailable
            }
            Reply::Lost => {
                self.pending = Some(call);
                Sent::Lost
            }
        }
    }

    fn request(&self, http: &Http, call: &Call) -> RequestBuilder {
        match call {
            Call::Activate { key } => {
                let body = json!({ "credential": { "type": "activationCode", "code": self.order.code },
                    "productId": self.order.product, "seatId": self.id });
                http.call(Method::POST, "activate").header("idempotency-key", key).json(&body)
            }
            Call::Refresh { key, held } => {
                let call = http.call(Method::POST, "activation/refresh").header("idempotency-key", key);
                call.bearer_auth(&held.token).header("chancery-nonce", &held.nonce).json(&json!({}))
            }
            Call::Deactivate { key, held } => {
                let call = http.call(Method::DELETE, "activation").header("idempotency-key", key);
                call.bearer_auth(&held.token)
            }
        }
    }

    /// Writes an answer down; a wrong one ends the test.
    fn note(&mut self, call: Call, answer: &Answer) {
        let text = |name: &str| answer.body[name].as_str().unwrap().to_owned();
        match (call, answer.status) {
            (Call::Activate { .. }, 201) => {
                let activation = answer.body["activation"]["id"].as_str().unwrap().to_owned();
                let nonce = answer.nonce.clone().unwrap();
                self.held = Some(Held { activation, token: text("accessToken"), nonce });
                self.activated += 1;
            }
            (Call::Activate { .. }, 409) if answer.body["code"] == "seats_exhausted" => {}
            (Call::Refresh { held, .. }, 200) => {
                assert_eq!(answer.body["activation"]["id"], held.activation.as_str());
                self.held = Some(Held { nonce: answer.nonce.clone().unwrap(), ..held });
                self.refreshed += 1;
            }
            (Call::Deactivate { held, .. }, 204) => {
                self.held = None;
                self.gone.push(held.token);
                self.deactivated += 1;
            }
            _ => panic!("a wrong answer to {}: {answer:?}", self.id),
        }
    }
}
