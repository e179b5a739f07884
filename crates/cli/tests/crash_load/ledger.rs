//! What must be true after a crash: by the products' ledgers, and by the vendor's.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::Value;

use super::seat::{Seat, Sent};
use super::{Http, Product, Shop};

/// Checks that nothing acknowledged was lost, nothing was done twice, and no seat was given twice.
pub(crate) fn check(http: &Http, shop: &Shop, products: &mut [Product]) {
    let mut seats: Vec<&mut Seat> = products.iter_mut().flat_map(|product| &mut product.seats).collect();
    for seat in &mut seats {
        if let (Some(held), true) = (&seat.held, seat.is_settled()) {
            // An acknowledged activation is there.
            let state = Http::answer(http.call(Method::GET, "activation").bearer_auth(&held.token));
            assert_eq!(state.status, 200, "{}: {state:?}", seat.id);
            assert_eq!(state.body["activation"]["id"], held.activation.as_str());
            assert_eq!(state.body["activation"]["seatId"], seat.id.as_str());
        }
        if let (None, Some(token)) = (&seat.held, seat.gone.last()) {
            // A deactivation that was acknowledged stays done.
            let state = Http::answer(http.call(Method::GET, "activation").bearer_auth(token));
            assert_eq!(state.body["code"], "activation_deactivated", "{}: {state:?}", seat.id);
        }
        // SAFE-1, SAFE-3: the same call again is answered, whether it was done or not; and the nonce that it or the last reply
        // before the crash gave is the present one.
        assert_eq!(seat.settle(http), Sent::Answered, "{}", seat.id);
        assert_eq!(seat.refresh(http), Sent::Answered, "{}", seat.id);
    }
    for (at, order) in shop.orders.iter().enumerate() {
        let expected = seats.iter().filter(|seat| seat.at == at);
        let expected = expected.filter_map(|seat| Some((seat.id.clone(), seat.held.as_ref()?.activation.clone())));
        let expected: BTreeMap<String, String> = expected.collect();
        let path = format!("entitlements/{}", order.entitlement);

        // SEAT-2, SEAT-10: exactly the seats that the products hold are taken, each number once.
        let listed = http.list(&format!("{path}/activations"));
        let held =
            |item: &Value| (item["seatId"].as_str().unwrap().to_owned(), item["id"].as_str().unwrap().to_owned());
        assert_eq!(listed.iter().map(held).collect::<BTreeMap<_, _>>(), expected);
        let numbers: BTreeSet<u64> = listed.iter().map(|item| item["seatNumber"].as_u64().unwrap()).collect();
        assert_eq!((numbers.len(), listed.len()), (expected.len(), expected.len()));
        let most = order.seats + order.overdraft;
        assert!(numbers.iter().all(|number| (1..=most).contains(number)), "{numbers:?}");
        let entitlement = http.get(&path);
        let used = entitlement["seatsUsed"].as_u64().unwrap();
        assert_eq!(used, expected.len() as u64, "{entitlement}");
        assert!(used <= most, "{entitlement}");
    }
}

/// SEAT-11, SAFE-1: each change that was acknowledged is in the activation log, once, however often it was sent; and no other is.
pub(crate) fn check_log(http: &Http, shop: &Shop, products: &[Product]) {
    for (at, order) in shop.orders.iter().enumerate() {
        let mut logged: BTreeMap<(String, String), usize> = BTreeMap::new();
        for entry in http.list(&format!("entitlements/{}/activation-log", order.entitlement)) {
            let text = |name: &str| entry[name].as_str().unwrap().to_owned();
            if entry["operation"] != "deny" {
                *logged.entry((text("seatId"), text("operation"))).or_default() += 1;
            }
        }
        let mut acknowledged = BTreeMap::new();
        for seat in products.iter().flat_map(|product| &product.seats).filter(|seat| seat.at == at) {
            for (operation, count) in
                [("activate", seat.activated), ("refresh", seat.refreshed), ("deactivate", seat.deactivated)]
            {
                if count > 0 {
                    acknowledged.insert((seat.id.clone(), operation.to_owned()), count);
                }
            }
        }
        assert_eq!(logged, acknowledged);
    }
}
