//! A vendor's authority and a customer's local server, with nothing between them but files.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::path::PathBuf;

use serde_json::Value;

use crate::common::{Run, Server, World, text};

/// A vendor that sold five seats of a product and one local server; and a site with that server, as far as the test has brought it.
pub(crate) struct Site {
    pub(crate) world: World,
    /// The vendor's world, where that is another one.
    office: Option<World>,
    pub(crate) authority: Server,
    pub(crate) local: Option<Server>,
    /// Where the local server is reached.
    pub(crate) url: String,
    pub(crate) product: String,
    pub(crate) code: String,
    pub(crate) entitlement: String,
    pub(crate) server_code: String,
    database: Option<String>,
    /// Options of `local serve` beside the usual ones.
    pub(crate) serving: Vec<String>,
}

impl Site {
    /// The vendor's side alone: nothing is made at the site yet.
    pub(crate) fn sold(world: World) -> Self {
        Self::between(None, world.initialised())
    }

    /// The same with the vendor in a world apart, of which the site has the trust bundle, and then what is carried.
    pub(crate) fn apart(office: World, world: World) -> Self {
        let site = Self::between(Some(office.initialised()), world);
        site.to_site("acme.trust");
        site
    }

    fn between(office: Option<World>, world: World) -> Self {
        let there = office.as_ref().unwrap_or(&world);
        let authority = there.serve();
        let (product, _) = there.sell(&authority);
        let vendor = |arguments: &[&str]| there.manage(&authority, arguments);
        vendor(&["feature", "create", "export", "--product", "cad", "--type", "elementPool", "--value", "4"]);
        let order = vendor(&["order", "create", "--customer", "CRM-1", "--ref", "PO-3", "--item", "CAD-Y"]);
        let code = text(&order["activationCodes"][0]["code"]);
        let entitlement = text(&order["entitlements"][0]["id"]);
        let terms = ["entitlement", "update", &entitlement, "--seats", "5", "--offline-lease-period", "30d"];
        vendor(&[&terms[..], &["--lease-period", "7d"]].concat());
        let plan = text(&vendor(&["plan", "create", "--name", "For ever", "--license-type", "perpetual"])["id"]);
        let offering = ["offering", "create", "--sku", "LLS", "--name", "Local server", "--product", "local-server"];
        let terms = ["--edition", "standard", "--plan", &plan, "--seats", "2", "--offline-lease-period", "90d"];
        vendor(&[&offering[..], &terms].concat());
        let order = vendor(&["order", "create", "--customer", "CRM-1", "--ref", "PO-2", "--item", "LLS"]);
        let server_code = text(&order["activationCodes"][0]["code"]);
        there.run(&["trust", "export", "acme.trust", "--server", &authority.url]).expect_done();
        let database = world.further_database();
        let (local, url, serving) = (None, "https://127.0.0.1:1".to_owned(), Vec::new());
        Self { world, office, authority, local, url, product, code, entitlement, server_code, database, serving }
    }

    /// The vendor's world.
    pub(crate) fn office(&self) -> &World {
        self.office.as_ref().unwrap_or(&self.world)
    }

    /// Carries a file from the vendor to the site.
    pub(crate) fn to_site(&self, name: &str) {
        std::fs::copy(self.office().path(name), self.path(name)).unwrap();
    }

    /// Carries a file from the site to the vendor.
    pub(crate) fn to_vendor(&self, name: &str) {
        std::fs::copy(self.path(name), self.office().path(name)).unwrap();
    }

    /// With a local server that is made and runs, and has no license yet.
    pub(crate) fn made(world: World) -> Self {
        let mut site = Self::sold(world);
        site.init("local").expect_json();
        site.serve();
        site
    }

    /// With its license.
    pub(crate) fn activated(world: World) -> Self {
        let site = Self::made(world);
        site.activate();
        site
    }

    /// With the entitlement, whole.
    pub(crate) fn hosting(world: World) -> Self {
        let site = Self::activated(world);
        site.export();
        site
    }

