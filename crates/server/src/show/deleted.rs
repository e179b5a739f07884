//! A deletion as replies show it (ENT-10).

use chancery_api_types::wire::TimestampText;
use chancery_domain::{Deleted, DeletedWith};

/// The members of a reply.
#[derive(Debug, Default)]
pub(crate) struct ShownDeletion {
    pub(crate) since: Option<TimestampText>,
    pub(crate) purge_at: Option<TimestampText>,
    pub(crate) with: Option<String>,
}

pub(crate) fn deleted(deleted: Option<Deleted>) -> ShownDeletion {
    let Some(Deleted { deletion, with }) = deleted else { return ShownDeletion::default() };
    let with = match with {
        DeletedWith::Itself => None,
        DeletedWith::Order(id) => Some(id.to_string()),
        DeletedWith::Customer(id) => Some(id.to_string()),
    };
    ShownDeletion { since: Some(deletion.since.into()), purge_at: Some(deletion.purge_at.into()), with }
}
