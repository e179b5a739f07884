//! What `activate` and `validate` ask for.

use chancery_client::Activate;
use clap::Args;

use super::secret::Source;
use crate::Failure;

/// By what right a seat is wanted, and for whom.
#[derive(Debug, Args)]
pub(super) struct Request {
    /// The product's id
    #[arg(long, value_name = "ID")]
    pub(super) product: String,
    /// The activation code; from @FILE or - (standard input) it is in no list of processes
    #[arg(
        long,
        value_name = "CODE|@FILE|-",
        env = "CHANCERY_CODE",
        hide_env_values = true,
        allow_hyphen_values = true
    )]
    code: Source,
    /// Who holds the seat: a device, a user, a workload [default of activate: the machine's name; of validate: nobody]
    #[arg(long, value_name = "ID")]
    seat_id: Option<String>,
    /// What people read of the seat
    #[arg(long, value_name = "NAME")]
    seat_name: Option<String>,
    /// The edition, by id or key, where the code leads to several
    #[arg(long)]
    edition: Option<String>,
    /// The licensee secret, for products that use one
    #[arg(
        long,
        value_name = "SECRET|@FILE|-",
        env = "CHANCERY_SECRET",
        hide_env_values = true,
        allow_hyphen_values = true
    )]
    secret: Option<Source>,
}

impl Request {
    /// For a seat: without a seat id, this machine's.
    pub(super) fn activate(&self) -> Result<Activate, Failure> {
        self.wanted(self.seat_id.clone().or_else(machine))
    }

    /// For an answer alone: nothing of this machine is sent that nobody gave.
    pub(super) fn validate(&self) -> Result<Activate, Failure> {
        self.wanted(self.seat_id.clone())
    }

    fn wanted(&self, seat_id: Option<String>) -> Result<Activate, Failure> {
        if self.code.is_input() && self.secret.as_ref().is_some_and(Source::is_input) {
            return Err(Failure::usage("--code and --secret cannot both be standard input"));
        }
        let mut wanted = Activate::code(self.code.read()?);
        if let Some(id) = seat_id {
            wanted = wanted.seat_id(id);
        }
        if let Some(name) = &self.seat_name {
            wanted = wanted.seat_name(name);
        }
        if let Some(edition) = &self.edition {
            wanted = wanted.edition(edition);
        }
        Ok(match &self.secret {
            Some(secret) => wanted.licensee_secret(secret.read()?),
            None => wanted,
        })
    }
}

/// The machine's name, where the system tells it.
fn machine() -> Option<String> {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = kernel.or_else(|| std::env::var("COMPUTERNAME").or_else(|_| std::env::var("HOSTNAME")).ok())?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}
