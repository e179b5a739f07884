//! Signing keys (KEY-1…5).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{KeyPurposeText, KeyStatusText, KeyWarningText, Secret, SigningKeyIdText, TimestampText};

/// Lets a new key take over at once (KEY-5).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RotateSigningKey {
    /// Which key is followed by another: `issuing`, `lasting`, `licenseKey` or `receiving`. Default: `issuing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<KeyPurposeText>,
}

/// Imports a key that was made elsewhere, or the root that was removed (KEY-1, KEY-2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportSigningKey {
    /// The private key in PEM: PKCS#8, PKCS#8 encrypted by PBES2 with PBKDF2 and AES-CBC, or PKCS#1. Ed25519, or RSA of 2048 bits or more.
    pub pem: Secret,
    /// What opens an encrypted one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passphrase: Option<Secret>,
    /// What it is for. Default: the vendor's own root comes back as `root`, another Ed25519 key is `issuing`, an RSA key `licenseKey`.
    /// The `receiving` key is made here and never imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<KeyPurposeText>,
}

/// Exports the root key (KEY-1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportRootSigningKey {
    /// What it is encrypted under: at least 12 characters.
    pub passphrase: Secret,
    /// Whether its private half is erased here. It needs an `Idempotency-Key`, so that a lost reply can be repeated. Default: false.
    #[serde(default)]
    pub remove: bool,
}

/// The root key as it leaves the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedRoot {
    /// What is told of it.
    pub key: SigningKey,
    /// PKCS#8 in PEM, encrypted under the passphrase: PBES2, PBKDF2 with SHA-256, AES-256-CBC. `openssl pkcs8` opens it.
    pub pem: Secret,
}

/// A signing key; its private half is in no reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SigningKey {
    /// Its id.
    pub id: SigningKeyIdText,
    /// Its thumbprint (RFC 7638), by which tokens name it.
    pub kid: String,
    /// What it is for: `root` certifies the others; `issuing` signs nearly everything; `lasting` leases of more than 400 days or
    /// without end; `licenseKey` license keys. The `receiving` key signs nothing: offline requests are sealed to it.
    pub purpose: KeyPurposeText,
    /// `Ed25519`, `RS512`, or `ECDH-ES` of the receiving key.
    pub algorithm: String,
    /// `active`: it signs, or is sealed to; `retired`: another took over, what it signed stays good, and what was sealed to it is
    /// opened; `revoked`: nothing that it signed counts, nothing sealed to it is opened; `removed`: the root, whose private half
    /// is not here.
    pub status: KeyStatusText,
    /// Until when it may sign, or be sealed to: the end of its latest certificate; null for the root.
    pub certified_until: Option<TimestampText>,
    /// What must be done: null, or `certificateEnding` or `certificateEnded`: import the root, and certificates are renewed.
    pub warning: Option<KeyWarningText>,
    /// When it was made or imported.
    pub created: TimestampText,
    /// When another took over; null: none did.
    pub retired: Option<TimestampText>,
    /// When it was revoked; null: it was not.
    pub revoked: Option<TimestampText>,
}
