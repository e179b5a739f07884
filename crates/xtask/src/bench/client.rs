//! A small HTTP/1.1 client that keeps its connection: what it costs is taken from the server's two cores.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Failure;

/// One connection, with buffers that are used again.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    sent: Vec<u8>,
    received: Vec<u8>,
}

/// A request to be written.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a str,
}

/// A reply, in the connection's buffer.
#[derive(Debug)]
pub(crate) struct Reply<'a> {
    pub(crate) status: u16,
    head: &'a str,
    pub(crate) body: &'a [u8],
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, sent: Vec::with_capacity(4_096), received: Vec::with_capacity(16_384) })
    }

    /// Sends a POST and waits for its reply.
    pub(crate) async fn post(&mut self, request: &Request<'_>) -> Result<Reply<'_>, Failure> {
        self.send("POST ", request).await
    }

    /// Sends a GET and waits for its reply.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Reply<'_>, Failure> {
        self.send("GET ", &Request { path, headers: &[], body: "" }).await
    }

    async fn send(&mut self, method: &str, request: &Request<'_>) -> Result<Reply<'_>, Failure> {
        self.sent.clear();
        let Request { path, headers, body } = request;
        for part in [method, path, " HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n"] {
            self.sent.extend_from_slice(part.as_bytes());
        }
        for (name, value) in *headers {
            for part in [name, ": ", value, "\r\n"] {
                self.sent.extend_from_slice(part.as_bytes());
            }
        }
        self.sent.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
        self.sent.extend_from_slice(body.as_bytes());
        self.stream.write_all(&self.sent).await?;
        self.reply().await
    }

    async fn reply(&mut self) -> Result<Reply<'_>, Failure> {
        self.received.clear();
        let head = loop {
            if let Some(end) = self.received.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let length = length(std::str::from_utf8(self.received.get(..head).unwrap_or_default())?)?;
        while self.received.len() < head + length {
            self.more().await?;
        }
        let (head, body) = self.received.split_at(head);
        let head = std::str::from_utf8(head)?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Ok(Reply { status: status.ok_or("a reply without a status")?, head, body })
    }

    async fn more(&mut self) -> Result<(), Failure> {
        match self.stream.read_buf(&mut self.received).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }
}

impl Reply<'_> {
    /// The body as JSON, if the status is this one.
    pub(crate) fn json(&self, status: u16) -> Result<Value, Failure> {
        self.expect(status)?;
        Ok(serde_json::from_slice(self.body)?)
    }

    /// That the status is this one.
    pub(crate) fn expect(&self, status: u16) -> Result<(), Failure> {
        if self.status == status {
            return Ok(());
        }
        Err(format!("{} instead of {status}: {}", self.status, String::from_utf8_lossy(self.body)).into())
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Result<&str, Failure> {
        header(self.head, name).ok_or_else(|| format!("a reply without {name}").into())
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn length(head: &str) -> Result<usize, Failure> {
    let length = header(head, "content-length").and_then(|length| length.parse().ok());
    length.ok_or_else(|| "a reply without its length".into())
}
