//! `chancery clock`: the clock of a sandbox, which can be moved forward (CLK-1).

use chancery_api_types::management::{Clock, MoveClock};
use chancery_api_types::wire::{TimestampText, WireInterval};
use clap::Subcommand;

use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::session::Session;
use crate::values::interval;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Show the vendor's clock
    Get,
    /// Move a sandbox's clock forward
    #[command(alias = "set")]
    Move {
        /// An instant, or how far forward, such as +40d
        #[arg(value_name = "INSTANT|+INTERVAL", value_parser = target)]
        to: Target,
    },
}

/// Where a clock is moved.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    At(TimestampText),
    Ahead(WireInterval),
}

fn target(text: &str) -> Result<Target, String> {
    match text.strip_prefix('+') {
        Some(ahead) => interval(ahead).map(Target::Ahead),
        None => text.parse().map(Target::At).map_err(|error| format!("{error}, or how far forward, such as +40d")),
    }
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let path = path(&[&"clock"])?;
        let now = match self {
            Self::Get => return session.show(&path).await,
            Self::Move { to: Target::At(instant) } => instant,
            Self::Move { to: Target::Ahead(interval) } => {
                let clock: Clock = session.api.get(&path).await?;
                clock.now.0.plus(interval.0).into()
            }
        };
        session.post(&path, &MoveClock { now }).await
    }
}
