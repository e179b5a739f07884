//! All of an entitlement, or a share of it, goes to local servers (EXP-1, EXP-2).

use chancery_domain::{
    Concurrency, EntitlementStatus, Interval, Invalid, LicenseStart, Overdraft, Period, Quantity, Refusal, Unit,
};
use chancery_operations::customer::{self, NewCustomer};
use chancery_operations::entitlement::{self, NewExport};
use chancery_operations::{Error, activation, order};

use crate::carried::features;
use crate::fixture::{Engine, Terms, quantity};
use crate::machine::{refusal, terms};
use crate::on_both_engines;
use crate::server::{Server, Vendor, licenses};

on_both_engines! {
    exp_1_all_of_it_moves_the_host,
    exp_1_only_an_active_server_of_the_customer_is_chosen,
    lls_2_a_license_of_local_servers_is_not_hosted_by_one,
    exp_2_what_is_used_is_not_exported_but_a_share_is,
    exp_2_several_servers_have_shares,
    exp_2_counted_features_are_split_as_it_is_said,
    exp_2_a_share_leaves_the_seats_that_are_used_within_what_is_left,
    exp_2_node_locked_seats_are_used_as_long_as_they_are_held,
    exp_2_what_is_in_overdraft_is_not_free,
    ent_3_an_export_starts_what_the_first_seat_starts,
    exp_1_what_cannot_be_used_is_not_exported,
    off_1_an_export_needs_to_know_how_long,
}

async fn exp_1_all_of_it_moves_the_host(engine: Engine) {
    let vendor = Vendor::new(engine, 3).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, None).await.unwrap();
    let view = vendor.view().await;
    assert_eq!(view.entitlement.status(vendor.now()), EntitlementStatus::Exported);
    assert_eq!(vendor.split().await, (0, 3));
    assert_eq!((view.hosts.len(), view.hosts[0].seats_held), (1, quantity(3)));
    assert_eq!(view.hosts[0].session.id, exported.session.session.id);
    let refused = refusal(vendor.activate("pc", None).await);
    assert_eq!(refused, Refusal::EntitlementExported { servers: vec![server.id] });
    assert_eq!(vendor.sees(&server).await.entitlements, [vendor.entitlement]);
    // Once more is another session of the same server.
    let open = Refusal::ExportSessionOpen { sessions: vec![(exported.session.session.id, server.id)] };
    assert_eq!(refusal(vendor.exports(&server, None).await), open);
    let other = vendor.server(2).await;
    assert!(matches!(refusal(vendor.exports(&other, Some(1)).await), Refusal::EntitlementExported { .. }));
}

async fn exp_1_only_an_active_server_of_the_customer_is_chosen(engine: Engine) {
    let vendor = Vendor::new(engine, 3).await;
    let unknown = |result: Result<_, Error>| match result {
        Err(Error::Invalid(errors)) => {
            assert_eq!((errors[0].path.as_str(), errors[0].invalid), ("localServerId", Invalid::Unknown));
        }
        other => panic!("{:?}", other.map(|_: entitlement::Exported| ())),
    };
    unknown(vendor.exports(&Server::new(1), None).await);
    // One of another customer, with a license of its own.
    let new = NewCustomer {
        name: chancery_domain::Name::new("Initech").unwrap(),
        reference: None,
        contacts: Vec::new(),
        notes: String::new(),
        metadata: chancery_domain::Metadata::default(),
    };
    let other = customer::create(&vendor.system, &vendor.admin(), new).await.unwrap();
    let (_, code) = licenses(&vendor, other.id).await;
    let theirs = Server::new(2);
    let token = theirs.asks(&vendor, &code, "r1").await;
    vendor.answers(&vendor.admin(), &token, &code).await.unwrap();
    assert_eq!(vendor.sees(&theirs).await.server.customer, other.id);
    unknown(vendor.exports(&theirs, None).await);
    let lost = vendor.server(3).await;
    vendor.loses(&lost, false).await.unwrap();
    assert_eq!(refusal(vendor.exports(&lost, None).await), Refusal::ServerLost { server: lost.id });
    assert_eq!(vendor.split().await, (3, 0));
}

async fn lls_2_a_license_of_local_servers_is_not_hosted_by_one(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let order = order::find(&vendor.system, &vendor.admin(), vendor.licenses.into()).await.unwrap();
    let new = NewExport { entitlement: order.entitlements[0].id, ..vendor.export_of(&server, Some(1)) };
    let Err(Error::Invalid(errors)) = vendor.exports_as(new).await else { panic!("it is no product of a customer's") };
    assert_eq!((errors[0].path.as_str(), errors[0].invalid), ("localServerId", Invalid::NotAllowed));
}