    /// Hands the entitlement over.
    pub(crate) fn export(&self) {
        let server = self.server_id();
        self.vendor(&["entitlement", "export", &self.entitlement, "--to", &server, "--out", "export.chancery"]);
        self.at_site(&["entitlement", "import", "export.chancery"]);
    }

    /// `local init`, into a folder of this name.
    pub(crate) fn init(&self, folder: &str) -> Run {
        let mut init = vec!["local", "init", "--json", "--trust", "acme.trust", "--name", "dark-1", "--data", folder];
        if let Some(database) = &self.database {
            init.extend(["--database", database]);
        }
        self.world.run(&init)
    }

    /// Starts the local server; one that ran is gone first, as by a power failure.
    pub(crate) fn serve(&mut self) {
        if let Some(local) = self.local.take() {
            local.kill();
        }
        let more: Vec<&str> = self.serving.iter().map(String::as_str).collect();
        let local = self.world.start(&["local", "serve"], &[&["--data", "local"], &more[..]].concat());
        self.url = local.url.clone();
        self.local = Some(local);
    }

    /// Request, response, activation.
    pub(crate) fn activate(&self) {
        let code = ["--code", &self.server_code];
        self.at_site(&[&["license", "request", "--out", "server-request.chancery"], &code[..]].concat());
        self.vendor(&["offline", "activate", "server-request.chancery", "--out", "server-response.chancery"]);
        self.at_site(&["license", "activate", "server-response.chancery"]);
    }

    /// The id by which the vendor knows the local server.
    pub(crate) fn server_id(&self) -> String {
        text(&self.status()["serverId"])
    }

    pub(crate) fn status(&self) -> Value {
        self.at_site(&["license", "status"])
    }

    /// A command of the vendor's side.
    #[track_caller]
    pub(crate) fn vendor(&self, arguments: &[&str]) -> Value {
        self.office().manage(&self.authority, arguments)
    }

    /// One that is refused.
    #[track_caller]
    pub(crate) fn vendor_refuses(&self, arguments: &[&str]) -> Value {
        self.office().refused(&self.authority, arguments)
    }

    /// `chancery local …`, against the local server.
    pub(crate) fn run_local(&self, arguments: &[&str]) -> Run {
        self.world.run(&[&["local"], arguments, &["--json", "--data", "local", "--server", &self.url]].concat())
    }

    #[track_caller]
    pub(crate) fn at_site(&self, arguments: &[&str]) -> Value {
        self.run_local(arguments).expect_json()
    }

    #[track_caller]
    pub(crate) fn refused_at_site(&self, arguments: &[&str]) -> Value {
        self.run_local(arguments).expect_problem()
    }

    /// A product at the site, with the state of this name.
    pub(crate) fn product(&self, state: &str, arguments: &[&str]) -> Run {
        let mut more = vec!["--server", &self.url, "--trust", "acme.trust", "--data", "local"];
        if self.path("clock").exists() {
            more.extend(["--sandbox-clock", "clock"]);
        }
        self.world.client(state, &[&more[..], arguments].concat())
    }

    /// Takes a seat for it.
    pub(crate) fn take(&self, state: &str) -> Run {
        let asked = ["activate", "--product", &self.product, "--code", &self.code, "--seat-id", state];
        self.product(state, &asked)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.world.path(name)
    }

    /// Days go by: for the vendor, for the products, and for the local server, which reads the same file.
    pub(crate) fn days_go_by(&self, days: u32, in_all: u32) {
        self.vendor(&["clock", "move", &format!("+{days}d")]);
        std::fs::write(self.path("clock"), format!("+{in_all}d")).unwrap();
    }
}

/// The code of a problem.
#[track_caller]
pub(crate) fn code(problem: &Value) -> &str {
    problem["code"].as_str().unwrap_or_else(|| panic!("no problem: {problem}"))
}
