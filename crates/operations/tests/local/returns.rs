//! EXP-6, EXP-7, SEC-2: what goes back to the vendor.

use chancery_domain::*;
use chancery_operations::{Error, local, local_server};

use crate::dark::Dark;
use crate::fixture::{Engine, quantity};
use crate::machine::refusal;
use crate::on_both_engines;
use crate::server::Vendor;

on_both_engines!(
    exp_7_a_return_ends_the_session_and_gives_the_share_back,
    exp_7_seats_whose_leases_run_are_held_until_they_end,
    exp_7_the_same_token_is_told_for_ever,
    exp_7_a_dry_run_counts_who_would_be_left,
    exp_6_a_report_acknowledges_what_was_applied,
    exp_6_reports_go_on_with_one_log,
);

async fn exp_7_a_return_ends_the_session_and_gives_the_share_back(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::hosting(engine, &of, Some(2)).await;
    assert_eq!(of.seats_here().await, 3);
    let token = dark.delete(&of).await.unwrap();
    let done = of.takes_back(&token).await.unwrap();
    assert!(!done.already_done);
    assert_eq!(of.seats_here().await, 5);
    assert!(of.takes_back(&token).await.unwrap().already_done);
    assert!(dark.claim(&of, "pc-1", None).await.is_err(), "its data are gone, its codes with them");
    let gone = local::entitlement::find(&dark.system, &dark.admin(&of), of.entitlement).await;
    assert!(matches!(gone, Err(Error::NotFound)));
}

async fn exp_7_seats_whose_leases_run_are_held_until_they_end(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::hosting(engine, &of, None).await;
    for seat in ["pc-1", "pc-2"] {
        dark.claim(&of, seat, None).await.unwrap();
    }
    let token = dark.delete(&of).await.unwrap();
    let done = of.takes_back(&token).await.unwrap();
    let usage = done.session.session.usage.clone().unwrap();
    assert_eq!((usage.seats_used, usage.running, usage.activations), (2, 2, 2));
    assert_eq!(of.seats_here().await, 3, "two may still run");
    of.advance(Interval::days(7));
    assert_eq!(of.seats_here_now().await, 5);
}

async fn exp_7_the_same_token_is_told_for_ever(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::hosting(engine, &of, Some(2)).await;
    let first = dark.delete(&of).await.unwrap();
    of.advance(Interval::days(500));
    assert_eq!(dark.delete(&of).await.unwrap(), first);
    let other = local::entitlement::delete(&dark.system, &dark.admin(&of), EntitlementId::new(of.now(), [1; 10])).await;
    assert!(matches!(other, Err(Error::NotFound)));
}

async fn exp_7_a_dry_run_counts_who_would_be_left(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let held = dark.claim(&of, "pc-1", None).await.unwrap();
    let context = dark.admin(&of).rehearsing(true);
    let rehearsed = local::entitlement::delete(&dark.system, &context, of.entitlement).await;
    let Err(Error::Rehearsed(rehearsal)) = rehearsed else { panic!("no dry run") };
    assert_eq!(rehearsal.leaving_count, 1);
    assert_eq!(rehearsal.leaving[0].why, LeavingWhy::RunsOut(held.view.activation.lease.expiry));
    dark.refresh(&of, &held, &held.nonce, None).await.unwrap();
}

async fn exp_6_a_report_acknowledges_what_was_applied(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::hosting(engine, &of, Some(3)).await;
    dark.claim(&of, "pc-1", None).await.unwrap();
    dark.claim(&of, "pc-1b", None).await.unwrap();
    dark.claim(&of, "pc-1c", None).await.unwrap();
    assert!(matches!(refusal(dark.claim(&of, "pc-2", None).await), Refusal::SeatsExhausted { .. }));
    let less = dark.token(&of, Some(1)).await;
    assert_eq!(of.seats_here().await, 2, "the largest share of all tokens that may be applied");
    dark.import(&of, &less).await.unwrap();
    let reported = dark.reports(&of).await;
    let session = &reported.sessions[0].session;
    assert_eq!(session.acknowledged, 2);
    let usage = session.usage.as_ref().unwrap();
    assert_eq!((usage.running, usage.denials), (3, 1), "released seats may run on");
    assert_eq!(of.seats_here().await, 2, "they count until they end");
    of.advance(Interval::days(8));
    dark.reports(&of).await;
    assert_eq!(of.seats_here_now().await, 4);
}

async fn exp_6_reports_go_on_with_one_log(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::hosting(engine, &of, Some(3)).await;
    let first = dark.reports(&of).await.view.server.reported.unwrap();
    assert_eq!((first.seq, first.log_rows), (1, 0));
    dark.claim(&of, "pc-1", None).await.unwrap();
    let kept = local::report(&dark.system, &dark.admin(&of)).await.unwrap();
    dark.claim(&of, "pc-2", None).await.unwrap();
    let third = dark.reports(&of).await.view.server.reported.unwrap();
    assert_eq!((third.seq, third.log_rows), (3, 2));
    let late = refusal(local_server::report(&of.system, &of.admin(), &kept).await);
    assert!(matches!(late, Refusal::ReportSuperseded { seq: 2, taken: 3, .. }), "{late:?}");
    let again = dark.reports(&of).await.view.server.reported.unwrap();
    assert_eq!((again.seq, again.log_hash), (4, third.log_hash), "the same log has the same hash");
    assert_eq!(dark.hosted(&of).await.view.entitlement.seats, quantity(3));
}
