//! Local servers that get another machine (EXP-10): by the old one's word, or by the vendor's where that is dead.

use chancery_domain::MachineIdentity;
use chancery_operations::{Error, local, local_server};

use crate::dark::machine;
use crate::story::{Story, Told};

impl Story<'_> {
    /// A server goes on at another machine, and nowhere else.
    pub(crate) async fn move_site(&mut self, site: usize) -> Told {
        let old = self.sites[site].machine;
        let to = if old == 1 { 2 } else { 1 };
        let moved = if self.chance.percent(50) { self.moves(site, to).await? } else { self.rebinds(site, to).await? };
        let is = if moved { to } else { old };
        self.sites[site].machine = is;
        self.world.start(site, is).await;
        for b in 0..self.books.len() {
            self.check_site(b, site).await?;
        }
        Ok(())
    }

    /// The old machine says to which one: from then on it serves nobody.
    async fn moves(&mut self, site: usize, to: u8) -> Told<bool> {
        self.tell(format!("server {site} moves to machine {to}"));
        let context = self.world.context(&mut self.chance);
        let done = local::move_to(self.system(site), &context, machine(to)).await;
        self.as_foreseen(Ok(()), &done)?;
        let refused = self.gate(site);
        self.as_foreseen(Err("local_server_not_active"), &refused)?;
        let context = self.world.context(&mut self.chance);
        let back = local::move_to(self.system(site), &context, machine(self.sites[site].machine)).await;
        self.as_foreseen(Err("local_server_not_active"), &back).map(|_| true)
    }

    /// The old machine is dead: on the new one nothing is served before the vendor says so, for this machine, once.
    async fn rebinds(&mut self, site: usize, to: u8) -> Told<bool> {
        self.tell(format!("the machine of server {site} is dead, and it gets machine {to}"));
        self.world.start(site, to).await;
        let refused = self.gate(site);
        self.as_foreseen(Err("local_server_not_active"), &refused)?;
        let token = self.ask_rebind(site, machine(to)).await;
        let lost = self.known[site].lost;
        if !self.as_foreseen(if lost { Err("server_lost") } else { Ok(()) }, &token)? {
            return Ok(false);
        }
        let other = self.ask_rebind(site, machine(3)).await.map_err(|error| error.private())?;
        let done = self.rebind(site, &other).await;
        self.as_foreseen(Err("token_wrong_recipient"), &done)?;
        let token = token.unwrap_or_default();
        let done = self.rebind(site, &token).await;
        self.as_foreseen(Ok(()), &done)?;
        self.sites[site].proved = self.sites[site].proved.max(self.now());
        let again = self.rebind(site, &token).await;
        self.as_foreseen(Err("token_replayed"), &again).map(|_| true)
    }

    async fn ask_rebind(&mut self, site: usize, to: MachineIdentity) -> Result<String, Error> {
        let (context, server) = (self.world.context(&mut self.chance), self.world.sites[site - 1].id);
        local_server::rebind(&self.world.of.system, &context, server, to).await.map(|rebound| rebound.token)
    }

    async fn rebind(&mut self, site: usize, token: &str) -> Result<(), Error> {
        let context = self.world.context(&mut self.chance);
        local::rebind(self.system(site), &context, token).await.map(drop)
    }
}
