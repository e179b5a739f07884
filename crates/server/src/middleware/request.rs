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
use crate::problem::Failure;

/// The header with the request's id (API-6).
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// The most characters of an id that the caller chose.
const LONGEST_ID: usize = 64;
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
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        request.extensions_mut().insert(Address(peer.ip().to_canonical()));
    }
    let span = tracing::info_span!("request", id = &*id);
    let answer = async {
        let response = match refused(&request) {
            Some(failure) => failure.into_response(),
            None => next.run(request).await,
        };
        let response = finish(response, &id);
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

/// No text that the store takes may have U+0000: in a path or query it is refused here, for all endpoints.
fn refused(request: &Request) -> Option<Failure> {
    let whole = request.uri().path_and_query()?.as_str();
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
