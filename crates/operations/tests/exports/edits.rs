//! Edits of what is exported, and reports by which the authority learns that they are known there (EXP-6).

use chancery_domain::{EntitlementEdit, Interval, Invalid, Quantity, Refusal};
use chancery_operations::entitlement;
use chancery_operations::{Error, local_server};
use chancery_token::{Fault, KeyFault, Recipient, TokenError};

use crate::carried::{features, of_another_vendor, told, told_with};
use crate::fixture::{Engine, quantity};
use crate::machine::{refusal, token_error};
use crate::on_both_engines;
use crate::server::{Server, Vendor};

on_both_engines! {
    exp_6_a_lower_number_is_accepted_and_counts_when_it_is_known_there,
    exp_6_what_is_used_here_is_not_taken_without_force,
    exp_6_the_largest_share_counts_until_a_smaller_one_is_acknowledged,
    exp_6_a_token_counts_no_more_when_its_delegation_has_ended,
    exp_6_what_runs_beyond_the_share_counts_until_it_ends,
    exp_6_what_the_server_does_not_know_is_out_of_sync,
    exp_6_a_report_is_taken_once_and_in_order,
    exp_6_a_report_takes_no_seat_from_anybody_here,
    exp_6_a_server_tells_of_its_own_sessions_alone,
    exp_6_what_is_told_twice_is_taken_once,
    exp_6_reports_that_are_none,
    exp_6_what_was_used_of_features_there_stays_counted,
    exp_6_codes_that_come_and_go_are_news,
}

async fn exp_6_a_lower_number_is_accepted_and_counts_when_it_is_known_there(engine: Engine) {
    let vendor = Vendor::new(engine, 5).await;
    let server = vendor.server(1).await;
    vendor.exports(&server, None).await.unwrap();
    let edited = vendor.edits(3, false).await.unwrap();
    assert_eq!((edited.entitlement.seats, edited.entitlement.hosted_over()), (quantity(3), quantity(2)));
    assert!(edited.hosts[0].out_of_sync);
    assert_eq!(vendor.split().await, (0, 5));
    let lower = vendor.token(&server, None).await.unwrap();
    assert_eq!(lower.session.session.latest().unwrap().seats, quantity(3));
    assert_eq!(vendor.split().await, (0, 5));
    vendor.takes_report(&server.reports(&vendor, 1, &[(&lower, told(0, None))]).await).await.unwrap();
    assert_eq!(vendor.split().await, (0, 3));
    assert_eq!(vendor.view().await.entitlement.hosted_over(), Quantity::ZERO);
    // More are there with the next token.
    vendor.edits(8, false).await.unwrap();
    assert_eq!(vendor.split().await, (0, 3));
    assert!(matches!(refusal(vendor.activate("pc", None).await), Refusal::EntitlementExported { .. }));
    vendor.token(&server, None).await.unwrap();
    assert_eq!(vendor.split().await, (0, 8));
}

async fn exp_6_what_is_used_here_is_not_taken_without_force(engine: Engine) {
    let vendor = Vendor::new(engine, 5).await;
    let server = vendor.server(1).await;
    for seat in ["a", "b", "c"] {
        vendor.activate(seat, None).await.unwrap();
    }
    vendor.exports(&server, Some(2)).await.unwrap();
    assert!(matches!(refusal(vendor.edits(4, false).await), Refusal::SeatsInUse { .. }));
    let forced = vendor.edits(4, true).await.unwrap();
    assert_eq!(forced.entitlement.seats_here(), quantity(2));
    assert_eq!(forced.seats_over, 1, "it runs out");
    vendor.advance(Interval::days(7));
    assert_eq!(vendor.view().await.seats_over, 0);
}

