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

/// What is to be said of a token that was given where it is not taken.
pub(super) fn elsewhere(what: &str) -> String {
    let taken = known(what).map(|(whom, command)| format!(", which {whom} takes by `chancery {command}`"));
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
        let said = |what| elsewhere(what).rsplit_once(", which ").map(|(_, said)| said.to_owned());
        assert_eq!(
            said("offline response for seat ws-1").unwrap(),
            "the device takes by `chancery client … offline apply`"
        );
        let server = said("offline response for seat srv_1").unwrap();
        assert_eq!(server, "the local server takes by `chancery local license activate`");
        assert_eq!(said("shopping list"), None);
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
