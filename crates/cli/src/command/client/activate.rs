//! What `activate` and `validate` ask for.

use chancery_client::{Activate, Secret};
use clap::Args;

use crate::secret::{Source, warn_of_code};
use crate::{Failure, Printer};

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
        allow_hyphen_values = true,
        required_unless_present_any = ["licensee", "openid_token", "username"]
    )]
    code: Option<Source>,
    /// A token of the vendor's OpenID provider instead of a code: a contact has signed in there
    #[arg(
        long,
        value_name = "TOKEN|@FILE|-",
        env = "CHANCERY_OPENID_TOKEN",
        hide_env_values = true,
        conflicts_with_all = ["code", "licensee", "username"]
    )]
    openid_token: Option<Source>,
    /// A contact's address instead of a code
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["code", "licensee"], requires = "password")]
    username: Option<String>,
    /// The contact's password; from @FILE or - (standard input) it is in no list of processes
    #[arg(
        long,
        value_name = "PASSWORD|@FILE|-",
        env = "CHANCERY_PASSWORD",
        hide_env_values = true,
        allow_hyphen_values = true
    )]
    password: Option<Source>,
    /// The licensee's number instead of a code, for products that take it
    #[arg(long, value_name = "NUMBER", conflicts_with = "code")]
    licensee: Option<String>,
    /// What the customer is called, where the licensee is new [default: the number]
    #[arg(long, value_name = "NAME", requires = "licensee")]
    customer_name: Option<String>,
    /// Who holds the seat: a device, a user, a workload [default of activate: this machine; of validate: nobody]
    #[arg(long, value_name = "ID")]
    seat_id: Option<String>,
    /// What people read of the seat
    #[arg(long, value_name = "NAME")]
    seat_name: Option<String>,
    /// The edition, by id or key, where the code leads to several
    #[arg(long)]
    edition: Option<String>,
    #[command(flatten)]
    secret: SecretArgs,
}

/// What the licensee is recognised by besides.
#[derive(Debug, Args)]
pub(super) struct SecretArgs {
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

impl SecretArgs {
    pub(super) fn read(&self) -> Result<Option<Secret>, Failure> {
        Ok(self.secret.as_ref().map(Source::read).transpose()?.map(Secret))
    }
}

impl Request {
    /// For a seat: without a seat id, this machine's.
    pub(super) fn activate(&self) -> Result<Activate, Failure> {
        self.activating(&|_| ())
    }

    /// The same where the answer comes days later: a code that looks mistyped is warned of.
    pub(super) fn activate_carried(&self, printer: Printer) -> Result<Activate, Failure> {
        self.activating(&|code| warn_of_code(printer, code))
    }

    fn activating(&self, seen: &dyn Fn(&str)) -> Result<Activate, Failure> {
        let mut wanted = self.wanted(self.seat_id.clone(), seen)?;
        if self.seat_id.is_none()
            && self.seat_name.is_none()
            && let Some(name) = machine()
        {
            wanted = wanted.seat_name(name);
        }
        Ok(wanted)
    }

    /// For an answer alone: nothing of this machine is sent that nobody gave.
    pub(super) fn validate(&self) -> Result<Activate, Failure> {
        self.wanted(self.seat_id.clone(), &|_| ())
    }

    /// Whose seat it is, for people.
    pub(super) fn seat(&self) -> Option<String> {
        self.seat_id.clone().or_else(|| self.seat_name.clone()).or_else(machine)
    }

    fn credential(&self, seen: &dyn Fn(&str)) -> Result<Activate, Failure> {
        match (&self.licensee, &self.openid_token, (&self.username, &self.password), &self.code) {
            (Some(number), ..) => Ok(Activate::licensee(number)),
            (_, Some(token), ..) => Ok(Activate::openid_token(token.read()?)),
            (_, _, (Some(username), Some(password)), _) => Ok(Activate::password(username, password.read()?)),
            (.., Some(code)) => {
                let code = code.read()?;
                seen(&code);
                Ok(Activate::code(code))
            }
            _ => Err(Failure::usage("give --code, --licensee, --openid-token, or --username with --password")),
        }
    }

    fn wanted(&self, seat_id: Option<String>, seen: &dyn Fn(&str)) -> Result<Activate, Failure> {
        let is_input = |source: &Option<Source>| source.as_ref().is_some_and(Source::is_input);
        if is_input(&self.code) && is_input(&self.secret.secret) {
            return Err(Failure::usage("--code and --secret cannot both be standard input"));
        }
        let mut wanted = self.credential(seen)?;
        if let Some(name) = &self.customer_name {
            wanted = wanted.customer_name(name);
        }
        if let Some(id) = seat_id {
            wanted = wanted.seat_id(id);
        }
        if let Some(name) = &self.seat_name {
            wanted = wanted.seat_name(name);
        }
        if let Some(edition) = &self.edition {
            wanted = wanted.edition(edition);
        }
        Ok(match self.secret.read()? {
            Some(secret) => wanted.licensee_secret(secret.expose()),
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