async fn exp_6_the_largest_share_counts_until_a_smaller_one_is_acknowledged(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let server = vendor.server(1).await;
    let large = vendor.exports(&server, Some(4)).await.unwrap();
    let small = vendor.token(&server, Some(1)).await.unwrap();
    assert_eq!(vendor.split().await, (2, 4));
    for seat in ["a", "b"] {
        vendor.activate(seat, None).await.unwrap();
    }
    assert!(matches!(refusal(vendor.activate("c", None).await), Refusal::SeatsExhausted { .. }));
    // That it has the large one is no news.
    vendor.takes_report(&server.reports(&vendor, 1, &[(&large, told(4, None))]).await).await.unwrap();
    assert_eq!(vendor.split().await, (2, 4));
    vendor.takes_report(&server.reports(&vendor, 2, &[(&small, told(0, None))]).await).await.unwrap();
    assert_eq!(vendor.split().await, (5, 1));
    for seat in ["c", "d", "e"] {
        vendor.activate(seat, None).await.unwrap();
    }
    assert!(matches!(refusal(vendor.activate("f", None).await), Refusal::SeatsExhausted { .. }));
    assert_eq!(vendor.used().await, (5, 0, 5));
}

async fn exp_6_a_token_counts_no_more_when_its_delegation_has_ended(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let server = vendor.server(1).await;
    vendor.exports(&server, Some(4)).await.unwrap();
    vendor.advance(Interval::days(10));
    vendor.token(&server, Some(1)).await.unwrap();
    vendor.advance(Interval::days(19));
    assert_eq!(vendor.split().await, (2, 4));
    vendor.advance(Interval::days(1));
    assert_eq!(vendor.split().await, (5, 1));
    for seat in ["a", "b", "c", "d", "e"] {
        vendor.activate(seat, None).await.unwrap();
    }
    assert!(matches!(refusal(vendor.activate("f", None).await), Refusal::SeatsExhausted { .. }));
    // The latest counts as long as the session stands: it could be followed by another.
    vendor.advance(Interval::days(60));
    assert_eq!(vendor.split().await, (5, 1));
}

async fn exp_6_what_runs_beyond_the_share_counts_until_it_ends(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let server = vendor.server(1).await;
    vendor.exports(&server, Some(4)).await.unwrap();
    let small = vendor.token(&server, Some(1)).await.unwrap();
    let until = vendor.now().plus(Interval::days(5));
    vendor.takes_report(&server.reports(&vendor, 1, &[(&small, told(3, Some(until)))]).await).await.unwrap();
    assert_eq!(vendor.split().await, (3, 3));
    vendor.advance(Interval::days(5));
    assert_eq!(vendor.split().await, (5, 1));
}

async fn exp_6_what_the_server_does_not_know_is_out_of_sync(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let server = vendor.server(1).await;
    let is_out = async || vendor.view().await.hosts[0].out_of_sync;
    let first = vendor.exports(&server, Some(4)).await.unwrap();
    assert!(first.session.out_of_sync && is_out().await, "nobody knows that it arrived");
    vendor.takes_report(&server.reports(&vendor, 1, &[(&first, told(0, None))]).await).await.unwrap();
    assert!(!is_out().await);
    let edit = EntitlementEdit { maintenance_end: Some(Some(vendor.now())), ..EntitlementEdit::default() };
    entitlement::update(&vendor.system, &vendor.admin(), vendor.entitlement, edit, false).await.unwrap();
    assert!(is_out().await);
    let second = vendor.token(&server, None).await.unwrap();
    assert!(is_out().await);
    vendor.takes_report(&server.reports(&vendor, 2, &[(&second, told(0, None))]).await).await.unwrap();
    assert!(!is_out().await);
    // What is none of the server's business changes nothing there.
    let edit = EntitlementEdit { notes: Some("pays late".to_owned()), ..EntitlementEdit::default() };
    entitlement::update(&vendor.system, &vendor.admin(), vendor.entitlement, edit, false).await.unwrap();
    vendor.activate("a", None).await.unwrap();
    assert!(!is_out().await);
    entitlement::disable(&vendor.system, &vendor.admin(), vendor.entitlement, None).await.unwrap();
    assert!(is_out().await);
}

