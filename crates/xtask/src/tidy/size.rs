//! Small files and small functions.

use crate::finding::Finding;
use crate::rust_source::{Function, functions, split, test_regions};
use crate::tree::{File, Tree};

/// No file is longer, its unit tests not counted.
const FILE: usize = 500;
/// No function is longer, tests included.
const FUNCTION: usize = 80;
/// Nine of ten functions are no longer.
const SHORT_FUNCTION: usize = 40;
/// The median file is no longer.
const MEDIAN_FILE: usize = 130;

struct Measured {
    /// Without the items under `#[cfg(test)]`, unless the whole file is tests.
    lines: usize,
    functions: Vec<Function>,
    test_regions: Vec<(usize, usize)>,
}

fn measure(file: &File) -> Measured {
    let code = split(&file.text).code;
    let test_regions = if file.is_test() { Vec::new() } else { test_regions(&code) };
    let tests: usize = test_regions.iter().map(|(first, last)| last - first + 1).sum();
    Measured { lines: file.text.lines().count().saturating_sub(tests), functions: functions(&code), test_regions }
}

/// Finds files and functions that are too long.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let measured = measure(file);
        if measured.lines > FILE {
            let problem = format!("{} lines without unit tests, more than {FILE}", measured.lines);
            findings.push(Finding::new(&file.path, 1, problem, "split the module by what its parts are about"));
        }
        for function in measured.functions.iter().filter(|function| function.lines > FUNCTION) {
            let problem = format!("`{}` has {} lines, more than {FUNCTION}", function.name, function.lines);
            findings.push(Finding::new(&file.path, function.line, problem, "give its steps names of their own"));
        }
    }
    findings
}

/// One line of figures about the code that is not tests.
pub(crate) fn summary(tree: &Tree) -> String {
    let mut files = Vec::new();
    let mut lengths = Vec::new();
    for file in tree.rust().filter(|file| !file.is_test()) {
        let measured = measure(file);
        files.push(measured.lines);
        let tested = |f: &Function| measured.test_regions.iter().any(|(a, b)| (*a..=*b).contains(&f.line));
        lengths.extend(measured.functions.iter().filter(|f| !tested(f)).map(|f| f.lines));
    }
    files.sort_unstable();
    let median = files.get(files.len() / 2).copied().unwrap_or(0);
    let short = lengths.iter().filter(|lines| **lines <= SHORT_FUNCTION).count();
    let share = (short * 100).checked_div(lengths.len()).unwrap_or(100);
    format!(
        "median file {median} lines (aim: {MEDIAN_FILE} at most, {} files); \
         {share} % of functions up to {SHORT_FUNCTION} lines (aim: 90 % at least, {} functions)",
        files.len(),
        lengths.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(name: &str, lines: usize) -> String {
        format!("fn {name}() {{\n{}}}\n", "    step();\n".repeat(lines - 2))
    }

    #[test]
    fn a_long_function_is_found_at_its_line() {
        let text = format!("//! A.\n{}{}", function("fits", 80), function("long", 81));
        let found = check(&Tree::of(&[("a.rs", &text)]));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].line, found[0].problem.as_str()), (82, "`long` has 81 lines, more than 80"));
    }

    #[test]
    fn a_long_file_is_found_and_its_unit_tests_do_not_count() {
        let code = "const A: u8 = 1;\n".repeat(500);
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "    const B: u8 = 1;\n".repeat(300));
        let fits = format!("{code}{tests}");
        let long = format!("const C: u8 = 1;\n{code}");
        let found = check(&Tree::of(&[("fits.rs", &fits), ("long.rs", &long)]));
        assert_eq!(found.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["long.rs"]);
    }

    #[test]
    fn the_figures_leave_tests_out() {
        let text = format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", function("a", 3), function("b", 50));
        let summary = summary(&Tree::of(&[("a.rs", &text), ("tests/b.rs", &function("c", 60))]));
        assert!(summary.starts_with("median file 3 lines"), "{summary}");
        assert!(summary.contains("100 % of functions"), "{summary}");
    }
}
