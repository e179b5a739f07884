//! What goes to the server together with the next statement.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use tokio_postgres::{Client, Error, Statement};

use super::connection::references;
use crate::engine::Value;

/// The most statements that wait.
const MOST: usize = 64;

/// Commands and statements that wait, in their order.
#[derive(Default)]
pub(super) struct Pending(Vec<Waiting>);

enum Waiting {
    Commands(String),
    Statement(Statement, Vec<Value<'static>>),
}

type Sent<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>;

impl Pending {
    /// Adds a command.
    pub(super) fn command(&mut self, sql: &str) {
        if let Some(Waiting::Commands(commands)) = self.0.last_mut() {
            commands.push_str(sql);
        } else {
            self.0.push(Waiting::Commands(sql.to_owned()));
        }
    }

    /// Adds a statement whose answer nobody needs.
    pub(super) fn statement(&mut self, statement: Statement, params: &[Value<'_>]) {
        self.0.push(Waiting::Statement(statement, params.iter().map(Value::to_owned).collect()));
    }

    /// Whether the beginning of the transaction is among them.
    pub(super) fn has_begin(&self) -> bool {
        matches!(self.0.first(), Some(Waiting::Commands(commands)) if commands.starts_with("BEGIN"))
    }

    /// Whether there are statements among them.
    pub(super) fn has_statements(&self) -> bool {
        self.0.iter().any(|waiting| matches!(waiting, Waiting::Statement(..)))
    }

    /// Whether no more should wait.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= MOST
    }

    /// Sends all of them and then makes a call, without waiting in between. The first error is that of the whole.
    pub(super) async fn before<T>(
        self,
        client: &Client,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let mut sent: Vec<Option<Sent<'_>>> = self.0.into_iter().map(|waiting| Some(waiting.send(client))).collect();
        let (mut call, mut result, mut failed) = (pin!(call), None, None);
        // Each one goes out when it is polled for the first time: so, in this order.
        poll_fn(|context| {
            for slot in &mut sent {
                if let Some(Poll::Ready(done)) = slot.as_mut().map(|sent| sent.as_mut().poll(context)) {
                    *slot = None;
                    failed = failed.take().or(done.err());
                }
            }
            if result.is_none()
                && let Poll::Ready(done) = call.as_mut().poll(context)
            {
                result = Some(done);
            }
            match result.take_if(|_| sent.iter().all(Option::is_none)) {
                Some(done) => Poll::Ready(failed.take().map_or(done, Err)),
                None => Poll::Pending,
            }
        })
        .await
    }
}

impl Waiting {
    fn send(self, client: &Client) -> Sent<'_> {
        match self {
            Self::Commands(commands) => Box::pin(async move { client.batch_execute(&commands).await }),
            Self::Statement(statement, params) => {
                Box::pin(async move { client.execute(&statement, &references(&params)).await.map(drop) })
            }
        }
    }
}
