//! What handlers answer when they did what they were asked.

use axum::response::{IntoResponse, Response};
use chancery_api_types::Page;
use chancery_api_types::management::DryRun;
use chancery_operations::{Error, List, Version, Versioned};
use http::header::{CONTENT_TYPE, ETAG};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::extract::next_cursor;
use crate::problem::{Answer, NONCE, entity_tag, internal};
use crate::show;

/// 200 with JSON that is no resource of its own.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

/// 200 with one resource, and its version as entity tag (API-4).
#[derive(Debug)]
pub(crate) struct One<T>(T, Version);

/// 201 with the resource that was made, and its version as entity tag.
#[derive(Debug)]
pub(crate) struct Created<T>(T, Option<Version>);

/// 200 with a page of a list (API-3).
#[derive(Debug)]
pub(crate) struct Many<T>(Page<T>);

/// 204: there is nothing more to say.
#[derive(Debug)]
pub(crate) struct Done;

/// A reply with the next nonce of the activation (SAFE-2).
#[derive(Debug)]
pub(crate) struct WithNonce<R>(pub(crate) String, pub(crate) R);

/// The reply of a command, or 200 with what it would change (MAN-3).
#[derive(Debug)]
pub(crate) enum Rehearsed<R> {
    /// It was done.
    Done(R),
    /// It was a dry run.
    DryRun(DryRun),
}

impl<R> Rehearsed<R> {
    /// The reply to what an operation did, or would do.
    pub(crate) fn of<T>(result: Result<T, Error>, reply: impl FnOnce(T) -> R) -> Answer<Self> {
        match result {
            Ok(done) => Ok(Self::Done(reply(done))),
            Err(Error::Rehearsed(rehearsal)) => Ok(Self::DryRun(show::dry_run(*rehearsal))),
            Err(error) => Err(error.into()),
        }
    }
}

impl<T> One<T> {
    /// The record in the wire's form, and its version.
    pub(crate) fn of<U: Versioned>(record: U, wire: impl FnOnce(U) -> T) -> Self {
        let version = record.version();
        Self(wire(record), version)
    }
}

impl<T> Created<T> {
    /// The record in the wire's form, and its version.
    pub(crate) fn of<U: Versioned>(record: U, wire: impl FnOnce(U) -> T) -> Self {
        let version = record.version();
        Self(wire(record), Some(version))
    }

    /// What has no version of its own: a part of something, or several things at once.
    pub(crate) fn part(body: T) -> Self {
        Self(body, None)
    }
}

impl<T> Many<T> {
    /// The page in the wire's form.
    pub(crate) fn of<U>(list: List<U>, wire: impl FnMut(U) -> T) -> Self {
        let List { items, next } = list;
        Self(Page { items: items.into_iter().map(wire).collect(), next_cursor: next_cursor(next) })
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0, None)
    }
}

impl<T: Serialize> IntoResponse for One<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0, Some(&self.1))
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        json(StatusCode::CREATED, &self.0, self.1.as_ref())
    }
}

impl<T: Serialize> IntoResponse for Many<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0, None)
    }
}

impl<R: IntoResponse> IntoResponse for Rehearsed<R> {
    fn into_response(self) -> Response {
        match self {
            Self::Done(reply) => reply.into_response(),
            Self::DryRun(report) => json(StatusCode::OK, &report, None),
        }
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

fn json<T: Serialize>(status: StatusCode, value: &T, version: Option<&Version>) -> Response {
    let body = match serde_json::to_vec(value) {
        Ok(body) => body,
        Err(error) => return internal(&format!("a reply cannot be written: {error}")).into_response(),
    };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(tag) = version.and_then(entity_tag) {
        headers.insert(ETAG, tag);
    }
    response
}
