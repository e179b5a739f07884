//! Replies that carry the next nonce (SAFE-2).

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use serde::Serialize;

use crate::problem::NONCE;

/// A reply with the nonce that the next call shows.
pub(super) struct WithNonce<T>(pub(super) String, pub(super) Json<T>);

impl<T: Serialize> IntoResponse for WithNonce<T> {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        // A nonce is base64url, which every header can hold.
        if let Ok(nonce) = HeaderValue::from_str(&self.0) {
            response.headers_mut().insert(NONCE, nonce);
        }
        response
    }
}
