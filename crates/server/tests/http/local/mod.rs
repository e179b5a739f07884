//! A local server over HTTP: its management, its gate, and products that are served by it (local-server.md).

mod clock;
mod credentials;
mod every_operation;
mod folder;
mod gate;
mod hosted;
mod hosts;
mod license;
mod listeners;
mod machine;
mod page;
mod products;
mod restored;
pub(crate) mod site;
mod token;
mod wrong_tokens;
