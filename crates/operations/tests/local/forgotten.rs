//! EXP-9: what a local server that was set back says of leases that it has forgotten, and to whom.

use chancery_domain::*;
use chancery_operations::activation::{self, Validated, Validation};
use chancery_operations::credential::{self, Credential};
use chancery_operations::{Context, local};

use crate::dark::Dark;
use crate::fixture::{CODE, Engine, Terms};
use crate::machine::terms;
use crate::on_both_engines;
use crate::restored::minute;
use crate::server::Vendor;

on_both_engines!(
    exp_9_what_may_run_unseen_is_held_when_it_is_returned,
    exp_9_reports_count_what_may_run_unseen_until_it_has_ended,
    exp_9_leases_without_end_may_run_unseen_as_long_as_the_delegations,
    exp_9_a_question_is_told_that_no_new_seat_is_given,
);

async fn exp_9_what_may_run_unseen_is_held_when_it_is_returned(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::hosting(engine, &of, None).await;
    dark.claim(&of, "pc-1", None).await.unwrap();
    dark.back_up(&of).await;
    for seat in ["pc-2", "pc-3", "pc-4"] {
        dark.claim(&of, seat, None).await.unwrap();
    }
    dark.set_back(&of).await;
    local::mark_restored(&dark.system, dark.clock(&of), [4; 32]).await.unwrap();
    let token = dark.delete(&of).await.unwrap();
    let done = of.takes_back(&token).await.unwrap();
    let usage = done.session.session.usage.clone().unwrap();
    assert_eq!((usage.seats_used, usage.running), (1, 5), "nobody knows how many were given");
    assert_eq!(of.seats_here().await, 0);
    of.advance(Interval::days(7));
    assert_eq!(of.seats_here_now().await, 5);
}

async fn exp_9_reports_count_what_may_run_unseen_until_it_has_ended(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::hosting(engine, &of, Some(4)).await;
    dark.back_up(&of).await;
    let forgotten = dark.claim(&of, "pc-1", None).await.unwrap();
    dark.set_back(&of).await;
    of.advance(minute());
    dark.comes_back(&of, &forgotten).await.unwrap();
    let noticed = of.now();
    dark.confirm(&of).await;
    // Fewer seats, of which the forgotten leases know nothing.
    dark.import(&of, &dark.token(&of, Some(2)).await).await.unwrap();
    let running = async || {
        let session = dark.reports(&of).await.sessions[0].session.clone();
        let usage = session.usage.unwrap();
        (usage.running, usage.running_until)
    };
    assert_eq!(running().await, (4, Some(noticed.plus(Interval::days(7)))));
    assert_eq!(of.seats_here().await, 1);
    of.advance(Interval::days(8));
    local::sample_seats(&dark.system, dark.clock(&of)).await.unwrap();
    // What is proved of the time comes with a token.
    dark.import(&of, &dark.token(&of, Some(2)).await).await.unwrap();
    assert_eq!(running().await.0, 0);
    assert_eq!(of.seats_here_now().await, 3);
}

async fn exp_9_leases_without_end_may_run_unseen_as_long_as_the_delegations(engine: Engine) {
    let of = Vendor::with(engine, Terms { lease_period: Period::Unlimited, ..terms(3) }).await;
    let dark = Dark::hosting(engine, &of, None).await;
    dark.back_up(&of).await;
    dark.claim(&of, "pc-1", None).await.unwrap();
    dark.set_back(&of).await;
    local::mark_restored(&dark.system, dark.clock(&of), [4; 32]).await.unwrap();
    let token = dark.delete(&of).await.unwrap();
    of.takes_back(&token).await.unwrap();
    assert_eq!(of.seats_here().await, 0);
    of.advance(Interval::days(29));
    assert_eq!(of.seats_here_now().await, 0);
    of.advance(Interval::days(2));
    assert_eq!(of.seats_here_now().await, 3, "no lease outlives its delegation");
}

async fn exp_9_a_question_is_told_that_no_new_seat_is_given(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    dark.claim(&of, "pc-1", None).await.unwrap();
    local::mark_restored(&dark.system, dark.clock(&of), [4; 32]).await.unwrap();
    let since = dark.status(&of).await.restored.unwrap();
    let unconfirmed = Some(Refusal::RestoreUnconfirmed { since });
    assert_eq!(dark.asks_for(&of, None).await.refusal, unconfirmed);
    let new = dark.asks_for(&of, Some("pc-2")).await;
    assert_eq!((new.refusal, new.verdict), (unconfirmed, None));
    assert_eq!(dark.asks_for(&of, Some("pc-1")).await.refusal, None, "who has a seat has it");
    dark.confirm(&of).await;
    assert!(dark.asks_for(&of, Some("pc-2")).await.verdict.is_some());
}

impl Dark {
    /// A product asks whether it would get a seat.
    async fn asks_for(&self, of: &Vendor, seat: Option<&str>) -> Validated {
        let credential = Credential::ActivationCode(CODE.to_owned());
        let product = Selector::Name("acme-cad".to_owned());
        let claimant = credential::claimant(&self.system, &credential, product, of.now()).await.unwrap();
        let context = Context::new(claimant.caller.actor.clone(), of.now(), [3; 32]);
        let seat_id = seat.map(|seat| SeatId::new(seat).unwrap());
        let question = Validation { claimant, edition: None, seat_id, release: None, secret: None, device_proof: None };
        activation::validate(&self.system, &context, question).await.unwrap()
    }
}