async fn exp_6_a_report_is_taken_once_and_in_order(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let server = vendor.server(1).await;
    let first = vendor.exports(&server, Some(4)).await.unwrap();
    let second = vendor.token(&server, Some(1)).await.unwrap();
    let older = server.reports(&vendor, 1, &[(&first, told(4, None))]).await;
    let newer = server.reports(&vendor, 2, &[(&second, told(0, None))]).await;
    let taken = vendor.takes_report(&newer).await.unwrap();
    assert!(!taken.already_done);
    assert_eq!(taken.view.server.reported.as_ref().map(|report| (report.seq, report.log_rows)), Some((2, 2)));
    assert_eq!(taken.sessions[0].session.acknowledged, 2);
    assert!(vendor.takes_report(&newer).await.unwrap().already_done);
    let at = vendor.now();
    let superseded = Refusal::ReportSuperseded { seq: 1, taken: 2, at };
    assert_eq!(refusal(vendor.takes_report(&older).await), superseded);
    // Another one of the same number: two copies of the server are at work.
    let copy = server.reports(&vendor, 2, &[(&first, told(4, None))]).await;
    vendor.advance(Interval::days(1));
    let twin = server.reports(&vendor, 2, &[(&first, told(4, None))]).await;
    assert!(vendor.takes_report(&copy).await.unwrap().already_done, "made at the same instant it is the same");
    assert_eq!(refusal(vendor.takes_report(&twin).await), Refusal::ReportSuperseded { seq: 2, taken: 2, at });
    assert_eq!(vendor.split().await, (5, 1));
    assert_eq!(vendor.view().await.hosts[0].session.usage.as_ref().unwrap().running, 0);
}

async fn exp_6_a_report_takes_no_seat_from_anybody_here(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let server = vendor.server(1).await;
    let share = vendor.exports(&server, Some(2)).await.unwrap();
    for seat in ["a", "b", "c"] {
        vendor.activate(seat, None).await.unwrap();
    }
    vendor.takes_report(&server.reports(&vendor, 1, &[(&share, told(1_000, None))]).await).await.unwrap();
    assert_eq!(vendor.split().await, (3, 3), "what is free is counted, and nobody loses a seat");
    assert_eq!(vendor.used().await, (3, 0, 3));
    for seat in ["a", "b", "c"] {
        vendor.activate(seat, None).await.unwrap();
    }
    vendor.takes_report(&server.reports(&vendor, 2, &[(&share, told(0, None))]).await).await.unwrap();
    assert_eq!(vendor.split().await, (4, 2));
}

async fn exp_6_a_server_tells_of_its_own_sessions_alone(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let (server, other) = (vendor.server(1).await, vendor.server(2).await);
    vendor.exports(&server, Some(4)).await.unwrap();
    let small = vendor.token(&server, Some(1)).await.unwrap();
    let reported = vendor.takes_report(&other.reports(&vendor, 1, &[(&small, told(0, None))]).await).await.unwrap();
    assert!(reported.sessions.is_empty() && !reported.already_done);
    assert_eq!(vendor.split().await, (2, 4));
}

async fn exp_6_what_is_told_twice_is_taken_once(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let server = vendor.server(1).await;
    let share = vendor.exports(&server, Some(2)).await.unwrap();
    let mut report = server.report_of(&vendor, 1, &[(&share, told(1, None)), (&share, told(2, None))]).await;
    let mut forgotten = report.says.sessions[0].clone();
    forgotten.session = chancery_domain::Id::new(vendor.now(), [9; 10]);
    report.says.sessions.push(forgotten);
    let reported = vendor.takes_report(&server.seals_report(&vendor, &report).await).await.unwrap();
    assert_eq!(reported.sessions.iter().map(|one| one.session.id).collect::<Vec<_>>(), [share.session.session.id]);
    assert_eq!(reported.sessions[0].session.usage.as_ref().map(|usage| usage.running), Some(2));
}

