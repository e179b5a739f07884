//! The reference pages under docs/reference and the OpenAPI documents: what the crates say of themselves.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use chancery_api_types::Code;
use chancery_domain::{Access, Action, Group};

type Text = Result<Option<String>, Box<dyn Error + Send + Sync>>;

/// `openapi/management.json`.
pub(super) fn management(_: &Path, _: &str) -> Text {
    openapi("management.json")
}

/// `openapi/licensing.json`.
pub(super) fn licensing(_: &Path, _: &str) -> Text {
    openapi("licensing.json")
}

/// `openapi/portal.json`.
pub(super) fn portal(_: &Path, _: &str) -> Text {
    openapi("portal.json")
}

/// `openapi/local.json`.
pub(super) fn local(_: &Path, _: &str) -> Text {
    openapi("local.json")
}

fn openapi(file: &str) -> Text {
    let found = chancery_server::openapi_documents().into_iter().find(|(name, _)| *name == file);
    found.map(|(_, text)| Some(text)).ok_or_else(|| format!("the server has no document {file}").into())
}

/// `docs/reference/cli.md`.
pub(super) fn command_line(_: &Path, _: &str) -> Text {
    Ok(Some(chancery::reference()))
}

/// `docs/reference/problems.md`.
pub(super) fn problems(_: &Path, _: &str) -> Text {
    let mut page = "# Problem codes\n\n<!-- Made by `cargo xtask generate` from crates/api-types/src/codes.rs. -->\n\n\
        Every error is a problem (RFC 9457) with one of these codes. A code keeps its meaning. Codes without a status are the \
        SDK's and the command line's own.\n\n| status | code | what happened | what to do |\n|---|---|---|---|\n"
        .to_owned();
    for code in Code::ALL {
        let status = code.status().map_or_else(|| "–".to_owned(), |status| status.to_string());
        writeln!(page, "| {status} | `{}` | {} | {} |", code.name(), code.title(), code.help())?;
    }
    Ok(Some(page))
}

/// `docs/reference/scopes.md`: the one table of who may do what.
pub(super) fn scopes(_: &Path, _: &str) -> Text {
    let mut page =
        "# Scopes of API keys\n\n<!-- Made by `cargo xtask generate` from crates/domain/src/access.rs. -->\n\n\
        A key with the scope `group:write` may also do what `group:read` allows; `admin` allows everything below.\n\n| scope | actions |\n|---|---|\n"
            .to_owned();
    let groups = Group::ALL.iter().filter(|group| group.has_scopes());
    for (group, access, name) in
        groups.flat_map(|group| [(group, Access::Read, "read"), (group, Access::Write, "write")])
    {
        let actions = Action::ALL.iter().filter(|action| action.group() == *group && action.access() == access);
        let actions: Vec<String> = actions.map(|action| format!("`{}`", action.name())).collect();
        if !actions.is_empty() {
            writeln!(page, "| `{group}:{name}` | {} |", actions.join(", "))?;
        }
    }
    let alone = Action::ALL.iter().filter(|action| action.group() == Group::Admin);
    let alone: Vec<String> = alone.map(|action| format!("`{}`", action.name())).collect();
    writeln!(page, "| `admin` alone | {} |", alone.join(", "))?;
    Ok(Some(page))
}
