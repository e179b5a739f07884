//! Registering a local server with the activation of its license (LLS-2).

use chancery_domain::{
    FieldError, Invalid, LocalServer, LocalServerId, MachineIdentity, Name, OrderId, Refusal, ServerKeys,
};
use chancery_store::{export_session, local_servers, order};
use chancery_token::{KeyFault, LocalServerRequest, TokenError};

use crate::activation::ActivationView;
use crate::{Change, Error};

/// What a local server says of itself when it asks for its license.
#[derive(Clone)]
pub(crate) struct Registration {
    id: LocalServerId,
    name: Name,
    keys: ServerKeys,
    machine: Option<String>,
}

impl Registration {
    /// Reads what a request says. That the keys are the server's was proved when the request was opened.
    ///
    /// # Errors
    /// All members that cannot be taken.
    pub(crate) fn read(request: &LocalServerRequest) -> Result<Self, Vec<FieldError>> {
        let name = Name::new(&request.name).map_err(|invalid| {
            vec![FieldError::new("localServer.name", invalid, "the request names the server as it cannot be")]
        })?;
        let machine = request.machine.as_deref().map(str::parse::<MachineIdentity>).transpose().map_err(|invalid| {
            vec![FieldError::new("localServer.machine", invalid, "the request tells of no machine")]
        })?;
        let kid = request.keys.sign.thumbprint().parse().map_err(|_| {
            vec![FieldError::new("localServer.keys", Invalid::BadFormat, "the request has no keys of a server")]
        })?;
        let keys = ServerKeys { kid, sign: request.keys.sign.to_text(), seal: request.keys.seal.to_text() };
        Ok(Self { id: request.id, name, keys, machine: machine.map(|machine| machine.to_string()) })
    }

    /// Its id: the seat id of its license too.
    pub(crate) const fn id(&self) -> LocalServerId {
        self.id
    }

    /// Checks that it may be registered, before anything is granted for it: a server keeps its keys as long as it is there, and one
    /// that was declared lost never comes back.
    ///
    /// # Errors
    /// `Token` for the keys of another server; `Refused` with `ServerLost`, and with `ExportSessionOpen` for one that would be another
    /// customer's by these `orders` while it hosts what is the first one's; the database's.
    pub(crate) fn check(&self, change: &mut Change<'_, '_>, orders: &[OrderId]) -> Result<Option<LocalServer>, Error> {
        let vendor = change.permit.vendor();
        local_servers::lock(change.tx, change.permit, self.id)?;
        let known = local_servers::find(change.tx, vendor, self.id)?;
        let of_key = local_servers::of_key(change.tx, vendor, &self.keys.kid)?;
        let same = known.as_ref().is_none_or(|known| known.keys == self.keys)
            && of_key.is_none_or(|other| other.id == self.id);
        if !same {
            let error = TokenError::KeyUnknown(KeyFault::Unknown);
            return Err(Error::Token { error, now: change.now });
        }
        if known.as_ref().is_some_and(|known| known.lost.is_some()) {
            return Err(Refusal::ServerLost { server: self.id }.into());
        }
        if let Some(known) = &known {
            check_customer(change, known, orders)?;
        }
        Ok(known)
    }

    /// Records the server, with the activation that it got. One that is known goes on: its sessions are what they were.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn record(
        &self,
        change: &mut Change<'_, '_>,
        known: Option<LocalServer>,
        license: &ActivationView,
    ) -> Result<(), Error> {
        let (customer, activation) = (license.entitlement.customer, license.activation.id);
        let (name, machine) = (self.name.clone(), self.machine.clone());
        let Some(before) = known else {
            let server = LocalServer {
                id: self.id,
                vendor: change.permit.vendor(),
                customer,
                name,
                activation,
                keys: self.keys.clone(),
                machine,
                lost: None,
                reported: None,
                created: change.now,
                updated: change.now,
            };
            local_servers::insert(change.tx, change.permit, &server)?;
            return change.record(server.id, None, Some(&server));
        };
        let machine = machine.or_else(|| before.machine.clone());
        let after = LocalServer { customer, name, activation, machine, updated: change.now, ..before.clone() };
        local_servers::update(change.tx, change.permit, &after)?;
        change.record(after.id, Some(&before), Some(&after))
    }
}

fn check_customer(change: &mut Change<'_, '_>, known: &LocalServer, orders: &[OrderId]) -> Result<(), Error> {
    for id in orders {
        let order = order::find(change.tx, known.vendor, &(*id).into())?;
        if order.is_some_and(|order| order.customer != known.customer) {
            return check_hosts_nothing(change, known);
        }
    }
    Ok(())
}

/// Checks that a local server hosts nothing: so it may become another customer's.
///
/// # Errors
/// `ExportSessionOpen`; the database's.
pub(crate) fn check_hosts_nothing(change: &mut Change<'_, '_>, server: &LocalServer) -> Result<(), Error> {
    let open = export_session::of_server(change.tx, server.vendor, server.id)?;
    if open.is_empty() {
        return Ok(());
    }
    let sessions = open.into_iter().map(|session| (session.id, session.server)).collect();
    Err(Refusal::ExportSessionOpen { sessions }.into())
}
