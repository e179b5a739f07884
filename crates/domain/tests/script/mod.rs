//! Reads scenario scripts and plays them on a world (see `scenarios/README.md`).

mod answers;
mod commands;
mod terms;

use crate::world::World;
use commands::{Answer, play};

/// Plays a script. Says what did not answer as expected, and how many expectations there were.
pub(crate) fn run(text: &str) -> (Vec<String>, usize) {
    let mut world = World::new();
    let (mut scenario, mut failures, mut expectations) = ("", Vec::new(), 0);
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(title) = line.strip_prefix("scenario ") {
            (scenario, world) = (title, World::new());
        } else if !line.is_empty() {
            let (command, expected) = line.split_once("->").map_or((line, None), |(c, e)| (c, Some(e.trim())));
            let answer = play(&mut world, command.trim());
            expectations += usize::from(expected.is_some());
            let fits = expected.map_or(answer.is_ok(), |expected| fits(&answer, expected));
            if !fits {
                let (Ok(answer) | Err(answer)) = answer;
                let expected = expected.unwrap_or("no refusal");
                let place = format!("{scenario}\n  line {}: {}", number + 1, command.trim());
                failures.push(format!("{place}\n    expected: {expected}\n    answered: {answer}"));
            }
            if let Err(broken) = world.check() {
                failures.push(format!("{scenario}\n  after line {}: {broken}", number + 1));
            }
        }
    }
    (failures, expectations)
}

fn fits(answer: &Answer, expected: &str) -> bool {
    let (Ok(answer) | Err(answer)) = answer;
    expected.strip_suffix('…').map_or(answer == expected, |beginning| answer.starts_with(beginning))
}
