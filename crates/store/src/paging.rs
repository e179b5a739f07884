//! Pages of lists (API-3): by id, which is also by the time of making, so they are stable while rows are added.

/// The most rows of a page.
pub const LONGEST_PAGE: u16 = 100;

/// Which page is wanted.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// How many rows: 1 to [`LONGEST_PAGE`].
    pub limit: u16,
    /// Behind which row; nothing: from the beginning.
    pub after: Option<String>,
    /// The newest first.
    pub descending: bool,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { limit: 50, after: None, descending: false }
    }
}

impl PageRequest {
    /// Where the page begins, as a text that is below or above every id.
    pub(crate) fn from(&self) -> String {
        self.after.clone().unwrap_or_else(|| if self.descending { "zz" } else { "" }.to_owned())
    }

    /// Chooses between two statements.
    pub(crate) fn pick(&self, (ascending, descending): (&'static str, &'static str)) -> &'static str {
        if self.descending { descending } else { ascending }
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
}

pub(crate) use listing;
