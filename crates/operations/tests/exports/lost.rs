//! Local servers that are lost, and sessions that are ended without a token (LLS-4).

use chancery_domain::{Ending, Interval, Invalid, Refusal, Standing};
use chancery_operations::entitlement::NewExport;
use chancery_operations::{AuditFilter, Error, IdempotencyKey, PageRequest, audit, local_server};

use crate::carried::{features, told, told_with};
use crate::fixture::{Engine, quantity};
use crate::machine::refusal;
use crate::on_both_engines;
use crate::server::{Server, Vendor};

on_both_engines! {
    lls_4_what_a_lost_server_hosted_is_held_until_its_delegations_end,
    lls_4_the_vendor_can_free_it_with_a_reason,
    lls_4_counted_features_are_taken_for_spent,
    lls_4_a_lost_server_never_comes_back_and_its_word_still_counts,
    lls_4_one_session_is_ended_without_a_token,
    lls_4_a_dry_run_loses_nothing,
    lls_4_a_server_that_hosts_nothing,
    lls_4_what_was_freed_is_not_freed_twice,
    lls_4_the_seat_of_its_license_is_released_with_it,
    lls_4_what_is_held_after_a_return_is_freed_with_the_server,
    lls_4_a_counter_that_a_renewal_resets_is_taken_for_spent_once,
}

async fn lls_4_what_a_lost_server_hosted_is_held_until_its_delegations_end(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    vendor.exports(&server, Some(3)).await.unwrap();
    vendor.advance(Interval::days(10));
    vendor.token(&server, Some(1)).await.unwrap();
    let lost = vendor.loses(&server, false).await.unwrap();
    assert!(!lost.active && lost.entitlements.is_empty());
    assert_eq!(lost.server.lost.as_ref().map(|lost| lost.since), Some(vendor.now()));
    assert_eq!(vendor.split().await, (1, 3));
    let host = &vendor.view().await.hosts[0];
    assert_eq!(host.session.ending, Some(Ending::Lost { at: vendor.now(), free: false }));
    vendor.advance(Interval::days(20));
    assert_eq!(vendor.split().await, (3, 1), "of the older token");
    vendor.advance(Interval::days(10));
    assert_eq!(vendor.split().await, (4, 0), "of the latest");
    for seat in ["a", "b", "c", "d"] {
        vendor.activate(seat, None).await.unwrap();
    }
    // Losing it again changes nothing.
    let again = vendor.loses(&server, false).await.unwrap();
    assert_eq!(again.server.lost, lost.server.lost);
}

async fn lls_4_the_vendor_can_free_it_with_a_reason(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, None).await.unwrap();
    vendor.loses(&server, true).await.unwrap();
    assert_eq!(vendor.split().await, (4, 0));
    let filter = AuditFilter { subject: Some(exported.session.session.id.to_string()), ..AuditFilter::default() };
    let told = audit::list(&vendor.system, &vendor.admin(), filter, PageRequest::default()).await.unwrap().items;
    let reasons = told.iter().flat_map(|entry| &entry.changes).filter(|change| change.field == "reason");
    assert_eq!(reasons.filter_map(|change| change.to.as_deref()).collect::<Vec<_>>(), ["burnt"]);

    // Also what is held already.
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    vendor.exports(&server, None).await.unwrap();
    vendor.loses(&server, false).await.unwrap();
    assert_eq!(vendor.split().await, (0, 4));
    vendor.loses(&server, true).await.unwrap();
    assert_eq!(vendor.split().await, (4, 0));
    vendor.activate("a", None).await.unwrap();
}

async fn lls_4_counted_features_are_taken_for_spent(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let new = NewExport { features: features(&[("uses", 6), ("pool", 2)]), ..vendor.export_of(&server, Some(1)) };
    vendor.exports_as(new).await.unwrap();
    vendor.loses(&server, true).await.unwrap();
    let view = vendor.view().await;
    let of = |key: &str| {
        let one = view.features.iter().find(|one| one.key.as_str() == key).unwrap();
        (one.used.get(), one.available.map(|left| left.get()))
    };
    assert_eq!(of("uses"), (6, Some(4)));
    assert_eq!(of("pool"), (0, Some(5)), "a pool is no counter");
}

