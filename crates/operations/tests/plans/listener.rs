//! What hears which statements are run, and how.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// The plan of each statement.
type Statements = BTreeMap<String, String>;

/// It hears what debug builds of the store tell, on all threads, while somebody is served.
#[derive(Clone, Default)]
pub(crate) struct Listener(Arc<Mutex<Statements>>, Arc<AtomicBool>);

impl Listener {
    pub(crate) fn start() -> Self {
        let listener = Self::default();
        tracing::subscriber::set_global_default(listener.clone()).unwrap();
        listener
    }

    /// Listens, or no longer.
    pub(crate) fn hears(&self, listening: bool) {
        self.1.store(listening, Ordering::SeqCst);
    }

    pub(crate) fn statements(&self) -> Statements {
        self.0.lock().unwrap().clone()
    }
}

#[derive(Default)]
struct Heard {
    sql: String,
    plan: String,
}

impl Visit for Heard {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "sql" => value.clone_into(&mut self.sql),
            "plan" => value.clone_into(&mut self.plan),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "chancery_store::plans"
    }

    fn event(&self, event: &Event<'_>) {
        if !self.1.load(Ordering::SeqCst) {
            return;
        }
        let mut heard = Heard::default();
        event.record(&mut heard);
        let sql = heard.sql.split_whitespace().collect::<Vec<_>>().join(" ");
        self.0.lock().unwrap().insert(sql, heard.plan);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
