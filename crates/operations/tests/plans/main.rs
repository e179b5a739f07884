//! How the database goes about what products ask for all day: by keys, never through all that there is.
//!
//! On SQLite, whose plans depend on nothing but statement and schema here: no figures are gathered that would change them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "../local/dark.rs"]
#[allow(dead_code, reason = "it is made for other tests too")]
mod dark;
mod days;
#[path = "../licensing/fixture.rs"]
#[allow(dead_code, reason = "it is made for other tests too")]
mod fixture;
mod listener;
#[path = "../offline/machine.rs"]
#[allow(dead_code, reason = "it is made for other tests too")]
mod machine;
#[path = "../exports/server.rs"]
#[allow(dead_code, reason = "it is made for other tests too")]
mod server;
mod steps;

use crate::listener::Listener;

/// Statements that go through much, and why they may, each by words that no other has.
const ALLOWED: &[(&str, &str)] = &[
    ("GROUP BY h.key", "the holders of an entitlement's pools: not its seats, and of most entitlements nobody"),
    (
        "COALESCE(CAST(SUM(CASE WHEN a.ends",
        "a report of a local server counts all that it did, when a person asks for one",
    ),
    ("UPDATE orders SET customer_id", "the entitlements follow only where an order moves"),
    (
        "FROM feature_holdings h JOIN activations a ON a.id = h.activation_id WHERE h.entitlement_id = $1 AND h.key",
        "the same",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_of_a_product_goes_through_all_there_is() {
    let listener = Listener::start();
    days::online(&listener).await;
    days::offline(&listener).await;
    days::hosted(&listener).await;
    let statements = listener.statements();
    let of = |what: &str| statements.keys().filter(|sql| sql.contains(what)).count();
    assert!(of("activations") > 5 && of("INSERT INTO journal") > 0 && of("offline_requests") > 1, "{statements:#?}");
    let allowed = |sql: &str| ALLOWED.iter().any(|(words, _)| sql.contains(words));
    let mut wrong = Vec::new();
    for (sql, plan) in statements.iter().filter(|(sql, _)| !allowed(sql)) {
        wrong.extend(plan.lines().filter(|step| steps::is_long(step, sql)).map(|step| format!("{step}\n    {sql}")));
    }
    assert!(wrong.is_empty(), "{} steps go through much:\n{}", wrong.len(), wrong.join("\n"));
    for (words, _) in ALLOWED {
        assert!(statements.keys().any(|sql| sql.contains(words)), "nothing says `{words}` any more: forget it");
    }
}
