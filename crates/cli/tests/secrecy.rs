//! Where codes, keys and states go, and where they do not.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Stdio;

use common::{Run, Server, World, mode, text};

const NOBODY: &str = "http://127.0.0.1:9";

/// The arguments of an activation whose code comes from elsewhere.
fn activate<'a>(server: &'a Server, product: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    [&["--server", &server.url, "activate", "--product", product, "--seat-id", "host-1"], rest].concat()
}

#[test]
fn api_7_an_activation_code_need_not_stand_on_the_command_line() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let (product, code) = world.sell(&server);
    std::fs::write(world.path("code"), format!(" {code}\n")).unwrap();
    // One machine each time: the seat is bound to its key (SEAT-12).
    let program = |rest: &[&str]| {
        let mut program = world.program();
        program.args(["client", "--json", "--state", "one"]).args(activate(&server, &product, rest));
        program
    };
    common::run(&mut program(&["--code", "@code"])).expect_json();
    common::run(program(&[]).env("CHANCERY_CODE", &code)).expect_json();
    let mut child = program(&["--code", "-"]);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{code}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let no_file = world.client("none", &activate(&server, &product, &["--code", "@none"]));
    assert_eq!(no_file.expect_problem()["code"], "file");
    let both = world.client("both", &activate(&server, &product, &["--code", "-", "--secret", "-"]));
    assert_eq!(both.exit, 2, "{both:?}");
    let none = world.client("none", &activate(&server, &product, &[]));
    assert_eq!(none.exit, 2, "{none:?}");
}

#[test]
fn a_products_state_is_its_owners_alone() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let (product, code) = world.sell(&server);
    world.client("one", &activate(&server, &product, &["--code", &code])).expect_json();
    let state = world.path("one");
    assert_eq!(mode(&state), 0o700);
    for file in std::fs::read_dir(&state).unwrap() {
        assert_eq!(mode(&file.as_ref().unwrap().path()), 0o600, "{file:?}");
    }
}

#[test]
fn guard_5_asking_sends_no_name_of_the_machine() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let (product, code) = world.sell(&server);
    let bundle = world.path("trust.jws");
    world.run(&["trust", "export", bundle.to_str().unwrap(), "--server", &server.url]).expect_done();
    let ask = |rest: &[&str]| {
        let ask = ["--trust", bundle.to_str().unwrap(), "validate", "--product", &product, "--code", &code];
        answered(&world, "HTTP/1.1 404 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", &|server| {
            world.client("asking", &[&["--server", server], &ask[..], rest].concat())
        })
    };
    let (_, request) = ask(&[]);
    assert!(request.starts_with("POST /api/v1/validate") && !request.contains("seatId"), "{request}");
    let (_, request) = ask(&["--seat-id", "host-9"]);
    assert!(request.contains("\"seatId\":\"host-9\""), "{request}");
}

#[test]
fn a_redirect_is_told_and_not_followed_with_the_key() {
    let world = World::on_sqlite().initialised();
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("http://{}/", trap.local_addr().unwrap());
    for status in [301, 302, 303, 307, 308] {
        let reply = format!("HTTP/1.1 {status} X\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        let (run, request) = answered(&world, &reply, &|server| {
            world.run(&["product", "create", "cad", "--name", "A", "--json", "--server", server])
        });
        assert!(request.starts_with("POST "), "{request}");
        let problem = run.expect_problem();
        assert_eq!(problem["code"], "reply_not_understood");
        assert!(text(&problem["detail"]).contains(&format!("redirect to {to}")), "{problem}");
    }
    trap.set_nonblocking(true).unwrap();
    assert!(trap.accept().is_err(), "nobody went there");
}

#[test]
fn proxy_1_no_proxy_is_asked_for_a_server_on_this_machine() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let (product, code) = world.sell(&server);
    let proxied = |arguments: &[&str]| {
        let mut program = world.program();
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
            program.env(name, NOBODY);
        }
        common::run(program.env_remove("NO_PROXY").env_remove("no_proxy").args(arguments))
    };
    proxied(&["product", "list", "--json", "--server", &server.url]).expect_json();
    let client = activate(&server, &product, &["--code", &code]);
    proxied(&[&["client", "--json", "--state", "one"], &client[..]].concat()).expect_json();
}

/// What a command asks of a server that gives this one answer, and how the command ends.
fn answered(world: &World, reply: &str, command: &(dyn Fn(&str) -> Run + Sync)) -> (Run, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    assert!(world.data().exists());
    std::thread::scope(|scope| {
        let run = scope.spawn(|| command(&url));
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut part = [0; 4096];
        while !is_whole(&request) {
            let read = stream.read(&mut part).unwrap();
            assert!(read > 0, "the request ended early");
            request.extend_from_slice(&part[..read]);
        }
        stream.write_all(reply.as_bytes()).unwrap();
        drop((stream, listener));
        (run.join().unwrap(), String::from_utf8(request).unwrap())
    })
}

/// Whether all of a request is there: its head, and as much body as that says.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}
