//! Pages of lists (API-3): by id, which is also by the time of making, so they are stable while rows are added.

use crate::columns::to_json;

/// The most rows of a page.
pub const LONGEST_PAGE: u16 = 100;

/// The most members of metadata that a list is filtered by at once.
pub const MOST_MEMBERS: usize = 3;

/// The most rows that one page looks at, where only those are wanted that a rule chooses.
pub const STRETCH: usize = 2_000;

/// Which page is wanted.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// How many rows: 1 to [`LONGEST_PAGE`].
    pub limit: u16,
    /// Behind which row; nothing: from the beginning.
    pub after: Option<String>,
    /// The newest first.
    pub descending: bool,
    /// Only rows whose metadata have all these members: [`MOST_MEMBERS`] at most.
    pub metadata: Vec<(String, String)>,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { limit: 50, after: None, descending: false, metadata: Vec::new() }
    }
}

impl PageRequest {
    /// Where the page begins, as a text that is below or above every id.
    pub(crate) fn from(&self) -> String {
        self.after.clone().unwrap_or_else(|| if self.descending { "zz" } else { "" }.to_owned())
    }

    /// One of the members of metadata as it stands in the column, behind a comma; an empty text for none. Nothing else can be mistaken
    /// for it: within a text of JSON a quotation mark has a backslash before it.
    pub(crate) fn member(&self, number: usize) -> String {
        let member = self.metadata.get(number);
        member.map_or_else(String::new, |(name, value)| {
            format!(",{}:{}", to_json(name.as_str()), to_json(value.as_str()))
        })
    }

    /// Reads on until the page is full of rows that are wanted, which a rule decides and not the database; or until [`STRETCH`] rows
    /// were looked at. Then the page is shorter, or empty, although more come.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn sift<T, E>(
        &self,
        mut read: impl FnMut(&Self) -> Result<List<T>, E>,
        wanted: impl Fn(&T) -> bool,
        cursor: impl Fn(&T) -> String,
    ) -> Result<List<T>, E> {
        let mut page = Self { limit: LONGEST_PAGE, ..self.clone() };
        let (mut items, mut seen) = (Vec::new(), 0);
        loop {
            let List { items: found, next } = read(&page)?;
            seen += found.len();
            items.extend(found.into_iter().filter(&wanted));
            if items.len() > usize::from(self.limit) {
                return Ok(self.cut(items, cursor));
            }
            page.after = next;
            if page.after.is_none() || seen >= STRETCH {
                return Ok(List { items, next: page.after });
            }
        }
    }

    /// Chooses between two statements.
    pub(crate) fn pick(&self, (ascending, descending): (&'static str, &'static str)) -> &'static str {
        if self.descending { descending } else { ascending }
    }

    /// Cuts the page out of a whole list, which is in the order of its cursors.
    pub fn cut_out<T>(&self, mut all: Vec<T>, cursor: impl Fn(&T) -> String) -> List<T> {
        if self.descending {
            all.reverse();
        }
        if let Some(after) = &self.after {
            all.retain(|item| if self.descending { cursor(item) < *after } else { cursor(item) > *after });
        }
        self.cut(all, cursor)
    }

    /// Cuts what was read (one row more than the longest page) to the page, and says where the next begins.
    pub(crate) fn cut<T>(&self, mut items: Vec<T>, cursor: impl Fn(&T) -> String) -> List<T> {
        let limit = usize::from(self.limit);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(cursor) } else { None };
        List { items, next }
    }
}

/// One page.
#[derive(Clone, Debug)]
pub struct List<T> {
    /// Its rows.
    pub items: Vec<T>,
    /// What to ask for to get the next page; nothing at the end.
    pub next: Option<String>,
}

impl<T> List<T> {
    /// The same page of other things.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> List<U> {
        List { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

/// Two statements, ascending and descending, of one select list and filter. `$1` is the vendor, `$2` where the page begins; one row
/// more than the longest page is read, so that its presence tells of a next page.
macro_rules! listing {
    ($select:ident, $filter:literal) => {
        (
            concat!($select!(), " WHERE t.vendor_id = $1 AND t.id > $2 ", $filter, " ORDER BY t.id LIMIT 101"),
            concat!($select!(), " WHERE t.vendor_id = $1 AND t.id < $2 ", $filter, " ORDER BY t.id DESC LIMIT 101"),
        )
    };
    ($select:ident, $filter:literal, metadata $one:literal $two:literal $three:literal) => {{
        macro_rules! whole {
            ($begin:literal, $end:literal) => {
                concat!(
                    $select!(),
                    $begin,
                    $filter,
                    $crate::paging::has_member!($one),
                    $crate::paging::has_member!($two),
                    $crate::paging::has_member!($three),
                    $end
                )
            };
        }
        (
            whole!(" WHERE t.vendor_id = $1 AND t.id > $2 ", " ORDER BY t.id LIMIT 101"),
            whole!(" WHERE t.vendor_id = $1 AND t.id < $2 ", " ORDER BY t.id DESC LIMIT 101"),
        )
    }};
}

/// Whether the metadata, which are an object of JSON without spaces, have a member: a parameter that is an empty text asks nothing.
macro_rules! has_member {
    ($parameter:literal) => {
        concat!(
            " AND (CAST(",
            $parameter,
            " AS TEXT) = '' OR REPLACE(',' || SUBSTR(t.metadata, 2), ",
            $parameter,
            ", '') <> ',' || SUBSTR(t.metadata, 2))"
        )
    };
}

pub(crate) use {has_member, listing};