async fn lls_4_a_lost_server_never_comes_back_and_its_word_still_counts(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let new = NewExport { features: features(&[("uses", 6)]), ..vendor.export_of(&server, None) };
    let exported = vendor.exports_as(new).await.unwrap();
    vendor.loses(&server, false).await.unwrap();
    let lost = Refusal::ServerLost { server: server.id };
    let found = Server::new(1).cycle(9);
    assert_eq!(refusal(vendor.licenses_server(&found, "again").await), lost);
    assert_eq!(refusal(vendor.licenses_server(&server, "again").await), lost);
    // It turns up in a cellar, and gives back what it had.
    let used = told_with(&[("uses", 1)], vendor.now());
    let imported = vendor.imports(&server.returns(&vendor, &exported, used).await).await.unwrap();
    assert!(!imported.already_done);
    assert_eq!(vendor.split().await, (4, 0));
    let view = vendor.view().await;
    let uses = view.features.iter().find(|one| one.key.as_str() == "uses").unwrap();
    assert_eq!((uses.used, uses.available), (quantity(1), Some(quantity(9))), "of a month it tells what it spent");
}

async fn lls_4_one_session_is_ended_without_a_token(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let (one, other) = (vendor.server(1).await, vendor.server(2).await);
    assert!(
        matches!(vendor.gives_up(None, false).await, Err(Error::Invalid(errors)) if errors[0].invalid == Invalid::Unknown)
    );
    let exported = vendor.exports(&one, Some(2)).await.unwrap();
    vendor.exports(&other, Some(3)).await.unwrap();
    assert!(
        matches!(vendor.gives_up(None, false).await, Err(Error::Invalid(errors)) if errors[0].invalid == Invalid::Required)
    );
    let ended = vendor.gives_up(Some(&one), false).await.unwrap();
    assert_eq!(ended.session.session.id, exported.session.session.id);
    assert_eq!(vendor.split().await, (1, 5), "it is held");
    assert!(vendor.sees(&one).await.active, "the server itself is none the worse");
    let next = vendor.exports(&one, Some(1)).await.unwrap();
    assert_eq!((next.session.session.number, vendor.split().await), (3, (0, 6)));
    vendor.gives_up(Some(&other), true).await.unwrap();
    assert_eq!(vendor.split().await, (3, 3));
    // Its return may still come, and frees what is held.
    vendor.imports(&one.returns(&vendor, &exported, told(0, None)).await).await.unwrap();
    assert_eq!(vendor.split().await, (5, 1));
}

async fn lls_4_a_dry_run_loses_nothing(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    vendor.exports(&server, None).await.unwrap();
    let by = vendor.admin().rehearsing(true);
    let reason = chancery_domain::Reason::new("burnt").unwrap();
    let lost = local_server::declare_lost(&vendor.system, &by, server.id, reason, true).await;
    let Err(Error::Rehearsed(rehearsal)) = lost else { panic!("{lost:?}") };
    assert!(
        rehearsal.changes.iter().any(|(subject, change)| *subject == server.id.to_string() && change.field == "lost")
    );
    assert!(rehearsal.changes.iter().any(|(_, change)| change.field == "hosts"));
    let seats: Vec<String> = rehearsal.leaving.iter().map(|leaving| leaving.seat_id.to_string()).collect();
    assert_eq!(seats, [server.id.to_string()], "its own license's seat");
    assert!(vendor.sees(&server).await.active);
    assert_eq!(vendor.split().await, (0, 4));
    let new = vendor.export_of(&vendor.server(2).await, None);
    vendor.gives_up(None, true).await.unwrap();
    let by = vendor.admin().rehearsing(true);
    let exported = chancery_operations::entitlement::export(&vendor.system, &by, new).await;
    assert!(matches!(exported, Err(Error::Rehearsed(_))));
    assert_eq!(vendor.split().await, (4, 0));
    assert_eq!(vendor.view().await.entitlement.counter.occupied, 0);
}

async fn lls_4_a_server_that_hosts_nothing(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let key = IdempotencyKey::new(b"admin", "k", "lost", b"");
    for _ in 0..2 {
        let by = vendor.admin().with_idempotency(Some(key.clone()));
        let reason = chancery_domain::Reason::new("burnt").unwrap();
        let lost = local_server::declare_lost(&vendor.system, &by, server.id, reason, false).await.unwrap();
        assert!(lost.server.lost.is_some());
    }
    let reason = chancery_domain::Reason::new("burnt").unwrap();
    let nobody = local_server::declare_lost(&vendor.system, &vendor.admin(), Server::new(9).id, reason, false).await;
    assert!(matches!(nobody, Err(Error::NotFound)));
}

