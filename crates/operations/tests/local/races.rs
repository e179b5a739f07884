//! Two that meet: a new epoch and leases of the old one, a deletion and a first import, a revocation and a process that has not heard
//! of it (EXP-7, EXP-9, KEY-5, LLS-7).

use std::sync::Arc;

use chancery_domain::*;
use chancery_operations::{Error, local, signing_key, vendor};
use chancery_store::{Aggregate, Outcome, ReadTx, StoreError, WriteTx, lease_serial};
use chancery_token::TokenError;

use crate::dark::Dark;
use crate::fixture::Engine;
use crate::machine::token_error;
use crate::restored::minute;
use crate::server::Vendor;
use crate::{meanwhile, on_both_engines};

on_both_engines!(
    key_5_a_process_that_has_not_heard_of_a_revocation_imports_nothing_by_that_key,
    exp_9_confirmations_and_refreshes_at_once_leave_one_epoch,
);

/// How far the leases of the entitlement were counted.
async fn mark(of: &Vendor, dark: &Dark) -> LeaseMark {
    let id = of.entitlement;
    let look = move |tx: &mut ReadTx<'_>| lease_serial::find(tx, id);
    dark.store.read(look).await.unwrap().unwrap().mark
}

/// The order of the entitlement is locked for the lease, and the vendor for the confirmation: neither waits for the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exp_9_a_lease_that_was_counted_in_the_old_epoch_is_counted_again_in_the_new_one() {
    let of = Vendor::new(Engine::Postgres, 3).await;
    let dark = Dark::hosting(Engine::Postgres, &of, None).await;
    dark.claim(&of, "pc-1", None).await.unwrap();
    local::mark_restored(&dark.system, of.now(), [4; 32]).await.unwrap();
    let order = dark.hosted(&of).await.view.entitlement.order;
    let (permit, id) = (dark.admin(&of).permit(Action::ReadLocal).unwrap(), of.entitlement);
    // A lease in the making: its mark was read, and is written when the new epoch has begun.
    let ((read, is_read), (go_on, goes_on)) = (std::sync::mpsc::channel(), std::sync::mpsc::channel::<()>());
    let store = dark.store.clone();
    let lease = tokio::spawn(async move {
        let work = move |tx: &mut WriteTx<'_>| {
            let known = lease_serial::find(tx, id)?.unwrap().mark;
            read.send(known).ok();
            goes_on.recv().ok();
            lease_serial::set(tx, &permit, id, LeaseMark { serial: known.serial + 1, ..known })?;
            Ok::<_, StoreError>(Outcome::Done(()))
        };
        store.write(Aggregate::Order(order), work).await.unwrap();
    });
    let before = tokio::task::spawn_blocking(move || is_read.recv().unwrap()).await.unwrap();
    assert_eq!(before, LeaseMark { epoch: 1, serial: 1 });
    local::confirm_restore(&dark.system, &dark.admin(&of)).await.unwrap();
    drop(go_on);
    lease.await.unwrap();
    assert_eq!(mark(&of, &dark).await, LeaseMark { epoch: 2, serial: 2 }, "it never goes back to the old epoch");
}

async fn exp_9_confirmations_and_refreshes_at_once_leave_one_epoch(engine: Engine) {
    let of = Arc::new(Vendor::new(engine, 20).await);
    let dark = Arc::new(Dark::hosting(engine, &of, None).await);
    let mut held = Vec::new();
    for i in 0..8 {
        held.push(dark.claim(&of, &format!("pc-{i}"), None).await.unwrap());
    }
    let mut serials = Vec::new();
    for round in 2..5 {
        of.advance(minute());
        local::mark_restored(&dark.system, of.now(), [round; 32]).await.unwrap();
        let tasks: Vec<_> = held
            .into_iter()
            .map(|mut one| {
                let (of, dark) = (Arc::clone(&of), Arc::clone(&dark));
                tokio::spawn(async move {
                    let next = dark.refresh(&of, &one, &one.nonce, Some(&one.lease)).await.unwrap();
                    (one.lease, one.nonce) = (next.lease, next.nonce);
                    one
                })
            })
            .collect();
        local::confirm_restore(&dark.system, &dark.admin(&of)).await.unwrap();
        held = Vec::new();
        for task in tasks {
            let one = task.await.unwrap();
            let lease = of.believes(&one.lease).await.unwrap();
            let host = lease.host.as_ref().unwrap();
            serials.push((host.epoch, host.serial));
            held.push(one);
        }
        assert_eq!(mark(&of, &dark).await.epoch, u64::from(round));
        let status = dark.status(&of).await;
        assert_eq!((status.epoch, status.restored), (u64::from(round), None));
    }
    let count = serials.len();
    serials.sort_unstable();
    serials.dedup();
    assert_eq!(serials.len(), count, "no mark was given twice");
}

/// The deletion came before the first import: nothing was there, and the order that came meanwhile is not locked for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exp_7_a_deletion_takes_nothing_that_was_imported_since_it_was_asked_for() {
    let of = Arc::new(Vendor::new(Engine::Postgres, 3).await);
    let dark = Arc::new(Dark::licensed(Engine::Postgres, &of, 1).await);
    let token = dark.exports(&of, None).await.unwrap().token;
    let vendor = of.vendor.id;
    // Its locks come with its first question.
    let look = move |tx: &mut WriteTx<'_>| chancery_store::vendor::find(tx, vendor).map(drop);
    let stands = meanwhile::open(&dark.store, vec![Aggregate::Vendor(vendor)], look).await;
    let (from, site) = (Arc::clone(&of), Arc::clone(&dark));
    let import = tokio::spawn(async move { site.import(&from, &token).await.map(drop) });
    meanwhile::until_waiting(&dark.store, 1, &import).await;
    let (from, site) = (Arc::clone(&of), Arc::clone(&dark));
    let delete = tokio::spawn(async move { site.delete(&from).await.map(drop) });
    meanwhile::until_waiting(&dark.store, 2, &delete).await;
    stands.commit().await;
    import.await.unwrap().unwrap();
    let deleted = delete.await.unwrap();
    assert!(matches!(deleted, Err(Error::NotFound)), "{deleted:?}");
    dark.claim(&of, "pc-1", None).await.unwrap();
    dark.delete(&of).await.unwrap();
}

async fn key_5_a_process_that_has_not_heard_of_a_revocation_imports_nothing_by_that_key(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let token = dark.token(&of, None).await;
    let other = match engine {
        Engine::Postgres => dark.twin().await,
        _ => dark.on(crate::dark::machine(1)).await,
    };
    let keys = signing_key::list(&of.system, &of.admin(), Default::default()).await.unwrap();
    for key in keys.items.iter().filter(|key| key.key.purpose == KeyPurpose::Issuing) {
        signing_key::rotate(&of.system, &of.admin(), KeyPurpose::Issuing).await.unwrap();
        signing_key::revoke(&of.system, &of.admin(), key.key.id).await.unwrap();
    }
    let bundle = vendor::trust_bundle(&of.system, of.vendor.id, of.now(), [6; 32]).await.unwrap();
    local::update_trust(&dark.system, &dark.admin(&of), &bundle).await.unwrap();
    let refused = token_error(other.import(&of, &token).await);
    assert_eq!(refused, TokenError::KeyRevoked);
    assert_eq!(other.hosted(&of).await.delegation.seq, 1, "and changes nothing");
}
