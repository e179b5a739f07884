//! What a process uses: its processor time, which on a machine that others use too says more than any clock, and its memory.

use std::fs;
use std::ops::{Add, Sub};

use super::Failure;

/// Nanoseconds of processor time since a process began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spent {
    /// Of all threads that live.
    pub(crate) all: u64,
    /// Of the threads that write to the database.
    pub(crate) store: u64,
}

impl Spent {
    /// What a process has used until now. Nothing where the system does not tell it.
    pub(crate) fn of(process: u32) -> Result<Self, Failure> {
        let mut spent = Self::default();
        let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return Ok(spent) };
        for thread in threads {
            let folder = thread?.path();
            // A thread may end while it is looked at.
            let (Ok(name), Ok(stat)) =
                (fs::read_to_string(folder.join("comm")), fs::read_to_string(folder.join("schedstat")))
            else {
                continue;
            };
            let nanos: u64 = stat.split(' ').next().unwrap_or_default().parse()?;
            spent.all += nanos;
            if name.starts_with("store-") {
                spent.store += nanos;
            }
        }
        Ok(spent)
    }
}

impl Add for Spent {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { all: self.all + other.all, store: self.store + other.store }
    }
}

impl Sub for Spent {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self { all: self.all.saturating_sub(earlier.all), store: self.store.saturating_sub(earlier.store) }
    }
}

/// Memory that a process has in use, in MiB.
pub(crate) fn resident_mib(process: u32) -> Result<f64, Failure> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kibibytes / 1_024.0)
}
