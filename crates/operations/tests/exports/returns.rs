//! Confirmation tokens: a local server gives back what it hosted (EXP-7).

use chancery_domain::{
    Ending, EntitlementId, EntitlementStatus, ExportSessionId, GiveBack, Id, Interval, Period, Quantity, Refusal, Unit,
};
use chancery_operations::entitlement::{self, NewExport, NextToken};
use chancery_operations::{AuditFilter, Error, PageRequest, audit};
use chancery_store::export_session;
use chancery_token::{Fault, KeyFault, Recipient, TokenError};

use crate::carried::{features, of_another_vendor, told, told_with};
use crate::fixture::{Engine, Terms, quantity};
use crate::machine::{refusal, terms, token_error};
use crate::on_both_engines;
use crate::server::{Server, Vendor};

on_both_engines! {
    exp_7_the_share_is_back_at_once,
    exp_7_what_still_runs_there_is_held_until_it_ends,
    exp_7_what_runs_by_a_longer_delegation_of_before_is_held,
    exp_7_a_lease_without_end_is_held_until_the_vendor_frees_it,
    exp_7_the_share_is_back_when_the_delegation_ends_if_the_vendor_chose_so,
    exp_7_applying_it_twice_changes_nothing,
    exp_7_what_was_spent_there_is_spent,
    exp_7_what_was_spent_in_a_period_that_is_over_is_not,
    exp_7_pools_come_back,
    exp_7_returns_that_are_none,
    exp_7_ended_sessions_are_remembered_when_all_else_is_gone,
    exp_7_a_session_that_is_not_on_record,
    exp_7_an_older_token_was_the_last_that_arrived,
}

async fn exp_7_the_share_is_back_at_once(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, None).await.unwrap();
    let token = server.returns(&vendor, &exported, told(0, None)).await;
    let imported = vendor.imports(&token).await.unwrap();
    assert!(!imported.already_done && !imported.session.out_of_sync);
    assert_eq!(imported.session.session.ending, Some(Ending::Returned(vendor.now())));
    assert_eq!(imported.session.session.usage.as_ref().unwrap().denials, 0);
    assert_eq!(imported.entitlement.entitlement.status(vendor.now()), EntitlementStatus::Active);
    assert!(imported.entitlement.hosts.is_empty() && vendor.sees(&server).await.entitlements.is_empty());
    assert_eq!(vendor.split().await, (4, 0));
    for seat in ["a", "b", "c", "d"] {
        vendor.activate(seat, None).await.unwrap();
    }
    let filter = AuditFilter { action: Some("entitlement.import".to_owned()), ..AuditFilter::default() };
    let told = audit::list(&vendor.system, &vendor.admin(), filter, PageRequest::default()).await.unwrap().items;
    assert!(told.iter().any(|entry| entry.subject == exported.session.session.id.to_string()));
    assert!(told.iter().any(|entry| entry.subject == vendor.entitlement.to_string()));
}

async fn exp_7_what_still_runs_there_is_held_until_it_ends(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, Some(3)).await.unwrap();
    let until = vendor.now().plus(Interval::days(6));
    let imported = vendor.imports(&server.returns(&vendor, &exported, told(2, Some(until))).await).await.unwrap();
    assert_eq!(imported.session.seats_held, quantity(2));
    assert_eq!(vendor.split().await, (2, 2));
    assert!(vendor.sees(&server).await.entitlements.is_empty());
    // It can be exported again, although some is still held from before.
    let again = vendor.exports(&server, Some(1)).await.unwrap();
    assert_eq!((again.session.session.number, vendor.split().await), (2, (1, 3)));
    vendor.advance(Interval::days(6));
    assert_eq!(vendor.split().await, (3, 1));
    for seat in ["a", "b", "c"] {
        vendor.activate(seat, None).await.unwrap();
    }
    assert!(matches!(refusal(vendor.activate("d", None).await), Refusal::SeatsExhausted { .. }));
}

async fn exp_7_what_runs_by_a_longer_delegation_of_before_is_held(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    vendor.exports(&server, Some(2)).await.unwrap();
    let days = Some(Period::Limited(Interval::days(5)));
    let shorter = NextToken { delegation: days, ..vendor.next(&server, None) };
    let shorter = entitlement::export_token(&vendor.system, &vendor.admin(), shorter).await.unwrap();
    let until = Some(vendor.now().plus(Interval::days(25)));
    vendor.takes_report(&server.reports(&vendor, 1, &[(&shorter, told(2, until))]).await).await.unwrap();
    vendor.imports(&server.returns(&vendor, &shorter, told(2, until)).await).await.unwrap();
    vendor.advance(Interval::days(6));
    assert_eq!(vendor.split().await, (2, 2), "by the first token, which was acknowledged long ago");
    vendor.advance(Interval::days(19));
    assert_eq!(vendor.split().await, (4, 0));
}

