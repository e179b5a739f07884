//! Overdrafts on the wire: `{"type": "absolute", "value": 2}`.

use std::borrow::Cow;

use chancery_domain::{Invalid, Overdraft, Quantity};
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::WireQuantity;

/// How much may be taken beyond an amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Members", into = "Members")]
pub struct WireOverdraft(pub Overdraft);

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Members {
    #[serde(rename = "type")]
    kind: Kind,
    /// Of `absolute`: so many more. Of `percentage`: so many percent of the amount at this host, rounded down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<WireQuantity>,
}

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OverdraftType)]
enum Kind {
    None,
    Absolute,
    Percentage,
    Unlimited,
}

impl TryFrom<Members> for WireOverdraft {
    type Error = String;

    fn try_from(members: Members) -> Result<Self, String> {
        let refuse = |invalid: Invalid, right: &str| Err(format!("{}: {invalid}; {right}", invalid.code()));
        match (members.kind, members.value.map(|value| value.0)) {
            (Kind::None, None) => Ok(Self(Overdraft::None)),
            (Kind::Unlimited, None) => Ok(Self(Overdraft::Unlimited)),
            (Kind::Absolute, Some(more)) => Ok(Self(Overdraft::Absolute(more))),
            (Kind::Percentage, Some(percent)) => match u32::try_from(percent.get()) {
                Ok(percent) => Ok(Self(Overdraft::Percentage(percent))),
                Err(_) => refuse(Invalid::OutOfRange, "give a percentage of at most 4294967295"),
            },
            (Kind::None | Kind::Unlimited, Some(_)) => {
                refuse(Invalid::NotAllowed, "an overdraft of type none or unlimited has no value")
            }
            (Kind::Absolute | Kind::Percentage, None) => {
                refuse(Invalid::Required, "give the value of an overdraft of type absolute or percentage")
            }
        }
    }
}

impl From<WireOverdraft> for Members {
    fn from(wire: WireOverdraft) -> Self {
        let (kind, value) = match wire.0 {
            Overdraft::None => (Kind::None, None),
            Overdraft::Absolute(more) => (Kind::Absolute, Some(more)),
            Overdraft::Percentage(percent) => (Kind::Percentage, Quantity::new(percent.into()).ok()),
            Overdraft::Unlimited => (Kind::Unlimited, None),
        };
        Self { kind, value: value.map(WireQuantity) }
    }
}

impl From<Overdraft> for WireOverdraft {
    fn from(overdraft: Overdraft) -> Self {
        Self(overdraft)
    }
}

impl From<WireOverdraft> for Overdraft {
    fn from(wire: WireOverdraft) -> Self {
        wire.0
    }
}

impl PartialSchema for WireOverdraft {
    fn schema() -> RefOr<Schema> {
        Members::schema()
    }
}

impl ToSchema for WireOverdraft {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Overdraft")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Members::schemas(schemas);
    }
}
