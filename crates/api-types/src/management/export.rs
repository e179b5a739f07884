//! Exporting entitlements to local servers, and what comes back from there (EXP-1…7, LLS-4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::local_server::LocalServerUsage;
use crate::wire::{
    EntitlementIdText, ExportSessionIdText, GiveBackText, KeyText, LocalServerIdText, ReasonText, Secret,
    TimestampText, WirePeriod, WireQuantity, present,
};

/// Exports an entitlement, or a share of it, to a local server (EXP-1, EXP-2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportEntitlement {
    /// The local server: an active one of the same customer.
    pub local_server_id: LocalServerIdText,
    /// How many seats go there: at most those that are free. Default: all, of an entitlement whose seats nobody uses.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub seats: Option<WireQuantity>,
    /// How much of each counted feature goes there. Default: with all seats all, with a share nothing. An overdraft of so many goes with
    /// all seats alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub features: BTreeMap<KeyText, WireQuantity>,
    /// How long the server may serve the share by one token; a contact does not say it. Default: the entitlement's `offlineLeasePeriod`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub delegation_period: Option<WirePeriod>,
    /// When a returned share is the authority's again. Default: `atOnce`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub give_back: Option<GiveBackText>,
}

/// Makes a token with the latest state of a session (EXP-3, EXP-6). What is not given stays as the session has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportEntitlementToken {
    /// For which local server. Needed where several have shares.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub local_server_id: Option<LocalServerIdText>,
    /// How many seats the server shall have from now on.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub seats: Option<WireQuantity>,
    /// How much of each counted feature it shall have from now on; those that are not named stay as they are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub features: BTreeMap<KeyText, WireQuantity>,
    /// How long the server may serve the share by this token and by later ones; a contact does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub delegation_period: Option<WirePeriod>,
}

/// Ends a session: by the token with which the server gives its share back (EXP-7), or without one (LLS-4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportEntitlement {
    /// The token as it was carried: one line, a `.chancery` file's text, or the texts of its QR codes below each other (TOK-6).
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub token: Option<Secret>,
    /// True, instead of a token: there will never be one. What the server has is held until its delegations end.
    #[serde(default)]
    pub without_token: bool,
    /// Without a token: of which local server. Needed where several have shares.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub local_server_id: Option<LocalServerIdText>,
    /// Without a token: why. Kept in the audit.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub reason: Option<ReasonText>,
}

/// A token to be carried to a local server, and the session that it belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedEntitlement {
    /// The token (a JWE), in one line. Only the one local server can open it.
    pub token: String,
    /// The session.
    pub session: ExportSession,
}

/// What became of a session that was ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportedEntitlement {
    /// The session.
    pub session: ExportSession,
    /// Whether it had ended already: the token was applied before.
    pub already_done: bool,
}

/// An export session: one local server's share of an entitlement, from its export to its return.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportSession {
    /// Its id.
    pub id: ExportSessionIdText,
    /// The entitlement.
    pub entitlement_id: EntitlementIdText,
    /// The local server.
    pub local_server_id: LocalServerIdText,
    /// Its number: each session of an entitlement has a higher one.
    pub number: u64,
    /// Whether all was exported, and not a share.
    pub whole: bool,
    /// How many seats the latest token carries.
    pub seats: WireQuantity,
    /// How much of each counted feature the latest token carries, with what is left of an overdraft of so many where all was exported;
    /// those that are not named are unlimited.
    pub features: BTreeMap<KeyText, WireQuantity>,
    /// How many seats count as used there, for now: of all tokens that may still be in use the largest share (EXP-6), or what is held
    /// after the session's end.
    pub seats_held: WireQuantity,
    /// How long one token lets the server serve its share; null: as long as the entitlement's `offlineLeasePeriod` says.
    pub delegation_period: Option<WirePeriod>,
    /// When a returned share is the authority's again.
    pub give_back: GiveBackText,
    /// The number of the latest token in the session.
    pub seq: u64,
    /// The token that the server had applied when it told last; 0: none yet. It goes back where the server was set back.
    pub acknowledged_seq: u64,
    /// Whether the server may serve something else than what is valid here: a new token shall be carried there (EXP-6).
    pub out_of_sync: bool,
    /// When the session began.
    pub exported: TimestampText,
    /// When the latest token was made.
    pub last_token: TimestampText,
    /// When the latest token's delegation ends; null: never.
    pub delegation_end: Option<TimestampText>,
    /// When the session ended; null: it stands.
    pub ended: Option<TimestampText>,
    /// How it ended; null: it stands.
    pub ending: Option<ExportEnding>,
    /// When the server told of it last, by a report or its return; null: not yet.
    pub last_report: Option<TimestampText>,
    /// The usage that the server told last; null: nothing yet.
    pub usage: Option<LocalServerUsage>,
    /// When it was made.
    pub created: TimestampText,
    /// When it was last changed.
    pub updated: TimestampText,
}

/// How an export session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ExportEnding {
    /// The server gave its share back (EXP-7).
    Returned,
    /// Without its word: what it has is held until its delegations end (LLS-4).
    Lost,
    /// Without its word, and what it has was freed at once.
    Freed,
}
