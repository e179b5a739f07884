//! What a claim on one entitlement would be told now, and by which rules (LIC-5).

use super::{Moment, Step, USABLE, Wording};
use crate::{
    Activation, ActivationId, Candidate, Claim, ClaimRequest, Denied, DeviceClaim, Ended, Entitlement, EntitlementId,
    Fact, Lease, Mode, Product, Seat, SecretMode, Timestamp, choose, claim, fact, optional,
};

const SECRET: Wording = Wording {
    rule: "SEC-1",
    asks: "Is the licensee secret right?",
    passed: "The product asks for no licensee secret.",
    refused: "",
};
const EDITION: Wording = Wording {
    rule: "SEAT-1",
    asks: "Is it of the edition that is wanted?",
    passed: "It is of the edition that is wanted, or none is.",
    refused: "Another edition is wanted.",
};
const OFFLINE: Wording = Wording {
    rule: "OFF-1",
    asks: "Does the entitlement permit offline activations?",
    passed: "The entitlement has an offline lease period.",
    refused: "The entitlement has no offline lease period, or more features than a carried token holds.",
};
const AGAIN: Wording = Wording {
    rule: "SEAT-2",
    asks: "Does the seat id hold a seat already?",
    passed: "The seat id holds a seat already, and gets it again.",
    refused: "",
};
const NEWCOMER: Wording = Wording { passed: "The seat id holds no seat of it: it needs a new one.", ..AGAIN };
const DEVICE: Wording = Wording {
    rule: "SEAT-12",
    asks: "Is the seat bound to the key of another device?",
    passed: "No other device's key is in the way.",
    refused: "The seat is bound to the key of another device, or a device key is missing.",
};
const RESUMES: Wording = Wording {
    rule: "SEAT-4",
    asks: "Does its lease run, or can it resume?",
    passed: "Its lease runs, or its seat was not taken and it resumes.",
    refused: "Its lease has ended, and held seats use all that there are.",
};
const NEW_SEAT: Wording = Wording {
    rule: "SEAT-3",
    asks: "Is a seat left: free, of an ended lease, or in overdraft?",
    passed: "",
    refused: "No seat is left: none is free, no lease has ended, and the overdraft is used up.",
};
const CHOICE: Wording = Wording {
    rule: "SEAT-1",
    asks: "Is it the one of the order's entitlements that serves the claim?",
    passed: "Of the order's entitlements for the product this one serves the claim.",
    refused: "Another entitlement of the order serves the claim first: one that holds the seat id, or whose seat is \
              rather taken, or that expires later.",
};

/// By what a claim is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// The seat id gets its seat again (SEAT-2).
    Again(ActivationId),
    /// Nobody has the seat.
    Free,
    /// Its holder's lease has ended (SEAT-3).
    Replacing(Ended),
    /// It is beyond those sold.
    Overdraft,
}

/// The seat that a claim would get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// Of which entitlement.
    pub entitlement: EntitlementId,
    /// Which number it has.
    pub number: u64,
    /// Why it can be had.
    pub means: Means,
}

/// What a claim would be told now, and why.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The rules that one entitlement asks, in their order.
    pub steps: Vec<Step>,
    /// What the claim would be told: also by another entitlement of the order.
    pub outcome: Result<Granted, Denied>,
}

/// Explains what a claim would be told if it were made now, and what the rules say of one of the entitlements that could
/// serve it. The outcome is that of [`claim`], and the steps are those by which it is reached. Nothing, if the entitlement is
/// not among the candidates.
#[must_use]
pub fn explain(
    candidates: Vec<Candidate>,
    subject: EntitlementId,
    request: &ClaimRequest,
    now: Timestamp,
) -> Option<Explanation> {
    let candidate = candidates.iter().find(|candidate| candidate.entitlement.id == subject)?.clone();
    let outcome = claim(candidates, request, now).map(Granted::from).map_err(|denied| *denied);
    let mut trail = Trail { steps: Vec::new(), open: true };
    trail.ask(&EDITION, candidate.is_wanted(request), optional_edition(&candidate, request));
    trail.ask_usable(&candidate.entitlement, now, request.release);
    if request.mode == Mode::Offline {
        let period = candidate.entitlement.policy.offline_lease_period;
        let permits = Lease::offline(&candidate.entitlement, now).is_ok();
        trail.ask(&OFFLINE, permits, vec![optional("offlineLeasePeriod", period)]);
    }
    trail.ask_holder(&candidate, request, now);
    trail.ask_new_seat(&candidate);
    let served = outcome.as_ref().ok().map(|granted| granted.entitlement);
    trail.ask(&CHOICE, served == Some(subject), vec![optional("servedBy", served)]);
    Some(Explanation { steps: trail.steps, outcome })
}

fn optional_edition(candidate: &Candidate, request: &ClaimRequest) -> Vec<Fact> {
    vec![fact("editionId", candidate.entitlement.edition), optional("wanted", request.edition)]
}

