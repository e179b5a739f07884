//! Replies of any length, as they arrive.

use std::time::Duration;

use chancery_api_types::Code;
use reqwest::{Method, Response};

use super::Api;
use crate::Failure;

/// How long a server may be silent within a reply.
const SILENCE: Duration = Duration::from_secs(60);
/// How long a whole download may take: what goes on needs no end.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// A reply that is on its way.
#[derive(Debug)]
pub(crate) struct Download(Response);

impl Api {
    /// Begins to read a reply of any length.
    pub(crate) async fn download(&self, path: &str) -> Result<Download, Failure> {
        let request = self.request(Method::GET, path).timeout(LONGEST);
        Ok(Download(self.finish(request).await?))
    }
}

impl Download {
    /// What came next; nothing at the end. A reply that breaks off is an error, never an end: its last chunk is missing.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let cut_off = |why: String| {
            Failure::new(Code::ServerUnreachable, format!("the reply was cut off: {why}"))
                .hint("nothing was written; try again, and look into the server's log if it happens again")
        };
        match tokio::time::timeout(SILENCE, self.0.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk.map(|bytes| bytes.to_vec())),
            Ok(Err(error)) => Err(cut_off(error.to_string())),
            Err(_) => Err(cut_off("the server was silent for a minute".to_owned())),
        }
    }
}
