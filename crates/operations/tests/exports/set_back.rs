//! Reports of local servers whose databases were set back (EXP-6, EXP-9).

use chancery_domain::{Interval, Quantity};

use crate::carried::{told, told_with};
use crate::fixture::{Engine, quantity};
use crate::on_both_engines;
use crate::server::Vendor;

on_both_engines! {
    exp_6_exp_9_a_server_that_was_set_back_counts_with_its_older_token,
    exp_6_exp_9_a_log_that_became_shorter_frees_nothing_before_its_time,
}

async fn exp_6_exp_9_a_server_that_was_set_back_counts_with_its_older_token(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let server = vendor.server(1).await;
    let large = vendor.exports(&server, Some(4)).await.unwrap();
    let small = vendor.token(&server, Some(1)).await.unwrap();
    vendor.takes_report(&server.reports(&vendor, 1, &[(&small, told(1, None))]).await).await.unwrap();
    assert_eq!(vendor.split().await, (5, 1));
    for seat in ["a", "b", "c"] {
        vendor.activate(seat, None).await.unwrap();
    }
    // Its backup was of before the smaller token.
    let report = server.reports(&vendor, 2, &[(&large, told(0, None))]).await;
    let taken = vendor.takes_report(&report).await.unwrap();
    assert!(taken.sessions[0].out_of_sync, "it needs a new token");
    assert_eq!((taken.sessions[0].session.applied(), taken.sessions[0].session.acknowledged), (1, 2));
    assert_eq!(vendor.split().await, (3, 3), "as far as it takes no seat from anybody here");
    assert_eq!(vendor.used().await, (3, 0, 3));
    let next = vendor.token(&server, None).await.unwrap();
    vendor.takes_report(&server.reports(&vendor, 3, &[(&next, told(0, None))]).await).await.unwrap();
    assert_eq!(vendor.split().await, (5, 1));
    assert!(!vendor.view().await.hosts[0].out_of_sync);
    // A token whose delegation has ended gives nothing any more.
    vendor.advance(Interval::days(40));
    vendor.token(&server, None).await.unwrap();
    vendor.takes_report(&server.reports(&vendor, 4, &[(&large, told(0, None))]).await).await.unwrap();
    assert_eq!(vendor.split().await, (5, 1));
}

async fn exp_6_exp_9_a_log_that_became_shorter_frees_nothing_before_its_time(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let server = vendor.server(1).await;
    vendor.exports(&server, Some(4)).await.unwrap();
    let small = vendor.token(&server, Some(1)).await.unwrap();
    let until = vendor.now().plus(Interval::days(5));
    let mut usage = told(3, Some(until));
    usage.features = told_with(&[("uses", 7)], vendor.now()).features;
    let mut report = server.report_of(&vendor, 1, &[(&small, usage)]).await;
    report.says.log.rows = 20;
    vendor.takes_report(&server.seals_report(&vendor, &report).await).await.unwrap();
    assert_eq!(vendor.split().await, (3, 3));
    let less = async |number, rows| {
        let mut report = server.report_of(&vendor, number, &[(&small, told(1, Some(until)))]).await;
        report.says.log.rows = rows;
        vendor.takes_report(&server.seals_report(&vendor, &report).await).await.unwrap();
    };
    less(2, 5).await;
    assert_eq!(vendor.split().await, (3, 3), "it has forgotten two of them");
    let host = &vendor.view().await.hosts[0];
    assert_eq!(host.session.usage.as_ref().unwrap().features[0].used, quantity(7), "and what was spent");
    less(3, 6).await;
    assert_eq!(vendor.split().await, (5, 1), "its log goes on: what it says counts again");
    vendor.advance(Interval::days(5));
    assert_eq!(vendor.view().await.entitlement.hosted_over(), Quantity::ZERO);
}
