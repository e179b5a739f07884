//! Orders that get more, and orders that go to another customer.

use chancery_domain::*;
use chancery_operations::activation::state;
use chancery_operations::order::{self, NewItem, OrderExtension, OrderMove};
use chancery_operations::{Error, PageRequest, customer, licensee};

use crate::fixture::{Engine, Fixture, Terms};
use crate::on_both_engines;
use crate::support::refused;

on_both_engines!(
    an_extended_orders_code_leads_to_what_was_added,
    an_extension_with_errors_adds_nothing,
    a_moved_order_goes_on_for_its_new_customer,
    a_moved_orders_contacts_are_the_new_customers,
    a_dry_run_of_a_move_moves_nothing,
    seat_1_claims_race_with_an_extension,
);

fn item(sku: &str) -> NewItem {
    NewItem { sku: Some(Sku::new(sku).unwrap()), ..NewItem::default() }
}

async fn an_extended_orders_code_leads_to_what_was_added(engine: Engine) {
    let fixture = Fixture::new(engine, Terms { seats: 1, ..Terms::default() }).await;
    let which = Selector::Id(fixture.order_id().await);
    let first = fixture.activate("a", None).await.unwrap();
    assert!(matches!(refused(fixture.activate("b", None).await.unwrap_err()), Refusal::SeatsExhausted { .. }));
    let more = OrderExtension { items: vec![item("CAD-PRO")] };
    let extended = order::extend(&fixture.system, &fixture.admin(), which.clone(), more).await.unwrap();
    assert_eq!((extended.entitlements.len(), extended.codes.len()), (2, 1));
    let second = fixture.activate("b", None).await.unwrap();
    assert_ne!(second.view.entitlement.id, first.view.entitlement.id);
    assert_eq!(second.view.entitlement.order, first.view.entitlement.order);
    order::delete(&fixture.system, &fixture.admin(), which.clone()).await.unwrap();
    let more = OrderExtension { items: vec![item("CAD-PRO")] };
    let deleted = order::extend(&fixture.system, &fixture.admin(), which, more).await.err().unwrap();
    assert!(matches!(refused(deleted), Refusal::Deleted { .. }));
}

async fn an_extension_with_errors_adds_nothing(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let which = Selector::Id(fixture.order_id().await);
    let before = fixture.audit().await.len();
    for items in [Vec::new(), vec![item("CAD-PRO"), item("NO-SUCH")]] {
        let more = OrderExtension { items };
        let wrong = order::extend(&fixture.system, &fixture.admin(), which.clone(), more).await.err().unwrap();
        assert!(matches!(wrong, Error::Invalid(_)));
    }
    assert_eq!(fixture.order().await.entitlements.len(), 1);
    assert_eq!(fixture.audit().await.len(), before);
}

async fn a_moved_order_goes_on_for_its_new_customer(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    let eve = fixture.another_customer().await;
    let which = Selector::Id(fixture.order_id().await);
    let to = OrderMove { customer: eve.id.into(), contacts: None };
    let moved = order::move_to(&fixture.system, &fixture.admin(), which.clone(), to.clone()).await.unwrap();
    assert_eq!(moved.order.customer, eve.id);
    assert!(moved.entitlements.iter().all(|granted| granted.customer == eve.id), "they follow");

    fixture.advance(Interval::days(1));
    let (_, nonce) = fixture.refresh(&seat, &seat.nonce, "one").await.unwrap();
    let (context, call) = fixture.holder(&seat, &nonce, "two", "");
    let view = state(&fixture.system, &context, call).await.unwrap();
    assert_eq!((view.entitlement.customer, view.entitlement.customer_name.as_str()), (eve.id, "Umbrella"));
    let licensees =
        licensee::list(&fixture.system, &fixture.admin(), Default::default(), PageRequest::default()).await.unwrap();
    assert!(licensees.items.iter().any(|licensee| licensee.customer == eve.id), "it has a standing with the product");
    // The verdicts are those of the new customer.
    customer::disable(&fixture.system, &fixture.admin(), eve.id.into(), None).await.unwrap();
    assert_eq!(refused(fixture.activate("b", None).await.unwrap_err()), Refusal::CustomerDisabled);
    // Moving it there again changes nothing.
    let rows = fixture.audit().await.len();
    order::move_to(&fixture.system, &fixture.admin(), which, to).await.unwrap();
    assert_eq!(fixture.audit().await.len(), rows);
}

