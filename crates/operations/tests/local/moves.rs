//! EXP-10: the data are bound to their machine, or to their database.

use chancery_domain::*;
use chancery_operations::{local, local_server};
use chancery_token::{Recipient, TokenError};

use crate::dark::{Dark, machine, not_active};
use crate::fixture::Engine;
use crate::machine::token_error;
use crate::on_both_engines;
use crate::server::Vendor;

on_both_engines!(
    exp_10_on_another_machine_products_are_refused,
    exp_10_a_server_is_moved_by_the_old_machine,
    exp_10_a_dead_machine_is_replaced_by_the_vendors_word,
    exp_10_some_of_a_machine_may_change,
);

async fn exp_10_on_another_machine_products_are_refused(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let token = dark.token(&of, None).await;
    let copy = dark.on(machine(2)).await;
    let status = copy.status(&of).await;
    assert_eq!(status.standing, LocalStanding::NotActive(NotActiveReason::AnotherMachine));
    assert!(!status.machine.same && !copy.serves(&of));
    // It shows what it has, and speaks for nobody.
    copy.hosted(&of).await;
    assert_eq!(not_active(copy.import(&of, &token).await), NotActiveReason::AnotherMachine);
    assert_eq!(not_active(copy.delete(&of).await), NotActiveReason::AnotherMachine);
    let report = local::report(&copy.system, &copy.admin(&of)).await;
    assert_eq!(not_active(report), NotActiveReason::AnotherMachine);
    let deactivated = local::license::deactivate(&copy.system, &copy.admin(&of)).await;
    assert_eq!(not_active(deactivated), NotActiveReason::AnotherMachine);
    assert!(dark.serves(&of), "the server itself goes on");
}

async fn exp_10_a_server_is_moved_by_the_old_machine(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let moved = local::move_to(&dark.system, &dark.admin(&of), machine(2)).await.unwrap();
    assert_eq!(moved.standing, LocalStanding::NotActive(NotActiveReason::Moved));
    assert!(!dark.serves(&of));
    let new = dark.on(machine(2)).await;
    assert!(new.serves(&of));
    new.claim(&of, "pc-1", None).await.unwrap();
    let back = local::move_to(&dark.system, &dark.admin(&of), machine(1)).await;
    assert_eq!(not_active(back), NotActiveReason::Moved, "only where it is now");
}

async fn exp_10_a_dead_machine_is_replaced_by_the_vendors_word(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let token = local_server::rebind(&of.system, &of.admin(), dark.id, machine(2)).await.unwrap().token;
    let wrong = dark.on(machine(3)).await;
    let refused = local::rebind(&wrong.system, &wrong.admin(&of), &token).await;
    assert_eq!(token_error(refused), TokenError::WrongRecipient(Recipient::Device));
    let other = Dark::licensed(engine, &of, 2).await;
    let refused = local::rebind(&other.system, &other.admin(&of), &token).await;
    assert_eq!(token_error(refused), TokenError::WrongRecipient(Recipient::Server));

    let new = dark.on(machine(2)).await;
    assert!(local::rebind(&new.system, &new.admin(&of), &token).await.unwrap().standing.is_active());
    assert!(new.serves(&of));
    let twice = local::rebind(&new.system, &new.admin(&of), &token).await;
    assert_eq!(token_error(twice), TokenError::Replayed);
    let old = dark.restarted(Some(machine(1))).await;
    assert!(old.check_local(of.now()).is_err());
}

async fn exp_10_some_of_a_machine_may_change(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    if dark.status(&of).await.machine.bound.signs.len() < 2 {
        // PostgreSQL: the database is one sign, and the same whatever machine asks.
        let twin = dark.twin().await;
        assert!(twin.serves(&of));
        return;
    }
    let mut signs = machine(1).signs;
    signs[1].hash = [9; 16];
    assert!(dark.on(MachineIdentity { signs: signs.clone() }).await.serves(&of), "another disk");
    signs[2].hash = [9; 16];
    assert!(!dark.on(MachineIdentity { signs }).await.serves(&of), "another machine");
}