async fn exp_7_a_lease_without_end_is_held_until_the_vendor_frees_it(engine: Engine) {
    let for_good = Terms { duration: None, offline_lease_period: Some(Period::Unlimited), ..terms(4) };
    let vendor = Vendor::with(engine, for_good).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, None).await.unwrap();
    vendor.imports(&server.returns(&vendor, &exported, told(1, None)).await).await.unwrap();
    vendor.advance(Interval::new(Unit::Month, 11).unwrap());
    assert_eq!(vendor.split().await, (3, 1));
    assert!(matches!(vendor.gives_up(None, false).await, Err(Error::Invalid(_))), "it has ended");
    let freed = vendor.gives_up(None, true).await.unwrap();
    assert_eq!(freed.session.session.id, exported.session.session.id);
    assert_eq!(vendor.split().await, (4, 0));
}

async fn exp_7_the_share_is_back_when_the_delegation_ends_if_the_vendor_chose_so(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let late = NewExport { give_back: GiveBack::WhenDelegationEnds, ..vendor.export_of(&server, None) };
    let exported = vendor.exports_as(late).await.unwrap();
    vendor.advance(Interval::days(3));
    vendor.imports(&server.returns(&vendor, &exported, told(0, None)).await).await.unwrap();
    assert_eq!(vendor.split().await, (0, 4));
    assert!(matches!(refusal(vendor.activate("a", None).await), Refusal::EntitlementExported { .. }));
    vendor.advance(Interval::days(27));
    assert_eq!(vendor.split().await, (4, 0));
    vendor.activate("a", None).await.unwrap();
}

async fn exp_7_applying_it_twice_changes_nothing(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, Some(2)).await.unwrap();
    let used = told_with(&[("uses", 0)], vendor.now());
    let token = server.returns(&vendor, &exported, used).await;
    vendor.imports(&token).await.unwrap();
    let next = vendor.exports(&server, Some(3)).await.unwrap();
    let ended = vendor.now();
    vendor.advance(Interval::days(1));
    for carried in [token.clone(), format!(" {token}\n"), server.returns(&vendor, &exported, told(2, None)).await] {
        let again = vendor.imports(&carried).await.unwrap();
        assert!(again.already_done);
        assert_eq!(again.session.session.ending, Some(Ending::Returned(ended)));
    }
    assert_eq!(vendor.split().await, (1, 3), "the session that stands is another");
    assert!(vendor.view().await.hosts[0].session.id == next.session.session.id);
}

async fn spent(vendor: &Vendor) -> u64 {
    let view = vendor.view().await;
    view.features.iter().find(|one| one.key.as_str() == "uses").unwrap().used.get()
}

async fn exp_7_what_was_spent_there_is_spent(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let new = NewExport { features: features(&[("uses", 6)]), ..vendor.export_of(&server, Some(2)) };
    let exported = vendor.exports_as(new).await.unwrap();
    let used = told_with(&[("uses", 4), ("nobody-knows", 3)], vendor.now());
    vendor.imports(&server.returns(&vendor, &exported, used).await).await.unwrap();
    assert_eq!(spent(&vendor).await, 4);
    let view = vendor.view().await;
    let uses = view.features.iter().find(|one| one.key.as_str() == "uses").unwrap();
    assert_eq!((uses.total, uses.available), (Some(quantity(10)), Some(quantity(6))));
}

async fn exp_7_what_was_spent_in_a_period_that_is_over_is_not(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let new = NewExport { features: features(&[("uses", 6)]), ..vendor.export_of(&server, Some(2)) };
    let exported = vendor.exports_as(new).await.unwrap();
    let used = told_with(&[("uses", 4)], vendor.now());
    vendor.advance(Interval::days(20));
    vendor.imports(&server.returns(&vendor, &exported, used).await).await.unwrap();
    assert_eq!(spent(&vendor).await, 0, "they reset with the month");
}

async fn exp_7_pools_come_back(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let new = NewExport { features: features(&[("pool", 4)]), ..vendor.export_of(&server, Some(2)) };
    let exported = vendor.exports_as(new).await.unwrap();
    let until = vendor.now().plus(Interval::days(2));
    let mut usage = told(1, Some(until));
    usage.features = told_with(&[("pool", 3)], vendor.now()).features;
    usage.features[0].held = 3;
    vendor.imports(&server.returns(&vendor, &exported, usage).await).await.unwrap();
    let total = async || vendor.view().await.features.iter().find(|one| one.key.as_str() == "pool").unwrap().total;
    assert_eq!(total().await, Some(quantity(2)), "three are still out there");
    vendor.advance(Interval::days(2));
    assert_eq!(total().await, Some(quantity(5)));
}

