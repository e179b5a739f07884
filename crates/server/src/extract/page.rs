//! Pages of lists (API-3): `limit`, `cursor`, `sort`.

use std::marker::PhantomData;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chancery_domain::{Invalid, looks_like_id};
use chancery_operations::{MOST_MEMBERS, PageRequest};
use serde::Deserialize;
use utoipa::ToSchema;

use super::query::gathered;

/// How many items a page shall have: 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Limit(u16);

impl TryFrom<String> for Limit {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let right = "give a whole number of 1 to 100";
        match text.parse() {
            Ok(limit @ 1..=100) => Ok(Self(limit)),
            Ok(_) => Err(format!("{}: {}; {right}", Invalid::OutOfRange.code(), Invalid::OutOfRange)),
            Err(_) => Err(format!("{}: {}; {right}", Invalid::BadFormat.code(), Invalid::BadFormat)),
        }
    }
}

/// Where a page begins: what the reply before it gave as `nextCursor`, which stands for a `P`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Cursor<P: Place>(String, PhantomData<P>);

/// What the rows of a list are found again by. A text that cannot be one would begin the list anew, or end it.
pub(crate) trait Place {
    /// Whether a text can be one.
    fn is(text: &str) -> bool;
}

/// The id of an item: most lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ItemId {}

impl Place for ItemId {
    fn is(text: &str) -> bool {
        looks_like_id(text)
    }
}

/// The number of an entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EntryNumber {}

impl Place for EntryNumber {
    fn is(text: &str) -> bool {
        text.parse::<i64>().is_ok()
    }
}

impl<P: Place> TryFrom<String> for Cursor<P> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let plain = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        plain.filter(|plain| P::is(plain)).map(|plain| Self(plain, PhantomData)).ok_or_else(|| {
            let invalid = Invalid::BadFormat;
            format!("{}: {invalid}; give the `nextCursor` of the page before", invalid.code())
        })
    }
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub(crate) enum Sort {
    /// The oldest first.
    #[default]
    #[serde(rename = "created")]
    Oldest,
    /// The newest first.
    #[serde(rename = "-created")]
    Newest,
}

/// Members of metadata that are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Members(pub(crate) Vec<(String, String)>);

impl TryFrom<String> for Members {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let refuse = |invalid: Invalid, right: &str| Err(format!("{}: {invalid}; {right}", invalid.code()));
        let Some(members) = gathered(&text) else {
            return refuse(Invalid::BadFormat, "give one member as in `metadata[region]=emea`");
        };
        let twice =
            members.iter().enumerate().any(|(i, (name, _))| members.iter().take(i).any(|(other, _)| other == name));
        match members.len() {
            _ if twice => refuse(Invalid::Duplicate, "give each member once"),
            0..=MOST_MEMBERS => Ok(Self(members)),
            _ => refuse(Invalid::OutOfRange, &format!("give at most {MOST_MEMBERS} members")),
        }
    }
}

/// The page that the parameters ask for.
pub(crate) fn page_request<P: Place>(
    limit: Option<Limit>,
    cursor: Option<Cursor<P>>,
    sort: Option<Sort>,
) -> PageRequest {
    let usual = PageRequest::default();
    PageRequest {
        limit: limit.map_or(usual.limit, |limit| limit.0),
        after: cursor.map(|cursor| cursor.0),
        descending: sort.unwrap_or_default() == Sort::Newest,
        ..usual
    }
}

/// What a reply gives for the next page.
pub(crate) fn next_cursor(next: Option<String>) -> Option<String> {
    next.map(|next| URL_SAFE_NO_PAD.encode(next))
}

/// Declares the parameters of a list: those of every list, and its own filters; and what its rows are found again by.
macro_rules! list_query {
    ($(#[$doc:meta])* $name:ident by $place:ident, metadata { $($(#[$meta:meta])* $field:ident: $type:ty,)* }) => {
        $crate::extract::list_query! {
            $(#[$doc])*
            $name by $place {
                /// Only those whose metadata have these members: `metadata[region]=emea`. Three at most.
                #[serde(default)]
                #[param(style = DeepObject, explode, inline, value_type = Option<std::collections::BTreeMap<String, String>>)]
                metadata: $crate::extract::Members,
                $($(#[$meta])* $field: $type,)*
            }
            having metadata
        }
    };
    ($(#[$doc:meta])* $name:ident by $place:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)* } $(having $metadata:ident)?) => {
        $(#[$doc])*
        #[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub(crate) struct $name {
            /// How many items: 1 to 100. Default: 50.
            #[param(value_type = Option<u16>, minimum = 1, maximum = 100)]
            limit: Option<$crate::extract::Limit>,
            /// The `nextCursor` of the page before.
            #[param(value_type = Option<String>)]
            cursor: Option<$crate::extract::Cursor<$crate::extract::$place>>,
            /// The order, by the time of making. Default: `created`.
            #[param(inline, value_type = Option<$crate::extract::Sort>)]
            sort: Option<$crate::extract::Sort>,
            $($(#[$meta])* pub(crate) $field: $type,)*
        }

        impl $name {
            /// The page that is wanted.
            pub(crate) fn page(&mut self) -> chancery_operations::PageRequest {
                #[allow(unused_mut, reason = "not every list has metadata")]
                let mut page = $crate::extract::page_request(self.limit, self.cursor.take(), self.sort);
                $(page.metadata = std::mem::take(&mut self.$metadata).0;)?
                page
            }
        }
    };
}

pub(crate) use list_query;

list_query! {
    /// The parameters of a list without filters, of what has metadata.
    ListQuery by ItemId, metadata {}
}

list_query! {
    /// The parameters of a list without filters, of what has none.
    PlainListQuery by ItemId {}
}
