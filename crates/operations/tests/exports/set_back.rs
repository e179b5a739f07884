//! Reports of local servers whose databases were set back (EXP-6, EXP-9).

use chancery_domain::{EntitlementEdit, Interval, Quantity, UsageReset};
use chancery_operations::entitlement::{self, Exported, NewExport, NextToken};

use crate::carried::{features, told, told_with};
use crate::fixture::{Engine, quantity};
use crate::on_both_engines;
use crate::server::{Server, Vendor};

on_both_engines! {
    exp_6_exp_9_a_server_that_was_set_back_counts_with_its_older_token,
    exp_6_exp_9_a_log_that_became_shorter_frees_nothing_before_its_time,
    exp_6_exp_9_any_token_that_it_forgot_may_be_applied_again,
    exp_6_exp_9_what_it_may_spend_by_an_older_token_does_not_come_back,
    exp_7_exp_9_a_return_after_it_counts_a_counter_once,
    lls_4_feat_2_what_is_held_anew_is_decided_once,
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
    assert_eq!(vendor.split().await, (3, 3), "its log goes on, and so do they");
    let host = &vendor.view().await.hosts[0];
    assert_eq!(host.session.usage.as_ref().unwrap().features[0].used, quantity(7), "what is spent stays so");
    let next = vendor.token(&server, None).await.unwrap();
    vendor.takes_report(&server.reports(&vendor, 7, &[(&next, told(0, None))]).await).await.unwrap();
    assert_eq!(vendor.split().await, (3, 3), "nor does another token end them");
    vendor.advance(Interval::days(5));
    assert_eq!(vendor.split().await, (5, 1));
    assert_eq!(vendor.view().await.entitlement.hosted_over(), Quantity::ZERO);
}

async fn exp_6_exp_9_any_token_that_it_forgot_may_be_applied_again(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let server = vendor.server(1).await;
    let first = vendor.exports(&server, Some(1)).await.unwrap();
    vendor.token(&server, Some(4)).await.unwrap();
    let third = vendor.token(&server, Some(1)).await.unwrap();
    vendor.takes_report(&server.reports(&vendor, 1, &[(&third, told(0, None))]).await).await.unwrap();
    assert_eq!(vendor.split().await, (5, 1));
    vendor.takes_report(&server.reports(&vendor, 2, &[(&first, told(0, None))]).await).await.unwrap();
    assert_eq!(vendor.split().await, (2, 4), "the second one lies there on paper");
    vendor.advance(Interval::days(30));
    assert_eq!(vendor.split().await, (5, 1), "its delegation has ended");
}

/// Of ten `uses`, that never begin anew, six went to a server, then one, and it was set back to the first token. It spent two.
async fn with_uses(engine: Engine) -> (Vendor, Server, Exported) {
    let vendor = Vendor::new(engine, 6).await;
    resets(&vendor, UsageReset::Never).await;
    let server = vendor.server(1).await;
    let new = NewExport { features: features(&[("uses", 6)]), ..vendor.export_of(&server, Some(1)) };
    let large = vendor.exports_as(new).await.unwrap();
    let next = NextToken { features: features(&[("uses", 1)]), ..vendor.next(&server, None) };
    let small = entitlement::export_token(&vendor.system, &vendor.admin(), next).await.unwrap();
    let report = server.reports(&vendor, 1, &[(&small, told(0, None))]).await;
    vendor.takes_report(&report).await.unwrap();
    assert_eq!(uses(&vendor).await, (9, 0));
    let spent = told_with(&[("uses", 2)], vendor.now());
    let report = server.reports(&vendor, 2, &[(&large, spent)]).await;
    vendor.takes_report(&report).await.unwrap();
    assert_eq!(uses(&vendor).await, (4, 0));
    (vendor, server, large)
}

async fn resets(vendor: &Vendor, reset: UsageReset) {
    let edit = EntitlementEdit { usage_reset: Some(Some(reset)), ..EntitlementEdit::default() };
    entitlement::update(&vendor.system, &vendor.admin(), vendor.entitlement, edit, false).await.unwrap();
}

/// How much there is of them here, and how much was spent.
async fn uses(vendor: &Vendor) -> (u64, u64) {
    let view = vendor.view().await;
    let uses = view.features.iter().find(|one| one.key.as_str() == "uses").unwrap();
    (uses.total.unwrap().get(), uses.used.get())
}

async fn exp_6_exp_9_what_it_may_spend_by_an_older_token_does_not_come_back(engine: Engine) {
    let (vendor, server, _) = with_uses(engine).await;
    vendor.advance(Interval::days(40));
    vendor.token(&server, None).await.unwrap();
    assert_eq!(uses(&vendor).await, (4, 0), "what was spent before that delegation ended stays spent");
    vendor.loses(&server, false).await.unwrap();
    assert_eq!(uses(&vendor).await, (10, 6));
}

async fn exp_7_exp_9_a_return_after_it_counts_a_counter_once(engine: Engine) {
    let (vendor, server, large) = with_uses(engine).await;
    let mut spent = told(1, Some(vendor.now().plus(Interval::days(5))));
    spent.features = told_with(&[("uses", 3)], vendor.now()).features;
    vendor.imports(&server.returns(&vendor, &large, spent).await).await.unwrap();
    assert_eq!((vendor.split().await, uses(&vendor).await), ((5, 1), (10, 3)));
}

async fn lls_4_feat_2_what_is_held_anew_is_decided_once(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let server = vendor.server(1).await;
    let new = NewExport { features: features(&[("uses", 6)]), ..vendor.export_of(&server, Some(1)) };
    vendor.exports_as(new).await.unwrap();
    vendor.gives_up(None, false).await.unwrap();
    assert_eq!(uses(&vendor).await, (4, 0), "they begin anew each month");
    resets(&vendor, UsageReset::Never).await;
    // Another session of it begins: what is held is worked out anew.
    vendor.exports(&server, Some(1)).await.unwrap();
    assert_eq!(uses(&vendor).await, (4, 0));
    vendor.loses(&server, true).await.unwrap();
    assert_eq!(uses(&vendor).await, (10, 6));
}
