//! Orders: one purchase by one customer.

mod check;
mod create;
mod delete;
mod extend;
mod find;
mod grant;
mod item;
mod list;
mod r#move;
mod purge;
mod restore;
mod target;
mod update;
mod view;

pub use create::{NewOrder, create};
pub use delete::delete;
pub use extend::{OrderExtension, extend};
pub use find::find;
pub(crate) use find::{get, get_present};
pub(crate) use grant::grant;
pub use item::{MOST_ITEMS, NewItem};
pub use list::{OrderSelector, list};
pub use r#move::{OrderMove, move_to};
pub use purge::purge;
pub(crate) use purge::purge_when;
pub use restore::restore;
pub(crate) use target::target;
pub use update::{OrderEdit, update};
pub use view::OrderView;
