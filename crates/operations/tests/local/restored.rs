//! EXP-9: a local server whose database was set back finds out by what its clients hold, and nobody gets a seat twice.

use chancery_domain::*;
use chancery_operations::activation::Activated;
use chancery_operations::{Error, Unauthenticated, local};
use chancery_store::{Aggregate, Outcome, StoreError, WriteTx};

use crate::dark::Dark;
use crate::fixture::{Engine, Terms};
use crate::machine::{refusal, terms};
use crate::on_both_engines;
use crate::server::Vendor;

on_both_engines!(
    exp_9_a_lease_beyond_the_record_proves_a_restoration,
    exp_9_forgotten_activations_are_adopted_each_with_a_number,
    exp_9_who_has_been_seen_since_is_not_displaced,
    exp_9_who_has_not_been_seen_since_is_displaced,
    exp_9_no_new_seat_until_it_is_confirmed,
    exp_9_a_client_that_shows_nothing_new_proves_nothing,
    exp_9_taking_back_never_exceeds_the_seats,
    exp_9_reports_of_a_restored_server_are_taken,
    exp_9_an_epoch_that_was_forgotten_is_taken_up_again,
    exp_9_aud_1_what_a_client_proved_is_in_the_audit,
);

/// What a backup holds, in the order in which rows refer to each other.
const TABLES: [&str; 11] = [
    "entitlements",
    "hosted_entitlements",
    "activations",
    "free_seats",
    "feature_usage",
    "feature_holdings",
    "receipts",
    "lease_serials",
    "local_server",
    "closed_sessions",
    "applied_tokens",
];

impl Dark {
    async fn each(&self, of: &Vendor, tables: impl Iterator<Item = &'static str>, sql: fn(&str) -> String) {
        let statements: Vec<&'static str> = tables.map(|table| &*sql(table).leak()).collect();
        let work = move |tx: &mut WriteTx<'_>| {
            for statement in &statements {
                tx.execute(statement, &[])?;
            }
            Ok::<_, StoreError>(Outcome::Done(()))
        };
        self.store.write(Aggregate::Vendor(of.vendor.id), work).await.unwrap();
    }

    pub(crate) async fn back_up(&self, of: &Vendor) {
        self.each(of, TABLES.into_iter(), |table| format!("CREATE TABLE saved_{table} AS SELECT * FROM {table}")).await;
    }

    /// Puts back what was backed up.
    pub(crate) async fn set_back(&self, of: &Vendor) {
        self.each(of, TABLES.into_iter().rev(), |table| format!("DELETE FROM {table}")).await;
        self.each(of, TABLES.into_iter(), |table| format!("INSERT INTO {table} SELECT * FROM saved_{table}")).await;
    }

    pub(crate) async fn confirm(&self, of: &Vendor) {
        local::confirm_restore(&self.system, &self.admin(of)).await.unwrap();
    }

    /// The product comes back with what it holds.
    pub(crate) async fn comes_back(&self, of: &Vendor, held: &Activated) -> Result<u64, Error> {
        let refreshed = self.refresh(of, held, &held.nonce, Some(&held.lease)).await?;
        let lease = of.believes(&refreshed.lease).await.unwrap();
        Ok(lease.seat.as_ref().unwrap().number)
    }
}

pub(crate) fn minute() -> Interval {
    Interval::new(Unit::Minute, 1).unwrap()
}

async fn exp_9_a_lease_beyond_the_record_proves_a_restoration(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let held = dark.claim(&of, "pc-1", None).await.unwrap();
    dark.back_up(&of).await;
    of.advance(Interval::days(1));
    let later = dark.refresh(&of, &held, &held.nonce, Some(&held.lease)).await.unwrap();
    assert_eq!(dark.status(&of).await.restored, None);
    dark.set_back(&of).await;
    of.advance(minute());

    let back = dark.refresh(&of, &held, &later.nonce, Some(&later.lease)).await.unwrap();
    let mark = of.believes(&back.lease).await.unwrap().host.clone().unwrap();
    assert!(mark.serial > of.believes(&later.lease).await.unwrap().host.clone().unwrap().serial, "it counts on");
    assert_eq!(dark.status(&of).await.restored, Some(of.now()));
    assert!(dark.logged(&of).await.contains(&"stateRestored".to_owned()));
    dark.confirm(&of).await;
    let status = dark.status(&of).await;
    assert_eq!((status.restored, status.epoch), (None, 2));
    let new = dark.claim(&of, "pc-2", None).await.unwrap();
    assert_eq!(of.believes(&new.lease).await.unwrap().host.clone().unwrap().epoch, 2);
}

