//! The product that embeds the SDK: its id, and the trust bundle pinned in it.

use chancery_domain::{ProductId, Timestamp};
use chancery_token::{TokenError, Trust};
use serde::Deserialize;

use crate::Error;

/// What a product knows of itself: who it is, and whose word it believes.
#[derive(Clone, Debug)]
pub struct Product {
    id: ProductId,
    trust: Trust,
    released: Option<String>,
}

impl Product {
    /// The product `id` (`prod_…`), with the vendor's trust bundle as it is embedded in the program (KEY-4): the token
    /// itself, or the JSON `{"token": …}` that a server publishes.
    ///
    /// The bundle's own root becomes the pinned one: whoever can change the program's text can change what it believes.
    ///
    /// # Errors
    /// `configuration_invalid` if the id is none; a token's code, such as `token_signature_invalid`, if the bundle is bad.
    pub fn new(id: &str, trust_bundle: &str) -> Result<Self, Error> {
        let id = id.trim().parse().map_err(|_| {
            Error::Configuration(format!("`{}` is no product id: it looks like prod_ and 26 characters", id.trim()))
        })?;
        Ok(Self { id, trust: open(trust_bundle).map_err(Error::Trust)?, released: None })
    }

    /// Says when this release of the product was made, as a day (`2026-11-21`) or an instant of RFC 3339. The server
    /// refuses releases after the maintenance's end (ENT-5).
    #[must_use]
    pub fn released(mut self, date: impl Into<String>) -> Self {
        self.released = Some(date.into());
        self
    }

    /// The product's id.
    #[must_use]
    pub const fn id(&self) -> ProductId {
        self.id
    }

    /// The vendor's trust bundle, opened.
    #[must_use]
    pub const fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Whether the vendor is a sandbox (CLK-1).
    #[must_use]
    pub const fn is_sandbox(&self) -> bool {
        self.trust.anchor().sandbox
    }

    pub(crate) fn release_date(&self) -> Option<&str> {
        self.released.as_deref()
    }
}

#[derive(Deserialize)]
struct Published {
    token: String,
}

fn open(text: &str) -> Result<Trust, TokenError> {
    let text = text.trim();
    let published: Option<Published> = serde_json::from_str(text).ok();
    let token = published.as_ref().map_or(text, |published| published.token.as_str());
    // What is embedded was made before the program ran, whatever this machine's clock says: so it is never "not yet valid".
    Trust::open(token, None, Timestamp::MAX)
}
