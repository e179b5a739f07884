//! What contacts reach with carried tokens: the orders that name them, alone.

use chancery_domain::{Action, Actor, ContactId, EntitlementId, Id, Interval, KeyScope, OrderId, Refusal};
use chancery_operations::credential::Lead;
use chancery_operations::offline::NewOfflineActivation;
use chancery_operations::order::{self, OrderEdit};
use chancery_operations::{AuditFilter, Context, Error, IdempotencyKey, PageRequest, audit, offline};
use chancery_store::{Aggregate, Outcome, WriteTx};

use crate::fixture::{Engine, Fixture};
use crate::machine::{Machine, refusal, shop};
use crate::on_both_engines;

on_both_engines! {
    off_6_a_contact_acts_on_the_orders_that_name_it_alone,
    off_6_what_was_answered_is_told_again_only_to_whom_reaches_it_still,
    seat_2_a_contact_gets_no_second_seat_for_a_seat_id_of_another_order,
    man_1_a_system_needs_the_scope,
}

impl Fixture {
    fn first_order() -> OrderId {
        OrderId::new("2026-11-21T10:00:00Z".parse().unwrap(), [6; 10])
    }

    async fn names(&self, which: OrderId, contacts: &[&Context]) {
        let edit = OrderEdit { contacts: Some(contacts.iter().map(|one| id(one)).collect()), ..OrderEdit::default() };
        order::update(&self.system, &self.admin(), which.into(), edit).await.unwrap();
    }

    /// Sells the same to the same customer by another order.
    async fn sells_again(&self) -> OrderId {
        let (vendor, sold, made) = (self.vendor.id, self.entitlement, self.now());
        let (order, id) = (OrderId::new(made, [8; 10]), EntitlementId::new(made, [8; 10]));
        let permit = Actor::Operator { vendor }.permit(Action::CreateOrder).unwrap();
        let work = move |tx: &mut WriteTx<'_>| {
            let mut another = chancery_store::order::find(tx, vendor, &Self::first_order().into())?.unwrap();
            let mut other = chancery_store::entitlement::find(tx, vendor, sold)?.unwrap();
            (another.id, other.id, other.order) = (order, id, order);
            chancery_store::order::insert(tx, &permit, &another)?;
            chancery_store::entitlement::insert(tx, &permit, &other)?;
            Ok::<_, Error>(Outcome::Done(()))
        };
        self.store.write(Aggregate::Vendor(vendor), work).await.unwrap();
        order
    }
}

fn id(contact: &Context) -> ContactId {
    let Actor::Contact { id, .. } = contact.actor() else { panic!("no contact") };
    *id
}

async fn off_6_what_was_answered_is_told_again_only_to_whom_reaches_it_still(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let named = fixture.contact("a@example.org", true).await;
    let request = Machine::new(1, "pc").request(&fixture, "r1").await;
    let named = named.with_idempotency(Some(IdempotencyKey::new(b"a contact", "k", "activate", request.as_bytes())));
    fixture.answer_by(&named, &request).await.unwrap();
    fixture.answer_by(&named, &request).await.unwrap();
    fixture.names(Fixture::first_order(), &[]).await;
    assert!(matches!(fixture.answer_by(&named, &request).await, Err(Error::NotFound)));
}

async fn seat_2_a_contact_gets_no_second_seat_for_a_seat_id_of_another_order(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let (ann, bob) = (fixture.contact("a@example.org", true).await, fixture.contact("b@example.org", false).await);
    let (first, second) = (Fixture::first_order(), fixture.sells_again().await);
    fixture.names(second, &[&ann, &bob]).await;
    let machine = Machine::new(1, "pc");
    let held = machine.activate(&fixture, "r1").await.unwrap().view.activation;
    assert_eq!(held.order, first);
    // The account in the request is one to whom both orders are open.
    let carry = async |who: &Context, id: &str| {
        let request = offline::open(&fixture.system, who, &machine.request(&fixture, id).await).await.unwrap();
        let mut claimant = fixture.claimant().await.unwrap();
        (claimant.lead, claimant.orders) = (Lead::Contacts(vec![self::id(&ann)]), vec![first, second]);
        let reply = offline::activate(&fixture.system, who, NewOfflineActivation { request, claimant }).await;
        reply.map(|reply| (reply.created, reply.view.activation.order))
    };
    assert!(matches!(carry(&bob, "r2").await, Err(Error::NotFound)));
    assert_eq!(carry(&ann, "r3").await.unwrap(), (false, first));
    // Once it runs no more, it may be served elsewhere.
    fixture.advance(Interval::days(30));
    let bob = fixture.by(bob.actor().clone());
    assert_eq!(carry(&bob, "r4").await.unwrap(), (true, second));
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
