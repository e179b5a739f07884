//! Local servers register with the activation of their license (LLS-2).

use chancery_domain::{Interval, Invalid, MachineIdentity, Refusal};
use chancery_operations::local_server::{self, LocalServerView};
use chancery_operations::offline::{self, OfflineReply};
use chancery_operations::{Error, PageRequest};
use chancery_token::{KeyFault, TokenError};

use crate::fixture::Engine;
use crate::machine::{refusal, token_error};
use crate::on_both_engines;
use crate::server::{Server, Vendor, customer};

on_both_engines! {
    lls_2_activating_registers_the_server,
    lls_2_a_request_that_is_repeated_registers_once,
    lls_2_activating_again_is_the_same_server,
    lls_2_a_server_keeps_its_keys,
    lls_2_a_license_that_was_released_is_not_active,
    lls_2_only_a_local_server_asks_for_such_a_license,
    exp_10_a_server_is_rebound_to_another_machine,
}

async fn all(vendor: &Vendor) -> Vec<LocalServerView> {
    let admin = vendor.admin();
    local_server::list(&vendor.system, &admin, Some(customer().into()), PageRequest::default()).await.unwrap().items
}

async fn lls_2_activating_registers_the_server(engine: Engine) {
    let vendor = Vendor::new(engine, 2).await;
    assert!(all(&vendor).await.is_empty());
    let server = Server::new(1);
    let reply = vendor.licenses_server(&server, "first").await.unwrap();
    let seen = vendor.sees(&server).await;
    assert_eq!((seen.server.customer, seen.server.activation), (customer(), reply.view.activation.id));
    assert_eq!((seen.server.name.as_str(), seen.active, seen.lease_expiry), ("dark-1", true, None));
    assert!(seen.entitlements.is_empty());
    assert_eq!(all(&vendor).await.len(), 1);
    let found = local_server::find(&vendor.system, &vendor.admin(), Server::new(99).id).await;
    assert!(matches!(found, Err(Error::NotFound)));
    let admin = vendor.admin();
    let nobody = local_server::list(&vendor.system, &admin, Some("nobody".into()), PageRequest::default());
    assert!(matches!(nobody.await, Err(Error::Invalid(_))));
}

async fn lls_2_a_request_that_is_repeated_registers_once(engine: Engine) {
    let vendor = Vendor::new(engine, 2).await;
    let server = Server::new(1);
    let token = server.asks(&vendor, &vendor.code, "r1").await;
    for _ in 0..3 {
        vendor.answers(&vendor.admin(), &token, &vendor.code).await.unwrap();
    }
    vendor.licenses_server(&server, "r2").await.unwrap();
    assert_eq!(all(&vendor).await.len(), 1);
}

async fn lls_2_activating_again_is_the_same_server(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, Some(1)).await.unwrap();
    let first = vendor.sees(&server).await;
    let token = server.gives_license_up(&vendor, first.server.activation).await;
    vendor.give_up(&token).await.unwrap();
    let given_up = vendor.sees(&server).await;
    assert!(!given_up.active);
    // Its sessions stay, and it can be carried tokens; no other is begun (EXP-11).
    assert_eq!(given_up.entitlements, [vendor.entitlement]);
    vendor.token(&server, None).await.unwrap();
    let other = vendor.server(2).await;
    let seat = vendor.sees(&other).await.server.activation;
    vendor.give_up(&other.gives_license_up(&vendor, seat).await).await.unwrap();
    assert_eq!(refusal(vendor.exports(&other, Some(1)).await), Refusal::ServerNotActive { server: other.id });

    let server = server.cycle(7);
    vendor.licenses_server(&server, "second").await.unwrap();
    let again = vendor.sees(&server).await;
    assert!(again.active && again.server.activation != first.server.activation);
    assert_eq!((again.server.id, again.server.created), (first.server.id, first.server.created));
    assert_eq!(vendor.view().await.hosts[0].session.id, exported.session.session.id);
}

async fn lls_2_a_server_keeps_its_keys(engine: Engine) {
    let vendor = Vendor::new(engine, 2).await;
    let server = vendor.server(1).await;
    let unknown = TokenError::KeyUnknown(KeyFault::Unknown);
    // Another that says it is the same one.
    let mut thief = Server::new(2);
    thief.id = server.id;
    assert_eq!(token_error(vendor.licenses_server(&thief, "r1").await), unknown);
    // The same keys by another name.
    let mut renamed = Server::new(1).cycle(9);
    renamed.id = Server::new(3).id;
    assert_eq!(token_error(vendor.licenses_server(&renamed, "r1").await), unknown);
    assert_eq!(all(&vendor).await.len(), 1);
    assert_eq!(vendor.sees(&server).await.server.keys.kid.as_str(), chancery_token::SigningKey::kid(&server.key));
}

