//! `local.license.activate`: the vendor's answer to a request makes this server active (OFF-5, LLS-1).

use chancery_domain::Action;
use chancery_store::Aggregate;
use chancery_token::carried;

use super::apply::{Applied, Expected, apply};
use crate::local::here::Here;
use crate::local::{LocalStatus, status};
use crate::{Context, Error, System};

/// Applies a response, as it was carried (TOK-6). A refusal changes nothing.
///
/// # Errors
/// `Token`; `LocalServerNotActive` on another machine; the database's.
pub async fn activate(system: &System, context: &Context, token: &str) -> Result<LocalStatus, Error> {
    take(system, context, Action::ActivateLocal, token, Expected::Response).await
}

/// Applies a token of the vendor.
pub(super) async fn take(
    system: &System,
    context: &Context,
    action: Action,
    token: &str,
    kind: Expected,
) -> Result<LocalStatus, Error> {
    context.permit(action)?;
    Here::of(system, context).await?;
    let token = carried::read(token).map_err(|error| Error::Token { error, now: context.now() })?;
    let (kek, aggregate) = (system.workshop().kek, Aggregate::Vendor(context.actor().vendor()));
    let Applied(proved) =
        system.change(context, action, aggregate, move |change| apply(change, &token, kind, &kek)).await?;
    system.saw(proved);
    system.load_keys().await?;
    status(system, context).await
}
