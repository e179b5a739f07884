//! `chancery customer import`: customers as a table, in as many requests as it needs.

mod parts;

use std::path::PathBuf;

use chancery_api_types::Code;
use chancery_api_types::management::{CustomerAction, CustomersImport};
use chancery_server::Randomness;
use clap::Args;

use self::parts::{Part, split};
use crate::api::{path, with_query};
use crate::progress::ProgressArgs;
use crate::session::Session;
use crate::{Failure, file, render};

const CSV: &str = "text/csv";
/// How often a request is sent whose reply does not come. It is done once all the same, by its idempotency key (SAFE-1).
const TRIES: u32 = 3;

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The file (CSV in UTF-8, parted by `,` or `;`); `-` for standard input
    file: PathBuf,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    progress: ProgressArgs,
}

impl Import {
    pub(crate) async fn run(self, session: &Session) -> Result<(), Failure> {
        let parts = split(&file::read_or_standard_input(&self.file)?)?;
        let seed = Randomness::system().seed().map_err(|error| Failure::internal(format!("{error:?}")))?;
        let fresh: String = seed.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        // Nothing is changed while anything in the file is wrong: all of it is tried first.
        let mut done = self.send(session, &parts, true, &fresh).await?;
        if !self.dry_run {
            done = self.send(session, &parts, false, &fresh).await?;
        }
        session.printer.result(&done, summary);
        Ok(())
    }

    async fn send(
        &self,
        session: &Session,
        parts: &[Part],
        dry_run: bool,
        fresh: &str,
    ) -> Result<CustomersImport, Failure> {
        let query = [("dryRun", dry_run.then(|| "true".to_owned()))];
        let path = with_query(&path(&[&"customers", &"import"])?, query.iter());
        let what = if dry_run { "rows checked" } else { "rows imported" };
        let mut progress = self.progress.begin(session.printer, what, Some(parts.iter().map(Part::rows).sum()));
        let mut whole = CustomersImport { dry_run, created: 0, updated: 0, unchanged: 0, customers: Vec::new() };
        let (mut done, mut wrong) = (0, None::<Failure>);
        for (number, part) in parts.iter().enumerate() {
            // A dry run is no change, and what another one was told is not told again.
            let once = if dry_run { session.api.without_idempotency() } else { session.api.numbered(fresh, number) };
            match patiently(|| once.post_text(&path, CSV, part.text.clone())).await {
                Ok(reply) => add(&mut whole, part, reply),
                Err(mut failure) => {
                    failure.errors_mut().iter_mut().for_each(|error| error.row = error.row.map(|row| part.row(row)));
                    if !dry_run || failure.code() != Code::ValidationFailed.name() {
                        return Err(cut(failure, done));
                    }
                    // All that is wrong in the file is told at once.
                    match &mut wrong {
                        None => wrong = Some(failure),
                        Some(first) => first.errors_mut().append(failure.errors_mut()),
                    }
                }
            }
            done += part.rows();
            progress.at(done);
        }
        drop(progress);
        wrong.map_or(Ok(whole), |mut wrong| {
            wrong.errors_mut().sort_by_key(|error| error.row);
            Err(wrong)
        })
    }
}

/// Sends again what got no reply.
async fn patiently<T>(send: impl AsyncFn() -> Result<T, Failure>) -> Result<T, Failure> {
    let mut tries = 1;
    loop {
        match send().await {
            Err(failure) if failure.code() == Code::ServerUnreachable.name() && tries < TRIES => tries += 1,
            other => return other,
        }
    }
}

fn cut(failure: Failure, done: u64) -> Failure {
    if done == 0 {
        return failure;
    }
    failure.hint(format!("{done} rows are imported; import the same file again: what is done is not done twice"))
}

fn add(whole: &mut CustomersImport, part: &Part, mut reply: CustomersImport) {
    reply.customers.iter_mut().for_each(|customer| customer.row = part.row(customer.row));
    whole.created += reply.created;
    whole.updated += reply.updated;
    whole.unchanged += reply.unchanged;
    whole.customers.append(&mut reply.customers);
}

/// A line for every customer that changes, and how many there are.
fn summary(done: &CustomersImport) -> String {
    let mut lines = Vec::new();
    for customer in &done.customers {
        let verb = match customer.action {
            CustomerAction::Create => "create",
            CustomerAction::Update => "update",
            CustomerAction::Unchanged => continue,
        };
        lines.push(format!("{verb} {} (row {})", customer.reference, customer.row));
        if customer.action == CustomerAction::Update {
            lines.extend(
                customer
                    .changes
                    .iter()
                    .map(|one| render::printable(&format!("  {}: {} -> {}", one.field, one.from, one.to))),
            );
        }
    }
    let ending = if done.dry_run { " Nothing was changed: this was a dry run." } else { "" };
    let CustomersImport { created, updated, unchanged, .. } = done;
    lines.push(format!("{created} created, {updated} updated, {unchanged} unchanged.{ending}"));
    lines.join("\n")
}
