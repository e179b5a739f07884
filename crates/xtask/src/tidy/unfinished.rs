//! Nothing is committed unfinished, and no test is switched off.

use crate::finding::Finding;
use crate::rust_source::split;
use crate::tree::Tree;

/// Looked for in code, never in strings or comments.
const IN_CODE: &[(&str, &str)] = &[
    ("todo!", "write it, or leave it out"),
    ("unimplemented!", "write it, or leave it out"),
    ("#[ignore", "make the test run everywhere, or delete it"),
];
/// Looked for in comments, as whole words.
const IN_COMMENTS: &[&str] = &["FIXME", "XXX"];

/// Finds what was left for later.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let source = split(&file.text);
        for (number, line) in (1..).zip(source.code.lines()) {
            for (pattern, mend) in IN_CODE.iter().filter(|(pattern, _)| line.contains(pattern)) {
                findings.push(Finding::new(&file.path, number, format!("`{pattern}` in code"), *mend));
            }
        }
        for (number, line) in (1..).zip(source.comments.lines()) {
            let mut words = line.split(|c: char| !c.is_alphanumeric());
            if let Some(word) = words.find(|word| IN_COMMENTS.contains(word)) {
                let problem = format!("`{word}` in a comment");
                findings.push(Finding::new(&file.path, number, problem, "mend it, or write an issue about it"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unfinished_is_found() {
        let bad = "//! A.\nfn a() {\n    todo!()\n}\nfn b() { unimplemented!(\"later\") }\n// FIXME: c\n/* XXX */\n#[ignore = \"slow\"]\n";
        let lines: Vec<usize> = check(&Tree::of(&[("a.rs", bad)])).into_iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [3, 5, 8, 6, 7]);
    }

    #[test]
    fn strings_and_ordinary_words_pass() {
        let good =
            "//! A macro like todo!() is banned.\nconst A: &str = \"todo!( XXX #[ignore]\";\n// XXXX-XXXX is a code.\n";
        assert_eq!(check(&Tree::of(&[("a.rs", good)])), Vec::new());
    }
}
