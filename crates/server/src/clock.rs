//! The one clock and the one source of randomness: everything below the server gets both as arguments.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use chancery_client::{Clock as _, SandboxClock};
use chancery_domain::Timestamp;
use chancery_operations::Error;

/// What the server reads the time from, once for each request.
#[derive(Clone)]
pub struct Clock {
    read: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Whether it is a sandbox's, and shows another time than the machine's clock.
    moved: bool,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::new(system_now)
    }

    /// Another clock in place of the machine's.
    pub fn new(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { read: Arc::new(read), moved: false }
    }

    /// A clock that is moved, for sandbox vendors alone (CLK-1).
    pub fn moved(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { moved: true, ..Self::new(read) }
    }

    /// A clock that a file moves: an instant at which it stands, or an offset such as `+40d` (CLK-1). For sandbox vendors alone.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn of_file(file: &Path) -> Result<Self, String> {
        let clock = SandboxClock::open(file).map_err(|error| error.to_string())?;
        Ok(Self::moved(move || clock.now()))
    }

    /// The clock by which certificates are made and judged: nobody moves the clocks of those who connect.
    #[must_use]
    pub fn of_machine(&self) -> Self {
        if self.moved { Self::system() } else { self.clone() }
    }

    /// What it shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.read)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// A clock before 1970, or after the last instant that is known, shows that first or last instant.
#[allow(clippy::disallowed_methods, reason = "this is the one place where the time comes from")]
fn system_now() -> Timestamp {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let micros = i64::try_from(since_1970.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(micros).unwrap_or(Timestamp::MAX)
}

/// Where the seed of each request comes from.
#[derive(Clone)]
pub struct Randomness(Arc<dyn Fn() -> Result<[u8; 32], Error> + Send + Sync>);

impl Randomness {
    /// The operating system's.
    #[must_use]
    pub fn system() -> Self {
        Self::new(|| chancery_operations::random_seed().map_err(Error::from))
    }

    /// Another source, such as a row of seeds that a test counts.
    pub fn new(seed: impl Fn() -> Result<[u8; 32], Error> + Send + Sync + 'static) -> Self {
        Self(Arc::new(seed))
    }

    /// A fresh seed.
    ///
    /// # Errors
    /// `Internal`, if the operating system gives none.
    pub fn seed(&self) -> Result<[u8; 32], Error> {
        (self.0)()
    }
}

impl fmt::Debug for Randomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Randomness")
    }
}
