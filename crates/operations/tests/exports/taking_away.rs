//! What is not taken away, moved or sold otherwise while local servers host it (ENT-8, ENT-10).

use chancery_domain::{Metadata, Name, Refusal, Selector};
use chancery_operations::customer::{self, NewCustomer};
use chancery_operations::order::{self, OrderMove};
use chancery_operations::{AuditFilter, Error, PageRequest, audit, entitlement, local_server};

use crate::carried::told;
use crate::fixture::Engine;
use crate::machine::refusal;
use crate::on_both_engines;
use crate::server::{Server, Vendor, customer, licenses};

on_both_engines! {
    ent_10_what_is_hosted_elsewhere_is_neither_deleted_nor_purged,
    ent_8_what_is_hosted_elsewhere_takes_up_no_other_offering,
    an_order_moves_with_its_servers_but_not_while_they_host,
    lls_2_a_server_becomes_another_customers_when_it_hosts_nothing,
    ent_10_a_purged_customer_takes_its_servers_along,
}

async fn another(vendor: &Vendor) -> chancery_domain::CustomerId {
    let new = NewCustomer {
        name: Name::new("Initech").unwrap(),
        reference: None,
        contacts: Vec::new(),
        notes: String::new(),
        metadata: Metadata::default(),
    };
    customer::create(&vendor.system, &vendor.admin(), new).await.unwrap().id
}

async fn ent_10_what_is_hosted_elsewhere_is_neither_deleted_nor_purged(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, Some(1)).await.unwrap();
    let order = vendor.view().await.entitlement.order;
    let (system, admin) = (&vendor.system, vendor.admin());
    let open = Refusal::ExportSessionOpen { sessions: vec![(exported.session.session.id, server.id)] };
    let ent = vendor.entitlement;
    assert_eq!(refusal(entitlement::delete(system, &admin, ent).await), open);
    assert_eq!(refusal(entitlement::purge(system, &admin, ent).await), open);
    assert_eq!(refusal(order::delete(system, &admin, order.into()).await), open);
    assert_eq!(refusal(order::purge(system, &admin, order.into()).await), open);
    assert_eq!(refusal(customer::delete(system, &admin, customer().into()).await), open);
    assert_eq!(refusal(customer::purge(system, &admin, customer().into()).await), open);
    vendor.imports(&server.returns(&vendor, &exported, told(0, None)).await).await.unwrap();
    let admin = vendor.admin();
    entitlement::delete(system, &admin, ent).await.unwrap();
    order::purge(system, &admin, order.into()).await.unwrap();
}

async fn ent_8_what_is_hosted_elsewhere_takes_up_no_other_offering(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    vendor.exports(&server, Some(1)).await.unwrap();
    let offering = || Selector::Name("CAD-PRO".to_owned());
    let change = async || {
        entitlement::change_offering(&vendor.system, &vendor.admin(), vendor.entitlement, offering(), false).await
    };
    assert!(matches!(refusal(change().await), Refusal::ExportSessionOpen { .. }));
    vendor.gives_up(None, true).await.unwrap();
    change().await.unwrap();
}

async fn an_order_moves_with_its_servers_but_not_while_they_host(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let (server, other) = (vendor.server(1).await, another(&vendor).await);
    let exported = vendor.exports(&server, Some(1)).await.unwrap();
    let open = Refusal::ExportSessionOpen { sessions: vec![(exported.session.session.id, server.id)] };
    let order = vendor.view().await.entitlement.order;
    let goes = async |which: chancery_domain::OrderId| {
        let to = OrderMove { customer: other.into(), contacts: None };
        order::move_to(&vendor.system, &vendor.admin(), which.into(), to).await.map(|_| ())
    };
    assert_eq!(refusal(goes(order).await), open);
    assert_eq!(refusal(goes(vendor.licenses).await), open);
    vendor.imports(&server.returns(&vendor, &exported, told(0, None)).await).await.unwrap();
    goes(vendor.licenses).await.unwrap();
    assert_eq!(vendor.sees(&server).await.server.customer, other);
    assert!(matches!(vendor.exports(&server, Some(1)).await, Err(Error::Invalid(_))), "it is another's now");
    goes(order).await.unwrap();
    vendor.exports(&server, Some(1)).await.unwrap();
}

async fn lls_2_a_server_becomes_another_customers_when_it_hosts_nothing(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let (server, other) = (vendor.server(1).await, another(&vendor).await);
    let exported = vendor.exports(&server, Some(1)).await.unwrap();
    let (order, code) = licenses(&vendor, other).await;
    let asks = async |id: &str| {
        let token = Server::new(1).cycle(9).asks(&vendor, &code, id).await;
        vendor.answers(&vendor.admin(), &token, &code).await.map(|_| ())
    };
    let used = async || {
        order::find(&vendor.system, &vendor.admin(), order.into()).await.unwrap().entitlements[0].counter.occupied
    };
    let open = Refusal::ExportSessionOpen { sessions: vec![(exported.session.session.id, server.id)] };
    assert_eq!(refusal(asks("r1").await), open);
    assert_eq!((vendor.sees(&server).await.server.customer, used().await), (customer(), 0));
    vendor.imports(&server.returns(&vendor, &exported, told(0, None)).await).await.unwrap();
    asks("r2").await.unwrap();
    assert_eq!((vendor.sees(&server).await.server.customer, used().await), (other, 1));
}

async fn ent_10_a_purged_customer_takes_its_servers_along(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, Some(1)).await.unwrap();
    vendor.gives_up(None, false).await.unwrap();
    let reasons = async || {
        let filter = AuditFilter { subject: Some(exported.session.session.id.to_string()), ..AuditFilter::default() };
        let told = audit::list(&vendor.system, &vendor.admin(), filter, PageRequest::default()).await.unwrap().items;
        let reasons = told.into_iter().flat_map(|entry| entry.changes).filter(|change| change.field == "reason");
        reasons.filter_map(|change| change.to).collect::<Vec<_>>()
    };
    assert_eq!(reasons().await, ["burnt"]);
    customer::purge(&vendor.system, &vendor.admin(), customer().into()).await.unwrap();
    assert_eq!(reasons().await, ["(erased)"]);
    let found = local_server::find(&vendor.system, &vendor.admin(), server.id).await;
    assert!(matches!(found, Err(Error::NotFound)));
    let late = server.returns(&vendor, &exported, told(0, None)).await;
    assert!(matches!(vendor.imports(&late).await, Err(Error::Token { .. })));
}
