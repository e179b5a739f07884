//! `POST /token/read`.

use axum::extract::State;
use chancery_api_types::Code;
use chancery_api_types::local::ReadToken;
use chancery_client::carried;
use chancery_qr::{Given, Unreadable};
use tokio::sync::Semaphore;

use super::refused;
use crate::App;
use crate::extract::{Caller, FileBody};
use crate::problem::{Answer, Failure};
use crate::reply::Json;

/// One picture at a time: a large one takes some hundred megabytes while it is looked at.
static READING: Semaphore = Semaphore::const_new(1);

/// Finds the token in a file: a text of any form in which tokens are carried, or a picture (PNG, or SVG as written here) of its QR codes.
#[utoipa::path(
    post, path = "/token/read", tag = "tokens", operation_id = "readLocalToken",
    request_body(content = String, content_type = "application/octet-stream", description = "The file, up to 16 MiB"),
    responses(
        (status = 200, description = "What was found", body = ReadToken),
        (status = 422, description = "token_malformed"),
    )
)]
pub(super) async fn read_local_token(
    State(app): State<App>,
    _: Caller,
    FileBody(bytes): FileBody,
) -> Answer<Json<ReadToken>> {
    let given = find(bytes).await.map_err(unreadable)?;
    let is_picture = matches!(given, Given::Codes(_));
    let text = given.into_text();
    match carried::read(&text) {
        Ok(token) => Ok(Json(ReadToken { token, complete: true })),
        Err(_) if is_picture => Ok(Json(ReadToken { token: text, complete: false })),
        Err(error) => Err(refused(&app, error)),
    }
}

async fn find(bytes: axum::body::Bytes) -> Result<Given, Unreadable> {
    let _turn = READING.acquire().await;
    // A reader of pictures that gives up by a panic found no more than one that says so.
    let found = tokio::task::spawn_blocking(move || Given::read(&bytes)).await;
    found.unwrap_or(Err(Unreadable::Damaged))
}

fn unreadable(why: Unreadable) -> Failure {
    Failure::new(Code::TokenMalformed, &format!("What was given is {why}: {}", why.hint()))
}
