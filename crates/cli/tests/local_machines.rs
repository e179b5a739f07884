//! On which machine a local server's data serve (EXP-10), and where it listens (LLS-5). A server that runs on a machine of the
//! tests' own runs in the test's process; all else is the built program.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod common;
mod local_site;

use std::path::Path;
use std::time::Duration;

use chancery_client::Machine;
use chancery_server::setup::local::{self, NewLocalServer};
use chancery_server::setup::{DataFolder, Settings};
use chancery_server::{Clock, Randomness, Running, Server, ServerOptions, TlsMode, Traffic};
use common::{World, text};
use local_site::{Site, code};
use serde_json::json;
use tokio::runtime::Runtime;

/// A machine whose signs are files below a folder.
fn machine(site: &Site, name: &str) -> Machine {
    let root = site.path(name);
    let digit = name.bytes().last().unwrap() % 10;
    for (file, text) in [
        ("etc/machine-id", format!("3d1219c7c4c5404aaa1f6d2a48adfd{digit}4\n")),
        ("proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 1 0:4 / /proc rw - proc proc rw\n".to_owned()),
        ("sys/class/net/eth1/address", format!("00:1b:21:aa:bb:c{digit}\n")),
        ("sys/class/net/eth1/device/vendor", "0x8086\n".to_owned()),
    ] {
        let path = root.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    Machine::at(root)
}

/// A server in this process, on a machine.
struct On {
    runtime: Runtime,
    running: Option<Running>,
}

impl On {
    fn start(site: &mut Site, folder: &str, machine: &Machine) -> Self {
        let runtime = Runtime::new().unwrap();
        let folder = DataFolder::new(site.path(folder));
        let running = runtime.block_on(async {
            let system = local::open(&folder, None, None, machine).await.unwrap();
            let options = ServerOptions {
                listen: "127.0.0.1:0".parse().unwrap(),
                management: None,
                tls: TlsMode::Auto,
                data_dir: folder.path().to_owned(),
                drain: Duration::ZERO,
                clock: Clock::system(),
                randomness: Randomness::system(),
                traffic: Traffic::default(),
            };
            Server::start(options, system).await.unwrap()
        });
        site.url = format!("https://{}", running.local_addr());
        Self { runtime, running: Some(running) }
    }
}

impl Drop for On {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.shutdown());
        }
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn exp_10_a_copied_folder_serves_nobody_elsewhere_until_it_is_rebound_or_moved() {
    let mut site = Site::sold(World::on_sqlite());
    let [first, second, third] = ["machine-1", "machine-2", "machine-3"].map(|name| machine(&site, name));
    let new = NewLocalServer {
        trust_bundle: std::fs::read_to_string(site.path("acme.trust")).unwrap(),
        name: Some("dark-1".parse().unwrap()),
        admin_key: None,
        sandbox_clock: None,
    };
    let folder = DataFolder::new(site.path("local"));
    let runtime = Runtime::new().unwrap();
    runtime.block_on(local::init(&folder, Settings::default(), &first, new, &Randomness::system())).unwrap();
    let server = On::start(&mut site, "local", &first);
    site.activate();
    site.export();
    site.take("ws-1").expect_json();
    drop(server);
    copy(&site.path("local"), &site.path("copy"));

    // A copy manages, and neither serves nor speaks for the server.
    let server = On::start(&mut site, "copy", &second);
    let status = site.status();
    assert_eq!((&status["status"], &status["machine"]["same"]), (&json!("NotActive"), &json!(false)), "{status}");
    assert_eq!(code(&site.product("ws-1", &["refresh"]).expect_problem()), "local_server_not_active");
    assert_eq!(code(&site.refused_at_site(&["report"])), "local_server_not_active");
    let gone = site.refused_at_site(&["entitlement", "delete", &site.entitlement]);
    assert_eq!(code(&gone), "local_server_not_active");

    // The vendor's word is for one machine.
    let here = text(&site.at_site(&["machine"])["here"]);
    assert_eq!(here, local::identity(&second).to_string());
    let id = site.server_id();
    site.vendor(&[
        "local-server",
        "rebind",
        &id,
        "--machine",
        &local::identity(&third).to_string(),
        "--out",
        "3.chancery",
    ]);
    let wrong = site.refused_at_site(&["rebind", "3.chancery"]);
    assert_eq!(code(&wrong), "token_wrong_recipient", "{wrong}");
    site.vendor(&["local-server", "rebind", &id, "--machine", &here, "--out", "2.chancery"]);
    let bound = site.at_site(&["rebind", "2.chancery"]);
    assert_eq!((&bound["status"], &bound["machine"]["same"]), (&json!("OfflineActivated"), &json!(true)), "{bound}");
    site.product("ws-1", &["refresh"]).expect_json();
    assert_eq!(code(&site.refused_at_site(&["rebind", "2.chancery"])), "token_replayed");

    // Moved, it stops at once, and goes on elsewhere.
    let moved = site.at_site(&["move", "--to", &local::identity(&third).to_string()]);
    assert_eq!((&moved["status"], &moved["reason"]), (&json!("NotActive"), &json!("moved")), "{moved}");
    assert_eq!(code(&site.product("ws-1", &["refresh"]).expect_problem()), "local_server_not_active");
    drop(server);
    let server = On::start(&mut site, "copy", &third);
    assert_eq!(site.status()["status"], "OfflineActivated");
    site.product("ws-1", &["refresh"]).expect_json();
    drop(server);
}

