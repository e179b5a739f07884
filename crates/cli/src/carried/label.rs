//! What a token's file says of it in its first line, and which command takes such a token.

/// How the first line goes on behind `Chancery`, as the commands and a local server's page write it; who takes such a token; by what.
const KINDS: [(&str, &str, &str); 15] = [
    ("offline request", "the vendor", "offline activate"),
    ("local server request", "the vendor", "offline activate"),
    ("request of a local server", "the vendor", "offline activate"),
    ("offline response for seat srv_", "the local server", "local license activate"),
    ("offline response", "the device", "client … offline apply"),
    ("offline refresh for seat srv_", "the local server", "local license refresh"),
    ("offline refresh", "the device", "client … offline apply"),
    ("offline deactivation", "the vendor", "offline deactivate"),
    ("local server deactivation", "the vendor", "offline deactivate"),
    ("deactivation of a local server", "the vendor", "offline deactivate"),
    ("export of ", "the local server", "local entitlement import"),
    ("confirmation that ", "the vendor", "entitlement import"),
    ("return of ", "the vendor", "entitlement import"),
    ("usage report", "the vendor", "local-server report"),
    ("rebinding of ", "the local server's new machine", "local rebind"),
];

/// To whom a token that is called so is carried.
pub(super) fn next(what: &str) -> String {
    known(what)
        .map_or_else(String::new, |(whom, command)| format!("Carry it to {whom}: `chancery {command}` takes it."))
}

/// Whether a command takes such tokens.
pub(super) fn is_for(what: &str, takes: &str) -> bool {
    known(what).is_some_and(|(_, command)| command == takes)
}

/// What is to be said of a token that was given to a command that does not take it; of one of the right kind only what it is.
pub(super) fn elsewhere(what: &str, given_to: &str) -> String {
    let other = known(what).filter(|(_, command)| *command != given_to);
    let taken = other.map(|(whom, command)| format!(", which {whom} takes by `chancery {command}`"));
    format!("by its first line this is the {what}{}", taken.unwrap_or_default())
}

fn known(what: &str) -> Option<(&'static str, &'static str)> {
    KINDS.iter().find(|(begin, ..)| what.starts_with(begin)).map(|(_, whom, command)| (*whom, *command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tok_6_a_file_says_who_takes_it() {
        let said = |what| elsewhere(what, "local rebind").rsplit_once(", which ").map(|(_, said)| said.to_owned());
        assert_eq!(
            said("offline response for seat ws-1").unwrap(),
            "the device takes by `chancery client … offline apply`"
        );
        let server = said("offline response for seat srv_1").unwrap();
        assert_eq!(server, "the local server takes by `chancery local license activate`");
        assert_eq!(said("shopping list"), None);
    }

    #[test]
    fn tok_6_a_command_is_not_told_to_be_run_again() {
        let (what, command) = ("export of ent_1 to srv_2", "local entitlement import");
        assert!(is_for(what, command) && !is_for(what, "local rebind") && !is_for("shopping list", command));
        assert_eq!(elsewhere(what, command), "by its first line this is the export of ent_1 to srv_2");
    }

    #[test]
    fn tok_6_whatever_is_written_says_where_it_goes() {
        let by_commands = [
            "offline request for seat ws-1 at acme",
            "offline response for seat ws-1",
            "offline response for seat srv_1",
            "offline refresh for seat ws-1",
            "offline refresh for seat srv_1",
            "offline deactivation of seat ws-1 for acme",
            "local server request",
            "local server deactivation",
            "export of ent_1 to srv_1",
            "confirmation that ent_1 is deleted",
            "usage report",
            "rebinding of srv_1",
        ];
        let assets = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/src/local/page/assets");
        let scripts = std::fs::read_dir(assets).unwrap().map(|file| file.unwrap().path());
        let scripts = scripts.filter(|path| path.extension().is_some_and(|kind| kind == "js"));
        let page: String = scripts.map(|path| std::fs::read_to_string(path).unwrap()).collect();
        let by_page: Vec<&str> = page.split(" what: \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(by_page.contains(&"return of ") && by_page.len() == 4, "{by_page:?}");
        for what in by_commands.into_iter().chain(by_page) {
            assert!(!next(what).is_empty(), "{what}");
        }
    }

    #[test]
    fn every_command_that_takes_a_token_is_there() {
        for (.., command) in KINDS {
            let mut found = crate::command_line();
            for word in command.split(' ').filter(|word| *word != "…") {
                found = found.find_subcommand(word).unwrap_or_else(|| panic!("{command}")).clone();
            }
        }
    }
}
