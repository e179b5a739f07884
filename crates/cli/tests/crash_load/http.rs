//! HTTP, with the three ways in which a call can end.

use std::time::Duration;

use reqwest::Method;
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::Value;

/// One server, and its vendor's API key.
#[derive(Clone)]
pub(crate) struct Http {
    client: Client,
    url: String,
    key: String,
}

/// How a call ended.
pub(crate) enum Reply {
    /// The server answered: it is bound by that.
    Answer(Answer),
    /// 503: it may have been done, or not.
    Unavailable,
    /// The connection broke: it may have been done, or not.
    Lost,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) nonce: Option<String>,
    pub(crate) body: Value,
}

impl Http {
    pub(crate) fn new(url: &str, key: &str) -> Self {
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap();
        Self { client, url: url.to_owned(), key: key.to_owned() }
    }

    /// A call of a product.
    pub(crate) fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/api/v1/{path}", self.url))
    }

    /// Sends a call.
    pub(crate) fn send(request: RequestBuilder) -> Reply {
        let Ok(response) = request.send() else { return Reply::Lost };
        let status = response.status().as_u16();
        let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (nonce, retry_after) = (header("chancery-nonce"), header("retry-after"));
        // A body that did not arrive whole is no answer.
        let Ok(text) = response.text() else { return Reply::Lost };
        if status == 503 {
            assert!(retry_after.is_some(), "503 without Retry-After: {text}");
            return Reply::Unavailable;
        }
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        Reply::Answer(Answer { status, nonce, body })
    }

    /// Sends a call to a server that is well.
    #[track_caller]
    pub(crate) fn answer(request: RequestBuilder) -> Answer {
        match Self::send(request) {
            Reply::Answer(answer) => answer,
            Reply::Unavailable => panic!("503 from a server that should be well"),
            Reply::Lost => panic!("no answer from a server that should be well"),
        }
    }

    /// Makes a resource through the management API.
    #[track_caller]
    pub(crate) fn make(&self, path: &str, body: &Value) -> Value {
        let request = self.client.post(format!("{}/api/admin/v1/{path}", self.url)).bearer_auth(&self.key).json(body);
        let answer = Self::answer(request);
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body
    }

    /// Tries to make a resource, and returns what was answered.
    #[track_caller]
    pub(crate) fn try_make(&self, path: &str, body: &Value) -> Value {
        let request = self.client.post(format!("{}/api/admin/v1/{path}", self.url)).bearer_auth(&self.key).json(body);
        request.send().unwrap().json().unwrap()
    }

    /// Reads a resource through the management API.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Value {
        let answer = Self::answer(self.client.get(format!("{}/api/admin/v1/{path}", self.url)).bearer_auth(&self.key));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// Every item of a list, page by page.
    #[track_caller]
    pub(crate) fn list(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let mut page = self.get(&format!("{path}?limit=100{cursor}"));
            items.append(page["items"].as_array_mut().unwrap());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }

    /// Whether the server says that it is ready.
    pub(crate) fn is_ready(&self) -> bool {
        let ready = self.client.get(format!("{}/health/ready", self.url)).send();
        ready.is_ok_and(|response| response.status().is_success())
    }
}
