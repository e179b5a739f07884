//! Every module begins with a sentence that says what it is.

use crate::finding::Finding;
use crate::tree::Tree;

/// Finds modules without their `//!`.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .filter(|file| !file.text.trim_start().starts_with("//! "))
        .map(|file| {
            Finding::new(&file.path, 1, "the module does not begin with `//!`", "say in one sentence what it is for")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_without_its_sentence_is_found() {
        let tree = Tree::of(&[
            ("a.rs", "//! What it is.\n"),
            ("b.rs", "use std::fmt;\n"),
            ("c.rs", "/// Not of the module.\nfn c() {}\n"),
            ("d.rs", ""),
            ("e.txt", "no Rust"),
        ]);
        let found: Vec<String> = check(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(found, ["b.rs", "c.rs", "d.rs"]);
    }
}
