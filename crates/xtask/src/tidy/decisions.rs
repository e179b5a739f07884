//! Decisions are numbered from 0001, without gaps or doubles.

use crate::finding::Finding;
use crate::tree::Tree;

const FOLDER: &str = "docs/decisions/";

/// Finds pages of `docs/decisions` whose numbers are wrong.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut expected = 1_u32;
    let pages = tree.paths.iter().filter_map(|path| Some((path, path.strip_prefix(FOLDER)?)));
    for (path, name) in pages.filter(|(_, name)| *name != "README.md") {
        match number(name) {
            None => {
                findings.push(Finding::new(path, 1, "not named NNNN-words.md", "name it by the next free number"));
            }
            Some(number) if number != expected => {
                let problem = format!("has number {number:04} where {expected:04} is next");
                findings.push(Finding::new(path, 1, problem, "give every decision a number of its own, without gaps"));
                expected = number + 1;
            }
            Some(_) => expected += 1,
        }
    }
    findings
}

fn number(name: &str) -> Option<u32> {
    let (digits, words) = name.strip_suffix(".md")?.split_once('-')?;
    let plain = !words.is_empty() && words.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    (digits.len() == 4 && plain).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(names: &[&str]) -> Vec<String> {
        let paths: Vec<String> = names.iter().map(|name| format!("{FOLDER}{name}")).collect();
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "# Title\n")).collect();
        check(&Tree::of(&files)).into_iter().map(|finding| finding.path.replace(FOLDER, "")).collect()
    }

    #[test]
    fn gaps_doubles_and_other_names_are_found() {
        assert_eq!(wrong(&["0001-a.md", "0002-b.md", "README.md"]), Vec::<String>::new());
        assert_eq!(wrong(&["0001-a.md", "0003-b.md", "0004-c.md"]), ["0003-b.md"]);
        assert_eq!(wrong(&["0001-a.md", "0001-b.md"]), ["0001-b.md"]);
        assert_eq!(wrong(&["0002-a.md"]), ["0002-a.md"]);
        assert_eq!(wrong(&["0001-a.md", "notes.md", "02-b.md"]), ["02-b.md", "notes.md"]);
    }
}
