//! Lines of a file, by the paths of its members.

use std::collections::HashMap;

/// On which line what stands. Lines are counted from 1.
pub(crate) struct Lines {
    /// The bytes at which lines begin.
    starts: Vec<usize>,
    by_path: HashMap<String, u32>,
    broken: bool,
}

impl Lines {
    pub(super) fn of_text(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { starts, by_path: HashMap::new(), broken: false }
    }

    /// The line of a byte.
    fn at(&self, byte: usize) -> u32 {
        u32::try_from(self.starts.partition_point(|start| *start <= byte)).unwrap_or(u32::MAX)
    }

    /// Notes where a member stands.
    pub(super) fn note(&mut self, path: &str, byte: usize) {
        let line = self.at(byte);
        self.by_path.insert(path.to_owned(), line);
    }

    /// Notes an error of syntax, which belongs to no member; returns what stands in the place of a path.
    pub(super) fn note_broken(&mut self, byte: usize) -> String {
        self.broken = true;
        let path = format!("line {}", self.at(byte));
        self.note(&path, byte);
        path
    }

    /// Whether the file is not TOML, so that not all of it was read.
    pub(in super::super) const fn are_broken(&self) -> bool {
        self.broken
    }

    /// The line of a path; of a member that is not there, that of what it is missing in.
    pub(in super::super) fn of(&self, path: &str) -> Option<u32> {
        let mut rest = path;
        loop {
            if let Some(line) = self.by_path.get(rest) {
                return Some(*line);
            }
            rest = &rest[..rest.rfind(['.', '['])?];
        }
    }
}
