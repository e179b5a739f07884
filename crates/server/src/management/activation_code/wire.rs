//! Activation codes between the wire and the domain.

use chancery_api_types::management::{ActivationCode, ActivationCodes};
use chancery_operations::activation_code::{CodeView, Codes};

pub(in crate::management) fn codes(wanted: ActivationCodes) -> Codes {
    match wanted {
        ActivationCodes::Make(count) => Codes::Make(count),
        ActivationCodes::Own(codes) => Codes::Own(codes.into_iter().map(|code| code.0).collect()),
    }
}

pub(in crate::management) fn code(view: CodeView) -> ActivationCode {
    ActivationCode { code: view.plain.map(Into::into), ..record(view.code) }
}

pub(super) fn record(code: chancery_domain::ActivationCode) -> ActivationCode {
    ActivationCode {
        id: code.id.into(),
        code: None,
        last_group: code.last_group,
        revoked: code.revoked.map(Into::into),
        created: code.created.into(),
    }
}
