//! Values come back as they went in.

use chancery_domain::{Id, Quantity, Timestamp, UserId};
use chancery_store::{Outcome, StoreError, WriteTx, params};

use crate::support::{Bench, order};

on_every_engine! {
    values_come_back_as_they_went_in,
    a_column_of_another_type_is_an_error,
    parameters_out_of_order_are_refused,
    a_wrong_number_of_parameters_is_refused,
}

async fn values_come_back_as_they_went_in(bench: Bench) {
    let store = bench.open().await;
    let done = store.write(order(1), |tx| {
        let sql = "INSERT INTO items (name, flag, data) VALUES ($1, $2, $3)";
        tx.execute(sql, params!["it's $1 \u{e9}", true, &[0_u8, 255]])?;
        tx.execute(sql, params!["nothing", None::<bool>, None::<Vec<u8>>])?;
        let rows = tx.query("SELECT name, flag, data FROM items ORDER BY serial", &[], |c| {
            Ok((c.take::<String>()?, c.take::<Option<bool>>()?, c.take::<Option<Vec<u8>>>()?))
        })?;
        assert_eq!(rows[0], ("it's $1 \u{e9}".to_owned(), Some(true), Some(vec![0, 255])));
        assert_eq!(rows[1], ("nothing".to_owned(), None, None));
        typed(tx)?;
        Ok::<_, StoreError>(Outcome::Done(()))
    });
    done.await.unwrap();
}

fn typed(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    let now = Timestamp::from_micros(1_768_478_400_123_456).unwrap();
    let user = UserId::new(now, [7; 10]);
    tx.execute("INSERT INTO counters (id, value) VALUES ($1, $2)", params![user, now])?;
    tx.execute("INSERT INTO counters (id, value) VALUES ($1, $2)", params!["most", Quantity::MAX])?;
    let sql = "SELECT id, value FROM counters WHERE id = $1";
    let back = tx.query_one(sql, params![user], |c| Ok((c.take::<UserId>()?, c.take::<Timestamp>()?)))?;
    assert_eq!(back, (user, now));
    let back = tx.query_one(sql, params!["most"], |c| Ok((c.take::<String>()?, c.take::<Quantity>()?)))?;
    assert_eq!(back.1, Quantity::MAX);
    assert!(matches!(tx.query_one(sql, params!["none"], |c| c.take::<String>()), Err(StoreError::Corrupt { .. })));
    Ok(())
}

async fn a_column_of_another_type_is_an_error(bench: Bench) {
    let store = bench.open().await;
    let read = store.read(|tx| tx.query_one("SELECT value FROM counters", &[], |c| c.take::<String>())).await;
    assert_eq!(read, Err(StoreError::corrupt("column 1: expected a text, found an integer")));
    let read = store.read(|tx| tx.query_one("SELECT id FROM counters", &[], |c| c.take::<UserId>())).await;
    assert_eq!(read, Err(StoreError::corrupt("column 1: a text that is no domain::UserId")));
    let read =
        store.read(|tx| tx.query_one("SELECT value FROM counters", &[], |c| Ok((c.take::<i64>()?, c.take::<i64>()?))));
    assert!(matches!(read.await, Err(StoreError::Corrupt { .. })));
}

async fn parameters_out_of_order_are_refused(bench: Bench) {
    let store = bench.open().await;
    let sql = "SELECT value FROM counters WHERE value = $2 AND id = $1";
    let read = store.read(move |tx| tx.query(sql, params!["a", 0_i64], |c| c.take::<i64>())).await;
    assert!(matches!(read, Err(StoreError::Internal { .. })), "{read:?}");
}

async fn a_wrong_number_of_parameters_is_refused(bench: Bench) {
    let store = bench.open().await;
    let sql = "SELECT value FROM counters WHERE id = $1";
    let read = store.read(move |tx| tx.query(sql, params!["a", 0_i64], |c| c.take::<i64>())).await;
    assert!(matches!(read, Err(StoreError::Internal { .. })), "{read:?}");
}
