//! By which names a local server is managed (LLS-5): its management, its page and its documentation answer to no others, so that no
//! page of another site reaches them through an administrator's browser, whatever its name is made to resolve to.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chancery_api_types::Code;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, Uri};

use crate::App;
use crate::problem::{Answer, Failure};

/// What a browser says of who made the request (Fetch Metadata).
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// The names and addresses of a server. Loopback is always one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts {
    names: Vec<String>,
    public: Option<Authority>,
    listening: Vec<IpAddr>,
}

impl Hosts {
    /// The host of the URL by which it is reached from outside, and further names and addresses.
    #[must_use]
    pub fn new(public_url: Option<&str>, allowed: &[String]) -> Self {
        let public = public_url.and_then(|url| with_port(&url.parse().ok()?));
        let mut names: Vec<String> = allowed.iter().map(|name| bare(name)).collect();
        names.extend(public.as_ref().map(|public| bare(public.host())));
        Self { names, public, listening: Vec::new() }
    }

    /// The same, where it also listens on this address.
    #[must_use]
    pub fn listening_on(mut self, address: IpAddr) -> Self {
        self.listening.push(address);
        self
    }

    /// The names and addresses that were named: its certificate is for them too.
    pub(crate) fn named(&self) -> &[String] {
        &self.names
    }

    fn check(&self, uri: &Uri, headers: &HeaderMap) -> Answer<()> {
        let Some(host) = host(uri, headers).filter(|host| self.is_ours(host.host())) else {
            return Err(Failure::of(Code::HostNotAllowed));
        };
        if headers.get_all(ORIGIN).iter().any(|origin| !self.is_own(origin.to_str().unwrap_or_default(), &host)) {
            return Err(Failure::of(Code::OriginNotAllowed));
        }
        // Requests without an origin: a link may lead here from another site, but nothing may be embedded or asked for from there.
        let says = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let is_link = says(&FETCH_MODE) == Some("navigate")
            && matches!(says(&FETCH_DEST), None | Some("document"))
            && !uri.path().starts_with("/api/");
        match says(&FETCH_SITE) {
            Some("same-origin" | "none") => Ok(()),
            None if !headers.contains_key(ORIGIN) && is_form(headers) => Err(Failure::of(Code::OriginNotAllowed)),
            None => Ok(()),
            Some(_) if is_link => Ok(()),
            Some(_) => Err(Failure::of(Code::OriginNotAllowed)),
        }
    }

    fn is_ours(&self, host: &str) -> bool {
        let host = bare(host);
        match host.parse::<IpAddr>() {
            // Of a server that listens everywhere any address may be one. An address cannot be made to resolve to another.
            Ok(ip) => {
                let is_own = |own: &IpAddr| *own == ip || own.is_unspecified();
                ip.is_loopback() || self.listening.iter().any(is_own) || self.names.contains(&host)
            }
            Err(_) => host == "localhost" || host.ends_with(".localhost") || self.names.contains(&host),
        }
    }

    /// Whether a page of this origin is one of this server's.
    fn is_own(&self, origin: &str, host: &Authority) -> bool {
        let Some((scheme, authority)) = origin.split_once("://") else { return false };
        let Ok(authority) = authority.parse::<Authority>() else { return false };
        let place = |authority: &Authority| (bare(authority.host()), authority.port_u16().or(usual_port(scheme)));
        std::iter::once(host).chain(self.public.as_ref()).any(|own| place(own) == place(&authority))
    }
}

/// The name by which the server was called. HTTP/2 has it in the address.
fn host(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    let mut fields = headers.get_all(HOST).iter();
    match (uri.authority(), fields.next(), fields.next()) {
        (_, _, Some(_)) => None,
        (Some(authority), ..) => Some(authority.clone()),
        (None, field, None) => field?.to_str().ok()?.parse().ok(),
    }
}

/// A host in small letters, without the brackets of an IPv6 address and without the dot at a name's end.
fn bare(host: &str) -> String {
    let host = host.trim().trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    host.to_ascii_lowercase()
}

/// Whether this may be a form of another site, sent by an old browser that says nothing of whose form it is, with the key that it
/// remembers. Programs show a key of their own as bearer, or send JSON.
fn is_form(headers: &HeaderMap) -> bool {
    let of = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let kind = of(CONTENT_TYPE);
    let forms = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
    of(AUTHORIZATION).starts_with("basic ") && forms.iter().any(|form| kind.starts_with(form))
}

/// Where a URL leads, with its port also where that is its scheme's: by the other scheme it leads elsewhere.
fn with_port(url: &Uri) -> Option<Authority> {
    let authority = url.authority()?;
    let port = authority.port_u16().or(usual_port(url.scheme_str()?))?;
    format!("{}:{port}", authority.host()).parse().ok()
}

fn usual_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