async fn lls_2_a_license_that_was_released_is_not_active(engine: Engine) {
    let vendor = Vendor::new(engine, 2).await;
    let server = vendor.server(1).await;
    let seat = vendor.sees(&server).await.server.activation;
    let how = chancery_operations::activation::Release { free: false, reason: None };
    chancery_operations::activation::release(&vendor.system, &vendor.admin(), seat, how).await.unwrap();
    assert!(!vendor.sees(&server).await.active);
    assert_eq!(refusal(vendor.exports(&server, None).await), Refusal::ServerNotActive { server: server.id });
}

fn wrong(result: Result<OfflineReply, Error>) -> Vec<(String, Invalid)> {
    match result {
        Err(Error::Invalid(errors)) => errors.into_iter().map(|one| (one.path, one.invalid)).collect(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was answered"),
    }
}

async fn lls_2_only_a_local_server_asks_for_such_a_license(engine: Engine) {
    let vendor = Vendor::new(engine, 2).await;
    let server = Server::new(1);
    let asked = server.request(&vendor, &vendor.code, "r1").await;
    let answer = async |claims: &chancery_token::OfflineRequestClaims| {
        let token = server.seals(&vendor, claims).await;
        vendor.answers(&vendor.admin(), &token, &vendor.code).await
    };
    let mut nobody = asked.clone();
    nobody.local_server = None;
    assert_eq!(wrong(answer(&nobody).await), [("localServer".to_owned(), Invalid::Required)]);
    let mut elsewhere = asked.clone();
    elsewhere.seat_id = "a seat".to_owned();
    assert_eq!(wrong(answer(&elsewhere).await), [("localServer".to_owned(), Invalid::BadFormat)]);
    let mut nameless = asked.clone();
    nameless.local_server.as_mut().unwrap().name = String::new();
    assert_eq!(wrong(answer(&nameless).await), [("localServer.name".to_owned(), Invalid::Required)]);
    let mut strange = asked.clone();
    strange.local_server.as_mut().unwrap().machine = Some("a machine".to_owned());
    assert_eq!(wrong(answer(&strange).await)[0].0, "localServer.machine");
    // A device that says it is a server, for a product that is none.
    let mut product = asked.clone();
    product.product = vendor.product.id;
    let token = server.seals(&vendor, &product).await;
    let answered = vendor.answers(&vendor.admin(), &token, crate::fixture::CODE).await;
    assert_eq!(wrong(answered), [("localServer".to_owned(), Invalid::NotAllowed)]);
    assert!(all(&vendor).await.is_empty());
    // Nor is there a seat of it without the right key: the proof is by another's.
    let mut forged = asked.clone();
    forged.local_server.as_mut().unwrap().keys = Server::new(5).request(&vendor, &vendor.code, "r").await.device_keys;
    let token = server.seals(&vendor, &forged).await;
    assert!(matches!(offline::open(&vendor.system, &vendor.admin(), &token).await, Err(Error::Token { .. })));
}

async fn exp_10_a_server_is_rebound_to_another_machine(engine: Engine) {
    let vendor = Vendor::new(engine, 2).await;
    let server = vendor.server(1).await;
    let machine: MachineIdentity = "board:3:00112233445566778899aabbccddeeff".parse().unwrap();
    let key = Some(chancery_operations::IdempotencyKey::new(b"admin", "k", "rebind", b""));
    let rebind = async || {
        let by = vendor.admin().with_idempotency(key.clone());
        local_server::rebind(&vendor.system, &by, server.id, machine.clone()).await
    };
    let rebound = rebind().await.unwrap();
    let trust = vendor.trust().await;
    let opened = trust.open_rebind(&rebound.token, &[&server.open], vendor.now()).unwrap();
    assert_eq!((opened.server, &opened.machine), (server.id, &machine.to_string()));
    assert_eq!(rebound.view.server.machine, Some(machine.to_string()));
    // A repeated call is told the same token, although it comes later.
    vendor.advance(Interval::new(chancery_domain::Unit::Hour, 1).unwrap());
    let again = trust.open_rebind(&rebind().await.unwrap().token, &[&server.open], vendor.now()).unwrap();
    assert_eq!((&again.issued.id, again.expiry), (&opened.issued.id, opened.expiry));
    // Only that server can open it, and only for a month.
    assert!(trust.open_rebind(&rebound.token, &[&Server::new(2).open], vendor.now()).is_err());
    vendor.advance(Interval::days(30));
    assert!(trust.open_rebind(&rebound.token, &[&server.open], vendor.now()).is_err());
    vendor.loses(&server, false).await.unwrap();
    let lost = local_server::rebind(&vendor.system, &vendor.admin(), server.id, machine).await;
    assert_eq!(refusal(lost), Refusal::ServerLost { server: server.id });
}
