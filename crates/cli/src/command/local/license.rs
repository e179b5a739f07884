//! `chancery local license`: the server's own license, by tokens that are carried (LLS-1, LLS-2).

use chancery_api_types::local::RequestLocalLicense;
use chancery_api_types::wire::{NameText, Secret};
use clap::Subcommand;
use serde_json::json;

use super::carried;
use crate::Failure;
use crate::api::local_path;
use crate::carried::{GivenToken, Made, OutArgs};
use crate::command::managed::Verbs;
use crate::node::Node;
use crate::secret::{Source, warn_of_code};
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Say whether the server may serve, until when, and what needs care
    Status,
    /// Make a request, to be carried to the vendor; again, if it was lost on its way
    Request {
        /// The server's activation code, of the customer's order; from @FILE or - (standard input) it is in no list of processes
        #[arg(
            long,
            value_name = "CODE|@FILE|-",
            env = "CHANCERY_CODE",
            hide_env_values = true,
            allow_hyphen_values = true
        )]
        code: Source,
        /// What the vendor reads of this server [default: the name that it was made with]
        #[arg(long)]
        name: Option<NameText>,
        #[command(flatten)]
        out: OutArgs,
    },
    /// Apply the vendor's response: the server serves
    Activate(GivenToken),
    /// Apply a refresh of the vendor's: the server serves on
    Refresh(GivenToken),
    /// Give the license up at once, and make the token that tells the vendor so; again: the same token
    Deactivate(OutArgs),
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Status => session.show(&path("status")?).await,
            Self::Request { code, name, out } => {
                let code = code.read()?;
                warn_of_code(session.printer, &code);
                let body = RequestLocalLicense { activation_code: Secret(code), server_name: name };
                let reply: Node = session.api.post_anew(&path("generate-activation-token")?, &body).await?;
                let remark = "The answer comes back here: `chancery local license activate` takes it.";
                out.give(session.printer, Made::of("local server request".to_owned(), reply, remark)?)
            }
            Self::Activate(token) => apply(session, "activate", &token).await,
            Self::Refresh(token) => apply(session, "refresh", &token).await,
            Self::Deactivate(out) => deactivate(session, &out).await,
        }
    }
}

/// What is hosted stays, and is of no use until the server is activated again (EXP-11).
async fn deactivate(session: &Session, out: &OutArgs) -> Result<(), Failure> {
    let reply: Node = session.api.post_anew(&path("deactivate")?, &json!({})).await?;
    let hosted = reply.get("hosted").and_then(Node::as_u64).unwrap_or(0);
    let remark = "No product is served from now on; those that have leases run on until they end.";
    out.give(session.printer, Made::of("local server deactivation".to_owned(), reply, remark)?)?;
    if hosted > 0 {
        session.printer.note(format!(
            "Warning: this server still hosts {hosted} entitlements. They are held for it until it is activated again, or each is \
             given back by `chancery local entitlement delete`."
        ));
    }
    Ok(())
}

fn path(verb: &str) -> Result<String, Failure> {
    local_path(&[&"license", &verb])
}

async fn apply(session: &Session, verb: &str, token: &GivenToken) -> Result<(), Failure> {
    session.print(&carried(session, &format!("local license {verb}"), &path(verb)?, token).await?)
}
