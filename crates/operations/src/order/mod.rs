//! Orders: one purchase by one customer.

mod check;
mod create;
mod find;
mod item;
mod list;
mod target;
mod update;
mod view;

pub use create::{NewOrder, create};
pub use find::find;
pub(crate) use find::get;
pub use item::{MOST_ITEMS, NewItem};
pub use list::list;
pub(crate) use target::target;
pub use update::{OrderEdit, update};
pub use view::OrderView;
