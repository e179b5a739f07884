//! What handlers take out of a request: who calls, what is meant, what is wanted. Whatever is wrong becomes a problem here.

mod body;
mod bytes;
mod call;
mod caller;
mod condition;
mod document;
mod file;
mod holder;
mod page;
mod path;
mod query;
mod rehearsal;
mod strict;

pub(crate) use body::{Body, LargeBody, Nothing, parse};
pub(crate) use bytes::SLOWEST_BODY;
pub(crate) use call::{Address, Call, Notes, RequestId};
pub(crate) use caller::Caller;
pub(crate) use document::{Csv, Document};
pub(crate) use file::FileBody;
pub(crate) use holder::HolderCaller;
pub(crate) use page::{
    Cursor, EntryNumber, ItemId, Limit, ListQuery, Members, PlainListQuery, Sort, list_query, next_cursor, page_request,
};
pub(crate) use path::At;
pub(crate) use rehearsal::{Delete, DryRun, Force, Free, FreeShare, Rehearses};
