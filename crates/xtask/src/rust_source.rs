//! Just enough of Rust's lexical rules to tell code from comments and strings, and to find where functions end.

/// A source file, split so that a search sees only what it means; every line keeps its number.
#[derive(Debug)]
pub(crate) struct Source {
    /// The code; comments and the contents of strings are blank.
    pub(crate) code: String,
    /// The comments; everything else is blank.
    pub(crate) comments: String,
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    /// Its name.
    pub(crate) name: String,
    /// The line of `fn`, counted from 1.
    pub(crate) line: usize,
    /// From `fn` to the closing brace, both included.
    pub(crate) lines: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Code,
    Comment,
    Text,
}

/// Splits a source file.
pub(crate) fn split(source: &str) -> Source {
    let chars: Vec<char> = source.chars().collect();
    let mut rest = chars.as_slice();
    let mut after_word = false;
    let (mut code, mut comments) = (String::new(), String::new());
    while !rest.is_empty() {
        let (class, length) = token(rest, after_word);
        let (token, next) = rest.split_at(length.clamp(1, rest.len()));
        for &c in token {
            let blank = if c == '\n' { '\n' } else { ' ' };
            code.push(if class == Class::Code { c } else { blank });
            comments.push(if class == Class::Comment { c } else { blank });
        }
        after_word = token.last().is_some_and(|c| is_word(*c));
        rest = next;
    }
    Source { code, comments }
}

fn token(rest: &[char], after_word: bool) -> (Class, usize) {
    match rest {
        ['/', '/', ..] => (Class::Comment, rest.iter().position(|c| *c == '\n').unwrap_or(rest.len())),
        ['/', '*', ..] => (Class::Comment, block_comment(rest)),
        ['"', ..] => (Class::Text, quoted(rest, '"')),
        ['\'', '\\', ..] => (Class::Text, quoted(rest, '\'')),
        ['\'', _, '\'', ..] => (Class::Text, 3),
        ['r', ..] | ['b', 'r', ..] if !after_word => raw_string(rest).map_or((Class::Code, 1), |n| (Class::Text, n)),
        _ => (Class::Code, 1),
    }
}

fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(here) = rest.get(at..).filter(|here| !here.is_empty()) {
        let step = match here {
            ['/', '*', ..] => {
                depth += 1;
                2
            }
            ['*', '/', ..] => {
                depth = depth.saturating_sub(1);
                2
            }
            _ => 1,
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted(rest: &[char], end: char) -> usize {
    let mut escaped = false;
    for (index, c) in rest.iter().enumerate().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if *c == end => return index + 1,
            _ => {}
        }
    }
    rest.len()
}

fn raw_string(rest: &[char]) -> Option<usize> {
    let prefix = if rest.first() == Some(&'b') { 2 } else { 1 };
    let hashes = rest.iter().skip(prefix).take_while(|c| **c == '#').count();
    let open = prefix + hashes;
    if rest.get(open) != Some(&'"') {
        return None; // A raw identifier, or a word that begins with r.
    }
    let closes = |at: &usize| {
        rest.get(*at) == Some(&'"') && rest.iter().skip(at + 1).take(hashes).filter(|c| **c == '#').count() == hashes
    };
    let end = (open + 1..rest.len()).find(closes)?;
    Some(end + 1 + hashes)
}

/// The functions that have a body. `code` comes from [`split`].
pub(crate) fn functions(code: &str) -> Vec<Function> {
    let mut functions = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let before = code.get(..at).unwrap_or_default();
        let after = code.get(at + 3..).unwrap_or_default();
        let name: String = after.chars().take_while(|c| is_word(*c)).collect();
        if name.is_empty() || before.chars().next_back().is_some_and(is_word) {
            continue; // A word that ends in fn, or the type of a function pointer.
        }
        if let Some(lines) = item_lines(after) {
            functions.push(Function { name, line: before.matches('\n').count() + 1, lines });
        }
    }
    functions
}

/// The lines, counted from 1 and both included, of each item under `#[cfg(test)]`.
pub(crate) fn test_regions(code: &str) -> Vec<(usize, usize)> {
    const ATTRIBUTE: &str = "#[cfg(test)]";
    let region = |(at, _): (usize, &str)| {
        let first = code.get(..at)?.matches('\n').count() + 1;
        let lines = item_lines(code.get(at + ATTRIBUTE.len()..)?)?;
        Some((first, first + lines - 1))
    };
    code.match_indices(ATTRIBUTE).filter_map(region).collect()
}

/// How many lines an item takes, from here to its closing brace; `None` if it ends with `;` and has no body.
fn item_lines(code: &str) -> Option<usize> {
    let (mut nested, mut braces, mut lines) = (0_i32, 0_i32, 1);
    for c in code.chars() {
        match c {
            '\n' => lines += 1,
            '(' | '[' => nested += 1,
            ')' | ']' => nested -= 1,
            ';' if nested == 0 && braces == 0 => return None,
            '{' => braces += 1,
            '}' => {
                braces -= 1;
                if braces == 0 && nested == 0 {
                    return Some(lines);
                }
            }
            _ => {}
        }
    }
    None
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_comments_are_told_from_code() {
        let source = split("let a = \"x // y\"; // z \"q\"\nlet b = r#\"}\"#; /* { /* } */ */ let c = '\"'; f::<'a>()");
        assert!(source.code.contains("let a =") && source.code.contains("let c =") && source.code.contains("<'a>"));
        assert!(!source.code.contains('x') && !source.code.contains('}') && !source.code.contains('{'));
        assert!(source.comments.contains("// z \"q\"") && !source.comments.contains('y'));
    }

    #[test]
    fn raw_identifiers_and_escapes_do_not_confuse() {
        let source = split("fn r#type() { let s = \"\\\"}\"; let c = '\\''; }\nfn b() {}\n");
        let found = functions(&source.code);
        assert_eq!(found.last().map(|f| (f.name.as_str(), f.line, f.lines)), Some(("b", 2, 1)));
    }

    #[test]
    fn functions_end_at_their_brace() {
        let code =
            split("trait T {\n    fn a(x: [u8; 2]);\n    fn b(\n        x: u8,\n    ) -> u8 {\n        x\n    }\n}\n")
                .code;
        assert_eq!(functions(&code), vec![Function { name: "b".into(), line: 3, lines: 5 }]);
    }

    #[test]
    fn test_modules_are_found_and_files_of_tests_are_not_their_module() {
        let code = split("fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n#[cfg(test)]\nmod more;\n").code;
        assert_eq!(test_regions(&code), vec![(2, 5)]);
    }
}
