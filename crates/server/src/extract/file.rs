//! Bodies that are files, whatever is in them.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};

use super::bytes::{IMPORT_LIMIT, check_media_type, read};
use crate::App;
use crate::problem::Failure;

/// The bytes of a file, up to 16 MiB. A picture may say that it is one.
pub(crate) struct FileBody(pub(crate) Bytes);

impl FromRequest<App> for FileBody {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body, IMPORT_LIMIT).await?;
        check_media_type(&parts.headers, |kind| kind == "application/octet-stream" || kind.starts_with("image/"))?;
        Ok(Self(bytes))
    }
}
