//! Modes of a product that this version does not enforce yet: they are refused, never silently ignored.

use chancery_domain::{DeviceKeys, FieldError, Invalid, Product, SecretMode};

use crate::Error;

/// Refuses what would promise a protection that is not there.
pub(crate) fn check(product: &Product) -> Result<(), Error> {
    let wanted = [
        ("deviceKeys", product.device_keys != DeviceKeys::Optional, "optional"),
        ("licenseeSecretMode", product.secret_mode != SecretMode::Disabled, "disabled"),
        ("licenseeAutoCreate", product.licensee_auto_create, "false"),
    ];
    let refuse = |(path, _, only): (&str, bool, &str)| {
        FieldError::new(path, Invalid::NotAllowed, format!("this version enforces only `{only}`"))
    };
    let errors: Vec<FieldError> = wanted.into_iter().filter(|(_, wanted, _)| *wanted).map(refuse).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
}
