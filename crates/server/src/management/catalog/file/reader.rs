//! Tables of the file, member by member: what is wrong is noted, and the rest is read on.

use chancery_domain::{FieldError, Invalid};
use chancery_operations::catalog::Member;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::lines::Lines;

/// Why a value cannot be taken.
pub(super) struct Wrong(pub(super) Invalid, pub(super) String);

/// What a value is read as.
pub(super) type Read<T> = Result<T, Wrong>;

/// A table of the file.
pub(super) struct Table<'t> {
    pub(super) path: String,
    table: &'t DeTable<'t>,
    /// The members that were asked for: others are not known here.
    known: Vec<&'static str>,
}

impl<'t> Table<'t> {
    pub(super) const fn root(table: &'t DeTable<'t>) -> Self {
        Self { path: String::new(), table, known: Vec::new() }
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn take(&mut self, name: &'static str) -> Option<(&'t Spanned<toml::de::DeString<'t>>, &'t Spanned<DeValue<'t>>)> {
        self.known.push(name);
        self.table.get_key_value(name)
    }
}

/// What was read so far.
pub(super) struct Reader {
    faults: Vec<FieldError>,
    lines: Lines,
}

impl Reader {
    pub(super) const fn new(lines: Lines) -> Self {
        Self { faults: Vec::new(), lines }
    }

    pub(super) fn finish(self) -> (Vec<FieldError>, Lines) {
        (self.faults, self.lines)
    }

    /// An error of syntax.
    pub(super) fn broken(&mut self, byte: usize, invalid: Invalid, detail: String) {
        let path = self.lines.note_broken(byte);
        self.faults.push(FieldError::new(path, invalid, detail));
    }

    fn wrong(&mut self, path: String, Wrong(invalid, right): Wrong) {
        self.faults.push(FieldError::new(path, invalid, right));
    }

    /// One member.
    pub(super) fn member<T>(
        &mut self,
        table: &mut Table<'_>,
        name: &'static str,
        read: impl FnOnce(&DeValue<'_>) -> Read<T>,
    ) -> Member<T> {
        let Some((key, value)) = table.take(name) else { return Member::Absent };
        let path = table.path_of(name);
        self.lines.note(&path, key.span().start);
        match read(value.get_ref()) {
            Ok(value) => Member::Given(value),
            Err(wrong) => {
                self.wrong(path, wrong);
                Member::Faulty
            }
        }
    }

    /// The member by which a thing is known: it must be there.
    pub(super) fn name<T>(
        &mut self,
        table: &mut Table<'_>,
        name: &'static str,
        read: impl FnOnce(&DeValue<'_>) -> Read<T>,
    ) -> Option<T> {
        match self.member(table, name, read) {
            Member::Given(value) => Some(value),
            Member::Faulty => None,
            Member::Absent => {
                self.wrong(table.path_of(name), Wrong(Invalid::Required, format!("give the member {name}")));
                None
            }
        }
    }

    /// The tables of a list, such as all `[[products]]`.
    pub(super) fn tables<'t>(&mut self, table: &mut Table<'t>, name: &'static str) -> Vec<Table<'t>> {
        let Some((key, value)) = table.take(name) else { return Vec::new() };
        let path = table.path_of(name);
        self.lines.note(&path, key.span().start);
        let header = path.split(['[', ']']).step_by(2).collect::<String>();
        let right = || Wrong(Invalid::BadFormat, format!("give each in a table of its own, under [[{header}]]"));
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(path, right());
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let path = format!("{path}[{at}]");
            self.lines.note(&path, item.span().start);
            match item.get_ref() {
                DeValue::Table(table) => tables.push(Table { path, table, known: Vec::new() }),
                _ => self.wrong(path, right()),
            }
        }
        tables
    }

    /// The members of a map whose keys the vendor chose, in the order of the file.
    pub(super) fn map<'t>(
        &mut self,
        table: &mut Table<'t>,
        name: &'static str,
    ) -> Vec<(String, &'t str, &'t DeValue<'t>)> {
        let Some((key, value)) = table.take(name) else { return Vec::new() };
        let path = table.path_of(name);
        self.lines.note(&path, key.span().start);
        let DeValue::Table(map) = value.get_ref() else {
            let right = format!("give a table, such as {name} = {{ key = \"value\" }}");
            self.wrong(path, Wrong(Invalid::BadFormat, right));
            return Vec::new();
        };
        let mut members: Vec<_> = map.iter().collect();
        members.sort_by_key(|(key, _)| key.span().start);
        let note = |(key, value): (&'t Spanned<toml::de::DeString<'t>>, &'t Spanned<DeValue<'t>>)| {
            let path = format!("{path}.{}", key.get_ref());
            self.lines.note(&path, key.span().start);
            (path, key.get_ref().as_ref(), value.get_ref())
        };
        members.into_iter().map(note).collect()
    }

    /// Reads a value of a map, or notes why it cannot be read.
    pub(super) fn value<T>(&mut self, path: &str, read: Read<T>) -> Option<T> {
        read.map_err(|wrong| self.wrong(path.to_owned(), wrong)).ok()
    }

    /// Ends a table: whatever was not asked for is not known.
    pub(super) fn close(&mut self, table: Table<'_>) {
        for (key, _) in table.table {
            if table.known.contains(&key.get_ref().as_ref()) {
                continue;
            }
            let path = table.path_of(key.get_ref());
            self.lines.note(&path, key.span().start);
            let known = table.known.join(", ");
            let right = format!("there is no member {} here; known are {known}", key.get_ref());
            self.wrong(path, Wrong(Invalid::UnknownField, right));
        }
    }
}
