//! Parameters of the query: typed, and the unknown ones refused (API-3).

use std::error::Error as _;

use axum::extract::rejection::QueryRejection;
use chancery_api_types::{Problem, field_error};
use chancery_domain::Invalid;
use http::Uri;
use serde::de::DeserializeOwned;

use crate::problem::{Answer, Failure};

/// Reads the parameters, as a struct with `deny_unknown_fields`.
pub(super) fn read<T: DeserializeOwned>(uri: &Uri) -> Answer<T> {
    let gathered = gather(uri)?;
    let read = axum::extract::Query::try_from_uri(gathered.as_ref().unwrap_or(uri));
    read.map(|axum::extract::Query(parameters)| parameters).map_err(|rejection| refused(&rejection))
}

/// What begins a parameter that was gathered from several. No parameter that is sent has it: the middleware refuses it.
const GATHERED: char = '\0';

/// Puts `metadata[a]=1&metadata[b]=2` together into one parameter, `metadata`, because readers of parameters know no maps.
fn gather(uri: &Uri) -> Answer<Option<Uri>> {
    if !uri.query().is_some_and(|query| query.contains("metadata")) {
        return Ok(None);
    }
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|error| refused(&error))?.0;
    let (mut rest, mut members) = (Vec::new(), Vec::new());
    for (name, value) in pairs {
        match name.strip_prefix("metadata[").and_then(|name| name.strip_suffix(']')) {
            Some(member) => members.push((member.to_owned(), value)),
            None => rest.push((name, value)),
        }
    }
    if !members.is_empty() {
        let json = serde_json::to_string(&members).unwrap_or_default();
        rest.push(("metadata".to_owned(), format!("{GATHERED}{json}")));
    }
    let escaped: Vec<String> = rest.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    // Every text of escapes is a query.
    Ok(format!("/?{}", escaped.join("&")).parse().ok())
}

/// The members that were gathered into one parameter; nothing of a parameter that was sent as one.
pub(super) fn gathered(text: &str) -> Option<Vec<(String, String)>> {
    serde_json::from_str(text.strip_prefix(GATHERED)?).ok()
}

fn escape(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

type Located = serde_path_to_error::Error<serde::de::value::Error>;

fn refused(rejection: &QueryRejection) -> Failure {
    let mut source = rejection.source();
    while let Some(error) = source {
        if let Some(located) = error.downcast_ref::<Located>() {
            let message = located.inner().to_string();
            return Problem::invalid([field_error(&located.path().to_string(), &message)]).into();
        }
        source = error.source();
    }
    Failure::invalid("", Invalid::BadFormat, "give parameters as in `?limit=50&sort=-created`")
}
