//! Links between the repository's own pages lead somewhere.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::tree::Tree;

/// Finds relative links of Markdown files to files, folders or headings that do not exist.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with(".md")) {
        for (line, target) in links(&file.text) {
            if let Some(problem) = broken(tree, &file.path, &target) {
                findings.push(Finding::new(&file.path, line, problem, "correct the link, or write what it leads to"));
            }
        }
    }
    findings
}

fn broken(tree: &Tree, page: &str, target: &str) -> Option<String> {
    let (path, heading) = target.split_once('#').map_or((target, None), |(path, heading)| (path, Some(heading)));
    let Some(path) = (if path.is_empty() { Some(page.to_owned()) } else { resolve(page, path) }) else {
        return Some(format!("the link `{target}` leads out of the repository"));
    };
    let folder = format!("{path}/");
    let exists = path.is_empty() || tree.paths.contains(&path) || tree.paths.iter().any(|p| p.starts_with(&folder));
    if !exists {
        return Some(format!("the link `{target}` leads to `{path}`, which does not exist"));
    }
    let heading = heading.filter(|_| path.ends_with(".md"))?;
    let text = tree.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())?;
    (!headings(text).contains(heading)).then(|| format!("`{path}` has no heading `#{heading}`"))
}

/// A relative path, from the folder of `page`; `None` if it leaves the repository.
fn resolve(page: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The lines of a page that are prose, without inline code.
fn prose(text: &str) -> impl Iterator<Item = (usize, String)> {
    let mut fenced = false;
    (1..).zip(text.lines()).filter_map(move |(number, line)| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            return None;
        }
        (!fenced).then(|| (number, line.split('`').step_by(2).collect::<Vec<_>>().join("``")))
    })
}

/// Links that stay in the repository: `[text](target)` and `[label]: target`.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    for (number, line) in prose(text) {
        let inline = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let definition = line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, target)| target);
        for target in inline.chain(definition) {
            let target = target.split_whitespace().next().unwrap_or_default().trim_matches(['<', '>']);
            let foreign = target.contains("://") || target.starts_with("mailto:");
            if !foreign && !target.is_empty() {
                links.push((number, target.to_owned()));
            }
        }
    }
    links
}

/// The anchors of a page's headings, as code hosts make them.
fn headings(text: &str) -> BTreeSet<String> {
    // Inline code is part of a heading, so the lines are read as they stand.
    let numbers: BTreeSet<usize> = prose(text).map(|(number, _)| number).collect();
    let lines = (1..).zip(text.lines()).filter(|(number, line)| numbers.contains(number) && line.starts_with('#'));
    lines.map(|(_, line)| anchor(line.trim_start_matches('#').trim())).collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let page =
            "# A page\n[b](b.md) and [c](../c.md)\n[x](x.md)\n[out](../../y.md)\n[far](b.md#no-such)\n[ref]: gone.md\n";
        let tree = Tree::of(&[("docs/a.md", page), ("docs/b.md", "# B `code`, or so\n"), ("c.md", "")]);
        let lines: Vec<usize> = check(&tree).into_iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [3, 4, 5, 6]);
    }

    #[test]
    fn good_links_code_and_other_sites_pass() {
        let page = "# A page\n[self](#a-page) [b](b.md#b-code-or-so) [dir](sub) [web](https://example.com/x)\n\
                    `[code](gone.md)`\n```\n[code](gone.md)\n```\n[m](mailto:a@example.com)\n";
        let tree = Tree::of(&[("a.md", page), ("b.md", "# B `code`, or so\n"), ("sub/c.txt", "")]);
        assert_eq!(check(&tree), Vec::new());
    }
}
