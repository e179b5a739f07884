//! Signing keys between the wire and the domain.

use chancery_api_types::management::{ExportedRoot, SigningKey};
use chancery_operations::signing_key::{Exported, KeyView};

pub(super) fn signing_key(KeyView { key, warning }: KeyView) -> SigningKey {
    SigningKey {
        id: key.id.into(),
        purpose: key.purpose.into(),
        status: key.status().into(),
        kid: key.kid,
        algorithm: key.algorithm,
        certified_until: key.certified_until.map(Into::into),
        warning: warning.map(Into::into),
        created: key.created.into(),
        retired: key.retired.map(Into::into),
        revoked: key.revoked.map(Into::into),
    }
}

pub(super) fn exported(root: Exported) -> ExportedRoot {
    ExportedRoot { key: signing_key(root.key), pem: root.pem.as_str().into() }
}
