//! `cargo xtask generate`: files that are made from the code, and checked in so that a change to them is reviewed.

mod crate_map;
mod references;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use crate::Outcome;
use crate::tree::workspace_root;

/// Makes the whole text of one file. It gets the repository's root and the text that is there now (empty if there is
/// none, for a generator of only a section), and answers `None` if it has nothing to put there.
type Render = fn(&Path, &str) -> Result<Option<String>, Box<dyn Error + Send + Sync>>;

/// A generated file: its path from the root, and what makes it.
type Generator = (&'static str, Render);

/// Every generated file; a new one is a module and a line here.
const GENERATORS: &[Generator] = &[
    ("ARCHITECTURE.md", crate_map::render),
    ("openapi/management.json", references::management),
    ("openapi/licensing.json", references::licensing),
    ("openapi/portal.json", references::portal),
    ("openapi/local.json", references::local),
    ("docs/reference/cli.md", references::command_line),
    ("docs/reference/problems.md", references::problems),
    ("docs/reference/scopes.md", references::scopes),
];

/// Writes what differs, or with `--check` only names it and fails.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("usage: cargo xtask generate [--check]".into()),
    };
    let stale = update(&workspace_root()?, GENERATORS, check)?;
    if check && !stale.is_empty() {
        println!("cargo xtask generate --check: {} file(s) differ. mend: cargo xtask generate", stale.len());
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// The paths that differed; without `check` they are written.
fn update(root: &Path, generators: &[Generator], check: bool) -> Result<Vec<String>, Box<dyn Error + Send + Sync>> {
    let mut stale = Vec::new();
    for (path, render) in generators {
        let file = root.join(path);
        let now = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(format!("{path}: {error}").into()),
        };
        let Some(text) = render(root, &now)? else { continue };
        if text == now {
            continue;
        }
        if check {
            let line = text.lines().zip(now.lines()).take_while(|(new, old)| new == old).count() + 1;
            println!("{path}:{line}: is not what the code generates");
        } else {
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&file, text)?;
            println!("wrote {path}");
        }
        stale.push((*path).to_owned());
    }
    Ok(stale)
}

/// `page` with `body` between the markers of `name`; `None` if it has no such markers.
fn between_markers(page: &str, name: &str, body: &str) -> Option<String> {
    let (before, rest) = page.split_once(&format!("<!-- generated: {name} -->"))?;
    let (_, after) = rest.split_once(&format!("<!-- end generated: {name} -->"))?;
    let body = body.trim_end();
    Some(format!("{before}<!-- generated: {name} -->\n\n{body}\n\n<!-- end generated: {name} -->{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[Generator] = &[("docs/made.txt", |_, _| Ok(Some("made\n".to_owned())))];

    #[test]
    fn check_names_what_differs_and_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(update(folder.path(), FILE, true).unwrap(), ["docs/made.txt"]);
        assert!(!folder.path().join("docs/made.txt").exists());
    }

    #[test]
    fn generate_writes_once_and_check_is_content_then() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(update(folder.path(), FILE, false).unwrap().len(), 1);
        assert_eq!(update(folder.path(), FILE, false).unwrap().len(), 0);
        assert_eq!(update(folder.path(), FILE, true).unwrap().len(), 0);
        std::fs::write(folder.path().join("docs/made.txt"), "edited by hand\n").unwrap();
        assert_eq!(update(folder.path(), FILE, true).unwrap().len(), 1);
    }

    #[test]
    fn a_section_is_replaced_between_its_markers() {
        let page = "a\n<!-- generated: x -->\nold\n<!-- end generated: x -->\nb\n";
        let new = between_markers(page, "x", "new\n").unwrap();
        assert_eq!(new, "a\n<!-- generated: x -->\n\nnew\n\n<!-- end generated: x -->\nb\n");
        assert_eq!(between_markers(&new, "x", "new\n").unwrap(), new);
        assert_eq!(between_markers("no markers", "x", "new"), None);
    }
}
