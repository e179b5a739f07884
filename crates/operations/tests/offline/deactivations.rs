//! OFF-9: tokens by which a device gives its seat up.

use chancery_domain::{Interval, Refusal};
use chancery_operations::activation::{Release, release};
use chancery_operations::{AuditFilter, Error, PageRequest, audit};
use chancery_token::{KeyFault, TokenError};

use crate::fixture::Engine;
use crate::machine::{Machine, refusal, shop, token_error};
use crate::on_both_engines;

on_both_engines! {
    off_9_it_frees_the_seat_and_applying_it_again_is_harmless,
    off_9_only_the_device_gives_its_seat_up,
    off_9_what_was_released_is_free_when_its_device_gives_it_up,
    off_9_after_the_seat_has_gone_there_is_nothing_to_free,
    off_9_who_comes_again_with_a_dead_key_stands_in_the_audit,
}

async fn off_9_it_frees_the_seat_and_applying_it_again_is_harmless(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let id = machine.activate(&fixture, "r1").await.unwrap().view.activation.id;
    let token = machine.gives_up(&fixture, id, 1).await;
    let done = fixture.give_up(&token).await.unwrap();
    assert_eq!((done.already_done, done.view.activation.id, fixture.used().await), (false, id, (0, 0, 0)));
    let other = Machine::new(2, "other").activate(&fixture, "r1").await.unwrap();
    for _ in 0..2 {
        fixture.advance(Interval::days(100));
        assert!(fixture.give_up(&token).await.unwrap().already_done);
    }
    assert_eq!(fixture.used().await, (0, 0, 1), "nobody else's seat is touched");
    assert_eq!(fixture.renew(other.view.activation.id).await.unwrap().view.activation.seat_number(), Some(1));
    assert_eq!(fixture.logged().await[..2], ["offline activate", "offline deactivate"]);
}

async fn off_9_only_the_device_gives_its_seat_up(engine: Engine) {
    let fixture = shop(engine, 2).await;
    let (one, other) = (Machine::new(1, "one"), Machine::new(2, "other"));
    let id = one.activate(&fixture, "r1").await.unwrap().view.activation.id;
    other.activate(&fixture, "r1").await.unwrap();
    let stolen = other.gives_up(&fixture, id, 1).await;
    assert_eq!(token_error(fixture.give_up(&stolen).await), TokenError::KeyUnknown(KeyFault::Unknown));
    let nothing = "act_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let unknown = one.gives_up(&fixture, nothing, 1).await;
    assert!(matches!(fixture.give_up(&unknown).await, Err(Error::NotFound)));
    let online = fixture.activate("two", None).await;
    assert!(matches!(refusal(online), Refusal::SeatsExhausted { .. }));
    let request = one.request(&fixture, "r2").await;
    assert!(matches!(token_error(fixture.give_up(&request).await), TokenError::WrongType { .. }));
    assert_eq!(fixture.used().await.0, 2);
}

async fn off_9_what_was_released_is_free_when_its_device_gives_it_up(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let id = machine.activate(&fixture, "r1").await.unwrap().view.activation.id;
    release(&fixture.system, &fixture.admin(), id, Release::default()).await.unwrap();
    assert_eq!(fixture.used().await.0, 1);
    let token = machine.gives_up(&fixture, id, 1).await;
    assert!(!fixture.give_up(&token).await.unwrap().already_done);
    assert_eq!(fixture.used().await, (0, 0, 0));
    assert!(fixture.give_up(&token).await.unwrap().already_done);
}

async fn off_9_after_the_seat_has_gone_there_is_nothing_to_free(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let id = machine.activate(&fixture, "r1").await.unwrap().view.activation.id;
    fixture.advance(Interval::days(30));
    Machine::new(2, "other").activate(&fixture, "r1").await.unwrap();
    assert!(fixture.give_up(&machine.gives_up(&fixture, id, 1).await).await.unwrap().already_done);
    assert_eq!(fixture.used().await, (1, 0, 1));
}

async fn off_9_who_comes_again_with_a_dead_key_stands_in_the_audit(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let id = machine.activate(&fixture, "r1").await.unwrap().view.activation.id;
    fixture.give_up(&machine.gives_up(&fixture, id, 1).await).await.unwrap();
    // A disk image that was restored asks with the keys of then; a refresh is asked for it.
    for request in ["r2", "r3"] {
        assert_eq!(refusal(machine.activate(&fixture, request).await), Refusal::ActivationDeactivated);
    }
    assert_eq!(refusal(fixture.renew(id).await), Refusal::ActivationDeactivated);
    let filter = AuditFilter { action: Some("activation.deny".to_owned()), ..AuditFilter::default() };
    let page = PageRequest { limit: 100, ..PageRequest::default() };
    let denials = audit::list(&fixture.system, &fixture.admin(), filter, page).await.unwrap().items;
    assert_eq!(denials.len(), 3);
    for denial in denials {
        let told: Vec<_> = denial.changes.iter().map(|one| (one.field.as_str(), one.to.as_deref())).collect();
        assert_eq!((denial.subject, told), (id.to_string(), vec![("code", Some("activation_deactivated"))]));
    }
}
