//! What goes to the server together with the next statement.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use tokio_postgres::{Client, Error, Row, Statement};

use super::connection::references;
use crate::engine::Value;

/// The most statements that wait.
const MOST: usize = 64;

/// Commands and statements that wait, in their order.
#[derive(Default)]
pub(super) struct Pending(Vec<Waiting>);

enum Waiting {
    Commands(String),
    Statement { statement: Statement, params: Vec<Value<'static>>, must_change: bool },
    Query(Statement, Vec<Value<'static>>),
}

/// The rows that queries among the waiting found, in their order.
pub(super) type Answers = Vec<Vec<Row>>;

/// Why one of them, or the call, was not done.
pub(super) enum Broken {
    /// The server says so, or cannot be asked.
    Server(Error),
    /// A statement that must change something has changed nothing.
    Unchanged,
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Server(error)
    }
}

type Sent<'a> = Pin<Box<dyn Future<Output = Result<Option<Vec<Row>>, Broken>> + 'a>>;

impl Pending {
    /// Adds a command.
    pub(super) fn command(&mut self, sql: &str) {
        if let Some(Waiting::Commands(commands)) = self.0.last_mut() {
            commands.push_str(sql);
        } else {
            self.0.push(Waiting::Commands(sql.to_owned()));
        }
    }

    /// Adds a statement whose answer nobody needs, unless it must change something and did not.
    pub(super) fn statement(&mut self, statement: Statement, params: &[Value<'_>], must_change: bool) {
        let params = params.iter().map(Value::to_owned).collect();
        self.0.push(Waiting::Statement { statement, params, must_change });
    }

    /// Adds a query whose answer will be asked for.
    pub(super) fn query(&mut self, statement: Statement, params: Vec<Value<'static>>) {
        self.0.push(Waiting::Query(statement, params));
    }

    /// Takes the queries out that were not sent yet.
    pub(super) fn forget_queries(&mut self) {
        self.0.retain(|waiting| !matches!(waiting, Waiting::Query(..)));
    }

    /// Whether the beginning of the transaction is among them.
    pub(super) fn has_begin(&self) -> bool {
        matches!(self.0.first(), Some(Waiting::Commands(commands)) if commands.starts_with("BEGIN"))
    }

    /// Whether there are statements among them.
    pub(super) fn has_statements(&self) -> bool {
        self.0.iter().any(|waiting| !matches!(waiting, Waiting::Commands(_)))
    }

    /// Whether one of them must change something: only its answer tells.
    pub(super) fn has_to_change(&self) -> bool {
        self.0.iter().any(|waiting| matches!(waiting, Waiting::Statement { must_change: true, .. }))
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
    ) -> Result<(T, Answers), Broken> {
        let mut sent: Vec<Option<Sent<'_>>> = self.0.into_iter().map(|waiting| Some(waiting.send(client))).collect();
        let (mut call, mut result, mut failed) = (pin!(call), None, None);
        let mut answers: Vec<Option<Vec<Row>>> = Vec::new();
        answers.resize_with(sent.len(), || None);
        // Each one goes out when it is polled for the first time: so, in this order.
        poll_fn(|context| {
            for (slot, answer) in sent.iter_mut().zip(&mut answers) {
                if let Some(Poll::Ready(done)) = slot.as_mut().map(|sent| sent.as_mut().poll(context)) {
                    *slot = None;
                    match done {
                        Ok(rows) => *answer = rows,
                        Err(error) => failed = failed.take().or(Some(error)),
                    }
                }
            }
            if result.is_none()
                && let Poll::Ready(done) = call.as_mut().poll(context)
            {
                result = Some(done.map_err(Broken::from));
            }
            match result.take_if(|_| sent.iter().all(Option::is_none)) {
                Some(done) => Poll::Ready(failed.take().map_or(done, Err)),
                None => Poll::Pending,
            }
        })
        .await
        .map(|done| (done, answers.into_iter().flatten().collect()))
    }
}

impl Waiting {
    fn send(self, client: &Client) -> Sent<'_> {
        match self {
            Self::Commands(commands) => Box::pin(async move {
                client.batch_execute(&commands).await?;
                Ok(None)
            }),
            Self::Statement { statement, params, must_change } => Box::pin(async move {
                let changed = client.execute(&statement, &references(&params)).await?;
                if must_change && changed == 0 { Err(Broken::Unchanged) } else { Ok(None) }
            }),
            Self::Query(statement, params) => {
                Box::pin(async move { Ok(Some(client.query(&statement, &references(&params)).await?)) })
            }
        }
    }
}
