//! Constraints are told apart, and their texts keep what is private.

use chancery_store::{ConstraintKind, Outcome, StoreError, WriteTx};

use crate::support::{Bench, add, order};

on_every_engine!(each_constraint_is_told_apart, a_wrong_statement_is_the_programs_fault, the_store_is_ready);

async fn each_constraint_is_told_apart(bench: Bench) {
    let store = bench.open().await;
    let cases = [
        ("INSERT INTO counters (id, value) VALUES ('a', 1)", ConstraintKind::Unique, "counters"),
        ("INSERT INTO counters (id, value) VALUES ('b', -1)", ConstraintKind::Check, "value"),
        ("INSERT INTO counters (id) VALUES ('b')", ConstraintKind::NotNull, "counters.value"),
        ("INSERT INTO items (name, counter) VALUES ('i', 'none')", ConstraintKind::ForeignKey, ""),
    ];
    for (sql, wanted, part) in cases {
        let insert = move |tx: &mut WriteTx<'_>| Ok(Outcome::Done(tx.execute(sql, &[])?));
        let refused: Result<u64, StoreError> = store.write(order(1), insert).await;
        let Err(StoreError::Constraint { kind, name }) = &refused else { panic!("{sql}: {refused:?}") };
        assert_eq!(*kind, wanted, "{sql}");
        assert!(name.contains(part), "{sql}: {name}");
    }
    assert_eq!(add(&store).await, Ok(1), "and the store goes on");
}

async fn a_wrong_statement_is_the_programs_fault(bench: Bench) {
    let store = bench.open().await;
    let read = store.read(|tx| tx.query("SELECT secret FROM counters", &[], |c| c.take::<i64>())).await;
    let error = read.unwrap_err();
    assert!(matches!(error, StoreError::Internal { .. }), "{error:?}");
    assert!(error.detail().contains("secret") && !error.to_string().contains("secret"));
}

async fn the_store_is_ready(bench: Bench) {
    assert_eq!(bench.open().await.check().await, Ok(()));
}
