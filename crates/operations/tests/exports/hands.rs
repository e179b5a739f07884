//! Contacts who carry: for the orders that name them, where the vendor lets them (MAN-1, API-2).

use chancery_domain::{Actor, Invalid, Metadata, Name, Period, Reason};
use chancery_operations::customer::{self, NewCustomer};
use chancery_operations::entitlement::{self, NewExport, NextToken, WithoutToken};
use chancery_operations::vendor::{self, VendorEdit};
use chancery_operations::{Context, Error, PageRequest, local_server};

use crate::carried::told;
use crate::fixture::Engine;
use crate::on_both_engines;
use crate::server::{Server, Vendor, licenses};

on_both_engines! {
    man_1_contacts_export_only_where_the_vendor_lets_them,
    api_2_a_contact_reaches_what_its_orders_granted,
    lls_4_a_contact_never_takes_anything_for_lost,
    tok_8_how_long_a_delegation_lasts_no_contact_says,
}

async fn lets_contacts(vendor: &Vendor, contact_exports: bool) {
    let edit = VendorEdit { contact_exports: Some(contact_exports), ..VendorEdit::default() };
    let changed = vendor::update(&vendor.system, &vendor.admin(), edit).await.unwrap();
    assert_eq!(changed.contact_exports, contact_exports);
}

/// The contact now.
fn now(vendor: &Vendor, contact: &Context) -> Context {
    vendor.by(contact.actor().clone())
}

async fn exports(vendor: &Vendor, by: &Context, server: &Server) -> Result<entitlement::Exported, Error> {
    entitlement::export(&vendor.system, &now(vendor, by), vendor.export_of(server, Some(1))).await
}

/// A local server of another customer.
async fn licensed_elsewhere(vendor: &Vendor) -> Server {
    let new = NewCustomer {
        name: Name::new("Initech").unwrap(),
        reference: None,
        contacts: Vec::new(),
        notes: String::new(),
        metadata: Metadata::default(),
    };
    let customer = customer::create(&vendor.system, &vendor.admin(), new).await.unwrap();
    let (_, code) = licenses(vendor, customer.id).await;
    let server = Server::new(7);
    let token = server.asks(vendor, &code, "r1").await;
    vendor.answers(&vendor.admin(), &token, &code).await.unwrap();
    server
}

async fn man_1_contacts_export_only_where_the_vendor_lets_them(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let named = vendor.contact("a@example.org", true).await;
    assert!(!vendor::find(&vendor.system, &vendor.admin()).await.unwrap().contact_exports, "unless it says so");
    assert!(matches!(exports(&vendor, &named, &server).await, Err(Error::NotPermitted(_))));
    lets_contacts(&vendor, true).await;
    let exported = exports(&vendor, &named, &server).await.unwrap();
    let next =
        entitlement::export_token(&vendor.system, &now(&vendor, &named), vendor.next(&server, None)).await.unwrap();
    let report = server.reports(&vendor, 1, &[(&next, told(0, None))]).await;
    local_server::report(&vendor.system, &now(&vendor, &named), &report).await.unwrap();
    let token = server.returns(&vendor, &exported, told(0, None)).await;
    lets_contacts(&vendor, false).await;
    assert!(matches!(vendor.imports_by(&now(&vendor, &named), &token).await, Err(Error::NotPermitted(_))));
    let report = local_server::report(&vendor.system, &now(&vendor, &named), &report).await;
    assert!(matches!(report, Err(Error::NotPermitted(_))));
    lets_contacts(&vendor, true).await;
    assert!(!vendor.imports_by(&now(&vendor, &named), &token).await.unwrap().already_done);
}

async fn api_2_a_contact_reaches_what_its_orders_granted(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    lets_contacts(&vendor, true).await;
    let server = vendor.server(1).await;
    let other = vendor.contact("b@example.org", false).await;
    assert!(matches!(exports(&vendor, &other, &server).await, Err(Error::NotFound)));
    let exported = vendor.exports(&server, Some(1)).await.unwrap();
    let token = entitlement::export_token(&vendor.system, &now(&vendor, &other), vendor.next(&server, None)).await;
    assert!(matches!(token, Err(Error::NotFound)));
    let returned = server.returns(&vendor, &exported, told(0, None)).await;
    assert!(matches!(vendor.imports_by(&now(&vendor, &other), &returned).await, Err(Error::NotFound)));
    assert_eq!(vendor.split().await, (3, 1));
    // Of servers it sees those of its customer.
    let theirs = licensed_elsewhere(&vendor).await;
    assert!(local_server::find(&vendor.system, &vendor.admin(), theirs.id).await.is_ok());
    let seen = local_server::list(&vendor.system, &now(&vendor, &other), None, PageRequest::default()).await.unwrap();
    assert_eq!(seen.items.iter().map(|view| view.server.id).collect::<Vec<_>>(), [server.id]);
    local_server::find(&vendor.system, &now(&vendor, &other), server.id).await.unwrap();
    let found = local_server::find(&vendor.system, &now(&vendor, &other), theirs.id).await;
    assert!(matches!(found, Err(Error::NotFound)));
    // Nor does it carry another customer's report.
    let report = theirs.reports(&vendor, 1, &[]).await;
    let taken = local_server::report(&vendor.system, &now(&vendor, &other), &report).await;
    assert!(matches!(taken, Err(Error::NotFound)));
}

async fn lls_4_a_contact_never_takes_anything_for_lost(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    lets_contacts(&vendor, true).await;
    let server = vendor.server(1).await;
    let named = vendor.contact("a@example.org", true).await;
    let Actor::Contact { .. } = named.actor() else { panic!("no contact") };
    vendor.exports(&server, Some(1)).await.unwrap();
    let reason = Reason::new("burnt").unwrap();
    let lost = local_server::declare_lost(&vendor.system, &named, server.id, reason.clone(), false).await;
    assert!(matches!(lost, Err(Error::NotPermitted(_))));
    let input = WithoutToken { server: None, reason, free: true };
    let ended = entitlement::import_without_token(&vendor.system, &named, vendor.entitlement, input).await;
    assert!(matches!(ended, Err(Error::NotPermitted(_))));
    let machine = "none".parse().unwrap();
    let rebound = local_server::rebind(&vendor.system, &named, server.id, machine).await;
    assert!(matches!(rebound, Err(Error::NotPermitted(_))));
}

async fn tok_8_how_long_a_delegation_lasts_no_contact_says(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    lets_contacts(&vendor, true).await;
    let server = vendor.server(1).await;
    let named = vendor.contact("a@example.org", true).await;
    let refused = |error: Option<Error>| {
        let Some(Error::Invalid(errors)) = error else { panic!("{error:?}") };
        assert_eq!((errors[0].path.as_str(), errors[0].invalid), ("delegationPeriod", Invalid::NotAllowed));
    };
    let new = NewExport { delegation: Some(Period::Unlimited), ..vendor.export_of(&server, Some(1)) };
    refused(entitlement::export(&vendor.system, &now(&vendor, &named), new).await.err());
    assert_eq!(vendor.split().await, (4, 0));
    exports(&vendor, &named, &server).await.unwrap();
    let next = NextToken { delegation: Some(Period::Unlimited), ..vendor.next(&server, None) };
    refused(entitlement::export_token(&vendor.system, &now(&vendor, &named), next).await.err());
}
