//! Databases that are put aside, and put back.

use chancery_store::{Aggregate, Outcome, StoreError, WriteTx};

use crate::fixture::Engine;
use crate::world::World;

/// What becomes of a database that is put aside.
#[derive(Clone, Copy)]
pub(crate) enum Tables {
    /// It is made of what is there.
    Aside,
    /// It takes the place of what is there.
    Back,
    /// The two change places.
    Swap,
}

impl Tables {
    fn statements(self, name: &str, known: bool) -> Vec<String> {
        let copy =
            |from: &str, to: &str| vec![format!("DELETE FROM {to}"), format!("INSERT INTO {to} SELECT * FROM {from}")];
        let saved = format!("saved_{name}");
        match self {
            Self::Aside if known => copy(name, &saved),
            Self::Aside => vec![format!("CREATE TABLE {saved} AS SELECT * FROM {name}")],
            Self::Back => copy(&saved, name),
            Self::Swap => {
                let hand = format!("hand_{name}");
                let taken = vec![format!("CREATE TEMP TABLE {hand} AS SELECT * FROM {name}")];
                [taken, copy(&saved, name), copy(&hand, &saved), vec![format!("DROP TABLE {hand}")]].concat()
            }
        }
    }
}

impl World {
    /// All of a database, put aside, or put back.
    pub(crate) async fn tables(&self, site: usize, what: Tables) {
        let (later, list) = match self.engine {
            Engine::Postgres => (
                "SET LOCAL session_replication_role = replica",
                "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
            ),
            _ => {
                ("PRAGMA defer_foreign_keys = ON", "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            }
        };
        let work = move |tx: &mut WriteTx<'_>| {
            // References are looked at when all is there.
            tx.execute(later, &[])?;
            let names = tx.query(list, &[], |c| c.take::<String>())?;
            let own = names.iter().filter(|name| !name.starts_with("saved_") && !name.starts_with("sqlite_"));
            for name in own {
                let known = names.contains(&format!("saved_{name}"));
                for statement in what.statements(name, known) {
                    tx.execute(leaked(statement), &[])?;
                }
            }
            Ok::<_, StoreError>(Outcome::Done(()))
        };
        let store = self.store_of(site);
        store.write(Aggregate::Vendor(self.of.vendor.id), work).await.unwrap();
    }
}

/// Statements that are run must be known by name: these few are kept for good.
fn leaked(sql: String) -> &'static str {
    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex};
    static KNOWN: LazyLock<Mutex<HashMap<String, &'static str>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap();
    if let Some(sql) = known.get(&sql) {
        return sql;
    }
    let text: &'static str = sql.clone().leak();
    known.insert(sql, text);
    text
}