async fn exp_9_forgotten_activations_are_adopted_each_with_a_number(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::hosting(engine, &of, None).await;
    dark.back_up(&of).await;
    let mut held = Vec::new();
    for seat in ["pc-1", "pc-2", "pc-3"] {
        held.push(dark.claim(&of, seat, None).await.unwrap());
    }
    dark.set_back(&of).await;
    of.advance(minute());
    let unknown = dark.refresh(&of, &held[2], &held[2].nonce, None).await;
    assert!(
        matches!(unknown, Err(Error::Unauthenticated(Unauthenticated::AccessToken))),
        "who shows nothing is unknown"
    );
    let mut numbers = Vec::new();
    for back in [&held[1], &held[0], &held[2]] {
        numbers.push(dark.comes_back(&of, back).await.unwrap());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3]);
    dark.confirm(&of).await;
    let next = dark.claim(&of, "pc-4", None).await.unwrap();
    assert_eq!(next.view.activation.seat_number(), Some(4));
    assert_eq!(dark.hosted(&of).await.view.seats_used, 4);
}

async fn exp_9_who_has_been_seen_since_is_not_displaced(engine: Engine) {
    let leases = Terms { lease_period: Period::Limited(Interval::days(2)), ..terms(1) };
    let of = Vendor::with(engine, leases).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let old = dark.claim(&of, "pc-1", None).await.unwrap();
    dark.back_up(&of).await;
    of.advance(Interval::days(2));
    let new = dark.claim(&of, "pc-2", None).await.unwrap();
    dark.set_back(&of).await;
    // The former holder comes first: its lease has ended, and its seat would be a new one.
    local::mark_restored(&dark.system, dark.clock(&of), [4; 32]).await.unwrap();
    let unconfirmed = refusal(dark.refresh(&of, &old, &old.nonce, Some(&old.lease)).await);
    assert!(matches!(unconfirmed, Refusal::RestoreUnconfirmed { .. }));
    of.advance(minute());
    assert_eq!(dark.comes_back(&of, &new).await.unwrap(), 1);
    let lost = refusal(dark.refresh(&of, &old, &old.nonce, Some(&old.lease)).await);
    assert_eq!(lost, Refusal::ActivationReplaced);
}

async fn exp_9_who_has_not_been_seen_since_is_displaced(engine: Engine) {
    let of = Vendor::new(engine, 1).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let old = dark.claim(&of, "pc-1", None).await.unwrap();
    dark.back_up(&of).await;
    of.advance(minute());
    let (context, call) = dark.holder(&of, &old, &old.nonce, "leaves");
    chancery_operations::activation::deactivate(&dark.system, &context, call).await.unwrap();
    let new = dark.claim(&of, "pc-2", None).await.unwrap();
    dark.set_back(&of).await;
    of.advance(minute());
    assert_eq!(dark.hosted(&of).await.view.seats_used, 1, "the record has the one who left");
    assert_eq!(dark.comes_back(&of, &new).await.unwrap(), 1);
    assert_eq!(dark.hosted(&of).await.view.seats_used, 1);
    assert!(dark.logged(&of).await.contains(&"replace".to_owned()));
}

async fn exp_9_no_new_seat_until_it_is_confirmed(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let known = dark.claim(&of, "pc-1", None).await.unwrap();
    dark.back_up(&of).await;
    let forgotten = dark.claim(&of, "pc-2", None).await.unwrap();
    dark.set_back(&of).await;
    of.advance(minute());
    dark.comes_back(&of, &forgotten).await.unwrap();
    let since = dark.status(&of).await.restored.unwrap();
    assert_eq!(refusal(dark.claim(&of, "pc-3", None).await), Refusal::RestoreUnconfirmed { since });
    assert!(dark.logged(&of).await.contains(&"deny restore_unconfirmed".to_owned()));
    let again = dark.claim(&of, "pc-1", None).await.unwrap();
    assert_eq!(again.view.activation.id, known.view.activation.id, "who has a seat has it");
    // Imports and reports go on.
    dark.import(&of, &dark.token(&of, None).await).await.unwrap();
    dark.reports(&of).await;
    dark.confirm(&of).await;
    dark.claim(&of, "pc-3", None).await.unwrap();
}

async fn exp_9_a_client_that_shows_nothing_new_proves_nothing(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let (dark, other) = (Dark::hosting(engine, &of, Some(1)).await, Dark::licensed(engine, &of, 2).await);
    let token = other.exports(&of, Some(1)).await.unwrap().token;
    other.import(&of, &token).await.unwrap();
    let held = dark.claim(&of, "pc-1", None).await.unwrap();
    let mut elsewhere = other.claim(&of, "pc-1", None).await.unwrap();
    for _ in 0..3 {
        of.advance(minute());
        let next = other.refresh(&of, &elsewhere, &elsewhere.nonce, None).await.unwrap();
        (elsewhere.lease, elsewhere.nonce) = (next.lease, next.nonce);
    }
    let here = of.activate("pc-9", None).await.unwrap();
    let mut nonce = held.nonce.clone();
    for shown in [&held.lease, &elsewhere.lease, &here.lease, &"x".to_owned(), &String::new()] {
        of.advance(minute());
        nonce = dark.refresh(&of, &held, &nonce, Some(shown)).await.unwrap().nonce;
    }
    assert_eq!(dark.status(&of).await.restored, None);
}

