//! What `activate` and `validate` ask for.

use chancery_client::Activate;
use clap::Args;

/// By what right a seat is wanted, and for whom.
#[derive(Debug, Args)]
pub(super) struct Request {
    /// The product's id
    #[arg(long, value_name = "ID")]
    pub(super) product: String,
    /// The activation code
    #[arg(long)]
    code: String,
    /// Who holds the seat: a device, a user, a workload [default of activate: the machine's name]
    #[arg(long, value_name = "ID")]
    seat_id: Option<String>,
    /// What people read of the seat
    #[arg(long, value_name = "NAME")]
    seat_name: Option<String>,
    /// The edition, by id or key, where the code leads to several
    #[arg(long)]
    edition: Option<String>,
    /// The licensee secret, for products that use one
    #[arg(long)]
    secret: Option<String>,
}

impl From<&Request> for Activate {
    fn from(request: &Request) -> Self {
        let mut wanted = Self::code(&request.code);
        if let Some(id) = request.seat_id.clone().or_else(machine) {
            wanted = wanted.seat_id(id);
        }
        if let Some(name) = &request.seat_name {
            wanted = wanted.seat_name(name);
        }
        if let Some(edition) = &request.edition {
            wanted = wanted.edition(edition);
        }
        match &request.secret {
            Some(secret) => wanted.licensee_secret(secret),
            None => wanted,
        }
    }
}

/// The machine's name, where the system tells it.
fn machine() -> Option<String> {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = kernel.or_else(|| std::env::var("COMPUTERNAME").or_else(|_| std::env::var("HOSTNAME")).ok())?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}
