//! What contacts reach with carried tokens: the orders that name them, alone.

use chancery_domain::{KeyScope, Refusal};
use chancery_operations::{AuditFilter, Error, PageRequest, audit, offline};

use crate::fixture::Engine;
use crate::machine::{Machine, refusal, shop};
use crate::on_both_engines;

on_both_engines! {
    off_6_a_contact_acts_on_the_orders_that_name_it_alone,
    man_1_a_system_needs_the_scope,
}

async fn off_6_a_contact_acts_on_the_orders_that_name_it_alone(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let (named, other) = (fixture.contact("a@example.org", true).await, fixture.contact("b@example.org", false).await);
    let machine = Machine::new(1, "pc");
    let request = machine.request(&fixture, "r1").await;
    assert!(matches!(fixture.answer_by(&other, &request).await, Err(Error::NotFound)));
    let seat = fixture.answer_by(&named, &request).await.unwrap().view.activation;
    // Also what was answered already.
    assert!(matches!(fixture.answer_by(&other, &request).await, Err(Error::NotFound)));
    assert!(matches!(offline::refresh(&fixture.system, &other, seat.id).await, Err(Error::NotFound)));
    offline::refresh(&fixture.system, &named, seat.id).await.unwrap();
    let token = machine.gives_up(&fixture, seat.id, 2).await;
    assert!(matches!(offline::deactivate(&fixture.system, &other, &token).await, Err(Error::NotFound)));
    assert!(!offline::deactivate(&fixture.system, &named, &token).await.unwrap().already_done);
    assert_eq!(refusal(fixture.answer_by(&named, &request).await), Refusal::ActivationDeactivated);
    // Who did it is on record.
    let actor = Some(named.actor().to_string());
    let filter = AuditFilter { actor, ..AuditFilter::default() };
    let page = PageRequest { limit: 100, ..PageRequest::default() };
    let rows = audit::list(&fixture.system, &fixture.admin(), filter, page).await.unwrap().items;
    let actions: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
    let expected =
        ["offline.activate", "activation.activate", "activation.refresh", "activation.deactivate", "activation.deny"];
    assert_eq!(actions, expected, "the first started what was sold");
}

async fn man_1_a_system_needs_the_scope(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let reads = fixture.context(["entitlements:read".parse::<KeyScope>().unwrap()].into());
    let writes = fixture.context(["entitlements:write".parse::<KeyScope>().unwrap()].into());
    let request = Machine::new(1, "pc").request(&fixture, "r1").await;
    assert!(matches!(fixture.answer_by(&reads, &request).await, Err(Error::NotPermitted(_))));
    let seat = fixture.answer_by(&writes, &request).await.unwrap().view.activation;
    assert!(matches!(offline::refresh(&fixture.system, &reads, seat.id).await, Err(Error::NotPermitted(_))));
    offline::refresh(&fixture.system, &writes, seat.id).await.unwrap();
}
