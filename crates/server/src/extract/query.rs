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
    let read = axum::extract::Query::try_from_uri(uri);
    read.map(|axum::extract::Query(parameters)| parameters).map_err(|rejection| refused(&rejection))
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
