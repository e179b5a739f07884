//! Contacts: people at a customer. The audit names them under it, by their ids alone.

mod create;
mod delete;
mod find;
mod list;
mod set_password;
mod update;
mod view;

pub use create::create;
pub use delete::delete;
pub use find::find;
pub use list::list;
pub use set_password::{remove_password, set_password};
pub use update::{ContactEdit, update};
pub use view::ContactView;