async fn exp_7_returns_that_are_none(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let (server, other) = (vendor.server(1).await, vendor.server(2).await);
    let exported = vendor.exports(&server, Some(2)).await.unwrap();
    let refused = async |token: &str| token_error(vendor.imports(token).await);
    // By a key that nobody has registered; by another server, in its own name or in this one's.
    let theirs = async |server: &Server, id| {
        let session = &exported.session.session;
        let mut claims = server.return_of(&vendor, session.entitlement, session.id, 1, told(0, None)).await;
        claims.server = id;
        server.seals_return(&vendor, &claims).await
    };
    let stranger = Server::new(9);
    let unknown = TokenError::KeyUnknown(KeyFault::Unknown);
    assert_eq!(refused(&theirs(&stranger, server.id).await).await, unknown);
    let not_its_own = TokenError::WrongRecipient(Recipient::Server);
    assert_eq!(refused(&theirs(&other, server.id).await).await, not_its_own);
    assert_eq!(refused(&theirs(&other, other.id).await).await, not_its_own);
    // For another entitlement, by its own word.
    let session = exported.session.session.id;
    let another = EntitlementId::new(vendor.now(), [9; 10]);
    let claims = server.return_of(&vendor, another, session, 1, told(0, None)).await;
    let wrong = refused(&server.seals_return(&vendor, &claims).await).await;
    assert_eq!(wrong, TokenError::WrongRecipient(Recipient::Entitlement));
    let claims = server.return_of(&vendor, vendor.entitlement, session, u64::MAX, told(0, None)).await;
    let endless = refused(&server.seals_return(&vendor, &claims).await).await;
    assert_eq!(endless, TokenError::Malformed(Fault::Claims));
    // For another vendor; of other kinds; none at all.
    let mut foreign = server.return_of(&vendor, vendor.entitlement, session, 1, told(0, None)).await;
    foreign.issued = of_another_vendor(&vendor);
    let foreign = server.seals_return(&vendor, &foreign).await;
    assert_eq!(refused(&foreign).await, TokenError::WrongRecipient(Recipient::Vendor));
    let report = server.reports(&vendor, 1, &[(&exported, told(0, None))]).await;
    assert!(matches!(refused(&report).await, TokenError::WrongType { .. }));
    let license = vendor.sees(&server).await.server.activation;
    refused(&server.gives_license_up(&vendor, license).await).await;
    refused(&server.asks(&vendor, &vendor.code, "r2").await).await;
    refused(&exported.token).await;
    let token = server.returns(&vendor, &exported, told(0, None)).await;
    let mut altered = token.clone().into_bytes();
    let last = altered.len() - 3;
    altered[last] = if altered[last] == b'A' { b'B' } else { b'A' };
    refused(&String::from_utf8(altered).unwrap()).await;
    refused("").await;
    assert_eq!(vendor.split().await, (2, 2), "a refusal changes nothing");
    vendor.imports(&token).await.unwrap();
    assert_eq!(vendor.split().await, (4, 0));
}

async fn exp_7_ended_sessions_are_remembered_when_all_else_is_gone(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, None).await.unwrap();
    let token = server.returns(&vendor, &exported, told(0, None)).await;
    vendor.imports(&token).await.unwrap();
    entitlement::purge(&vendor.system, &vendor.admin(), vendor.entitlement).await.unwrap();
    let (id, vendor_id) = (exported.session.session.id, vendor.vendor.id);
    let find = move |tx: &mut chancery_store::ReadTx<'_>| Ok::<_, Error>(export_session::find(tx, vendor_id, id)?);
    let remembered = vendor.store.read(find).await.unwrap().unwrap();
    assert_eq!((remembered.number, remembered.is_open()), (1, false));
    assert!(matches!(vendor.imports(&token).await, Err(Error::NotFound)));
}

async fn exp_7_a_session_that_is_not_on_record(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    vendor.exports(&server, Some(2)).await.unwrap();
    let forgotten = ExportSessionId::new(vendor.now(), [9; 10]);
    let claims = server.return_of(&vendor, vendor.entitlement, forgotten, 1, told(0, None)).await;
    let token = server.seals_return(&vendor, &claims).await;
    let unknown = Refusal::ExportSessionUnknown { session: forgotten, running: 0, until: None };
    assert_eq!(refusal(vendor.imports(&token).await), unknown);
    let until = vendor.now().plus(Interval::days(5));
    let claims = server.return_of(&vendor, vendor.entitlement, forgotten, 1, told(2, Some(until))).await;
    let unknown = Refusal::ExportSessionUnknown { session: forgotten, running: 2, until: Some(until) };
    assert_eq!(refusal(vendor.imports(&server.seals_return(&vendor, &claims).await).await), unknown);
    assert_eq!(vendor.split().await, (2, 2));
}

async fn exp_7_an_older_token_was_the_last_that_arrived(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let first = vendor.exports(&server, Some(1)).await.unwrap();
    vendor.token(&server, Some(3)).await.unwrap();
    assert_eq!(vendor.split().await, (1, 3));
    let imported = vendor.imports(&server.returns(&vendor, &first, told(0, None)).await).await.unwrap();
    assert_eq!((imported.session.session.acknowledged, imported.session.seats_held), (1, Quantity::ZERO));
    assert_eq!(vendor.split().await, (4, 0), "the server has closed the session: no token of it is applied any more");
}