impl Explanation {
    /// Tells what the product asks for besides, and what is supposed of it: no secret is shown to explain something.
    #[must_use]
    pub fn supposing(mut self, product: &Product) -> Self {
        let passed = match product.secret_mode {
            SecretMode::Disabled => SECRET.passed,
            SecretMode::Predefined | SecretMode::Client | SecretMode::Key => {
                "The product asks for a licensee secret; it is supposed that the right one is shown."
            }
        };
        let secret = Wording { passed, ..SECRET }.asked(true, vec![fact("licenseeSecretMode", product.secret_mode)]);
        self.steps.insert(0, secret);
        if let Some(device) = self.steps.iter_mut().find(|step| step.rule == DEVICE.rule) {
            device.facts.push(fact("deviceKeys", product.device_keys));
        }
        self
    }
}

/// The steps so far. After the first refusal no rule is asked any more.
struct Trail {
    steps: Vec<Step>,
    open: bool,
}

impl Trail {
    fn ask(&mut self, wording: &Wording, holds: bool, facts: Vec<Fact>) {
        let step = if self.open { wording.asked(holds, facts) } else { wording.not_reached() };
        self.open &= holds;
        self.steps.push(step);
    }

    fn ask_usable(&mut self, entitlement: &Entitlement, now: Timestamp, release: Option<Timestamp>) {
        let moment = Moment { status: entitlement.status(now), now, release };
        for rule in &USABLE {
            let holds = (rule.check)(entitlement, &moment).is_ok();
            self.ask(&rule.wording, holds, (rule.facts)(entitlement, &moment));
        }
    }

    fn ask_holder(&mut self, candidate: &Candidate, request: &ClaimRequest, now: Timestamp) {
        let held = candidate.held.as_ref();
        match held {
            Some(held) => self.ask(&AGAIN, true, holder(held)),
            None => self.ask(&NEWCOMER, true, Vec::new()),
        }
        let bound = held.and_then(|held| held.device_key.as_ref()).filter(|_| request.device == DeviceClaim::Unasked);
        let passed = match bound {
            Some(_) => "The seat is bound to a device's key; it is supposed that this device claims.",
            None => DEVICE.passed,
        };
        let may = candidate.check_device(&request.device, now).is_ok();
        self.ask(&Wording { passed, ..DEVICE }, may, vec![optional("deviceKeyThumbprint", bound)]);
        if held.is_some() {
            self.ask(&RESUMES, candidate.check_resumes(now).is_ok(), Vec::new());
        }
    }

    fn ask_new_seat(&mut self, candidate: &Candidate) {
        if candidate.held.is_some() {
            return self.steps.push(NEW_SEAT.not_reached());
        }
        let seat = choose(&candidate.entitlement, &candidate.openings);
        let passed = match &seat {
            Some(Seat::Free(_)) => "A seat is free.",
            Some(Seat::Replacing(_)) => "No seat is free; that of the lease that ended longest ago is taken over.",
            Some(Seat::Overdraft(_)) => "No seat is free and no lease has ended; a seat in overdraft is given.",
            None => NEW_SEAT.passed,
        };
        self.ask(&Wording { passed, ..NEW_SEAT }, seat.is_some(), seats(candidate, seat.as_ref()));
    }
}

fn holder(held: &Activation) -> Vec<Fact> {
    vec![
        fact("activationId", held.id),
        optional("seatNumber", held.seat_number()),
        optional("leaseExpiry", held.lease.expiry),
    ]
}

fn seats(Candidate { entitlement, openings, .. }: &Candidate, seat: Option<&Seat>) -> Vec<Fact> {
    let replaced = match seat {
        Some(Seat::Replacing(ended)) => Some(ended),
        _ => None,
    };
    vec![
        fact("seats", entitlement.seats_here()),
        fact("overdraft", entitlement.seat_limit().minus(entitlement.seats_here())),
        fact("seatsUsed", entitlement.seats_used(openings)),
        fact("leasesEnded", openings.ended_count),
        optional("nextLeaseEnd", openings.next_end),
        optional("seatNumber", seat.map(Seat::number)),
        optional("replaces", replaced.map(|ended| ended.activation)),
        optional("leaseEnded", replaced.map(|ended| ended.since)),
    ]
}

impl From<Claim> for Granted {
    fn from(claim: Claim) -> Self {
        match claim {
            Claim::Again(entitlement, activation) => Self {
                entitlement: entitlement.id,
                number: activation.seat_number().unwrap_or_default(),
                means: Means::Again(activation.id),
            },
            Claim::New(entitlement, seat) => {
                let number = seat.number();
                let means = match seat {
                    Seat::Free(_) => Means::Free,
                    Seat::Replacing(ended) => Means::Replacing(ended),
                    Seat::Overdraft(_) => Means::Overdraft,
                };
                Self { entitlement: entitlement.id, number, means }
            }
        }
    }
}
