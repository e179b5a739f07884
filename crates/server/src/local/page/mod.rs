//! The local server's page, `/` (LLS-6): it asks the browser for the admin key, and calls the local management API with it.
//!
//! It is made of files that are served as they are. Other sites' pages cannot use the key that the browser remembers:
//! [`super::hosts`] refuses them before anybody looks at the key.

use axum::Router;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chancery_api_types::Code;
use http::header::{CONTENT_SECURITY_POLICY, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};

use crate::App;
use crate::extract::{Caller, Nothing};
use crate::problem::{Answer, Failure};
use crate::public::{self, page};

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const CHALLENGE: &str = "Basic realm=\"Chancery local server\", charset=\"UTF-8\"";
/// As of all pages, and pictures that the page itself has made.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The files that the page is made of. They say nothing of any server, and need no key.
const FILES: [(&str, &str, &str); 10] = [
    ("icon.svg", "image/svg+xml", include_str!("assets/icon.svg")),
    ("page.css", "text/css; charset=utf-8", include_str!("assets/page.css")),
    ("main.js", SCRIPT, include_str!("assets/main.js")),
    ("api.js", SCRIPT, include_str!("assets/api.js")),
    ("dom.js", SCRIPT, include_str!("assets/dom.js")),
    ("token.js", SCRIPT, include_str!("assets/token.js")),
    ("license.js", SCRIPT, include_str!("assets/license.js")),
    ("entitlements.js", SCRIPT, include_str!("assets/entitlements.js")),
    ("seats.js", SCRIPT, include_str!("assets/seats.js")),
    ("chart.js", SCRIPT, include_str!("assets/chart.js")),
];

/// The page and its files.
pub(super) fn router() -> Router<App> {
    Router::new().route("/", get(root)).route("/page/{file}", get(file))
}

/// To a person with the admin key the page, to a program what this is (NET-2).
async fn root(State(app): State<App>, request: Request) -> Response {
    if !public::is_for_a_person(request.headers()) {
        return public::for_a_program(&app);
    }
    let (mut parts, _) = request.into_parts();
    match Caller::<Nothing>::from_request_parts(&mut parts, &app).await {
        Ok(_) => with_policy(page::page(HTML, include_str!("assets/page.html"))),
        Err(failure) => without_key(failure),
    }
}

async fn file(Path(name): Path<String>) -> Answer<Response> {
    let found = FILES.iter().find(|(file, ..)| *file == name);
    let (_, kind, text) = found.ok_or_else(|| Failure::of(Code::NotFound))?;
    Ok(with_policy(page::page(kind, *text)))
}

/// A browser asks for the key when it sees the challenge, and shows this page to who gives none.
fn without_key(failure: Failure) -> Response {
    if failure.problem().status != Some(StatusCode::UNAUTHORIZED.as_u16()) {
        return failure.into_response();
    }
    let mut response = with_policy(page::page(HTML, include_str!("assets/without_key.html")));
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
    response
}

fn with_policy(mut response: Response) -> Response {
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
