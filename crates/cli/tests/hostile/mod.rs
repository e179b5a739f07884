//! A peer that sends what it likes.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::common::Server;

/// A connection on which any bytes can be sent.
pub(crate) struct Peer(TcpStream);

impl Peer {
    pub(crate) fn connect(url: &str) -> Self {
        let stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(60))).unwrap();
        Self(stream)
    }

    /// Sends some bytes. That the server has hung up meanwhile is its right.
    pub(crate) fn sending(mut self, bytes: &[u8]) -> Self {
        let _ = self.0.write_all(bytes);
        self
    }

    /// All that comes until the server closes.
    pub(crate) fn read(mut self) -> String {
        let mut reply = Vec::new();
        match self.0.read_to_end(&mut reply) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
            Err(error) => panic!("{error} after {}", String::from_utf8_lossy(&reply)),
        }
        String::from_utf8(reply).unwrap()
    }

    /// Sends some bytes, and reads what comes until the server closes: a whole request says `connection: close`.
    pub(crate) fn ask(url: &str, bytes: &[u8]) -> String {
        Self::connect(url).sending(bytes).read()
    }
}

/// The reply is a problem with one of these statuses, by RFC 9457.
#[track_caller]
pub(crate) fn assert_problem(reply: &str, statuses: &[u16]) {
    let (head, body) = reply.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no reply: {reply:?}"));
    let status: u16 = head[9..12].parse().unwrap();
    assert!(statuses.contains(&status), "{reply}");
    assert!(head.contains("application/problem+json"), "{reply}");
    let body = &body[body.find('{').unwrap()..=body.rfind('}').unwrap()];
    let problem: Value = serde_json::from_str(body).unwrap();
    assert!(problem["code"].is_string() && problem["detail"].is_string(), "{problem}");
}

/// How much memory the server's process holds.
pub(crate) fn resident_mib(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}
