//! The vectors of TOK-9 in `vectors/`: that they are what the generator makes, and that this crate decides them as they say.
//!
//! `CHANCERY_BLESS=1 cargo test -p chancery-token --test vectors` writes them. A change of a vector that was released is a change
//! of the wire format: products in the field would not follow it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;
mod file;
mod lease;
mod root;

use chancery_domain::Timestamp;
use chancery_token::{Certificate, Ended, Jwk, LeaseExpectation, TokenError, Tolerance, Trust};
use file::{File, Vector, folder, outcome, text};
use serde_json::Value;

/// A file's name, and what makes it.
type Generator = (&'static str, fn() -> File);

/// Every file.
const FILES: [Generator; 2] = [("lease.json", lease::file), ("root.json", root::file)];

/// What is given: the vector's own, else the file's.
struct Given<'a>(&'a File, &'a Vector);

impl Given<'_> {
    fn value(&self, name: &str) -> Option<&Value> {
        self.1.given.get(name).or_else(|| self.0.given.get(name))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.value(name).and_then(Value::as_str)
    }

    fn now(&self) -> Timestamp {
        self.text("now").unwrap().parse().unwrap()
    }

    /// The bundle is opened at its own instant: only the token's time is in question.
    fn trust(&self) -> Trust {
        Trust::open(self.text("bundle").unwrap(), None, common::now()).unwrap()
    }

    fn expectation(&self) -> LeaseExpectation<'_> {
        LeaseExpectation {
            product: self.text("product").unwrap().parse().unwrap(),
            now: self.now(),
            tolerance: match self.text("tolerance") {
                Some("carriedFromVendor") => Tolerance::CarriedFromVendor,
                _ => Tolerance::Online,
            },
            ended: Ended::Refused,
            activation: self.text("activation").map(|id| id.parse().unwrap()),
            seat_id: self.text("seatId"),
            device: self.text("device"),
        }
    }
}

fn decide(file: &File, vector: &Vector) -> &'static str {
    let given = Given(file, vector);
    let token = vector.token.as_str();
    match vector.kind.as_str() {
        "lease" => outcome(&given.trust().open_lease(token, &given.expectation())),
        "verdict" => outcome(&given.trust().open_verdict(token, &given.expectation())),
        "certificate" => outcome(&Certificate::open(token, given.trust().anchor(), given.now())),
        "revocations" => outcome(&given.trust().update_revocations(token, given.now())),
        "bundle" => outcome(&bundle(&given, token)),
        other => panic!("a vector of the unknown kind {other}"),
    }
}

fn bundle(given: &Given<'_>, token: &str) -> Result<Trust, TokenError> {
    let root: Jwk = serde_json::from_value(given.value("root").unwrap().clone()).unwrap();
    Trust::open(token, Some(&root), given.now())
}

#[test]
fn tok_9_the_vectors_are_what_the_generator_makes() {
    let bless = std::env::var_os("CHANCERY_BLESS").is_some();
    for (name, make) in FILES {
        let path = folder().join(name);
        let made = text(&make());
        if bless {
            std::fs::write(&path, &made).unwrap();
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == made, "{} differs: the wire format changed; see tests/vectors/main.rs", path.display());
    }
}

#[test]
fn tok_3_the_vectors_are_decided_as_they_say() {
    for (name, _) in FILES {
        let text = std::fs::read_to_string(folder().join(name)).unwrap();
        let file: File = serde_json::from_str(&text).unwrap();
        assert!(file.vectors.len() > 10, "{name} is nearly empty");
        for vector in &file.vectors {
            assert_eq!(decide(&file, vector), vector.expect, "{name}: {}", vector.name);
        }
    }
}

#[test]
fn tok_9_vectors_have_names_of_their_own_and_prose() {
    for (name, make) in FILES {
        let file = make();
        let mut names: Vec<&str> = file.vectors.iter().map(|vector| vector.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), file.vectors.len(), "{name} has a name twice");
        assert!(file.vectors.iter().all(|vector| vector.about.ends_with('.')), "{name}: an `about` without a sentence");
    }
}
