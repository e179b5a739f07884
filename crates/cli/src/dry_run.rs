//! Dry runs of commands that take something away (MAN-3): the options, and how the reply reads.

use std::collections::BTreeMap;

use clap::Args;

use crate::api::with_query;
use crate::node::Node;

/// From how many members on a thing that comes, or goes, is told by a few of them. `--json` has all.
const WHOLE: usize = 3;
/// Those few.
const TELLING: [&str; 8] = ["name", "number", "ref", "sku", "seats", "expiry", "hosts", "features"];

/// A dry run, or not.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct DryRunArgs {
    /// Say what would change and who would lose a seat, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl DryRunArgs {
    /// The path with what was asked for.
    pub(crate) fn of(self, path: &str) -> String {
        with_query(path, [self.parameter()].iter())
    }

    /// The parameter, where there are others.
    pub(crate) fn parameter(self) -> (&'static str, Option<String>) {
        ("dryRun", self.dry_run.then(|| "true".to_owned()))
    }
}

/// By force, or not.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct ForceArgs {
    /// Take seats that are in use: whose lease still runs is released, and the seat is held until the lease ends
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    dry_run: DryRunArgs,
}

impl ForceArgs {
    /// The path with what was asked for.
    pub(crate) fn of(self, path: &str) -> String {
        let force = ("force", self.force.then(|| "true".to_owned()));
        with_query(path, [force, self.dry_run.parameter()].iter())
    }
}

/// Whether a reply says what would be done.
pub(crate) fn is(reply: &Node) -> bool {
    reply.get("dryRun") == Some(&Node::Bool(true))
}

/// What would be done, a line for each change and for each seat.
pub(crate) fn text(reply: &Node) -> String {
    text_about(reply, &[""])
}

/// The same of changes of some kinds of things alone, by how their ids begin.
pub(crate) fn text_about(reply: &Node, kinds: &[&str]) -> String {
    closed(lines_about(reply, kinds))
}

/// What would be held of what local servers had, and who would lose a seat (LLS-4). `--json` tells of the sessions too.
pub(crate) fn loss(reply: &Node) -> String {
    let of_field = |field| items(reply, "changes").iter().filter(move |change| said(change, "field") == field);
    let told = |change: &Node| match ["subject", "from", "to"].map(|name| said(change, name)) {
        [subject, _, to] if to == "-" => {
            format!("{subject}: nothing is held any more, all of it can be used here at once")
        }
        [subject, from, to] => format!("{subject}: held is {}", held(&from, &to)),
    };
    let mut lines: Vec<String> = of_field("hosts").map(told).collect();
    // A share without end is held as before: of its entitlement nothing changes.
    if lines.len() < of_field("ending").filter(|change| said(change, "to") == "lost").count() {
        lines.push(
            "What the server holds stays held as it is now; what has no end comes back by --free alone.".to_owned(),
        );
    }
    lines.extend(leaving(reply));
    closed(lines)
}

/// What becomes of the holds of servers, which the audit tells one by one (`srv_…: 8 until INSTANT`). Servers of which it stays are left
/// out.
fn held(from: &str, to: &str) -> String {
    let (Some(before), Some(after)) = (holds(from), holds(to)) else { return to.to_owned() };
    let changed = after.iter().filter(|(server, holds)| before.get(*server) != Some(*holds));
    let gone = before.keys().filter(|server| !after.contains_key(*server));
    let told = changed.map(|(server, holds)| of_server(server, holds));
    told.chain(gone.map(|server| format!("nothing for {server}"))).collect::<Vec<_>>().join("; ")
}

/// How many seats, and until when; of each server all.
type Holds<'a> = BTreeMap<&'a str, Vec<(u64, Option<&'a str>)>>;

fn holds(told: &str) -> Option<Holds<'_>> {
    let mut holds = Holds::new();
    for hold in told.split(", ").filter(|told| *told != "-") {
        let (server, seats) = hold.split_once(": ")?;
        let (seats, until) = seats.split_once(" until ").map_or((seats, None), |(seats, until)| (seats, Some(until)));
        // `all` is more than any number, and no end later than any.
        holds.entry(server).or_default().push((seats.parse().unwrap_or(u64::MAX), until));
    }
    Some(holds)
}

/// The most of seats, and the last instant. Counted features can be held longer: their end is told only where no seat is held.
fn of_server(server: &str, holds: &[(u64, Option<&str>)]) -> String {
    let most = holds.iter().map(|(seats, _)| *seats).max().unwrap_or_default();
    let ends = holds.iter().filter(|(seats, _)| *seats > 0 || most == 0).map(|(_, until)| *until);
    let last = ends.collect::<Option<Vec<_>>>().and_then(|ends| ends.into_iter().max());
    let last = last.map_or("without end".to_owned(), |end| format!("until {end}"));
    let what = match most {
        0 => "counted features".to_owned(),
        1 => "1 seat".to_owned(),
        u64::MAX => "all of it".to_owned(),
        seats => format!("up to {seats} seats"),
    };
    format!("{what} for {server}, {last}")
}