#[test]
fn lls_5_management_has_an_address_of_its_own_where_that_is_wanted() {
    let mut site = Site::sold(World::on_sqlite());
    site.serving =
        ["--management-listen", "127.0.0.1:0", "--init-if-missing", "--trust", "acme.trust", "--name", "dark-1"]
            .map(str::to_owned)
            .to_vec();
    site.serve();
    let ready = &site.local.as_ref().unwrap().ready;
    let products = std::mem::replace(&mut site.url, text(&ready["management"]));
    assert_ne!(products, site.url);
    assert_eq!((&ready["active"], &ready["serverId"]), (&json!(false), &json!(site.server_id())));
    site.activate();
    site.export();
    assert_eq!(code(&site.take("ws-1").expect_problem()), "not_found", "no product is served where it is managed");
    site.url = products;
    site.take("ws-1").expect_json();
    assert_eq!(code(&site.refused_at_site(&["license", "status"])), "not_found");
}

#[test]
fn exp_5_a_kill_in_the_middle_of_an_import_leaves_the_state_before_or_after() {
    let mut site = Site::hosting(World::on_sqlite());
    site.take("ws-1").expect_json();
    for number in 2..6_u64 {
        let (seats, token) = ((6 - number).to_string(), format!("{number}.chancery"));
        site.vendor(&["entitlement", "update", &site.entitlement, "--seats", &seats]);
        site.vendor(&["entitlement", "export-token", &site.entitlement, "--out", &token]);
        let mut import = site.world.program();
        import.args(["local", "entitlement", "import", &token, "--data", "local", "--server", &site.url]);
        let mut import =
            import.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        // Once before anything of it is done, once behind it, or in the middle: whatever the machine makes of it.
        if number % 2 == 0 {
            site.at_site(&["license", "status"]);
        }
        site.serve();
        import.wait().unwrap();
        let again = site.run_local(&["entitlement", "import", &token]);
        if again.exit != 0 {
            assert_eq!(code(&again.expect_problem()), "token_replayed");
        }
        let shown = site.at_site(&["entitlement", "get", &site.entitlement]);
        assert_eq!((&shown["seats"], &shown["delegation"]["seq"]), (&json!(6 - number), &json!(number)), "{shown}");
        site.product("ws-1", &["refresh"]).expect_json();
    }
}
