//! Licensee secrets out of bodies (SEC-3).

use chancery_api_types::wire::Secret;
use chancery_domain::LicenseeSecret;

use crate::problem::{Answer, Failure};

/// The secret in a member of a body. What is wrong with one is said without it.
pub(crate) fn licensee_secret(path: &str, secret: &Secret) -> Answer<LicenseeSecret> {
    let wrong = |invalid| Failure::invalid(path, invalid, "give a secret of 1 to 1000 characters");
    LicenseeSecret::new(secret.expose()).map_err(wrong)
}

/// The secret that a validating call brings, if it brings one.
pub(super) fn brought(secret: Option<&Secret>) -> Answer<Option<LicenseeSecret>> {
    secret.map(|secret| licensee_secret("licenseeSecret", secret)).transpose()
}
