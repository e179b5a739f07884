//! What fuzzing begins with: the published vectors, as the targets read them.

use std::fs;

use chancery_token::hash::from_base64url;
use serde_json::Value;

use super::Failure;
use super::build::Built;

/// Kinds of vectors, in the order in which the target `signed` numbers its kinds.
const SIGNED: [&str; 10] = [
    "lease",
    "verdict",
    "accessToken",
    "deviceProof",
    "dpop",
    "certificate",
    "revocations",
    "bundle",
    "delegation",
    "delegatedLease",
];
/// As the target `sealed` does.
const SEALED: [&str; 9] = [
    "offlineRequest",
    "offlineResponse",
    "offlineRefresh",
    "offlineDeactivation",
    "export",
    "rebind",
    "exportReturn",
    "usageReport",
    "localServerRequest",
];

/// Writes a target's seeds.
pub(super) fn write(built: &Built, target: &str) -> Result<(), Failure> {
    let folder = built.seeds(target)?;
    let mut inputs: Vec<(String, Vec<u8>)> = Vec::new();
    for name in ["lease", "device", "root", "offline", "delegation", "hosting"] {
        let text = fs::read_to_string(built.root.join("vectors").join(name).with_extension("json"))?;
        let file: Value = serde_json::from_str(&text)?;
        for vector in file["vectors"].as_array().into_iter().flatten() {
            let member = |name: &str| vector[name].as_str().unwrap_or_default();
            // By another key than the kinds of the same name.
            let kind = match (name, member("kind")) {
                ("delegation", "lease") => "delegatedLease",
                ("hosting", "offlineRequest") => "localServerRequest",
                (_, kind) => kind,
            };
            inputs.extend(of_vector(target, member("name"), kind, member("token")));
        }
    }
    for (name, bytes) in inputs {
        fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

/// The inputs that a vector gives to a target.
fn of_vector(target: &str, name: &str, kind: &str, token: &str) -> Vec<(String, Vec<u8>)> {
    let place =
        |kinds: &[&str]| kinds.iter().position(|known| *known == kind).and_then(|at| u8::try_from(at << 2).ok());
    let input = |form: &str, first: u8, rest: &[u8]| (format!("{kind}-{name}-{form}"), [&[first], rest].concat());
    match (target, place(&SIGNED), place(&SEALED)) {
        ("signed", Some(at), _) => {
            let mut inputs = vec![input("raw", 0, token.as_bytes())];
            // Header and claims, which the target signs anew.
            let parts: Vec<Vec<u8>> = token.split('.').take(2).filter_map(from_base64url).collect();
            inputs.push(input("given", at | 1, &parts.join(&b'\n')));
            inputs.push(input("patched", at | 2, b"{}\n{}"));
            inputs
        }
        ("sealed", _, Some(at)) => {
            vec![
                input("raw", 0, token.as_bytes()),
                input("patched", at | 2, b"{}\n{}"),
                input("seal", at | 3, b"{}\n{}"),
            ]
        }
        ("carried", _, Some(_)) => vec![input("raw", 0, token.as_bytes())],
        _ => Vec::new(),
    }
}
