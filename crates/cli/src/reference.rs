//! The reference of the command line, generated from the command line itself.

use std::fmt::Write;

use clap::{Arg, Command};

/// Every command with its options and defaults, as Markdown.
#[must_use]
pub fn reference() -> String {
    let mut root = crate::command_line();
    root.build();
    let mut text = String::from(
        "# Command line reference\n\nGenerated from the program by `cargo xtask generate`; do not edit.\n\n\
         Every command takes `--json` (results on standard output, problems on standard error, both JSON) and `--help`.\n\
         Exit codes: 0 done, 1 refused or failed, 2 wrong usage.\n\n\
         Intervals are written `7 days`, `1 year`, or short: `30m`, `12h`, `30d`, `2w`, `6mo`, `1y`. Instants are RFC 3339,\n\
         such as `2026-11-21T10:00:00Z`.\n",
    );
    for command in root.get_subcommands().filter(|command| command.get_name() != "help") {
        section(&mut text, command, &format!("chancery {}", command.get_name()), 2);
    }
    text
}

fn section(text: &mut String, command: &Command, name: &str, depth: usize) {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let _ = write!(text, "\n{} `{name}`\n\n{}.\n", "#".repeat(depth), about.trim_end_matches('.'));
    let verbs: Vec<&Command> = command.get_subcommands().filter(|verb| verb.get_name() != "help").collect();
    // What is shared by all verbs stands once, with the noun.
    let own = |arg: &&Arg| {
        let spread = arg.is_global_set() && depth > 2;
        !arg.is_hide_set() && !spread && !matches!(arg.get_id().as_str(), "json" | "help" | "version")
    };
    let arguments: Vec<&Arg> = command.get_arguments().filter(own).collect();
    if !verbs.is_empty() && !arguments.is_empty() {
        text.push_str("\nOptions of all its commands:\n");
    }
    if !arguments.is_empty() {
        text.push_str("\n| option | meaning |\n|---|---|\n");
    }
    for argument in arguments {
        let _ = writeln!(text, "| {} | {} |", spelling(argument), meaning(argument));
    }
    for verb in verbs {
        section(text, verb, &format!("{name} {}", verb.get_name()), depth + 1);
    }
}

fn spelling(argument: &Arg) -> String {
    let value = || {
        let names = argument.get_value_names().unwrap_or_default().iter().map(|name| name.as_str());
        names.collect::<Vec<_>>().join(" ")
    };
    let spelled = match argument.get_long() {
        None => value(),
        Some(long) if argument.get_action().takes_values() => format!("--{long} {}", value()),
        Some(long) => format!("--{long}"),
    };
    format!("`{}`", spelled.replace('|', "\\|"))
}

fn meaning(argument: &Arg) -> String {
    let mut text = argument.get_help().map(ToString::to_string).unwrap_or_default();
    if argument.is_required_set() && argument.get_long().is_some() {
        text.push_str("; required");
    }
    let defaults: Vec<_> = argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if !defaults.is_empty() && argument.get_action().takes_values() {
        let _ = write!(text, " [default: {}]", defaults.join(" "));
    }
    let values: Vec<_> = argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if !values.is_empty() && argument.get_action().takes_values() {
        let _ = write!(text, " [one of: {}]", values.join(", "));
    }
    if let Some(variable) = argument.get_env() {
        let _ = write!(text, " [environment: {}]", variable.to_string_lossy());
    }
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound_and_its_reference_names_every_command() {
        crate::command_line().debug_assert();
        let text = reference();
        for command in ["chancery init", "chancery serve", "chancery order create", "chancery client status"] {
            assert!(text.contains(&format!("`{command}`")), "{command}");
        }
        assert!(text.contains("[default: 127.0.0.1:7011]"));
    }

    /// clap notices it only when such an argument is read: by a panic.
    #[test]
    fn no_argument_of_a_verb_has_the_name_of_one_that_is_shared() {
        check(&crate::command_line(), &[]);
    }

    fn check(command: &Command, shared: &[Arg]) {
        for own in command.get_arguments() {
            let same = |other: &&Arg| {
                other.get_id() == own.get_id() || own.get_long().is_some() && other.get_long() == own.get_long()
            };
            let twice = shared.iter().find(same);
            assert!(
                twice.is_none(),
                "{}: {own} and {}",
                command.get_name(),
                twice.map(ToString::to_string).unwrap_or_default()
            );
        }
        let shared: Vec<Arg> =
            shared.iter().chain(command.get_arguments().filter(|arg| arg.is_global_set())).cloned().collect();
        command.get_subcommands().for_each(|verb| check(verb, &shared));
    }
}
