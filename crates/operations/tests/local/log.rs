//! EXP-6: the activation log, for which reports vouch: the whole of it, and each row once.

use std::sync::Arc;
use std::time::Duration;

use chancery_domain::*;
use chancery_operations::local;
use chancery_store::local_server::{LogHeadRow, log_between, log_head};
use chancery_store::{Options, Outcome, ReadTx, Store, StoreError, WriteTx};
use chancery_token::hash::sha256;

use crate::dark::Dark;
use crate::fixture::Engine;
use crate::server::Vendor;
use crate::{meanwhile, on_both_engines};

on_both_engines!(
    exp_6_a_report_vouches_for_each_row_of_a_long_log,
    exp_6_of_reports_at_once_each_vouches_for_a_whole_log
);

/// How far reports vouched for the log, and what they should have vouched for up to there.
async fn told(store: &Store) -> (LogHeadRow, LogHeadRow) {
    let look = |tx: &mut ReadTx<'_>| {
        let told = log_head(tx)?;
        let mut whole = LogHeadRow { seq: 0, rows: 0, hash: [0; 32] };
        for (seq, text) in log_between(tx, 0, told.seq, 1_000_000)? {
            whole = LogHeadRow { seq, rows: whole.rows + 1, hash: sha256(&[&whole.hash, text.as_bytes()]) };
        }
        Ok::<_, StoreError>((told, whole))
    };
    store.read(look).await.unwrap()
}

/// Writes so many rows into the log.
fn write(tx: &mut WriteTx<'_>, of: EntitlementId, rows: u64) -> Result<(), StoreError> {
    let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
               INSERT INTO journal (vendor_id, time, action, actor, subject, changes, entitlement_id)
               SELECT (SELECT id FROM vendors), 0, 'activation.refresh', 'nobody', $2, '[]', $2 FROM n";
    let rows = i64::try_from(rows).unwrap();
    tx.execute(sql, &[rows.into(), (&of.to_string()).into()]).map(drop)
}

async fn exp_6_a_report_vouches_for_each_row_of_a_long_log(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    for rows in [2_500, 0, 1, 1_000] {
        let id = of.entitlement;
        let add = move |tx: &mut WriteTx<'_>| {
            (rows > 0).then(|| write(tx, id, rows)).transpose()?;
            Ok::<_, StoreError>(Outcome::Done(()))
        };
        dark.store.write_unlocked(add).await.unwrap();
        let before = told(&dark.store).await.0.rows;
        dark.reports(&of).await;
        let (told, whole) = told(&dark.store).await;
        assert_eq!(told, whole);
        assert_eq!(told.rows, before + rows);
        of.advance(crate::restored::minute());
    }
}

async fn exp_6_of_reports_at_once_each_vouches_for_a_whole_log(engine: Engine) {
    let of = Arc::new(Vendor::new(engine, 30).await);
    let dark = Arc::new(Dark::hosting(engine, &of, None).await);
    let tasks: Vec<_> = (0..20)
        .map(|i| {
            let (of, dark) = (Arc::clone(&of), Arc::clone(&dark));
            tokio::spawn(async move {
                match i % 4 {
                    0 => local::report(&dark.system, &dark.admin(&of)).await.map(drop),
                    _ => dark.claim(&of, &format!("pc-{i}"), None).await.map(drop),
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let (head, whole) = told(&dark.store).await;
    assert_eq!(head, whole);
    dark.reports(&of).await;
    let (head, whole) = told(&dark.store).await;
    assert_eq!((head.rows, &head), (15, &whole));
}

/// Where rows are numbered before they are committed, a row of a lower number may come after one of a higher.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exp_6_a_row_that_is_committed_late_is_vouched_for() {
    let of = Arc::new(Vendor::new(Engine::Postgres, 3).await);
    let dark = Arc::new(Dark::hosting(Engine::Postgres, &of, None).await);
    let id = of.entitlement;
    let late = meanwhile::open(&dark.store, Vec::new(), move |tx| write(tx, id, 1)).await;
    dark.claim(&of, "pc-1", None).await.unwrap();
    let (from, site) = (Arc::clone(&of), Arc::clone(&dark));
    let report = tokio::spawn(async move { local::report(&site.system, &site.admin(&from)).await.map(drop) });
    for i in 0..20 {
        dark.claim(&of, &format!("pc-{}", 1 + i % 3), None).await.unwrap();
        assert!(!report.is_finished(), "it waits, and nobody waits for it");
    }
    late.commit().await;
    report.await.unwrap().unwrap();
    let (head, whole) = told(&dark.store).await;
    assert!(head.rows >= 2);
    assert_eq!(head, whole);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exp_6_of_what_is_not_committed_in_time_the_next_report_tells() {
    let of = Vendor::new(Engine::Postgres, 3).await;
    let dark = Dark::hosting(Engine::Postgres, &of, None).await;
    let id = of.entitlement;
    let late = meanwhile::open(&dark.store, Vec::new(), move |tx| write(tx, id, 1)).await;
    dark.claim(&of, "pc-1", None).await.unwrap();
    let options = Options { patience: Duration::ZERO, ..Options::default() };
    let hasty = dark.with(options).await;
    local::report(&hasty.system, &dark.admin(&of)).await.unwrap();
    assert_eq!(told(&dark.store).await.0.rows, 0);
    late.commit().await;
    of.advance(crate::restored::minute());
    local::report(&hasty.system, &dark.admin(&of)).await.unwrap();
    let (head, whole) = told(&dark.store).await;
    assert_eq!((head.rows, &head), (2, &whole));
}