async fn exp_9_taking_back_never_exceeds_the_seats(engine: Engine) {
    let of = Vendor::new(engine, 2).await;
    let dark = Dark::hosting(engine, &of, None).await;
    dark.back_up(&of).await;
    let forgotten = [dark.claim(&of, "pc-1", None).await.unwrap(), dark.claim(&of, "pc-2", None).await.unwrap()];
    dark.set_back(&of).await;
    // Nobody knows yet that it was set back: the first to come gets a seat that another has.
    let twice = dark.claim(&of, "pc-3", None).await.unwrap();
    assert_eq!(twice.view.activation.seat_number(), Some(1));
    of.advance(minute());
    assert_eq!(dark.comes_back(&of, &forgotten[1]).await.unwrap(), 2);
    // It was given before anybody knew, and has not been seen since.
    assert_eq!(dark.comes_back(&of, &forgotten[0]).await.unwrap(), 1);
    assert_eq!(refusal(dark.refresh(&of, &twice, &twice.nonce, Some(&twice.lease)).await), Refusal::ActivationReplaced);
    assert_eq!(dark.hosted(&of).await.view.seats_used, 2);
}

async fn exp_9_reports_of_a_restored_server_are_taken(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    dark.back_up(&of).await;
    for _ in 0..3 {
        of.advance(minute());
        dark.reports(&of).await;
    }
    dark.set_back(&of).await;
    of.advance(minute());
    assert!(!dark.reports(&of).await.already_done);
}

async fn exp_9_an_epoch_that_was_forgotten_is_taken_up_again(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    dark.back_up(&of).await;
    local::mark_restored(&dark.system, dark.clock(&of), [4; 32]).await.unwrap();
    dark.confirm(&of).await;
    let held = dark.claim(&of, "pc-1", None).await.unwrap();
    dark.set_back(&of).await;
    assert_eq!(dark.status(&of).await.epoch, 1);
    of.advance(minute());
    dark.comes_back(&of, &held).await.unwrap();
    assert_eq!(dark.status(&of).await.epoch, 2);
    dark.confirm(&of).await;
    assert_eq!(dark.status(&of).await.epoch, 3, "never one that was");
}

async fn exp_9_aud_1_what_a_client_proved_is_in_the_audit(engine: Engine) {
    use chancery_operations::{AuditFilter, PageRequest, audit};
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    dark.back_up(&of).await;
    let forgotten = dark.claim(&of, "pc-1", None).await.unwrap();
    dark.set_back(&of).await;
    of.advance(minute());
    let listed = async || {
        let (filter, page) = (
            AuditFilter { subject: Some(dark.id.to_string()), from: Some(of.now()), ..AuditFilter::default() },
            PageRequest { limit: 100, ..PageRequest::default() },
        );
        audit::list(&dark.system, &dark.admin(&of), filter, page).await.unwrap().items
    };
    dark.comes_back(&of, &forgotten).await.unwrap();
    let entries = listed().await;
    let [proved] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!(proved.actor, forgotten.view.activation.id.to_string(), "who proved it");
    let told = proved.changes.iter().map(|change| (change.field.as_str(), change.to.clone()));
    assert_eq!(told.collect::<Vec<_>>(), [("restored", Some(of.now().to_string()))]);
    let again = dark.refresh(&of, &forgotten, &forgotten.nonce, Some(&forgotten.lease)).await;
    drop(again);
    assert_eq!(listed().await.len(), 1, "once");
    dark.confirm(&of).await;
    let confirmed = &listed().await[1];
    assert_eq!(confirmed.action, "local.confirm-restore");
    let fields: Vec<&str> = confirmed.changes.iter().map(|change| change.field.as_str()).collect();
    assert_eq!(fields, ["restored", "epoch"]);
}

/// LLS-7: a file that was copied while the server ran, put back by whoever says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lls_7_exp_9_a_backup_of_a_running_server_is_restored() {
    let of = Vendor::new(Engine::SqliteMemory, 3).await;
    let dark = Dark::hosting(Engine::SqliteFile, &of, None).await;
    let known = dark.claim(&of, "pc-1", None).await.unwrap();
    let (_folder, copy) = dark.copy();
    let forgotten = dark.claim(&of, "pc-2", None).await.unwrap();
    let dark = dark.restore(&copy).await;
    local::mark_restored(&dark.system, dark.clock(&of), [4; 32]).await.unwrap();
    assert!(dark.serves(&of), "its license is in the copy");
    assert!(dark.status(&of).await.restored.is_some());
    of.advance(minute());
    assert_eq!(dark.comes_back(&of, &forgotten).await.unwrap(), 2);
    assert_eq!(dark.comes_back(&of, &known).await.unwrap(), 1);
    dark.confirm(&of).await;
    dark.claim(&of, "pc-3", None).await.unwrap();
}