/// Refuses requests by a name that is not the server's, and those of other sites' pages.
pub(crate) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    match app.hosts().check(request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(hosts: &Hosts, uri: &str, headers: &[(&'static str, &'static str)]) -> Option<String> {
        let mut all = HeaderMap::new();
        headers.iter().for_each(|(name, value)| {
            all.append(*name, value.parse().unwrap());
        });
        hosts.check(&uri.parse().unwrap(), &all).err().map(|failure| failure.problem().code.clone())
    }

    fn by_name(hosts: &Hosts, host: &'static str) -> bool {
        refused(hosts, "/", &[("host", host)]).is_none()
    }

    #[test]
    fn lls_5_it_answers_to_its_own_names_and_to_no_others() {
        let hosts = Hosts::new(Some("https://Licenses.Corp.example:8443"), &["dark-1".into(), "192.0.2.7".into()]);
        for own in [
            "localhost",
            "LOCALHOST:7012",
            "a.localhost",
            "127.0.0.1:7012",
            "127.8.9.1",
            "[::1]:7012",
            "[::1]",
            "dark-1",
            "Dark-1.:7012",
            "licenses.corp.example",
            "licenses.corp.example:8443",
            "192.0.2.7:1",
        ] {
            assert!(by_name(&hosts, own), "{own}");
        }
        for foreign in ["evil.example", "localhost.evil.example", "dark-1.evil.example", "10.0.0.1", "[::2]", "", "a b"]
        {
            assert!(!by_name(&hosts, foreign), "{foreign}");
        }
        assert!(!by_name(&Hosts::default(), "dark-1"));
        let listening = Hosts::default().listening_on("10.0.0.1".parse().unwrap());
        assert!(by_name(&listening, "10.0.0.1:7012") && !by_name(&listening, "10.0.0.2:7012"));
        let everywhere = Hosts::default().listening_on("0.0.0.0".parse().unwrap());
        assert!(by_name(&everywhere, "10.0.0.2:7012") && !by_name(&everywhere, "evil.example"));
    }

    #[test]
    fn lls_5_no_host_or_two_are_refused_and_an_address_of_http_2_counts() {
        let hosts = Hosts::default();
        let code = Some("host_not_allowed".to_owned());
        assert_eq!(refused(&hosts, "/", &[]), code);
        assert_eq!(refused(&hosts, "/", &[("host", "localhost"), ("host", "localhost")]), code);
        assert_eq!(refused(&hosts, "https://localhost:7012/", &[]), None);
        assert_eq!(refused(&hosts, "https://evil.example/", &[("host", "localhost")]), code);
    }

    #[test]
    fn lls_5_other_sites_pages_are_refused() {
        let hosts = Hosts::new(Some("https://lls.corp.example"), &[]);
        let of = |origin| refused(&hosts, "/", &[("host", "localhost:7012"), ("origin", origin)]);
        for own in [
            "http://localhost:7012",
            "https://LOCALHOST:7012",
            "https://lls.corp.example",
            "https://lls.corp.example:443",
        ] {
            assert_eq!(of(own), None, "{own}");
        }
        for foreign in [
            "null",
            "",
            "http://localhost",
            "http://localhost:3000",
            "http://127.0.0.1:7012",
            "https://evil.example",
            "http://lls.corp.example",
            "localhost:7012",
            "file://",
        ] {
            assert_eq!(of(foreign).as_deref(), Some("origin_not_allowed"), "{foreign}");
        }
        let fetched = |site, mode| {
            let headers = [("host", "localhost"), ("sec-fetch-site", site), ("sec-fetch-mode", mode)];
            refused(&hosts, "/", &headers).is_none()
        };
        assert!(fetched("same-origin", "cors") && fetched("none", "navigate") && fetched("cross-site", "navigate"));
        assert!(!fetched("cross-site", "no-cors") && !fetched("same-site", "cors"));
    }

    #[test]
    fn lls_5_a_link_leads_to_pages_alone_and_into_no_frame() {
        let followed = |path, dest| {
            let headers = [("host", "localhost"), ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
            refused(&Hosts::default(), path, &[&headers[..], &[("sec-fetch-dest", dest)]].concat()).is_none()
        };
        assert!(followed("/", "document") && followed("/docs", "document"));
        assert!(!followed("/", "iframe") && !followed("/", "object") && !followed("/api/lls/report", "document"));
    }

    #[test]
    fn lls_5_a_form_of_an_old_browser_cannot_use_the_key_that_it_remembers() {
        let sent = |key: &'static str, kind: &'static str, more: &[(&'static str, &'static str)]| {
            let headers = [("host", "localhost"), ("authorization", key), ("content-type", kind)];
            refused(&Hosts::default(), "/", &[&headers[..], more].concat()).is_none()
        };
        for form in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "Text/Plain;charset=utf-8"]
        {
            assert!(!sent("Basic YTpi", form, &[]) && !sent("basic YTpi", form, &[]), "{form}");
            assert!(sent("Bearer apik_1", form, &[]), "{form}");
            assert!(sent("Basic YTpi", form, &[("origin", "http://localhost")]), "{form}");
            assert!(sent("Basic YTpi", form, &[("sec-fetch-site", "same-origin")]), "{form}");
        }
        assert!(sent("Basic YTpi", "application/json", &[]));
    }
}
