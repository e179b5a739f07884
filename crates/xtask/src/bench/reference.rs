//! The reference: routes that parse the same body and sign a lease of the same size, and store nothing.
//!
//! They stand only in the server that is measured, behind the same middleware as the product's; the product has nothing of the
//! kind.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use chancery_api_types::licensing::{
    ActivateReply, ActivateRequest, RefreshReply, RefreshRequest, ValidateReply, ValidateRequest,
};
use chancery_server::App;
use chancery_token::hash::from_base64url;
use chancery_token::{LeaseClaims, LocalKey};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Failure;

/// Replies of the real routes, to be given again and again with a lease of their own.
struct Sample {
    reply: ActivateReply,
    validated: ValidateReply,
    lease: LeaseClaims,
    certificate: String,
    key: LocalKey,
    signed: AtomicU64,
}

#[derive(Clone, Default)]
struct Shared(Arc<OnceLock<Sample>>);

/// The routes. `POST /reference/sample` takes real replies first: `[activated, validated]`.
pub(crate) fn routes() -> Router<App> {
    let routes = Router::new()
        .route("/reference/sample", post(take_sample))
        .route("/reference/activate", post(activate))
        .route("/reference/validate", post(validate))
        .route("/reference/refresh", post(refresh));
    routes.with_state(Shared::default())
}

impl Sample {
    fn read(body: &[u8]) -> Result<Self, Failure> {
        let (reply, validated): (ActivateReply, ValidateReply) = serde_json::from_slice(body)?;
        let mut parts = reply.lease.split('.').map(|part| from_base64url(part).unwrap_or_default());
        let header: serde_json::Value = serde_json::from_slice(&parts.next().unwrap_or_default())?;
        let lease = serde_json::from_slice(&parts.next().unwrap_or_default())?;
        let certificate = super::shop::text(&header, "chancery_cert")?;
        let key = LocalKey::ed25519_from_seed(&[7; 32])?;
        Ok(Self { reply, validated, lease, certificate, key, signed: AtomicU64::new(0) })
    }

    /// A lease of the same size as the real one.
    fn lease(&self) -> Result<String, Failure> {
        let mut lease = self.lease.clone();
        lease.issued.id = format!("{:022}", self.signed.fetch_add(1, Ordering::Relaxed));
        Ok(lease.sign(&self.key, &self.certificate)?)
    }
}

async fn take_sample(State(shared): State<Shared>, body: Bytes) -> Response {
    match Sample::read(&body) {
        Ok(sample) => {
            let _ = shared.0.set(sample);
            (StatusCode::OK, "{}").into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

async fn activate(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&shared, &headers, &body, StatusCode::CREATED, |_: ActivateRequest, sample, lease| ActivateReply {
        activation: sample.reply.activation.clone(),
        lease,
        revocations: None,
        access_token: sample.reply.access_token.clone(),
    })
}

async fn validate(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&shared, &headers, &body, StatusCode::OK, |_: ValidateRequest, sample, lease| ValidateReply {
        verdict: Some(lease),
        ..sample.validated.clone()
    })
}

async fn refresh(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&shared, &headers, &body, StatusCode::OK, |_: RefreshRequest, sample, lease| RefreshReply {
        activation: sample.reply.activation.clone(),
        lease,
        revocations: None,
    })
}

fn answer<Q: DeserializeOwned, A: Serialize>(
    shared: &Shared,
    headers: &HeaderMap,
    body: &[u8],
    status: StatusCode,
    reply: impl FnOnce(Q, &Sample, String) -> A,
) -> Response {
    let made = || -> Result<Vec<u8>, Failure> {
        let request: Q = serde_json::from_slice(body)?;
        let sample = shared.0.get().ok_or("no sample yet")?;
        Ok(serde_json::to_vec(&reply(request, sample, sample.lease()?))?)
    };
    match made() {
        Ok(body) => {
            let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
            // So that the reply is as long as the real one; nobody reads it.
            if let Some(nonce) = headers.get("chancery-nonce") {
                response.headers_mut().insert("chancery-nonce", nonce.clone());
            }
            response
        }
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}
