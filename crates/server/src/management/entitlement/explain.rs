//! `GET /entitlements/{entitlement}/explain` (LIC-5).

use axum::extract::State;
use chancery_api_types::management::{ExplainedHow, ExplainedOutcome, ExplainedRule, ExplainedVerdict, Explanation};
use chancery_api_types::wire::{EditionRef, EntitlementIdText, ModeText, ReleaseDateText, SeatIdText};
use chancery_domain::{self as domain, EntitlementId, Fact, Granted, Means, Mode, Step, Verdict};
use chancery_operations::entitlement::{self, Supposed};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::Json;
use crate::show::quantity;

/// Which claim is supposed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExplainQuery {
    /// Who would claim a seat. Without it: a newcomer, who holds none.
    #[param(value_type = Option<SeatIdText>)]
    seat_id: Option<SeatIdText>,
    /// The edition that would be asked for.
    #[param(value_type = Option<EditionRef>)]
    edition_id: Option<EditionRef>,
    /// When the product's release was made.
    #[param(value_type = Option<ReleaseDateText>)]
    release_date: Option<ReleaseDateText>,
    /// How the activation would be kept alive. Default: `online`.
    #[param(value_type = Option<ModeText>)]
    mode: Option<ModeText>,
}

/// Tells, rule by rule, why a seat would now be granted or refused. Nothing is changed.
#[utoipa::path(
    get, path = "/entitlements/{entitlement}/explain", tag = "entitlements", operation_id = "explainEntitlement",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id"), ExplainQuery),
    responses((status = 200, body = Explanation))
)]
pub(super) async fn explain_entitlement(
    State(app): State<App>,
    caller: Caller<ExplainQuery>,
    At(id): At<EntitlementId>,
) -> Answer<Json<Explanation>> {
    let (context, query) = caller.asks();
    let seat_id = query.seat_id.map(|seat| seat.0);
    let supposed = Supposed {
        entitlement: id,
        seat_id: seat_id.clone(),
        edition: query.edition_id.map(|edition| edition.0),
        release: query.release_date.map(|date| date.0.0),
        mode: query.mode.map_or(Mode::Online, |mode| mode.0),
    };
    let told = entitlement::explain(app.system(), &context, supposed).await?;
    Ok(Json(Explanation {
        entitlement_id: id.into(),
        seat_id: seat_id.map(Into::into),
        time: context.now().into(),
        outcome: outcome(told.outcome),
        rules: told.steps.into_iter().map(rule).collect(),
    }))
}

fn outcome(outcome: Result<Granted, domain::Denied>) -> ExplainedOutcome {
    match outcome {
        Ok(Granted { entitlement, number, means }) => {
            let (how, activation) = match means {
                Means::Again(activation) => (ExplainedHow::Again, Some(activation)),
                Means::Free => (ExplainedHow::Free, None),
                Means::Replacing(ended) => (ExplainedHow::Replacing, Some(ended.activation)),
                Means::Overdraft => (ExplainedHow::Overdraft, None),
            };
            ExplainedOutcome {
                granted: true,
                entitlement_id: Some(entitlement.into()),
                how: Some(how),
                seat_number: Some(quantity(number)),
                activation_id: activation.map(Into::into),
                code: None,
            }
        }
        Err(denied) => ExplainedOutcome {
            granted: false,
            entitlement_id: denied.entitlement.map(|nearest| nearest.id.into()),
            how: None,
            seat_number: None,
            activation_id: None,
            code: Some(denied.refusal.code().to_owned()),
        },
    }
}

fn rule(step: Step) -> ExplainedRule {
    let verdict = match step.verdict {
        Verdict::Passed => ExplainedVerdict::Passed,
        Verdict::Refused => ExplainedVerdict::Refused,
        Verdict::NotReached => ExplainedVerdict::NotReached,
    };
    let facts =
        step.facts.into_iter().map(|Fact { field, value, .. }| (field.to_owned(), json(field, value))).collect();
    ExplainedRule { rule: step.rule.to_owned(), verdict, text: step.text.to_owned(), facts }
}

/// The domain writes facts as texts. These are known to be numbers.
fn json(field: &str, value: String) -> Value {
    match field {
        _ if value.is_empty() => Value::Null,
        "seats" | "overdraft" | "seatsUsed" | "leasesEnded" | "seatNumber" => {
            value.parse().map_or(Value::String(value), |number: u64| number.into())
        }
        _ => Value::String(value),
    }
}
