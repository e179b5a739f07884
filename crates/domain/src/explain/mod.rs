//! Why a claim would be granted or refused, rule by rule (LIC-5): the trail of the very functions that decide it.

mod seat;
mod usable;

pub use seat::{Explanation, Granted, Means, explain};
pub(crate) use usable::{Moment, USABLE};

use crate::Fact;
use crate::named::named;

named! {
    /// What a rule said when it was asked.
    Verdict {
        /// Nothing against it.
        Passed = "passed",
        /// No.
        Refused = "refused",
        /// It was not asked: an earlier rule had decided.
        NotReached = "notReached",
    }
}

/// One rule on the way of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The rule's number, such as `ENT-6`.
    pub rule: &'static str,
    /// What it said.
    pub verdict: Verdict,
    /// What that means here, in a sentence; what the rule would look at, if it was not asked.
    pub text: &'static str,
    /// What it looked at.
    pub facts: Vec<Fact>,
}

/// What a rule's step says: whatever it looks at, if it holds, if it does not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wording {
    pub(crate) rule: &'static str,
    pub(crate) asks: &'static str,
    pub(crate) passed: &'static str,
    pub(crate) refused: &'static str,
}

impl Wording {
    /// The step of a rule with its verdict.
    pub(crate) fn step(&self, verdict: Verdict, facts: Vec<Fact>) -> Step {
        let text = match verdict {
            Verdict::Passed => self.passed,
            Verdict::Refused => self.refused,
            Verdict::NotReached => self.asks,
        };
        Step { rule: self.rule, verdict, text, facts }
    }

    /// The step of a rule that was asked.
    pub(crate) fn asked(&self, holds: bool, facts: Vec<Fact>) -> Step {
        self.step(if holds { Verdict::Passed } else { Verdict::Refused }, facts)
    }

    /// The step of a rule that was not asked.
    pub(crate) fn not_reached(&self) -> Step {
        self.step(Verdict::NotReached, Vec::new())
    }
}
