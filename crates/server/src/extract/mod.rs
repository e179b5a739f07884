//! What handlers take out of a request: who calls, what is meant, what is wanted. Whatever is wrong becomes a problem here.

mod body;
mod call;
mod caller;
mod holder;
mod page;
mod path;
mod query;

pub(crate) use body::{Body, Document, Nothing};
pub(crate) use call::{Address, Call, Notes, RequestId};
pub(crate) use caller::Caller;
pub(crate) use holder::HolderCaller;
pub(crate) use page::{Cursor, Limit, ListQuery, Sort, list_query, next_cursor, page_request};
pub(crate) use path::At;
pub(crate) use query::Query;
