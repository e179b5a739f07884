//! Local servers, as an authority knows them: registered with their license, listed, declared lost, rebound (LLS-2, LLS-4).

mod declare_lost;
mod find;
mod hosted;
mod list;
mod reach;
mod rebind;
mod register;
mod report;
mod view;

pub use declare_lost::declare_lost;
pub use find::find;
pub use list::list;
pub(crate) use reach::{check_period, check_reach};
pub(crate) use rebind::sealing_key;
pub use rebind::{Rebound, rebind};
pub(crate) use register::{Registration, check_hosts_nothing};
pub use report::{Reported, report};
pub use view::LocalServerView;