async fn exp_2_what_is_used_is_not_exported_but_a_share_is(engine: Engine) {
    let vendor = Vendor::new(engine, 3).await;
    let server = vendor.server(1).await;
    vendor.activate("a", None).await.unwrap();
    let active = |free| Refusal::EntitlementHasActiveSeats { used: 1, free: quantity(free) };
    assert_eq!(refusal(vendor.exports(&server, None).await), active(2));
    assert_eq!(refusal(vendor.exports(&server, Some(3)).await), active(2));
    vendor.exports(&server, Some(2)).await.unwrap();
    assert_eq!(vendor.split().await, (1, 2));
    // The authority goes on serving what it has, and no more.
    vendor.activate("a", None).await.unwrap();
    assert!(matches!(refusal(vendor.activate("b", None).await), Refusal::SeatsExhausted { .. }));
    assert_eq!(vendor.used().await, (1, 0, 1));
    vendor.advance(Interval::days(7));
    let taken = vendor.activate("b", None).await.unwrap();
    assert_eq!(taken.view.activation.seat_number(), Some(1));
}

async fn exp_2_several_servers_have_shares(engine: Engine) {
    let vendor = Vendor::new(engine, 5).await;
    let (one, other) = (vendor.server(1).await, vendor.server(2).await);
    let first = vendor.exports(&one, Some(2)).await.unwrap().session.session;
    let second = vendor.exports(&other, Some(3)).await.unwrap().session.session;
    assert_eq!((first.number, second.number), (1, 2));
    assert_eq!(vendor.split().await, (0, 5));
    let view = vendor.view().await;
    assert_eq!(view.entitlement.status(vendor.now()), EntitlementStatus::Exported);
    let hosts: Vec<_> = view.hosts.iter().map(|host| (host.session.server, host.seats_held.get())).collect();
    assert_eq!(hosts, [(one.id, 2), (other.id, 3)]);
    let refused = refusal(vendor.activate("pc", None).await);
    assert_eq!(refused, Refusal::EntitlementExported { servers: vec![one.id, other.id] });
    // Whose token is meant must be said.
    let mut next = vendor.next(&one, None);
    next.server = None;
    let meant = entitlement::export_token(&vendor.system, &vendor.admin(), next).await;
    assert!(matches!(meant, Err(Error::Invalid(errors)) if errors[0].invalid == Invalid::Required));
}

async fn exp_2_counted_features_are_split_as_it_is_said(engine: Engine) {
    let vendor = Vendor::new(engine, 5).await;
    let (one, other) = (vendor.server(1).await, vendor.server(2).await);
    let share = NewExport { features: features(&[("pool", 2), ("uses", 7)]), ..vendor.export_of(&one, Some(2)) };
    let exported = vendor.exports_as(share).await.unwrap();
    let token = exported.session.session.latest().unwrap().clone();
    assert_eq!(token.features, features(&[("pool", 2), ("uses", 7)]));
    let here = |view: &entitlement::EntitlementView| -> Vec<Option<u64>> {
        view.features.iter().map(|feature| feature.total.map(Quantity::get)).collect()
    };
    assert_eq!(here(&vendor.view().await), [Some(3), Some(3)]);
    // Without a word, none go along with a share.
    let plain = vendor.exports(&other, Some(1)).await.unwrap();
    assert_eq!(plain.session.session.latest().unwrap().features, features(&[("pool", 0), ("uses", 0)]));
    let more = NewExport { features: features(&[("uses", 4)]), ..vendor.export_of(&vendor.server(3).await, Some(1)) };
    assert!(matches!(refusal(vendor.exports_as(more).await), Refusal::FeatureExhausted { .. }));
    let strange = NewExport { features: features(&[("nothing", 1)]), ..vendor.export_of(&one, Some(1)) };
    assert!(matches!(vendor.exports_as(strange).await, Err(Error::Invalid(_))));

    let whole = Vendor::new(engine, 5).await;
    let exported = whole.exports(&whole.server(1).await, None).await.unwrap();
    assert_eq!(exported.session.session.latest().unwrap().features, features(&[("pool", 5), ("uses", 10)]));
}

async fn exp_2_a_share_leaves_the_seats_that_are_used_within_what_is_left(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    // Leases of the first two end, the third is refreshed: it has the number 3.
    for seat in ["a", "b", "c"] {
        vendor.activate(seat, None).await.unwrap();
    }
    vendor.advance(Interval::days(3));
    let late = vendor.activate("c", None).await.unwrap();
    vendor.advance(Interval::days(4));
    assert_eq!(late.view.activation.seat_number(), Some(3));
    vendor.exports(&server, Some(3)).await.unwrap();
    assert_eq!(vendor.used().await, (1, 0, 1));
    let page = chancery_operations::PageRequest { limit: 100, ..Default::default() };
    let left = activation::list(&vendor.system, &vendor.admin(), Some(vendor.entitlement), page).await.unwrap().items;
    let left = &left[0].activation;
    assert_eq!((left.seat_id.as_str(), left.seat_number()), ("c", Some(1)));
}

