//! Nothing committed names a developer's machine or a package registry's host.

use crate::finding::Finding;
use crate::tree::Tree;

// Each is written in two halves, so that this file does not find itself.
const FOLDERS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];
const HOSTS: &[&str] = &[
    concat!("crates", ".io"),
    concat!("npmjs", ".org"),
    concat!("npmjs", ".com"),
    concat!("yarnpkg", ".com"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("rubygems", ".org"),
    concat!("nuget", ".org"),
    concat!("proxy.golang", ".org"),
    concat!("repo.maven", ".apache.org"),
];
/// Cargo writes the index's address into every entry of its lock files.
const MAY_NAME_HOSTS: &[&str] = &["Cargo.lock", "fuzz/Cargo.lock"];

/// Finds such strings in every text file.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let hosts = if MAY_NAME_HOSTS.contains(&file.path.as_str()) { &[] } else { HOSTS };
        for (number, line) in (1..).zip(file.text.lines()) {
            if let Some(folder) = FOLDERS.iter().find(|folder| is_absolute(line, folder)) {
                let problem = format!("`{folder}…` is a path of one machine");
                findings.push(Finding::new(
                    &file.path,
                    number,
                    problem,
                    "use a relative path, or one under /srv or /etc",
                ));
            }
            if let Some(host) = hosts.iter().find(|host| line.contains(**host)) {
                let problem = format!("`{host}` is a package registry's host");
                findings.push(Finding::new(
                    &file.path,
                    number,
                    problem,
                    "name the package; its client knows where it is",
                ));
            }
        }
    }
    findings
}

/// Whether a path that begins with `folder` stands in the line, and not a longer path or address that contains it.
fn is_absolute(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        before.is_none_or(|c| c.is_whitespace() || "\"'`(=[,<>|:@".contains(c))
            || line.get(..at).is_some_and(|text| text.ends_with("file://"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        check(&Tree::of(&[("a.md", text)])).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_machines_path_is_found() {
        let [work, root, home, users] = FOLDERS else { panic!("four folders") };
        let text = format!("see {work}a\nfine\nx={root}b\n\"{home}c\"\n{users}d\nfile://{home}e\n");
        assert_eq!(lines(&text), [1, 3, 4, 5, 6]);
    }

    #[test]
    fn an_address_that_only_contains_such_a_folder_passes() {
        let [work, root, ..] = FOLDERS else { panic!("four folders") };
        assert_eq!(lines(&format!("GET /api/v1/trust{root}x\nframework/a net{work}b\n")), Vec::<usize>::new());
    }

    #[test]
    fn a_registrys_host_is_found_but_in_the_lock_file() {
        let text = format!("from https://{}/x\n", HOSTS[0]);
        assert_eq!(lines(&text), [1]);
        assert_eq!(check(&Tree::of(&[("Cargo.lock", &text)])), Vec::new());
    }
}
