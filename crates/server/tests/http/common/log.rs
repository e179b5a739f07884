//! What the server logs while a test runs.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;

thread_local! {
    /// What this thread has logged. A test's runtime has one thread.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct ThreadLog;

impl Write for ThreadLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// For the whole process: `tracing` remembers for all threads which events nobody wants.
pub(crate) fn start_logging() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let subscriber = tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE);
        tracing::subscriber::set_global_default(subscriber.with_writer(|| ThreadLog).finish()).unwrap();
    });
    LOG.take();
}

/// What this thread has logged since it was last asked, as lines of JSON.
pub(crate) fn logged() -> String {
    String::from_utf8(LOG.take()).unwrap()
}
