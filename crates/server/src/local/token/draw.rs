//! `POST /token/picture`.

use axum::extract::State;
use axum::response::IntoResponse;
use chancery_api_types::local::ApplyLocalToken;
use chancery_client::carried;
use chancery_domain::Invalid;
use chancery_qr::{Capacity, Sheet};
use http::HeaderValue;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};

use super::refused;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::{Answer, Failure, internal};

/// The most codes that anybody takes pictures of.
const MOST_CODES: usize = 40;

/// Draws a token as QR codes below each other, as many as it takes: an SVG drawing.
#[utoipa::path(
    post, path = "/token/picture", tag = "tokens", operation_id = "drawLocalToken", request_body = ApplyLocalToken,
    responses(
        (status = 200, description = "The drawing", body = String, content_type = "image/svg+xml"),
        (status = 422, description = "token_malformed"),
    )
)]
pub(super) async fn draw_local_token(
    State(app): State<App>,
    _: Caller,
    body: Body<ApplyLocalToken>,
) -> Answer<impl IntoResponse> {
    let (input, _) = body.into_parts();
    let token = carried::read(input.token.expose()).map_err(|error| refused(&app, error))?;
    let parts = carried::parts(&token, Capacity::PICTURE.bytes);
    if parts.len() > MOST_CODES {
        let detail = format!("it would take {} QR codes, more than {MOST_CODES}: carry it as a file", parts.len());
        return Err(Failure::invalid("token", Invalid::TooLong, &detail));
    }
    let sheet = Sheet::of(&parts, Capacity::PICTURE).ok_or_else(|| internal("a part of a token fits into no code"))?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, sheet.to_svg("Chancery token")))
}
