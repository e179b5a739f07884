//! What handlers answer when they did what they were asked.

use axum::response::{IntoResponse, Response};
use chancery_api_types::Page;
use chancery_operations::List;
use http::header::{CONTENT_TYPE, ETAG};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::digest::sha256_hex;
use crate::extract::next_cursor;
use crate::problem::{NONCE, internal};

/// 200 with JSON that is no resource of its own.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

/// 200 with one resource, and its entity tag (API-4).
#[derive(Debug)]
pub(crate) struct One<T>(pub(crate) T);

/// 201 with the resource that was made, and its entity tag.
#[derive(Debug)]
pub(crate) struct Created<T>(pub(crate) T);

/// 200 with a page of a list (API-3).
#[derive(Debug)]
pub(crate) struct Many<T>(Page<T>);

/// 204: there is nothing more to say.
#[derive(Debug)]
pub(crate) struct Done;

/// A reply with the next nonce of the activation (SAFE-2).
#[derive(Debug)]
pub(crate) struct WithNonce<R>(pub(crate) String, pub(crate) R);

impl<T> Many<T> {
    /// The page in the wire's form.
    pub(crate) fn of<U>(list: List<U>, wire: impl FnMut(U) -> T) -> Self {
        let List { items, next } = list;
        Self(Page { items: items.into_iter().map(wire).collect(), next_cursor: next_cursor(next) })
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0, false)
    }
}

impl<T: Serialize> IntoResponse for One<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0, true)
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        json(StatusCode::CREATED, &self.0, true)
    }
}

impl<T: Serialize> IntoResponse for Many<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0, false)
    }
}

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl<R: IntoResponse> IntoResponse for WithNonce<R> {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        if let Ok(nonce) = HeaderValue::from_str(&self.0) {
            response.headers_mut().insert(NONCE, nonce);
        }
        response
    }
}

fn json<T: Serialize>(status: StatusCode, value: &T, tagged: bool) -> Response {
    let body = match serde_json::to_vec(value) {
        Ok(body) => body,
        Err(error) => return internal(&format!("a reply cannot be written: {error}")).into_response(),
    };
    let tag = tagged.then(|| format!("\"{}\"", sha256_hex(&body)));
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
        headers.insert(ETAG, tag);
    }
    response
}
