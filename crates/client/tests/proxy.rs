//! Through a proxy to the server (PROXY-1), by both faces.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use std::net::SocketAddr;

use chancery_client::Proxy;
use chancery_testkit::proxy::{Gate, Proxy as TestProxy};
use common::faces::Face;
use common::{Scene, request};

both_faces!(
    proxy_1_plain_http_and_an_account_go_through_the_proxy,
    proxy_1_https_goes_by_connect_and_the_proxy_sees_no_more_than_the_name,
    proxy_1_a_proxy_that_asks_for_an_account_is_said_to_do_so_at_once,
    proxy_1_a_proxy_that_refuses_the_way_is_told_from_the_server,
    proxy_1_this_machine_is_reached_without_a_proxy
);

/// A name that only the proxy can resolve.
const ELSEWHERE: &str = "licences.test:7011";

fn address(scene: &Scene) -> SocketAddr {
    scene.server.url.trim_start_matches("http://").parse().unwrap()
}

fn client<F: Face>(scene: &Scene, url: &str, proxy: Proxy) -> F {
    let mut options = scene.options.clone();
    (options.proxy, options.allow_plain_http) = (Some(proxy), true);
    F::open(url, scene.product.clone(), scene.state(), options)
}

fn proxy_1_plain_http_and_an_account_go_through_the_proxy<F: Face>() {
    let scene = Scene::new();
    let proxy = TestProxy::start(address(&scene), Gate::Asks("Basic YWNtZTpzZWNyZXQ=".to_owned()));
    let file = scene.folder.path().join("password");
    std::fs::write(&file, "secret\n").unwrap();
    let known = Proxy::at(&proxy.url()).unwrap().basic_auth_by_file("acme", &file).unwrap();
    let url = format!("http://{ELSEWHERE}");
    let elsewhere: F = client(&scene, &url, known);
    // The proof is for the address that the product knows.
    scene.server.world().url.clone_from(&url);
    elsewhere.activate(&request()).unwrap();
    assert!(
        proxy.seen()[0].starts_with("POST http://licences.test:7011/api/v1/activate HTTP/1.1"),
        "{:?}",
        proxy.seen()
    );
}

fn proxy_1_https_goes_by_connect_and_the_proxy_sees_no_more_than_the_name<F: Face>() {
    let mut scene = Scene::new();
    scene.options.patience = std::time::Duration::ZERO;
    let proxy = TestProxy::start(address(&scene), Gate::Open);
    let secure: F = client(&scene, &format!("https://{ELSEWHERE}"), Proxy::at(&proxy.url()).unwrap());
    // What answers there speaks no TLS: nothing is sent to it.
    assert_eq!(secure.activate(&request()).unwrap_err().code(), "server_unreachable");
    assert!(proxy.seen()[0].starts_with("CONNECT licences.test:7011 HTTP/1.1\r\n"), "{:?}", proxy.seen());
    assert!(!proxy.seen()[0].contains("/api/"));
    assert!(scene.server.seen().iter().all(|seen| !seen.body.contains("7K2M")));
}

fn proxy_1_a_proxy_that_asks_for_an_account_is_said_to_do_so_at_once<F: Face>() {
    let scene = Scene::new();
    let proxy = TestProxy::start(address(&scene), Gate::Asks("Basic x".to_owned()));
    for scheme in ["http", "https"] {
        let before = proxy.seen().len();
        let stranger: F = client(&scene, &format!("{scheme}://{ELSEWHERE}"), Proxy::at(&proxy.url()).unwrap());
        let error = stranger.activate(&request()).unwrap_err();
        assert_eq!(error.code(), "server_unreachable", "{scheme}: {error}");
        assert!(error.to_string().contains("the proxy asks for an account"), "{scheme}: {error}");
        assert!(!error.is_outcome_unknown(), "{scheme}");
        assert_eq!(proxy.seen().len(), before + 1, "trying again does not help");
    }
}

fn proxy_1_a_proxy_that_refuses_the_way_is_told_from_the_server<F: Face>() {
    let mut scene = Scene::new();
    scene.options.patience = std::time::Duration::ZERO;
    let proxy = TestProxy::start(address(&scene), Gate::Closed(403));
    let barred: F = client(&scene, &format!("https://{ELSEWHERE}"), Proxy::at(&proxy.url()).unwrap());
    let error = barred.activate(&request()).unwrap_err();
    assert!(error.to_string().contains("the proxy does not let it through"), "{error}");
    assert!(!error.is_outcome_unknown());
}

fn proxy_1_this_machine_is_reached_without_a_proxy<F: Face>() {
    let scene = Scene::new();
    let proxy = TestProxy::start(address(&scene), Gate::Closed(403));
    let direct: F = client(&scene, &scene.server.url, Proxy::at(&proxy.url()).unwrap());
    direct.activate(&request()).unwrap();
    assert!(proxy.seen().is_empty());
}
