//! Around every request: its id, its line in the log, its metrics, and the body of its problem if it has one.
//!
//! API-7: the log names the method, the route's pattern, the status and who called; never a query, a header or a body.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chancery_api_types::{Code, MEDIA_TYPE, Problem};
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method};
use tracing::Instrument;

use crate::App;
use crate::extract::{Address, Notes, RequestId};
use crate::limits::{Meter, is_failure};
use crate::problem::{Answer, Failure};

/// The header with the request's id (API-6).
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// The most characters of an id that the caller chose.
const LONGEST_ID: usize = 64;
/// The most bytes of a path with its query.
const LONGEST_TARGET: usize = 8 << 10;
/// The most bytes of all header fields. Longer heads that are still read are refused with a problem, others by the listener.
const LONGEST_FIELDS: usize = 32 << 10;
/// What metrics and log say of a path that no route has: the path itself would be the caller's choice of label.
const NO_ROUTE: &str = "(none)";

/// Answers a request.
pub(crate) async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let in_flight = app.metrics().begin();
    let id = request_id(&app, request.headers());
    let method = method_label(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or(NO_ROUTE, MatchedPath::as_str).to_owned();
    let notes = Notes::default();
    request.extensions_mut().insert(notes.clone());
    request.extensions_mut().insert(RequestId(Arc::clone(&id)));
    let meter = meter(&app, &mut request);
    let span = tracing::info_span!("request", id = &*id);
    let answer = async {
        let response = match admit(&request, &meter, &route) {
            Err(failure) => failure.into_response(),
            Ok(()) => limited(next.run(request).await, &meter),
        };
        let mut response = finish(response, &id);
        meter.write(response.headers_mut());
        log(method, &route, &response, &notes, begun.elapsed());
        response
    };
    let response = answer.instrument(span).await;
    app.metrics().count(method, &route, response.status().as_u16(), begun.elapsed());
    drop(in_flight);
    response
}

/// The method, for metrics and log. Any token is a method to HTTP: one that is not known would be the caller's choice of label.
fn method_label(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("OTHER")
}

/// Finds out where the request comes from, and what may still come from there.
fn meter(app: &App, request: &mut Request) -> Meter {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let address = peer.map(|peer| app.limits().proxies().caller(peer, request.headers()));
    if let Some(address) = address {
        request.extensions_mut().insert(Address(address));
    }
    // A clock that is moved may stand still, in which nothing would be given back.
    let now = app.clock().of_machine().now().as_micros();
    let meter = Meter::new(Arc::clone(app.limits()), address, now);
    request.extensions_mut().insert(meter.clone());
    meter
}

/// Refuses what no endpoint takes, and too many calls of what needs no credential. The others count where they are recognised;
/// who watches over this server is never refused.
fn admit(request: &Request, meter: &Meter, route: &str) -> Answer<()> {
    const ELSEWHERE: [&str; 3] = ["/api/", "/health/", "/metrics"];
    if let Some(failure) = refused(request) {
        return Err(failure);
    }
    if ELSEWHERE.iter().any(|prefix| route.starts_with(prefix)) { Ok(()) } else { meter.count_public() }
}

/// Counts a credential that was wrong: where there were too many, the reply says no more than that.
fn limited(response: Response, meter: &Meter) -> Response {
    let failed = response.extensions().get::<Failure>().is_some_and(|failure| is_failure(failure.problem()));
    match if failed { meter.count_failure() } else { Ok(()) } {
        Ok(()) => response,
        Err(failure) => failure.into_response(),
    }
}

/// What is too long for any endpoint. And no text that the store takes may have U+0000.
fn refused(request: &Request) -> Option<Failure> {
    let whole = request.uri().path_and_query()?.as_str();
    if whole.len() > LONGEST_TARGET {
        return Some(Failure::of(Code::UriTooLong));
    }
    let fields = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len());
    if fields.sum::<usize>() > LONGEST_FIELDS {
        return Some(Failure::of(Code::HeadersTooLarge));
    }
    let what = "The path or the query has the character U+0000";
    whole.contains("%00").then(|| Failure::new(Code::MalformedRequest, what))
}

/// The caller's own id, if it is fit for a log; else a new one.
fn request_id(app: &App, headers: &HeaderMap) -> Arc<str> {
    let sane = |id: &&str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(known)
    };
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(sane);
    given.map_or_else(|| app.request_id().into(), Arc::from)
}

/// Gives the response its id, and its problem a body.
fn finish(mut response: Response, id: &str) -> Response {
    if let Some(failure) = response.extensions_mut().get::<Failure>() {
        let mut problem: Problem = failure.problem().clone();
        problem.request_id = Some(id.to_owned());
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        response.headers_mut().remove(CONTENT_LENGTH);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        *response.body_mut() = body.into();
    }
    let headers = response.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

fn log(method: &str, route: &str, response: &Response, notes: &Notes, took: Duration) {
    let status = response.status().as_u16();
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let code = response.extensions().get::<Failure>().map(|failure| failure.problem().code.as_str());
    let (actor, vendor) = notes.read().unzip();
    tracing::info!(method, route, status, micros, code, actor, vendor, "request");
}

/// The answer to a path that no route has.
pub(crate) async fn no_route() -> Failure {
    Failure::of(Code::NotFound)
}

/// The answer to a method that a path does not have. The router adds `Allow`.
pub(crate) async fn no_method() -> Failure {
    Failure::of(Code::MethodNotAllowed)
}
