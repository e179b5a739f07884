//! What hostile and unlucky input does to the built server: it answers with a problem or hangs up, goes on for everybody else, and
//! stays small.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;
mod hostile;

use common::World;
use hostile::{Peer, assert_problem, resident_mib};

/// One server, over plain HTTP, so that bytes can be sent as they are.
fn serve() -> (World, common::Server) {
    let world = World::on_sqlite().initialised();
    let server = world.serve_with(&["--tls", "off"]);
    (world, server)
}

const ACTIVATE: &str = "POST /api/v1/activate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";

fn activate(body: &[u8]) -> Vec<u8> {
    let head = format!("{ACTIVATE}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// After whatever was done, the server answers, has not panicked, and ends well.
fn is_well(world: &World, server: common::Server) {
    let ready = Peer::ask(&server.url, b"GET /health/ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    assert!(server.terminate().success());
    let log = world.log();
    assert!(!log.contains("panicked") && !log.contains("\"level\":\"ERROR\""), "{log}");
}

#[test]
fn api_2_deep_json_is_refused() {
    let (world, server) = serve();
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let body = format!("{{\"seatId\":{}1{}}}", open.repeat(100_000), close.repeat(100_000));
        assert_problem(&Peer::ask(&server.url, &activate(body.as_bytes())), &[400, 422]);
        // Not closed at all.
        let body = open.repeat(150_000);
        assert_problem(&Peer::ask(&server.url, &activate(body.as_bytes())), &[400, 422]);
    }
    is_well(&world, server);
}

#[test]
fn api_2_null_bytes_and_invalid_utf_8_are_refused() {
    let (world, server) = serve();
    for body in [
        &b"{\"seatId\":\"a\0b\"}"[..],
        b"\0",
        b"{\"seatId\":\"\\u0000\"}",
        b"{\"seatId\":\"\xff\xfe\"}",
        b"\xef\xbb\xbf{}",
        b"{\"seatId\":\"\\ud800\"}",
    ] {
        assert_problem(&Peer::ask(&server.url, &activate(body)), &[400, 422]);
    }
    for target in [
        "/api/v1/%00",
        "/api/v1/%ff%fe",
        "/api/admin/v1/products/%00",
        "/api/admin/v1/products?cursor=%00",
        "/%2e%2e/%2e%2e/etc/passwd",
    ] {
        let request =
            format!("GET {target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer x\r\nconnection: close\r\n\r\n");
        assert_problem(&Peer::ask(&server.url, request.as_bytes()), &[400, 401, 404, 422]);
    }
    // Bytes that no header may have: hyper answers by itself.
    let request = b"GET /api/v1/activation HTTP/1.1\r\nhost: x\r\nauthorization: Bearer \xff\x00\r\n\r\n";
    assert!(Peer::ask(&server.url, request).starts_with("HTTP/1.1 400"));
    let request =
        b"GET /api/v1/activation HTTP/1.1\r\nhost: x\r\nauthorization: Bearer \xff\xfe\r\nconnection: close\r\n\r\n";
    assert_problem(&Peer::ask(&server.url, request), &[400, 401]);
    is_well(&world, server);
}

#[test]
fn api_2_huge_heads_are_refused() {
    let (world, server) = serve();
    let long = "x".repeat(2 << 20);
    let many: String = (0..5_000).map(|i| format!("x-{i}: y\r\n")).collect();
    for request in [
        format!("GET /{long} HTTP/1.1\r\nhost: x\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {long}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: x\r\n{many}\r\n"),
        format!("{long}\r\n\r\n"),
    ] {
        // It may hang up while we still send: then there is nothing to read.
        let reply = Peer::ask(&server.url, request.as_bytes());
        assert!(reply.is_empty() || ["400", "414", "431"].contains(&&reply[9..12]), "{reply}");
    }
    is_well(&world, server);
}

#[test]
fn api_1_bodies_that_are_too_large_or_lie_about_their_length_are_refused() {
    let (world, server) = serve();
    assert_problem(&Peer::ask(&server.url, &activate(&vec![b' '; (1 << 20) + 1])), &[413]);
    let lie = format!("{ACTIVATE}content-length: 18446744073709551615\r\n\r\n{{}}");
    let reply = Peer::ask(&server.url, lie.as_bytes());
    assert!(reply.is_empty() || ["400", "413", "431"].contains(&&reply[9..12]), "{reply}");
    let both = format!(
        "{ACTIVATE}content-length: 2\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n"
    );
    let reply = Peer::ask(&server.url, both.as_bytes());
    assert_eq!(reply.matches("HTTP/1.1").count(), 1, "the rest was taken for a request: {reply}");
    // Chunks without end are not kept.
    let endless = format!(
        "{ACTIVATE}transfer-encoding: chunked\r\n\r\n{}",
        format!("fff\r\n{}\r\n", "x".repeat(0xfff)).repeat(20_000)
    );
    let reply = Peer::ask(&server.url, endless.as_bytes());
    assert!(reply.is_empty() || reply.starts_with("HTTP/1.1 413"), "{reply}");
    assert!(resident_mib(&server) < 250, "{} MiB", resident_mib(&server));
    is_well(&world, server);
}

#[test]
fn what_is_no_http_is_hung_up_on() {
    let (world, server) = serve();
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        b"SSH-2.0-x\r\n\r\n",
        b"\0\0\0\0\0\0\0\0\r\n\r\n",
    ] {
        let reply = Peer::ask(&server.url, bytes);
        assert!(!reply.contains("200 OK"), "{reply}");
    }
    is_well(&world, server);
}

/// A slow client's head has 30 seconds, its body 15; what it holds meanwhile is one connection, and nobody waits for it.
#[test]
fn slow_clients_keep_nobody_waiting() {
    let (world, server) = serve();
    let half = format!("{ACTIVATE}content-length: 1000\r\n\r\n{{\"seatId\":");
    let slow: Vec<Peer> = (0..200)
        .map(|i| Peer::connect(&server.url).sending(if i % 2 == 0 { &b"GET / HT"[..] } else { half.as_bytes() }))
        .collect();
    for _ in 0..20 {
        let reply = Peer::ask(&server.url, b"GET /health/ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    }
    // A body that does not come gets its answer, once it is late.
    let mut slow = slow.into_iter();
    drop(slow.next());
    assert_problem(&slow.next().unwrap().read(), &[400, 408]);
    drop(slow);
    is_well(&world, server);
}

#[test]
fn a_flood_of_connections_passes() {
    let (world, server) = serve();
    let floods: Vec<_> = (0..8)
        .map(|_| {
            let url = server.url.clone();
            std::thread::spawn(move || {
                let peers: Vec<Peer> = (0..100).map(|_| Peer::connect(&url)).collect();
                let request = activate(br#"{"credential":{"type":"activationCode","code":"0000-0000-0000-0000-0000"},"productId":"cad","seatId":"m"}"#);
                peers.into_iter().map(|peer| peer.sending(&request).read()).collect::<Vec<_>>()
            })
        })
        .collect();
    for reply in floods.into_iter().flat_map(|flood| flood.join().unwrap()) {
        assert_problem(&reply, &[404, 429, 503]);
    }
    assert!(resident_mib(&server) < 250, "{} MiB", resident_mib(&server));
    is_well(&world, server);
}
