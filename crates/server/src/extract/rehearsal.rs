//! Commands that take something away: with a dry run, and some by force (MAN-3, SEAT-8, SEAT-9).

use chancery_domain::{Id, Invalid};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::problem::{Answer, Failure};

/// Parameters among which is whether it is a dry run.
pub(crate) trait Rehearses {
    /// Whether nothing may be changed.
    fn is_dry_run(&self) -> bool;
}

/// A dry run, or not.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DryRun {
    /// Only say what would be done, and change nothing.
    #[serde(default)]
    dry_run: bool,
}

/// By force, or not; a dry run, or not.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Force {
    /// Take seats that are in use. Whose lease still runs is released: the seat is held until the lease ends.
    #[serde(default)]
    pub(crate) force: bool,
    /// Only say what would be done, and change nothing.
    #[serde(default)]
    dry_run: bool,
}

/// Deleting, or purging; a dry run, or not (ENT-10).
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Delete {
    /// The id once more: what it names is erased at once, deleted or not, and nothing undoes it. Needs the scope `admin`.
    purge: Option<String>,
    /// Only say what would be done, and change nothing.
    #[serde(default)]
    dry_run: bool,
}

impl Delete {
    /// What is to be purged, if anything is: the thing of the path, which both must name by its id.
    pub(crate) fn purges(&self, id: Option<impl Id>) -> Answer<bool> {
        match (&self.purge, id) {
            (None, _) => Ok(false),
            (Some(purge), Some(id)) if *purge == id.to_string() => Ok(true),
            (Some(_), _) => {
                let detail = "name what is to be purged by its id, here and in the path: nothing undoes it";
                Err(Failure::invalid("purge", Invalid::BadFormat, detail))
            }
        }
    }
}

/// At once, or not; a dry run, or not.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Free {
    /// Free the seat at once, although its device may still run, instead of holding it until its lease ends. Needs a
    /// `reason` in the body.
    #[serde(default)]
    pub(crate) free: bool,
    /// Only say what would be done, and change nothing.
    #[serde(default)]
    dry_run: bool,
}

/// At once, or not; a dry run, or not (LLS-4).
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FreeShare {
    /// Free what the local server has at once, although its seats may still be used there, instead of holding it until its delegations
    /// end. Needs a `reason` in the body.
    #[serde(default)]
    pub(crate) free: bool,
    /// Only say what would be done, and change nothing.
    #[serde(default)]
    dry_run: bool,
}

macro_rules! rehearses {
    ($($query:ty),*) => {$(
        impl Rehearses for $query {
            fn is_dry_run(&self) -> bool {
                self.dry_run
            }
        }
    )*};
}

rehearses!(Delete, DryRun, Force, Free, FreeShare);