async fn a_moved_orders_contacts_are_the_new_customers(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let eve = fixture.another_customer().await;
    let which = Selector::Id(fixture.order_id().await);
    let (here, contact) = (fixture.customer_id().await, eve.contacts[0].id);
    let move_to = |customer, contacts| {
        let (context, which) = (fixture.admin(), which.clone());
        let system = &fixture.system;
        async move { order::move_to(system, &context, which, OrderMove { customer, contacts }).await }
    };
    assert!(matches!(move_to(here.into(), Some(vec![contact])).await, Err(Error::Invalid(_))), "hers, not theirs");
    let moved = move_to(Selector::Name("CRM-2".into()), Some(vec![contact])).await.unwrap();
    assert_eq!(moved.order.contacts, [contact]);
    assert_eq!(move_to(eve.id.into(), None).await.unwrap().order.contacts, [contact], "it does not leave her");
    assert_eq!(move_to(here.into(), None).await.unwrap().order.contacts, []);
    assert!(matches!(move_to(Selector::Name("nobody".into()), None).await, Err(Error::Invalid(_))));
    customer::delete(&fixture.system, &fixture.admin(), eve.id.into()).await.unwrap();
    assert!(matches!(move_to(eve.id.into(), None).await, Err(Error::Invalid(_))), "she is deleted");
}

async fn a_dry_run_of_a_move_moves_nothing(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    let eve = fixture.another_customer().await;
    customer::disable(&fixture.system, &fixture.admin(), eve.id.into(), None).await.unwrap();
    let (which, here) = (Selector::Id(fixture.order_id().await), fixture.customer_id().await);
    let to = OrderMove { customer: eve.id.into(), contacts: None };
    let dry = order::move_to(&fixture.system, &fixture.admin().rehearsing(true), which, to).await;
    let Err(Error::Rehearsed(told)) = dry else { panic!("a dry run") };
    let customer = told.changes.iter().find(|(_, change)| change.field == "customerId").unwrap();
    assert_eq!(customer.1.from, Some(here.to_string()));
    assert_eq!(customer.1.to, Some(eve.id.to_string()));
    assert_eq!(told.leaving[0].activation, seat.view.activation.id, "the new customer is disabled");
    assert_eq!(fixture.customer_id().await, here);
}

async fn seat_1_claims_race_with_an_extension(engine: Engine) {
    let fixture = std::sync::Arc::new(Fixture::new(engine, Terms { seats: 4, ..Terms::default() }).await);
    let which = Selector::Id(fixture.order_id().await);
    let claims: Vec<_> = (0..20)
        .map(|i| {
            let fixture = std::sync::Arc::clone(&fixture);
            tokio::spawn(async move { fixture.activate(&format!("seat-{i}"), None).await.is_ok() })
        })
        .collect();
    let more = OrderExtension { items: vec![item("CAD-PRO")] };
    order::extend(&fixture.system, &fixture.admin(), which, more).await.unwrap();
    let mut seats = 0;
    for claim in claims {
        seats += i64::from(claim.await.unwrap());
    }
    for i in 0..20 {
        let name = format!("late-{i}");
        seats += i64::from(fixture.activate(&name, None).await.is_ok());
    }
    assert_eq!(seats, 8, "all seats of both are taken, and no more");
    assert_eq!(fixture.rows("SELECT COUNT(*) FROM activations").await, 8);
}
