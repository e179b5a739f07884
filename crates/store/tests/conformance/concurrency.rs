//! Many at once.

use chancery_store::{Aggregate, Outcome, Store, StoreError, WriteTx, params};
use tokio::task::JoinSet;

use crate::support::{Bench, Engine, add, increment, order, read_value, set};

on_every_engine! {
    hundreds_of_increments_are_exact,
    changes_of_two_things_in_opposite_orders_all_happen,
    several_aggregates_are_locked_together,
    seat_10_a_thousand_claims_take_ten_seats,
}

/// Two stores on one database, where the engine allows it: as two processes would.
async fn pair(bench: &Bench) -> [Store; 2] {
    let first = bench.open().await;
    let second = if bench.engine == Engine::Postgres { bench.open().await } else { first.clone() };
    [first, second]
}

async fn hundreds_of_increments_are_exact(bench: Bench) {
    let stores = pair(&bench).await;
    let mut tasks = JoinSet::new();
    for number in 0..400 {
        let store = stores[number % 2].clone();
        tasks.spawn(async move { add(&store).await });
    }
    let mut seen: Vec<i64> = tasks.join_all().await.into_iter().map(Result::unwrap).collect();
    seen.sort_unstable();
    assert_eq!(seen, (1..=400).collect::<Vec<_>>());
    assert_eq!(read_value(&stores[0], "a").await, 400);
}

async fn changes_of_two_things_in_opposite_orders_all_happen(bench: Bench) {
    let stores = pair(&bench).await;
    set(&stores[0], "b", 0).await;
    let mut tasks = JoinSet::new();
    for number in 0..60_u8 {
        let store = stores[usize::from(number) % 2].clone();
        // The aggregates say nothing about what is changed, so that nothing but the rows' own locks keeps them apart.
        let (first, second) = if number % 4 < 2 { ("a", "b") } else { ("b", "a") };
        let both = move |tx: &mut WriteTx<'_>| {
            for counter in [first, second] {
                tx.execute("UPDATE counters SET value = value + 1 WHERE id = $1", params![counter])?;
            }
            Ok::<_, StoreError>(Outcome::Done(()))
        };
        tasks.spawn(async move { store.write(order(100 + number), both).await });
    }
    assert!(tasks.join_all().await.iter().all(Result::is_ok));
    assert_eq!((read_value(&stores[0], "a").await, read_value(&stores[0], "b").await), (60, 60));
}

async fn several_aggregates_are_locked_together(bench: Bench) {
    let stores = pair(&bench).await;
    set(&stores[0], "b", 0).await;
    let second = |tx: &mut WriteTx<'_>| {
        let Aggregate::Order(order) = order(2) else { unreachable!() };
        tx.execute("INSERT INTO orders (id) VALUES ($1)", params![order])?;
        Ok::<_, StoreError>(Outcome::Done(()))
    };
    stores[0].write(order(2), second).await.unwrap();
    let mut tasks = JoinSet::new();
    for number in 0..120_usize {
        // The counter `a` is changed under the first order, `b` under the second; each is read before it is written.
        let (locks, counters): (Vec<Aggregate>, &[&str]) = match number % 4 {
            0 => (vec![order(1), order(2)], &["a", "b"]),
            1 => (vec![order(2), order(1)], &["b", "a"]),
            2 => (vec![order(1)], &["a"]),
            _ => (vec![order(2)], &["b"]),
        };
        let store = stores[number / 4 % 2].clone();
        let change = move |tx: &mut WriteTx<'_>| {
            counters.iter().try_for_each(|counter| increment(tx, counter).map(drop))?;
            Ok::<_, StoreError>(Outcome::Done(()))
        };
        tasks.spawn(async move { store.write(locks, change).await });
    }
    assert!(tasks.join_all().await.iter().all(Result::is_ok));
    assert_eq!((read_value(&stores[0], "a").await, read_value(&stores[0], "b").await), (90, 90));
}

/// Takes a seat if one is free; a refusal is counted.
fn claim(tx: &mut WriteTx<'_>, name: &str) -> Result<Outcome<(), StoreError>, StoreError> {
    let used = tx.query_one("SELECT COUNT(*) FROM items WHERE counter = $1", params!["a"], |c| c.take::<i64>())?;
    if used >= 10 {
        increment(tx, "a")?;
        return Ok(Outcome::Refused(StoreError::corrupt("no seat")));
    }
    tx.execute("INSERT INTO items (name, counter) VALUES ($1, $2)", params![name, "a"])?;
    Ok(Outcome::Done(()))
}

async fn seat_10_a_thousand_claims_take_ten_seats(bench: Bench) {
    let stores = pair(&bench).await;
    let mut tasks = JoinSet::new();
    for number in 0..1_000 {
        let store = stores[number % 2].clone();
        let name = format!("seat {number}");
        tasks.spawn(async move { store.write(order(1), move |tx| claim(tx, &name)).await });
    }
    let granted = tasks.join_all().await.into_iter().filter(Result::is_ok).count();
    assert_eq!(granted, 10);
    let rows = stores[0].read(|tx| tx.query("SELECT name FROM items", &[], |c| c.take::<String>())).await;
    assert_eq!(rows.unwrap().len(), 10);
    assert_eq!(read_value(&stores[0], "a").await, 990, "each refusal is kept");
}