fn closed(mut lines: Vec<String>) -> String {
    if lines.is_empty() {
        lines.push("Nothing would change.".to_owned());
    }
    lines.push("Nothing was changed: this was a dry run.".to_owned());
    lines.join("\n")
}

/// A line for each change of such things, and for each seat that leaves.
pub(crate) fn lines_about(reply: &Node, kinds: &[&str]) -> Vec<String> {
    let same = |one: &Node, other: &Node| one.get("subject") == other.get("subject");
    let told = |changes: &&[Node]| {
        let subject = changes.first().map(|change| said(change, "subject")).unwrap_or_default();
        kinds.iter().any(|kind| subject.starts_with(kind))
    };
    items(reply, "changes").chunk_by(same).filter(told).flat_map(of_subject).chain(leaving(reply)).collect()
}

fn items<'a>(reply: &'a Node, name: &str) -> &'a [Node] {
    reply.get(name).map(Node::items).unwrap_or_default()
}

/// A line for each seat that leaves.
fn leaving(reply: &Node) -> Vec<String> {
    let leaving = items(reply, "leaving");
    let seat = |one: &Node| format!("seat {} {}: {}", name(one), said(one, "activationId"), said(one, "why"));
    let mut lines: Vec<String> = leaving.iter().map(seat).collect();
    let more = reply.get("leavingCount").and_then(Node::as_u64).unwrap_or(0).saturating_sub(leaving.len() as u64);
    if more > 0 {
        lines.push(format!("and {more} more seats"));
    }
    lines
}

/// A line for each change of one thing; a single one for a thing that comes or goes as a whole.
fn of_subject(changes: &[Node]) -> Vec<String> {
    let [first, ..] = changes else { return Vec::new() };
    let nothing = |side| changes.iter().all(|change| change.get(side) == Some(&Node::Null));
    let (word, side) = match (nothing("from"), nothing("to")) {
        _ if changes.len() < WHOLE => return changes.iter().map(change).collect(),
        (true, _) => ("comes", "to"),
        (_, true) => ("goes", "from"),
        (false, false) => return changes.iter().map(change).collect(),
    };
    let telling = changes.iter().filter(|change| TELLING.contains(&said(change, "field").as_str()));
    let told: Vec<String> = telling.map(|one| format!("{} {}", said(one, "field"), said(one, side))).collect();
    let told = if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) };
    vec![format!("{} {word}{told}", said(first, "subject"))]
}

fn change(change: &Node) -> String {
    let [subject, field, from, to] = ["subject", "field", "from", "to"].map(|name| said(change, name));
    match (field.as_str(), to.as_str()) {
        // The members themselves have lines of their own, where their values change.
        ("overrides", "-") => format!("{subject}: the catalog decides again about {from}"),
        _ => format!("{subject} {field}: {from} -> {to}"),
    }
}

fn name(leaving: &Node) -> String {
    match leaving.get("seatName") {
        Some(Node::Text(_)) => format!("{} ({})", said(leaving, "seatId"), said(leaving, "seatName")),
        _ => said(leaving, "seatId"),
    }
}