async fn exp_2_node_locked_seats_are_used_as_long_as_they_are_held(engine: Engine) {
    let locked = Terms { concurrency: Concurrency::NodeLocked, ..terms(2) };
    let vendor = Vendor::with(engine, locked).await;
    vendor.activate("a", None).await.unwrap();
    vendor.advance(Interval::days(60));
    let server = vendor.server(1).await;
    let active = Refusal::EntitlementHasActiveSeats { used: 1, free: quantity(1) };
    assert_eq!(refusal(vendor.exports(&server, None).await), active);
    vendor.exports(&server, Some(1)).await.unwrap();
    vendor.activate("a", None).await.unwrap();
}

async fn exp_2_what_is_in_overdraft_is_not_free(engine: Engine) {
    let overdrawn = Terms { overdraft: Overdraft::Absolute(quantity(2)), ..terms(2) };
    let vendor = Vendor::with(engine, overdrawn).await;
    for seat in ["a", "b", "c"] {
        vendor.activate(seat, None).await.unwrap();
    }
    let server = vendor.server(1).await;
    let active = Refusal::EntitlementHasActiveSeats { used: 3, free: Quantity::ZERO };
    assert_eq!(refusal(vendor.exports(&server, Some(1)).await), active);
}

async fn ent_3_an_export_starts_what_the_first_seat_starts(engine: Engine) {
    let vendor = Vendor::new(engine, 2).await;
    assert_eq!(vendor.view().await.entitlement.license_start, LicenseStart::Activation);
    assert_eq!(vendor.view().await.entitlement.start, None);
    let server = vendor.server(1).await;
    vendor.advance(Interval::days(1));
    vendor.exports(&server, Some(1)).await.unwrap();
    let started = vendor.view().await.entitlement;
    assert_eq!(started.start, Some(vendor.now()));
    assert_eq!(started.expiry, Some(vendor.now().plus(Interval::new(Unit::Year, 1).unwrap())));
    vendor.advance(Interval::days(1));
    vendor.activate("pc", None).await.unwrap();
    assert_eq!(vendor.view().await.entitlement.start, started.start);
}

async fn exp_1_what_cannot_be_used_is_not_exported(engine: Engine) {
    let vendor = Vendor::new(engine, 2).await;
    let server = vendor.server(1).await;
    entitlement::disable(&vendor.system, &vendor.admin(), vendor.entitlement, None).await.unwrap();
    assert_eq!(refusal(vendor.exports(&server, None).await), Refusal::EntitlementDisabled { reason: None });
    entitlement::enable(&vendor.system, &vendor.admin(), vendor.entitlement).await.unwrap();
    entitlement::delete(&vendor.system, &vendor.admin(), vendor.entitlement).await.unwrap();
    assert!(matches!(refusal(vendor.exports(&server, None).await), Refusal::Deleted { .. }));
    entitlement::restore(&vendor.system, &vendor.admin(), vendor.entitlement).await.unwrap();
    vendor.activate("pc", None).await.unwrap();
    vendor.advance(Interval::new(Unit::Year, 1).unwrap());
    assert!(matches!(refusal(vendor.exports(&server, None).await), Refusal::EntitlementExpired { .. }));
}

async fn off_1_an_export_needs_to_know_how_long(engine: Engine) {
    let vendor = Vendor::with(engine, Terms { offline_lease_period: None, ..terms(2) }).await;
    let server = vendor.server(1).await;
    let refused = refusal(vendor.exports(&server, None).await);
    assert_eq!(refused, Refusal::OfflineNotPermitted { too_large: false });
    let ten = Some(Period::Limited(Interval::days(10)));
    let exported = vendor.exports_as(NewExport { delegation: ten, ..vendor.export_of(&server, None) }).await.unwrap();
    let until = exported.session.session.latest().unwrap().until;
    assert_eq!(until, Some(vendor.now().plus(Interval::days(10))));
    // At the latest at the hard stop (TOK-8), and for the tokens that follow it is as long.
    vendor.advance(Interval::days(360));
    let next = vendor.token(&server, None).await.unwrap();
    assert_eq!(next.session.session.latest().unwrap().until, vendor.view().await.entitlement.hard_stop());
}
