//! The async face.

use std::sync::Arc;

use crate::core::Core;
use crate::core::job::Ask;
use crate::core::machine::Machine;
use crate::driver::http::{self, Server};
use crate::state::StateStore;
use crate::{Error, Options, Product, driver};

/// The client of a licensing server: the async face, for programs on tokio. [`blocking::Client`](crate::blocking::Client) has
/// the same methods.
///
/// Clones share everything. A call that is dropped before it ends is settled by the next one that changes something.
#[derive(Clone, Debug)]
pub struct Client {
    core: Arc<Core>,
    server: Option<Server<reqwest::Client>>,
}

impl Client {
    /// A client of the server at `url`, for this product, with its state in a folder (or [`StateStore::in_memory`]). Nothing
    /// is sent, and nothing is read from the folder yet.
    ///
    /// # Errors
    /// `configuration_invalid`.
    pub fn open(url: &str, product: Product, state: impl Into<StateStore>) -> Result<Self, Error> {
        Self::open_with(url, product, state, Options::default())
    }

    /// The same with options.
    ///
    /// # Errors
    /// `configuration_invalid`; `not_a_sandbox` for a clock that can be moved and a live vendor (CLK-1).
    pub fn open_with(
        url: &str,
        product: Product,
        state: impl Into<StateStore>,
        options: Options,
    ) -> Result<Self, Error> {
        let address = http::address(url, &options)?;
        let client = http::builder(&options, &address)?.build().map_err(|error| http::unusable(&error))?;
        let core = Core::new(product, state.into(), options, Some(address.to_string()))?;
        Ok(Self { core, server: Some(Server { address, client }) })
    }

    /// A client without a server, for machines that never see a network: for what is done by carried tokens. Calls that ask a
    /// server are `configuration_invalid`.
    ///
    /// # Errors
    /// `not_a_sandbox` for a clock that can be moved and a live vendor (CLK-1).
    pub fn open_offline(product: Product, state: impl Into<StateStore>, options: Options) -> Result<Self, Error> {
        Ok(Self { core: Core::new(product, state.into(), options, None)?, server: None })
    }

    crate::face::face!([async]);

    async fn run<T>(&self, ask: Result<Ask<T>, Error>) -> Result<T, Error> {
        let ask = ask?;
        let machine = Machine::new(&self.core, ask.job)?;
        let reply = driver::asynchronous::drive(&self.core.options, self.server.as_ref(), machine).await?;
        (ask.read)(&self.core, &reply)
    }
}