/// A member on one line; what others wrote must not steer the terminal.
fn said(of: &Node, name: &str) -> String {
    of.get(name).and_then(crate::render::short).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn man_3_a_dry_run_reads_as_what_would_change_and_who_would_leave() {
        let reply = r#"{"dryRun":true,"changes":[{"subject":"ent_1","field":"seats","from":3,"to":1}],
            "leaving":[{"activationId":"act_1","seatId":"pc-1","seatName":"PC 1","why":"its lease ended"},
                       {"activationId":"act_2","seatId":"pc-2\u001b[2J","seatName":null,"why":"released"}],
            "leavingCount":5}"#;
        let reply: Node = serde_json::from_str(reply).unwrap();
        assert!(is(&reply));
        assert_eq!(
            text(&reply),
            "ent_1 seats: 3 -> 1\nseat pc-1 (PC 1) act_1: its lease ended\nseat pc-2 [2J act_2: released\n\
             and 3 more seats\nNothing was changed: this was a dry run."
        );
    }

    #[test]
    fn man_3_what_comes_or_goes_as_a_whole_is_a_line() {
        let members = ["sku", "planType", "seats", "overdraft", "hosts", "features"];
        let whole = |from: &str, to: &str| {
            let change = |field| format!(r#"{{"subject":"ent_1","field":"{field}","from":{from},"to":{to}}}"#);
            let changes = members.map(change).join(",");
            lines_about(
                &serde_json::from_str(&format!(r#"{{"dryRun":true,"changes":[{changes}]}}"#)).unwrap(),
                &["ent_"],
            )
        };
        assert_eq!(whole("null", "7"), ["ent_1 comes: sku 7, seats 7, hosts 7, features 7"]);
        assert_eq!(whole("7", "null"), ["ent_1 goes: sku 7, seats 7, hosts 7, features 7"]);
        assert_eq!(whole("7", "8").len(), members.len());
    }

    #[test]
    fn man_3_what_the_catalog_decides_again_is_said_once() {
        let reply = r#"{"dryRun":true,"changes":[{"subject":"ent_1","field":"seats","from":30,"to":25},
            {"subject":"ent_1","field":"overrides","from":"seats","to":null}]}"#;
        let reply: Node = serde_json::from_str(reply).unwrap();
        let told = lines_about(&reply, &[""]);
        assert!(lines_about(&reply, &["cust_"]).is_empty());
        assert_eq!(told, ["ent_1 seats: 30 -> 25", "ent_1: the catalog decides again about seats"]);
    }

    fn loss(from: &str, to: &str) -> Vec<String> {
        let reply = r#"{"dryRun":true,"changes":[{"subject":"sess_1","field":"ending","from":null,"to":"lost"},
            {"subject":"ent_1","field":"hosts","from":FROM,"to":TO}],
            "leaving":[{"activationId":"act_1","seatId":"srv_1","why":"released"}],"leavingCount":1}"#;
        let told = super::loss(&serde_json::from_str(&reply.replace("FROM", from).replace("TO", to)).unwrap());
        told.lines().map(str::to_owned).collect()
    }

    #[test]
    fn lls_4_what_a_loss_holds_is_a_line() {
        let held = |from: &str, to: &str| match &loss(&format!("\"{from}\""), &format!("\"{to}\""))[..] {
            [held, leaves, _] if leaves == "seat srv_1 act_1: released" => held.replace("ent_1: held is ", ""),
            other => panic!("{other:?}"),
        };
        let to = "srv_1: 10 until 2026-01-01, srv_1: 8 until 2026-03-01, srv_2: all, srv_2: 3 until 2026-01-01";
        let told = "up to 10 seats for srv_1, until 2026-03-01; all of it for srv_2, without end";
        assert_eq!(held("srv_1: 10, srv_2: 2", to), told);
        assert_eq!(held("srv_1: 1", "srv_1: 1 until X"), "1 seat for srv_1, until X");
        let nothing = "ent_1: nothing is held any more, all of it can be used here at once";
        assert_eq!(loss(r#""srv_1: 10""#, "null")[0], nothing);
        // Other servers hold what they held, also between those of one server.
        let others = "srv_1: 3, srv_2: 5, srv_1: 4 until A";
        assert_eq!(held(others, "srv_1: 3 until B, srv_2: 5, srv_1: 4 until A"), "up to 4 seats for srv_1, until B");
        assert_eq!(held("srv_1: 10, srv_2: 5", "srv_2: 5"), "nothing for srv_1");
        // A counter's period ends later than the delegation, and has no seats.
        assert_eq!(held("srv_1: 10", "srv_1: 10 until A, srv_1: 0 until B"), "up to 10 seats for srv_1, until A");
        assert_eq!(held("srv_1: 0", "srv_1: 0 until A"), "counted features for srv_1, until A");
    }

    #[test]
    fn lls_4_what_is_held_without_end_before_and_after_a_loss_is_said() {
        let ends = |to: &str| {
            let ending = r#"{"subject":"sess_1","field":"ending","from":null,"to":"TO"}"#.replace("TO", to);
            let reply = format!(r#"{{"dryRun":true,"changes":[{ending}],"leaving":[],"leavingCount":0}}"#);
            super::loss(&serde_json::from_str(&reply).unwrap())
        };
        let stays = "What the server holds stays held as it is now; what has no end comes back by --free alone.";
        assert_eq!(ends("lost"), format!("{stays}\nNothing was changed: this was a dry run."));
        assert!(!ends("freed").contains(stays));
    }

    #[test]
    fn man_3_a_dry_run_of_nothing_says_so() {
        let reply: Node = serde_json::from_str(r#"{"dryRun":true,"changes":[],"leaving":[]}"#).unwrap();
        assert_eq!(text(&reply), "Nothing would change.\nNothing was changed: this was a dry run.");
        assert!(!is(&serde_json::from_str(r#"{"dryRun":false}"#).unwrap()));
    }
}
