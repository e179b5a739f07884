//! `local.license.refresh`: a newer lease for this server, for which it did not ask (OFF-7).

use chancery_domain::Action;

use super::activate::take;
use super::apply::Expected;
use crate::local::LocalStatus;
use crate::{Context, Error, System};

/// Applies a refresh, as it was carried (TOK-6). A refusal changes nothing.
///
/// # Errors
/// `Token`; `LocalServerNotActive` on another machine; the database's.
pub async fn refresh(system: &System, context: &Context, token: &str) -> Result<LocalStatus, Error> {
    take(system, context, Action::RefreshLocal, token, Expected::Refresh).await
}
