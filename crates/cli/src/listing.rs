//! Options of lists, and how pages follow each other (API-3).

use clap::Args;

use crate::api::escaped;
use crate::node::Node;
use crate::session::Session;
use crate::values::pair;
use crate::{Failure, render};

/// Which part of a list.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Page")]
pub(crate) struct ListArgs {
    /// At most so many: 1 to 100 [default: 50]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100))]
    limit: Option<u16>,
    /// Go on where the page before ended: its `nextCursor`
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<String>,
    /// All pages
    #[arg(long)]
    all: bool,
    /// The newest first
    #[arg(long)]
    newest_first: bool,
    /// Of what has metadata, only what has this text under this key; can be given several times
    #[arg(long = "where", value_name = "KEY=VALUE", value_parser = pair)]
    metadata: Vec<(String, String)>,
}

/// A parameter of a list's query: its name, and its value if it was given.
pub(crate) type Filter<'a> = (&'a str, Option<String>);

impl ListArgs {
    /// Prints a list; with `--all` every page of it.
    pub(crate) async fn print(
        &self,
        session: &Session,
        path: &str,
        filters: &[Filter<'_>],
        columns: &[&str],
    ) -> Result<(), Failure> {
        let mut cursor = self.cursor.clone();
        let mut items = Vec::new();
        loop {
            let page: Node = session.api.get(&self.query(path, filters, cursor.take())).await?;
            let next = page.get("nextCursor").and_then(Node::as_str).map(str::to_owned);
            if !self.all {
                return self.show(session, &page, page.items_member(), next.as_deref(), columns);
            }
            items.extend(page.items_member().iter().cloned());
            if next.is_none() {
                let whole = Node::Object(vec![("items".into(), Node::List(items)), ("nextCursor".into(), Node::Null)]);
                return self.show(session, &whole, whole.items_member(), None, columns);
            }
            cursor = next;
        }
    }

    fn query(&self, path: &str, filters: &[Filter<'_>], cursor: Option<String>) -> String {
        // Whoever wants everything wants it in few requests.
        let limit = self.limit.or(self.all.then_some(100)).map(|limit| limit.to_string());
        let sort = self.newest_first.then(|| "-created".to_owned());
        let names: Vec<String> = self.metadata.iter().map(|(key, _)| escaped(&format!("metadata[{key}]"))).collect();
        let members = names.iter().zip(&self.metadata).map(|(name, (_, value))| (name.as_str(), Some(value.clone())));
        let mut own = vec![("limit", limit), ("cursor", cursor), ("sort", sort)];
        own.extend(members);
        crate::api::with_query(path, own.iter().chain(filters))
    }

    fn show(
        &self,
        session: &Session,
        page: &Node,
        items: &[Node],
        next: Option<&str>,
        columns: &[&str],
    ) -> Result<(), Failure> {
        session.printer.result(page, |_| {
            if items.is_empty() {
                return "There are none.".to_owned();
            }
            let table = render::table(items, columns);
            next.map_or_else(|| table.clone(), |next| format!("{table}\nThere are more: add --all, or --cursor {next}"))
        });
        Ok(())
    }
}

impl Node {
    fn items_member(&self) -> &[Self] {
        self.get("items").map_or(&[], Self::items)
    }
}
