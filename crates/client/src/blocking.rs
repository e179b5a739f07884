//! The blocking face, for programs without an async runtime.

use std::sync::Arc;

use crate::core::Core;
use crate::core::job::Ask;
use crate::core::machine::Machine;
use crate::driver::http::{self, Server};
use crate::state::StateStore;
use crate::{Error, Options, Product, driver};

/// The client of a licensing server: the blocking face. [`Client`](crate::Client) has the same methods.
///
/// On a thread of an async runtime (also in `spawn_blocking`) opening it, and everything that asks the server or changes the
/// state, is `blocking_in_async`: use the async face there. Clones share everything.
#[derive(Clone, Debug)]
pub struct Client {
    core: Arc<Core>,
    server: Option<Server<reqwest::blocking::Client>>,
}

impl Client {
    /// A client of the server at `url`, for this product, with its state in a folder (or [`StateStore::in_memory`]). Nothing
    /// is sent, and nothing is read from the folder yet.
    ///
    /// # Errors
    /// `configuration_invalid`; `blocking_in_async`.
    pub fn open(url: &str, product: Product, state: impl Into<StateStore>) -> Result<Self, Error> {
        Self::open_with(url, product, state, Options::default())
    }

    /// The same with options.
    ///
    /// # Errors
    /// `configuration_invalid`; `blocking_in_async`; `not_a_sandbox` for a clock that can be moved and a live vendor (CLK-1).
    pub fn open_with(
        url: &str,
        product: Product,
        state: impl Into<StateStore>,
        options: Options,
    ) -> Result<Self, Error> {
        driver::blocking::check_thread()?;
        let address = http::address(url, &options)?;
        let builder =
            reqwest::blocking::ClientBuilder::from(http::builder(&options, &address)?).timeout(options.timeout);
        let client = builder.build().map_err(|error| http::unusable(&error))?;
        let core = Core::new(product, state.into(), options, Some(address.to_string()))?;
        Ok(Self { core, server: Some(Server { address, client }) })
    }

    /// A client without a server, for machines that never see a network: for what is done by carried tokens. Calls that ask a
    /// server are `configuration_invalid`.
    ///
    /// # Errors
    /// `blocking_in_async`; `not_a_sandbox` for a clock that can be moved and a live vendor (CLK-1).
    pub fn open_offline(product: Product, state: impl Into<StateStore>, options: Options) -> Result<Self, Error> {
        driver::blocking::check_thread()?;
        Ok(Self { core: Core::new(product, state.into(), options, None)?, server: None })
    }

    crate::face::face!([]);

    fn run<T>(&self, ask: Result<Ask<T>, Error>) -> Result<T, Error> {
        let ask = ask?;
        let machine = Machine::new(&self.core, ask.job)?;
        let reply = driver::blocking::drive(&self.core.options, self.server.as_ref(), machine)?;
        (ask.read)(&self.core, &reply)
    }
}
