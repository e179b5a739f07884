//! The proxy between the product and its server (PROXY-1).

use std::fmt;
use std::path::Path;

use crate::{Error, Secret};

/// A proxy that a product was told to use, in the place of the environment's (`HTTPS_PROXY`, `NO_PROXY`). HTTPS goes through it by
/// CONNECT, so it sees names and nothing else. This machine is always reached directly.
///
/// ```
/// # use chancery_client::{Options, Proxy};
/// let proxy = Proxy::at("http://proxy.example:3128")?.basic_auth("acme", "secret");
/// let options = Options { proxy: Some(proxy), ..Options::default() };
/// # Ok::<_, chancery_client::Error>(())
/// ```
#[derive(Clone)]
pub struct Proxy {
    url: reqwest::Url,
    account: Option<(String, Secret)>,
}

impl Proxy {
    /// The proxy at an address, such as `http://proxy.example:3128` or `https://proxy.example`, perhaps with `user:password@`.
    ///
    /// # Errors
    /// `configuration_invalid`.
    pub fn at(url: &str) -> Result<Self, Error> {
        let wrong = || Error::Configuration("a proxy's address looks like http://proxy.example:3128".to_owned());
        let mut url: reqwest::Url = url.trim().parse().map_err(|_| wrong())?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(wrong());
        }
        let account = match (url.username(), url.password()) {
            ("", None) => None,
            (user, password) => Some((decoded(user), Secret(decoded(password.unwrap_or_default())))),
        };
        url.set_username("").and_then(|()| url.set_password(None)).map_err(|()| wrong())?;
        Ok(Self { url, account })
    }

    /// The same proxy, with an account there (Basic).
    #[must_use]
    pub fn basic_auth(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.account = Some((user.into(), Secret(password.into())));
        self
    }

    /// The same proxy, with an account whose password is a file's first line.
    ///
    /// # Errors
    /// `configuration_invalid` if the file cannot be read.
    pub fn basic_auth_by_file(self, user: impl Into<String>, file: impl AsRef<Path>) -> Result<Self, Error> {
        let file = file.as_ref();
        let text = std::fs::read_to_string(file)
            .map_err(|error| Error::Configuration(format!("{}: {error}", file.display())))?;
        Ok(self.basic_auth(user, text.lines().next().unwrap_or_default()))
    }

    pub(crate) fn to_reqwest(&self) -> Result<reqwest::Proxy, Error> {
        let proxy = reqwest::Proxy::all(self.url.clone());
        let proxy = proxy.map_err(|_| Error::Configuration(format!("{} is no proxy's address", self.url)))?;
        Ok(match &self.account {
            Some((user, password)) => proxy.basic_auth(user, password.expose()),
            None => proxy,
        })
    }
}

/// What stands escaped in an address.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes().iter().copied();
    while let Some(byte) = rest.next() {
        let digit = |at: usize| rest.clone().nth(at).and_then(|digit| char::from(digit).to_digit(16));
        let escaped = (byte == b'%').then(|| Some(digit(0)? * 16 + digit(1)?)).flatten();
        let value = escaped.and_then(|value| u8::try_from(value).ok());
        if value.is_some() {
            rest.nth(1);
        }
        bytes.push(value.unwrap_or(byte));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl fmt::Debug for Proxy {
    /// Without the account.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({})", self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxy_1_an_address_may_have_an_account_which_is_never_shown() {
        let proxy = Proxy::at("http://ac%2Fme:se%20cret@proxy.example:3128").unwrap();
        let (user, password) = proxy.account.as_ref().unwrap();
        assert_eq!((user.as_str(), password.expose()), ("ac/me", "se cret"));
        assert_eq!(format!("{proxy:?}"), "Proxy(http://proxy.example:3128/)");
        for bad in ["", "proxy:3128", "socks5://proxy", "http://"] {
            assert_eq!(Proxy::at(bad).unwrap_err().code(), "configuration_invalid", "{bad}");
        }
        assert!(Proxy::at("https://[2001:db8::1]:3128").is_ok());
    }
}
