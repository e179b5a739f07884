//! `POST /entitlements/{entitlement}/import`.

use axum::extract::State;
use chancery_api_types::management::{ImportEntitlement, ImportedEntitlement};
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::{EntitlementId, Invalid};
use chancery_operations::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Caller, FreeShare, LargeBody};
use crate::problem::{Answer, Failure};
use crate::reply::{Json, Rehearsed};

/// Ends an export session: by the confirmation token of the local server (EXP-7), or, by the vendor alone, without one (LLS-4).
///
/// Applying a token again is harmless.
#[utoipa::path(
    post, path = "/entitlements/{entitlement}/import", tag = "local-servers", operation_id = "importEntitlement",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id"), FreeShare),
    request_body = ImportEntitlement,
    responses(
        (status = 200, description = "The session has ended", body = ImportedEntitlement),
        (status = 409, description = "export_session_unknown, token_session_closed"),
        (status = 422, description = "token_malformed, token_signature_invalid, token_wrong_type, token_wrong_recipient, token_not_yet_valid, token_version_unsupported, token_key_unknown, token_key_revoked"),
    )
)]
pub(super) async fn import_entitlement(
    State(app): State<App>,
    caller: Caller<FreeShare>,
    At(id): At<EntitlementId>,
    LargeBody(body): LargeBody<ImportEntitlement>,
) -> Answer<Rehearsed<Json<ImportedEntitlement>>> {
    let (context, body, FreeShare { free, .. }) = caller.rehearses(body);
    let done = match Way::of(body, free)? {
        Way::Token(token) => entitlement::import_return(app.system(), &context, id, &token).await,
        Way::Without(wanted) => entitlement::import_without_token(app.system(), &context, id, wanted).await,
    };
    Rehearsed::of(done, |done| Json(wire::imported(done)))
}

/// How a session is ended.
enum Way {
    Token(String),
    Without(entitlement::WithoutToken),
}

impl Way {
    fn of(body: ImportEntitlement, free: bool) -> Answer<Self> {
        let ImportEntitlement { token, without_token, local_server_id, reason } = body;
        let Some(token) = token else {
            if !without_token {
                let right = "give the token that the local server made; or `withoutToken` with a `reason`";
                return Err(Failure::invalid("token", Invalid::Required, right));
            }
            let reason = reason.ok_or_else(|| {
                Failure::invalid("reason", Invalid::Required, "say why there will never be a token: the audit keeps it")
            })?;
            let wanted = entitlement::WithoutToken { server: local_server_id.map(|id| id.0), reason: reason.0, free };
            return Ok(Self::Without(wanted));
        };
        let others = [
            ("withoutToken", without_token),
            ("localServerId", local_server_id.is_some()),
            ("reason", reason.is_some()),
            ("free", free),
        ];
        match others.into_iter().find(|(_, given)| *given) {
            Some((name, _)) => Err(Failure::invalid(
                name,
                Invalid::NotAllowed,
                "leave it out where there is a token, which says it all",
            )),
            None => Ok(Self::Token(token.0)),
        }
    }
}