async fn exp_6_reports_that_are_none(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let (server, stranger) = (vendor.server(1).await, Server::new(9));
    let share = vendor.exports(&server, Some(2)).await.unwrap();
    let refused = async |token: String| token_error(vendor.takes_report(&token).await);
    let unknown = TokenError::KeyUnknown(KeyFault::Unknown);
    assert_eq!(refused(stranger.reports(&vendor, 1, &[]).await).await, unknown);
    // In the name of another.
    let mut liar = Server::new(1);
    liar.id = stranger.id;
    assert!(matches!(refused(liar.reports(&vendor, 1, &[]).await).await, TokenError::WrongRecipient(_)));
    assert!(matches!(
        refused(server.returns(&vendor, &share, told(0, None)).await).await,
        TokenError::WrongType { .. }
    ));
    refused(share.token.clone()).await;
    refused("nothing".to_owned()).await;
    let mut theirs = server.report_of(&vendor, 1, &[(&share, told(0, None))]).await;
    theirs.issued = of_another_vendor(&vendor);
    let foreign = server.seals_report(&vendor, &theirs).await;
    assert_eq!(refused(foreign).await, TokenError::WrongRecipient(Recipient::Vendor));
    // Leases run of which it does not say how long.
    let mut unclear = told(1, None);
    unclear.running_until = None;
    refused(server.reports(&vendor, 1, &[(&share, unclear)]).await).await;
    // Numbers from which none could be counted on.
    let numbered = async |report_seq, seq| {
        let mut report = server.report_of(&vendor, report_seq, &[(&share, told(0, None))]).await;
        report.says.sessions[0].seq = seq;
        refused(server.seals_report(&vendor, &report).await).await
    };
    assert_eq!(numbered(1, u64::MAX).await, TokenError::Malformed(Fault::Claims));
    assert_eq!(numbered(1 << 63, 1).await, TokenError::Malformed(Fault::Claims));
    vendor.token(&server, None).await.unwrap();
    assert_eq!(vendor.sees(&server).await.server.reported, None);
    let broken = local_server::report(&vendor.system, &vendor.context([].into()), "nothing").await;
    assert!(matches!(broken, Err(Error::NotPermitted(_))));
}

async fn exp_6_what_was_used_of_features_there_stays_counted(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let server = vendor.server(1).await;
    let mut new = vendor.export_of(&server, Some(2));
    new.features = features(&[("uses", 6)]);
    vendor.exports_as(new).await.unwrap();
    let mut next = vendor.next(&server, None);
    next.features = features(&[("uses", 1)]);
    let small = entitlement::export_token(&vendor.system, &vendor.admin(), next).await.unwrap();
    let used = told_with(&[("uses", 5)], vendor.now());
    vendor.takes_report(&server.reports(&vendor, 1, &[(&small, used)]).await).await.unwrap();
    let total = vendor.view().await.features.into_iter().find(|one| one.key.as_str() == "uses").unwrap().total;
    assert_eq!(total, Some(quantity(5)), "five were spent there, although its share is one now");
    let mut strange = vendor.next(&server, None);
    strange.features = features(&[("nothing", 1)]);
    let wrong = entitlement::export_token(&vendor.system, &vendor.admin(), strange).await;
    assert!(matches!(wrong, Err(Error::Invalid(errors)) if errors[0].invalid == Invalid::Unknown));
}

async fn exp_6_codes_that_come_and_go_are_news(engine: Engine) {
    use chancery_operations::activation_code::{self, Codes};
    let vendor = Vendor::new(engine, 6).await;
    let (one, other) = (vendor.server(1).await, vendor.server(2).await);
    let order = vendor.view().await.entitlement.order;
    let known = async |number| {
        for server in [&one, &other] {
            let token = vendor.token(server, None).await.unwrap();
            vendor.takes_report(&server.reports(&vendor, number, &[(&token, told(0, None))]).await).await.unwrap();
        }
    };
    let out = async || vendor.view().await.hosts.iter().map(|host| host.out_of_sync).collect::<Vec<_>>();
    for server in [&one, &other] {
        vendor.exports(server, Some(1)).await.unwrap();
    }
    known(1).await;
    assert_eq!(out().await, [false, false]);
    let made = activation_code::create(&vendor.system, &vendor.admin(), order.into(), Codes::Make(1)).await.unwrap();
    assert_eq!(out().await, [true, true]);
    known(2).await;
    assert_eq!(out().await, [false, false]);
    activation_code::revoke(&vendor.system, &vendor.admin(), order.into(), made.codes[0].code.id).await.unwrap();
    assert_eq!(out().await, [true, true]);
}
