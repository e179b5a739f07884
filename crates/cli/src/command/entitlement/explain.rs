//! `chancery entitlement explain`: why a seat would be granted or refused now (LIC-5).

use chancery_api_types::management::{ExplainedHow, ExplainedRule, ExplainedVerdict, Explanation};
use chancery_api_types::wire::{EditionRef, ModeText, ReleaseDateText, SeatIdText};
use clap::Args;
use serde_json::Value;

use super::Which;
use crate::api::with_query;
use crate::session::Session;
use crate::{Failure, render};

#[derive(Debug, Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    which: Which,
    /// Who would claim a seat [default: a newcomer]
    #[arg(long)]
    seat_id: Option<SeatIdText>,
    /// The edition that would be asked for, by its id or key
    #[arg(long)]
    edition: Option<EditionRef>,
    /// When the product's release was made: a day, or an instant
    #[arg(long, value_name = "DATE")]
    release_date: Option<ReleaseDateText>,
    /// How the activation would be kept alive: online or offline [default: online]
    #[arg(long)]
    mode: Option<ModeText>,
}

impl Explain {
    pub(crate) async fn run(self, session: &Session) -> Result<(), Failure> {
        let parameters = [
            ("seatId", self.seat_id.map(|seat| seat.to_string())),
            ("editionId", self.edition.map(|edition| edition.to_string())),
            ("releaseDate", self.release_date.map(|instant| instant.to_string())),
            ("mode", self.mode.map(|mode| mode.to_string())),
        ];
        let path = with_query(&self.which.below("explain")?, parameters.iter());
        let told: Explanation = session.api.get(&path).await?;
        session.printer.result(&told, text);
        Ok(())
    }
}

fn text(told: &Explanation) -> String {
    let who = told.seat_id.as_ref().map_or_else(|| "A newcomer".to_owned(), |seat| format!("The seat id {seat}"));
    let mut lines = vec![format!("{who} {}", render::printable(&outcome(told)))];
    lines.extend(told.rules.iter().map(rule));
    lines.join("\n")
}

fn outcome(told: &Explanation) -> String {
    let outcome = &told.outcome;
    let elsewhere = outcome.entitlement_id.as_ref().filter(|id| **id != told.entitlement_id);
    let place = elsewhere.map(|id| format!(" of {id}")).unwrap_or_default();
    let number = outcome.seat_number.map(|number| format!(" seat {}", number.0)).unwrap_or_default();
    let activation = outcome.activation_id.as_ref().map(ToString::to_string).unwrap_or_default();
    match outcome.how {
        None => format!("would be refused: {}{place}", outcome.code.as_deref().unwrap_or_default()),
        Some(ExplainedHow::Again) => format!("would get its{number}{place} again ({activation})"),
        Some(ExplainedHow::Free) => format!("would get{number}{place}, which is free"),
        Some(ExplainedHow::Replacing) => {
            format!("would get{number}{place}, whose lease has ended, in place of {activation}")
        }
        Some(ExplainedHow::Overdraft) => format!("would get{number}{place}, in overdraft"),
    }
}

fn rule(rule: &ExplainedRule) -> String {
    let verdict = match rule.verdict {
        ExplainedVerdict::Passed => "passed",
        ExplainedVerdict::Refused => "REFUSED",
        ExplainedVerdict::NotReached => "not asked",
    };
    let shown = |(name, value): (&String, &Value)| match value {
        Value::Null => None,
        Value::String(text) => Some(format!("{name} {text}")),
        other => Some(format!("{name} {other}")),
    };
    let facts = rule.facts.iter().filter_map(shown).collect::<Vec<_>>().join(", ");
    let facts = if facts.is_empty() { facts } else { format!(" ({})", render::printable(&facts)) };
    format!("  {verdict:<9}  {:<7}  {}{facts}", rule.rule, rule.text)
}