async fn lls_4_what_was_freed_is_not_freed_twice(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let new = NewExport { features: features(&[("uses", 3)]), ..vendor.export_of(&server, Some(2)) };
    vendor.exports_as(new).await.unwrap();
    vendor.gives_up(None, false).await.unwrap();
    vendor.gives_up(None, true).await.unwrap();
    assert_eq!(vendor.split().await, (4, 0));
    assert!(matches!(vendor.gives_up(None, true).await, Err(Error::Invalid(_))));
    let view = vendor.view().await;
    assert_eq!(view.features.iter().find(|one| one.key.as_str() == "uses").unwrap().used, quantity(3));
}

async fn lls_4_the_seat_of_its_license_is_released_with_it(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    // All five licenses are in use, and one of the five servers burns.
    let mut servers = Vec::new();
    for seed in 1..=5 {
        servers.push(vendor.server(seed).await);
    }
    let next = Server::new(6);
    let full = |refused: &Refusal| matches!(refused, Refusal::SeatsExhausted { .. });
    assert!(full(&refusal(vendor.licenses_server(&next, "next").await)));
    let activation = vendor.loses(&servers[0], false).await.unwrap().server.activation;
    let seat = chancery_operations::activation::find(&vendor.system, &vendor.admin(), activation).await.unwrap();
    assert!(matches!(seat.activation.standing, Standing::Held(_)), "its lease may still run");
    assert!(full(&refusal(vendor.licenses_server(&next, "next").await)));
    vendor.loses(&servers[0], false).await.unwrap();
    assert!(full(&refusal(vendor.licenses_server(&next, "next").await)), "again changes nothing");
    vendor.loses(&servers[0], true).await.unwrap();
    vendor.licenses_server(&next, "next").await.unwrap();
    // At once.
    let after = Server::new(7);
    assert!(full(&refusal(vendor.licenses_server(&after, "after").await)));
    vendor.loses(&servers[1], true).await.unwrap();
    vendor.licenses_server(&after, "after").await.unwrap();
    vendor.loses(&servers[1], true).await.unwrap();
    assert!(vendor.sees(&after).await.active && !vendor.sees(&servers[1]).await.active);
}

async fn lls_4_what_is_held_after_a_return_is_freed_with_the_server(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, Some(3)).await.unwrap();
    let until = vendor.now().plus(Interval::days(5));
    vendor.imports(&server.returns(&vendor, &exported, told(2, Some(until))).await).await.unwrap();
    let ended = vendor.exports(&server, Some(1)).await.unwrap();
    vendor.imports(&server.returns(&vendor, &ended, told(0, None)).await).await.unwrap();
    assert_eq!(vendor.split().await, (2, 2), "two leases run");
    vendor.loses(&server, false).await.unwrap();
    assert_eq!(vendor.split().await, (2, 2));
    vendor.loses(&server, true).await.unwrap();
    assert_eq!(vendor.split().await, (4, 0));
    let find = |id| {
        let vendor_id = vendor.vendor.id;
        vendor.store.read(move |tx: &mut chancery_store::ReadTx<'_>| {
            Ok::<_, Error>(chancery_store::export_session::find(tx, vendor_id, id)?.unwrap())
        })
    };
    let of = async |exported: &chancery_operations::entitlement::Exported| {
        find(exported.session.session.id).await.unwrap().ending.unwrap()
    };
    assert!(matches!(of(&exported).await, Ending::Lost { free: true, .. }));
    assert!(matches!(of(&ended).await, Ending::Returned(_)), "nothing of it was held");
}

async fn lls_4_a_counter_that_a_renewal_resets_is_taken_for_spent_once(engine: Engine) {
    use chancery_domain::{EntitlementEdit, UsageReset};
    use chancery_operations::entitlement;
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let edit = EntitlementEdit { usage_reset: Some(Some(UsageReset::OnRenewal)), ..EntitlementEdit::default() };
    entitlement::update(&vendor.system, &vendor.admin(), vendor.entitlement, edit, false).await.unwrap();
    let new = NewExport { features: features(&[("uses", 6)]), ..vendor.export_of(&server, Some(2)) };
    vendor.exports_as(new).await.unwrap();
    vendor.loses(&server, false).await.unwrap();
    let uses = async || {
        let view = vendor.view().await;
        let uses = view.features.iter().find(|one| one.key.as_str() == "uses").unwrap();
        (uses.used.get(), uses.available.unwrap().get())
    };
    assert_eq!(uses().await, (6, 4));
    vendor.loses(&server, true).await.unwrap();
    assert_eq!(uses().await, (6, 4));
}
