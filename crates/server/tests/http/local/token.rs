//! Tokens that the page finds in files and pictures, and draws as codes (TOK-6, LLS-6).

use chancery_client::carried;
use chancery_qr::{Capacity, Sheet};
use serde_json::{Value, json};

use super::site::{LLS, Site};
use crate::common::{Call, TestApp};
use crate::hosting::server::license;
use crate::management::shop::text;

fn read(site: &Site, file: impl Into<axum::body::Body>) -> Call {
    site.local
        .call("POST", &format!("{LLS}/token/read"))
        .header("host", "localhost")
        .body("application/octet-stream", file)
}

fn draw(site: &Site, token: &str) -> Call {
    site.post("/token/picture", json!({ "token": token }))
}

fn found(token: &str, complete: bool) -> Value {
    json!({ "token": token, "complete": complete })
}

async fn request_token(site: &Site) -> String {
    let body = json!({ "activationCode": license(&site.place.shop).await, "serverName": "dark-1" });
    text(&site.post("/license/generate-activation-token", body).await.ok()["token"]).to_owned()
}

fn png(texts: &[String]) -> Vec<u8> {
    Sheet::of(texts, Capacity::PICTURE).unwrap().to_png().unwrap()
}

#[tokio::test]
async fn tok_6_a_token_is_drawn_and_found_again() {
    let app = TestApp::sqlite().await;
    let site = Site::set_up(&app).await;
    let token = request_token(&site).await;
    let drawing = draw(&site, &token).await;
    assert_eq!((drawing.status.as_u16(), drawing.header("content-type")), (200, "image/svg+xml"));
    assert_eq!(drawing.header("content-security-policy"), "default-src 'none'");
    assert_eq!(
        read(&site, drawing.text.clone()).header("content-type", "image/svg+xml").await.ok(),
        found(&token, true)
    );
    // However it was carried before.
    let file = carried::write_file("request", &token);
    assert_eq!(draw(&site, &file).await.text, drawing.text);
    let wide: Vec<u8> = format!("\u{feff}{file}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for file in [file.into_bytes(), wide, format!("{{\"token\":\"{token}\"}}").into_bytes()] {
        assert_eq!(read(&site, file).await.ok(), found(&token, true));
    }
}

#[tokio::test]
async fn tok_6_pictures_of_some_codes_are_put_together() {
    let app = TestApp::sqlite().await;
    let site = Site::set_up(&app).await;
    let token = request_token(&site).await;
    let parts = carried::parts(&token, Capacity::PICTURE.bytes);
    assert!(parts.len() > 1, "{}", token.len());
    let mut texts = Vec::new();
    for part in parts.iter().rev() {
        assert_eq!(read(&site, png(std::slice::from_ref(part))).await.ok(), found(part, false));
        texts.push(part.clone());
    }
    assert_eq!(draw(&site, &texts.join("\n")).await.text, draw(&site, &token).await.text);
    draw(&site, &texts[1..].join("\n")).await.problem("token_malformed");
    assert_eq!(read(&site, png(&parts)).await.ok(), found(&token, true));
}

#[tokio::test]
async fn tok_3_what_holds_no_token_is_refused_with_what_to_do() {
    let app = TestApp::sqlite().await;
    let site = Site::set_up(&app).await;
    let blank = png(&["https://chancery.example/".to_owned()]);
    for (file, hint) in [
        (b"\xff\xd8\xff\xe0photo".to_vec(), "JPEG"),
        (b"%PDF-1.7".to_vec(), "PDF"),
        (blank, "without a QR code of a token"),
        (b"\x89PNG\r\n\x1a\nbroken".to_vec(), "damaged"),
        (b"\x80\x81".to_vec(), "no text"),
        (b"a letter".to_vec(), "oken"),
        (Vec::new(), "oken"),
    ] {
        let problem = read(&site, file).await.problem("token_malformed");
        assert!(text(&problem["detail"]).contains(hint), "{problem}");
    }
    read(&site, vec![b'a'; (16 << 20) + 1]).await.problem("body_too_large");
    read(&site, "x").header("content-type", "text/html").await.problem("media_type_unsupported");
    read(&site, "x").anonymous().await.problem("credential_missing");
    draw(&site, "eyJhIjox").anonymous().await.problem("credential_missing");
    // So many codes are nobody's to take pictures of.
    draw(&site, &format!("eyJ{}.YQ.YQ", "a".repeat(40_000))).await.invalid("token", "too_long");
}
