//! API keys (MAN-1): `apik_<id>_<secret>`, of which the id is public and only a hash of the whole is kept.

mod create;
mod delete;
mod find;
mod list;
mod secret;

pub use create::{Created, NewApiKey, create};
pub use delete::delete;
pub use find::find;
pub use list::list;
pub(crate) use secret::{generate, hash, id_of};
