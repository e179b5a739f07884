//! `GET /docs/problems`: what each problem code means. The `type` of a problem points here.

use std::fmt::Write as _;

use axum::response::Response;
use chancery_api_types::Code;

use super::page::{escape, html};

pub(super) async fn page() -> Response {
    let mut body = String::from("<main><h1>Problem codes</h1>\n<p><a href=\"/docs\">The APIs</a></p>\n<dl>\n");
    for code in Code::ALL {
        // Writing into a String cannot fail.
        let _ = entry(&mut body, *code);
    }
    body.push_str("</dl></main>");
    html("Problem codes", &body)
}

fn entry(body: &mut String, code: Code) -> std::fmt::Result {
    let status = code.status().map(|status| format!(" ({status})")).unwrap_or_default();
    let (title, help) = (escape(code.title()), escape(code.help()));
    writeln!(body, "<dt id=\"{code}\"><code>{code}</code>{status}</dt><dd>{title}. {help}</dd>")
}
