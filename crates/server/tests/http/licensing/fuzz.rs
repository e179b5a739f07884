//! Random requests against every licensing endpoint: whatever is sent, the reply is one of ours (API-2).
//!
//! The seed is fixed: a failure names the round, and that round happens again.

use serde_json::{Map, Value, json};

use super::holder::{Holder, claim_with};
use crate::common::{Reply, TestApp};
use crate::management::shop::{Shop, text};

/// A generator that needs nothing but a number (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most as u64).unwrap()
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// A value such as nobody expects.
    fn value(&mut self) -> Value {
        let texts = [
            "",
            " ",
            "cad",
            "pro",
            "export",
            "pc-1",
            "none",
            "null",
            "2026-06-01",
            "9999-12-31T23:59:59.999999Z",
            "-009999-01-01T00:00:00Z",
            "0001-01-01",
            "act_01m4jx7gd1eb9bvwgxq8w7mmp3",
            "prod_",
            "\u{0}",
            "\u{7f}",
            "\u{202e}\u{feff}",
            "💥",
            "'; DROP TABLE activations; --",
            "%00",
            "{}",
            "1e309",
            "18446744073709551616",
        ];
        match self.below(14) {
            0 => Value::Null,
            1 => json!(self.next().is_multiple_of(2)),
            2 => json!(self.next()),
            3 => json!(-i64::try_from(self.next() >> 1).unwrap()),
            4 => json!(self.next() % 12),
            5 => json!(f64::from_bits(self.next())),
            6 => json!("x".repeat(self.below(2_000))),
            7 => json!(char::from_u32(u32::try_from(self.next() % 0x11_0000).unwrap()).map(String::from)),
            8 => json!([self.next() % 3, null, "x"]),
            9 => json!({ "type": "activationCode", "code": self.pick(&texts) }),
            10 => json!({ "amount": 1 }),
            _ => json!(self.pick(&texts)),
        }
    }

    /// Changes some members of an object, at any depth.
    fn mutate(&mut self, object: &mut Map<String, Value>) {
        const NAMES: [&str; 14] = [
            "credential",
            "productId",
            "editionId",
            "seatId",
            "seatName",
            "releaseDate",
            "licenseeSecret",
            "device",
            "type",
            "code",
            "amount",
            "lease",
            "vm",
            "x",
        ];
        for _ in 0..=self.below(3) {
            let name = self.pick(&NAMES);
            match (self.below(6), object.get_mut(name)) {
                (0, _) => drop(object.remove(name)),
                (1, Some(Value::Object(inner))) => self.mutate(inner),
                _ => drop(object.insert(name.to_owned(), self.value())),
            }
        }
    }

    /// Damages the text itself, sometimes.
    fn damage(&mut self, body: &str) -> Vec<u8> {
        let mut bytes = body.as_bytes().to_vec();
        match self.below(6) {
            0 => bytes.truncate(self.below(bytes.len() + 1)),
            1 if !bytes.is_empty() => {
                let at = self.below(bytes.len());
                bytes[at] = self.next().to_le_bytes()[0];
            }
            2 => {
                let at = self.below(bytes.len() + 1);
                bytes.insert(at, *self.pick(&[&b'"', &b'{', &b']', &b'\\', &0, &0xff]));
            }
            _ => {}
        }
        bytes
    }
}

#[track_caller]
fn is_ours(reply: &Reply, round: usize, body: &[u8]) {
    let body = String::from_utf8_lossy(body);
    assert!(reply.status.as_u16() < 500, "round {round}: {body}: {reply:?}");
    if reply.status.as_u16() >= 400 {
        let code = reply.json()["code"].clone();
        reply.problem(text(&code));
    } else {
        assert!(reply.status == 204 || reply.header("content-type") == "application/json", "round {round}: {reply:?}");
    }
    // Facts of the program that only a fault would tell.
    for inner in ["rusqlite", "SQLITE", "postgres", "panicked", "serde", ".rs:"] {
        assert!(!reply.text.contains(inner), "round {round}: {body}: {reply:?}");
    }
}

async fn storm(app: TestApp, rounds: usize) {
    let shop = Shop::open(&app, "Acme").await;
    let sold = shop.sell("CAD-C").await;
    let mut seat = Holder::take(&shop, &sold.code, "holder").await;
    let mut dice = Dice(0x00c0_ffee);
    let mut refused = 0;
    for round in 0..rounds {
        let members = json!({ "seatName": "n", "editionId": "pro", "device": { "vm": true }, "amount": 1 });
        let mut body = claim_with(&sold.code, &format!("pc-{}", dice.below(4)), &members);
        dice.mutate(body.as_object_mut().unwrap());
        let bytes = dice.damage(&body.to_string());
        let features = ["export", "renders", "cloud", "%C3%A9", "x%2Fy", "..", "%FF", "%00"];
        let path = match dice.below(7) {
            0 | 1 => "/activate".to_owned(),
            2 => "/validate".to_owned(),
            3 => "/activation/refresh".to_owned(),
            _ => format!(
                "/activation/features/{}/{}",
                dice.pick(&features),
                dice.pick(&["checkout", "return", "use", "x"])
            ),
        };
        let mut call = app.call(dice.pick(&["POST", "POST", "POST", "POST", "PUT"]), &format!("/api/v1{path}"));
        if path.starts_with("/activation") {
            call = call.key(&seat.token).header("chancery-nonce", &seat.nonce).once(&format!("k{round}"));
        } else {
            call = call.anonymous();
        }
        let reply = call.body("application/json", bytes.clone()).await;
        is_ours(&reply, round, &bytes);
        refused += usize::from(reply.status.as_u16() >= 400);
        if !reply.header("chancery-nonce").is_empty() && path.starts_with("/activation") {
            reply.header("chancery-nonce").clone_into(&mut seat.nonce);
        }
        app.clock.advance(i64::try_from(dice.below(3)).unwrap());
    }
    assert!((rounds / 4..rounds).contains(&refused), "both kinds of replies occurred: {refused} of {rounds} refused");
    // All that was refused changed nothing: the seats still add up, and the holder still goes on.
    let entitlement = shop.get(&sold.entitlement).await.ok();
    let listed = shop.items(&format!("{}/activations", sold.entitlement)).await;
    assert_eq!((&entitlement["seatsUsed"], listed.len()), (&json!(2), 2));
    seat.call("DELETE", "").await.done();
    Holder::take(&shop, &sold.code, "another").await.refresh().await.ok();
}

#[tokio::test]
async fn api_2_no_body_whatever_makes_the_server_fail_on_sqlite() {
    storm(TestApp::sqlite().await, 2_000).await;
}

#[tokio::test]
async fn api_2_no_body_whatever_makes_the_server_fail_on_postgresql() {
    storm(TestApp::postgres().await, 2_000).await;
}
