//! Tells the story: numbered chapters of sentences for people, one JSON line per event for programs.

use std::cell::Cell;

use chancery_client::Problem;
use serde_json::{Value, json};

use super::text::wrapped;
use crate::Printer;

/// The longest line.
const WIDTH: usize = 100;

/// Tells the story.
#[derive(Debug)]
pub(super) struct Teller {
    printer: Printer,
    chapter: Cell<u32>,
}

impl Teller {
    pub(super) const fn new(printer: Printer) -> Self {
        Self { printer, chapter: Cell::new(0) }
    }

    /// Says what this is.
    pub(super) fn begin(&self, facts: Value, sentence: &str) {
        self.line("begin", facts, sentence, || indented(sentence, "", ""));
    }

    /// Begins the next chapter.
    pub(super) fn chapter(&self, title: &str) {
        let number = self.chapter.get() + 1;
        self.chapter.set(number);
        let event = json!({ "event": "chapter", "number": number, "title": title });
        self.printer.result(&event, |_| format!("\n{number}. {title}"));
    }

    /// Something happened. `facts` is an object: programs get it with the event's name and the sentence.
    pub(super) fn tell(&self, event: &str, facts: Value, sentence: impl AsRef<str>) {
        let sentence = sentence.as_ref();
        self.line(event, facts, sentence, || indented(sentence, "   ", "   "));
    }

    /// The server said no to what `tried` says. Its own words say why, and what to do.
    pub(super) fn refused(&self, event: &str, tried: &str, problem: &Problem) {
        let sentence = format!("{tried}: refused ({}).", problem.code);
        let facts = json!({ "problem": problem });
        self.line(event, facts, &sentence, || {
            format!("{}\n{}", indented(&sentence, "   ", "   "), indented(&problem.detail, "     > ", "     > "))
        });
    }

    /// Something to be copied from the terminal: it is not broken into lines.
    pub(super) fn copy(&self, event: &str, name: &str, text: &str) {
        self.line(event, json!({ "name": name, "text": text }), "", || format!("   {name:<16} {text}"));
    }

    /// A command to be copied.
    pub(super) fn command(&self, command: &str) {
        self.line("command", json!({ "command": command }), "", || format!("     {command}"));
    }

    fn line(&self, event: &str, facts: Value, sentence: &str, text: impl FnOnce() -> String) {
        let mut line = json!({ "event": event });
        if let (Value::Object(line), Value::Object(facts)) = (&mut line, facts) {
            if !sentence.is_empty() {
                line.insert("sentence".to_owned(), sentence.into());
            }
            line.extend(facts);
        }
        self.printer.result(&line, |_| text());
    }
}

fn indented(text: &str, first: &str, next: &str) -> String {
    let lines = wrapped(text, WIDTH - first.len());
    let lines = lines.iter().enumerate().map(|(i, line)| format!("{}{line}", if i == 0 { first } else { next }));
    lines.collect::<Vec<_>>().join("\n")
}
