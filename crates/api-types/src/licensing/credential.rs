//! By what right a product asks for a seat (LIC-1).

use chancery_domain::Invalid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{NameText, Secret};

/// A credential. Its kind is the member `type`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase", try_from = "Members")]
pub enum Credential {
    /// An activation code of an order.
    ActivationCode {
        /// The code, as a person typed it.
        code: Secret,
    },
    /// A licensee's number, for products that allow it.
    Licensee {
        /// The number.
        number: String,
        /// What the customer is called, where the licensee is new and comes by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<NameText>,
    },
    /// A token of the vendor's identity provider.
    OpenIdToken {
        /// The token.
        token: Secret,
    },
    /// A contact's name and password.
    Password {
        /// The name.
        username: String,
        /// The password.
        password: Secret,
    },
}

/// What any credential may have. Read in one go, without a buffer between, so that an error's place is not lost.
#[derive(Deserialize)]
struct Members {
    #[serde(rename = "type")]
    kind: String,
    code: Option<Secret>,
    number: Option<String>,
    name: Option<NameText>,
    token: Option<Secret>,
    username: Option<String>,
    password: Option<Secret>,
}

impl TryFrom<Members> for Credential {
    type Error = String;

    fn try_from(members: Members) -> Result<Self, String> {
        match members.kind.as_str() {
            "activationCode" => Ok(Self::ActivationCode { code: needed(members.code, "code")? }),
            "licensee" => Ok(Self::Licensee { number: needed(members.number, "number")?, name: members.name }),
            "openIdToken" => Ok(Self::OpenIdToken { token: needed(members.token, "token")? }),
            "password" => Ok(Self::Password {
                username: needed(members.username, "username")?,
                password: needed(members.password, "password")?,
            }),
            _ => Err(format!(
                "{}: there is no such type of credential; give activationCode, licensee, openIdToken or password",
                Invalid::BadFormat.code()
            )),
        }
    }
}

/// Takes a member that this type of credential must have. Its text is that of serde's own missing member.
fn needed<T>(member: Option<T>, name: &str) -> Result<T, String> {
    member.ok_or_else(|| format!("missing field `{name}`"))
}
