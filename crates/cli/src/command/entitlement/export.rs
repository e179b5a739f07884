//! `chancery entitlement export`: hands an entitlement, or a share of it, to a local server (EXP-1, EXP-2).

use chancery_api_types::management::ExportEntitlement;
use chancery_api_types::wire::{GiveBackText, KeyText, LocalServerIdText, WirePeriod, WireQuantity};
use clap::Args;

use super::Which;
use crate::Failure;
use crate::carried::{Made, OutArgs};
use crate::command::side::SideArgs;
use crate::node::Node;
use crate::render;
use crate::session::Session;
use crate::values::{amount_pair, period, quantity};

#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    which: Which,
    /// The local server: an active one of the same customer
    #[arg(long = "to", value_name = "LOCAL_SERVER")]
    local_server: LocalServerIdText,
    /// How many seats go there [default: all, of an entitlement whose seats nobody uses]
    #[arg(long, value_name = "N", value_parser = quantity)]
    seats: Option<WireQuantity>,
    /// How much of a counted feature goes there; can be given several times [default: with all seats all, with a share nothing]
    #[arg(long = "feature", value_name = "KEY=N", value_parser = amount_pair::<KeyText>)]
    features: Vec<(KeyText, WireQuantity)>,
    /// How long the server may serve by one token [default: the entitlement's offline lease period]
    #[arg(long, value_name = "INTERVAL|unlimited", value_parser = period)]
    delegation: Option<WirePeriod>,
    /// When a returned share can be used here again: atOnce, whenDelegationEnds [default: atOnce]
    #[arg(long, value_name = "WHEN")]
    give_back: Option<GiveBackText>,
    #[command(flatten)]
    side: SideArgs,
    #[command(flatten)]
    out: OutArgs,
}

impl Export {
    pub(super) async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = ExportEntitlement {
            local_server_id: self.local_server,
            seats: self.seats,
            features: self.features.into_iter().collect(),
            delegation_period: self.delegation,
            give_back: self.give_back,
        };
        let path = self.side.path(&[&"entitlements", &self.which.entitlement, &"export"])?;
        give(session, &self.out, session.api.post(&path, &body).await?)
    }
}

/// Gives the token out that the server made, and says what goes with it.
pub(super) fn give(session: &Session, out: &OutArgs, reply: Node) -> Result<(), Failure> {
    let goes = reply.get("session").map(goes);
    out.give(session.printer, to_server(reply)?)?;
    if let Some(goes) = goes {
        session.printer.note(goes);
    }
    Ok(())
}

/// What the session's latest token carries: whoever forgot an option sees it here.
fn goes(session: &Node) -> String {
    let said = |name: &str| session.get(name).and_then(render::short).unwrap_or_default();
    let all = if session.get("whole") == Some(&Node::Bool(true)) { " (all)" } else { "" };
    let mut goes = vec![match said("seats") {
        none if none == "0" => "no seat".to_owned(),
        one if one == "1" => format!("1 seat{all}"),
        seats => format!("{seats} seats{all}"),
    }];
    let features = match session.get("features") {
        Some(Node::Object(members)) => &members[..],
        _ => &[],
    };
    let amount = |node: &Node| render::short(node).unwrap_or_default();
    let (not, given): (Vec<_>, Vec<_>) = features.iter().partition(|(_, left)| amount(left) == "0");
    goes.extend(given.iter().map(|(key, left)| format!("{} {}", render::printable(key), amount(left))));
    let until = match said("delegationEnd") {
        end if end == "-" => "without end".to_owned(),
        end => format!("until {end}"),
    };
    let mut text = format!("It carries {}, {until}.", goes.join(", "));
    if !not.is_empty() && all.is_empty() {
        let keys: Vec<String> = not.iter().map(|(key, _)| render::printable(key)).collect();
        text.push_str(&format!(" Not given: {}; `--feature` gives of them.", keys.join(", ")));
    }
    if said("seats") == "0" {
        text.push_str("\nWarning: with no seat nobody is served there, and whoever has one there loses it.");
    }
    text
}

/// What the server answered, as a token to be carried to the local server.
fn to_server(reply: Node) -> Result<Made, Failure> {
    let said = |name: &str| reply.get("session").and_then(|session| session.get(name)?.as_str()).unwrap_or_default();
    let what = format!("export of {} to {}", said("entitlementId"), said("localServerId"));
    Made::of(what, reply, "Nobody else can open it.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_2_what_goes_is_said() {
        let said = |text: &str| goes(&serde_json::from_str(text).unwrap());
        assert_eq!(
            said(r#"{"whole":true,"seats":25,"features":{"export":3},"delegationEnd":"2026-12-22T00:00:00Z"}"#),
            "It carries 25 seats (all), export 3, until 2026-12-22T00:00:00Z."
        );
        assert_eq!(
            said(r#"{"whole":false,"seats":1,"features":{"export":0,"minutes":0},"delegationEnd":null}"#),
            "It carries 1 seat, without end. Not given: export, minutes; `--feature` gives of them."
        );
        let whole = said(r#"{"whole":true,"seats":2,"features":{"export":0},"delegationEnd":null}"#);
        assert_eq!(whole, "It carries 2 seats (all), without end.");
        let none = said(r#"{"whole":false,"seats":0,"features":{},"delegationEnd":null}"#);
        assert!(none.starts_with("It carries no seat,") && none.contains("\nWarning: "), "{none}");
    }
}
