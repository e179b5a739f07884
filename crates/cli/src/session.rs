//! What a management command works with: the API, and the printer.

use serde::Serialize;

use crate::api::Api;
use crate::node::Node;
use crate::{Failure, Printer, dry_run, render};

/// The API of one server, and where results go.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) api: Api,
    pub(crate) printer: Printer,
    /// Whether a thing is shown with its version (API-4).
    pub(crate) show_version: bool,
}

impl Session {
    /// Shows a resource.
    pub(crate) async fn show(&self, path: &str) -> Result<(), Failure> {
        let (mut found, version) = self.api.get_with_version::<Node>(path).await?;
        if let (true, Some(version), Node::Object(members)) = (self.show_version, version, &mut found) {
            members.push(("version".to_owned(), Node::Text(version)));
        }
        self.print(&found)
    }

    /// Makes a resource, or gives a command, and shows what it became.
    pub(crate) async fn post(&self, path: &str, body: &impl Serialize) -> Result<(), Failure> {
        let made: Node = self.api.post(path, body).await?;
        self.print(&made)
    }

    /// Changes a resource, and shows what it became.
    pub(crate) async fn patch(&self, path: &str, body: &impl Serialize) -> Result<(), Failure> {
        let changed: Node = self.api.patch(path, body).await?;
        self.print(&changed)
    }

    /// Sets a value, and shows what it became.
    pub(crate) async fn put(&self, path: &str, body: &impl Serialize) -> Result<(), Failure> {
        let changed: Node = self.api.put(path, body).await?;
        self.print(&changed)
    }

    /// Removes a resource. `done` says so.
    pub(crate) async fn delete(&self, path: &str, done: impl Into<String>) -> Result<(), Failure> {
        self.delete_with(path, None::<&()>, done).await
    }

    /// Removes a resource, with something to say about it.
    pub(crate) async fn delete_with(
        &self,
        path: &str,
        body: Option<&impl Serialize>,
        done: impl Into<String>,
    ) -> Result<(), Failure> {
        if let Some(dry_run) = self.api.delete::<Node>(path, body).await? {
            return self.print(&dry_run);
        }
        let done = done.into();
        // The API answers with nothing; programs get something that they can read all the same.
        self.printer.result(&serde_json::json!({}), |_| done);
        Ok(())
    }

    /// Shows the reply of a command that ends what local servers have (LLS-4).
    pub(crate) fn print_loss(&self, reply: &Node) -> Result<(), Failure> {
        let text = if dry_run::is(reply) { dry_run::loss } else { render::lines };
        self.printer.result(reply, text);
        Ok(())
    }

    /// Shows a reply.
    pub(crate) fn print(&self, reply: &Node) -> Result<(), Failure> {
        let text = if dry_run::is(reply) { dry_run::text } else { render::lines };
        self.printer.result(reply, text);
        Ok(())
    }
}
