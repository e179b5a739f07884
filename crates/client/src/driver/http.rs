//! What both drivers have in common: how calls become HTTP, and what of HTTP comes back.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Certificate, ClientBuilder, StatusCode, redirect};

use super::retry_after::retry_after;
use crate::core::call::{Call, Failure, Method, Reply};
use crate::{Error, Options, ServerAddress};

/// More than any reply of a licensing server.
pub(crate) const LONGEST_REPLY: usize = 4 << 20;

const NONCE: HeaderName = HeaderName::from_static("chancery-nonce");
const DPOP: HeaderName = HeaderName::from_static("dpop");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A server, and what talks to it.
#[derive(Clone, Debug)]
pub(crate) struct Server<C> {
    pub(crate) address: ServerAddress,
    pub(crate) client: C,
}

impl<C> Server<C> {
    pub(crate) fn url(&self, call: &Call) -> String {
        format!("{}{}", self.address, call.path)
    }
}

/// The server's address, unless credentials would travel in the open to it and nobody allowed that (CERT-3).
pub(crate) fn address(url: &str, options: &Options) -> Result<ServerAddress, Error> {
    let address: ServerAddress = url.parse().map_err(|no| Error::Configuration(format!("`{url}` is none: {no}")))?;
    if address.is_in_the_open() && !options.allow_plain_http {
        let why = "is plain HTTP, in which credentials travel in the open: give an https:// address";
        return Err(Error::Configuration(format!("{address} {why}, or set `allow_plain_http`")));
    }
    Ok(address)
}

pub(crate) fn builder(options: &Options, address: &ServerAddress) -> Result<ClientBuilder, Error> {
    let builder = ClientBuilder::new()
        .user_agent(concat!("chancery-client/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(options.connect_timeout)
        .timeout(options.timeout)
        // A redirected POST may become a GET, and a credential may go where nobody meant it to go.
        .redirect(redirect::Policy::none());
    // A proxy elsewhere would look for the server on its own machine.
    let builder = match &options.proxy {
        _ if address.is_loopback() => builder.no_proxy(),
        Some(proxy) => builder.proxy(proxy.to_reqwest()?),
        None => builder,
    };
    let Some(file) = &options.ca_file else {
        return Ok(builder);
    };
    let bad = |why: String| Error::Configuration(format!("{}: {why}", file.display()));
    let pem = std::fs::read(file).map_err(|error| bad(error.to_string()))?;
    let certificates = Certificate::from_pem_bundle(&pem).map_err(|error| bad(error.to_string()))?;
    if certificates.is_empty() {
        return Err(bad("there is no certificate in it".to_owned()));
    }
    Ok(builder.tls_certs_merge(certificates))
}

pub(crate) fn unusable(error: &reqwest::Error) -> Error {
    Error::Configuration(format!("no HTTPS client can be made: {}", with_causes(error)))
}

pub(crate) const fn method(call: &Call) -> reqwest::Method {
    match call.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Delete => reqwest::Method::DELETE,
    }
}

pub(crate) fn headers(call: &Call) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    let bearer = call.bearer.as_ref().map(|token| format!("Bearer {token}"));
    for (name, text) in
        [(AUTHORIZATION, &bearer), (NONCE, &call.nonce), (DPOP, &call.proof), (IDEMPOTENCY_KEY, &call.idempotency_key)]
    {
        if let Some(text) = text {
            let mut value = HeaderValue::from_str(text).map_err(|_| unsendable(&name))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
    }
    if call.body.is_some() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    Ok(headers)
}

pub(crate) fn reply(status: StatusCode, headers: &HeaderMap, body: Vec<u8>) -> Reply {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let retry_after = retry_after(headers);
    let location = text(&LOCATION).filter(|_| status.is_redirection()).map(str::to_owned);
    Reply { status: status.as_u16(), nonce: text(&NONCE).map(str::to_owned), retry_after, location, body }
}

pub(crate) fn failure(error: &reqwest::Error, timeout: Duration) -> Failure {
    let mut detail = with_causes(error);
    // What a server that speaks HTTPS answers to plain HTTP is no HTTP.
    let wants_https = is_plain(error) && detail.contains("invalid HTTP version");
    if wants_https {
        detail.push_str("; perhaps the server there speaks HTTPS: give an https:// address");
    }
    let refused = if error.is_connect() { by_proxy(&detail) } else { None };
    if let Some(hint) = refused {
        detail.push_str(hint);
    }
    Failure {
        may_have_arrived: !error.is_connect() && !error.is_builder(),
        // No type tells a certificate that is not trusted; waiting does not make it so.
        lasting: error.is_builder()
            || wants_https
            || refused == Some(NO_ACCOUNT)
            || error.is_connect() && detail.contains("certificate"),
        took: if error.is_timeout() { timeout } else { Duration::ZERO },
        detail,
    }
}

const NO_ACCOUNT: &str = "; the proxy asks for an account: give its user and password";

/// What a proxy that refused the way is told by; no type does.
fn by_proxy(detail: &str) -> Option<&'static str> {
    if detail.contains("proxy authorization required") || detail.contains("407") {
        Some(NO_ACCOUNT)
    } else if detail.contains("unsuccessful tunnel") || detail.contains("tunnel") {
        Some("; the proxy does not let it through: it must allow the server's address")
    } else {
        None
    }
}

/// Plain HTTP has no way of its own through a proxy: its refusal looks like a reply.
pub(crate) fn refused_by_proxy(status: StatusCode) -> Result<(), Failure> {
    if status != StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        return Ok(());
    }
    let detail = format!("the proxy answered {status}{NO_ACCOUNT}");
    Err(Failure { detail, may_have_arrived: false, lasting: true, took: Duration::ZERO })
}

fn is_plain(error: &reqwest::Error) -> bool {
    error.url().is_some_and(|url| url.scheme() == "http")
}

/// The reply's body ended too early.
pub(crate) fn cut_off(error: &std::io::Error, timeout: Duration) -> Failure {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<reqwest::Error>());
    let took = if inner.is_some_and(reqwest::Error::is_timeout) { timeout } else { Duration::ZERO };
    Failure { detail: format!("the reply was cut off: {error}"), may_have_arrived: true, lasting: false, took }
}

pub(crate) fn too_long() -> Failure {
    let detail = "the reply is longer than that of any licensing server".to_owned();
    Failure { detail, may_have_arrived: true, lasting: true, took: Duration::ZERO }
}

fn unsendable(name: &HeaderName) -> Failure {
    let detail = format!("the header {name} has characters that cannot be sent");
    Failure { detail, may_have_arrived: false, lasting: true, took: Duration::ZERO }
}

fn with_causes(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
