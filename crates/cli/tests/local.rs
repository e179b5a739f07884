//! The life of a local server, by the built program and by files that are carried between it and its vendor.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod common;
mod local_site;

use common::{World, text};
use local_site::{Site, code};
use serde_json::{Value, json};

#[test]
fn lls_1_lls_2_exp_3_exp_5_exp_7_a_whole_life_by_files_on_both_engines() {
    for world in World::each() {
        let mut site = Site::made(world);
        nobody_is_served_yet(&site);
        the_server_gets_its_license(&mut site);
        the_entitlement_comes(&mut site);
        products_take_seats(&mut site);
        the_vendor_reads_a_report(&site);
        let left = fewer_seats_come(&mut site);
        everything_goes_back(&mut site, &left);
        the_server_goes_away(&site);
    }
}

/// LLS-1: products are told that there is no server, management works.
fn nobody_is_served_yet(site: &Site) {
    let status = site.status();
    assert_eq!((&status["status"], &status["serverName"]), (&json!("NotActive"), &json!("dark-1")), "{status}");
    assert!(text(&status["serverId"]).starts_with("srv_") && status["reason"].is_string(), "{status}");
    assert_eq!(code(&site.take("ws-1").expect_problem()), "local_server_not_active");
    assert_eq!(site.at_site(&["entitlement", "list"])["items"], json!([]));
    let unlicensed = site.vendor(&["local-server", "list"]);
    assert_eq!(unlicensed["items"], json!([]), "the vendor does not know it before its license");
}

/// LLS-2: request, response; a crash between them is no harm.
fn the_server_gets_its_license(site: &mut Site) {
    let lost = site.at_site(&["license", "request", "--code", &site.server_code]);
    assert!(text(&lost["token"]).starts_with("eyJ"), "{lost}");
    let asked = ["license", "request", "--code", &site.server_code, "--out", "request.chancery"];
    site.at_site(&asked);
    let file = std::fs::read_to_string(site.path("request.chancery")).unwrap();
    assert!(file.lines().next().unwrap().contains("local server request"), "{file}");
    site.serve();
    let answer = site.vendor(&["offline", "activate", "request.chancery", "--out", "response.png"]);
    assert_eq!(answer["activation"]["mode"], "offline");
    site.serve();
    let status = site.at_site(&["license", "activate", "response.png"]);
    assert_eq!((&status["status"], &status["reason"]), (&json!("OfflineActivated"), &json!(null)), "{status}");
    site.serve();
    assert_eq!(site.status()["status"], "OfflineActivated", "kill -9 forgets no license");
    let known = site.vendor(&["local-server", "get", &site.server_id()]);
    assert_eq!((&known["active"], &known["name"], &known["lost"]), (&json!(true), &json!("dark-1"), &json!(false)));
    let again = site.refused_at_site(&["license", "activate", "response.png"]);
    assert!(matches!(code(&again), "already_activated" | "token_superseded"), "{again}");
}

/// EXP-1, EXP-3, EXP-5.
fn the_entitlement_comes(site: &mut Site) {
    let server = site.server_id();
    let exported = site.vendor(&["entitlement", "export", &site.entitlement, "--to", &server, "--out", "1.chancery"]);
    assert_eq!((&exported["session"]["whole"], &exported["session"]["seats"]), (&json!(true), &json!(5)), "{exported}");
    let gone = site.vendor(&["entitlement", "get", &site.entitlement]);
    assert_eq!(gone["status"], "exported", "{gone}");
    let there = ["activate", "--product", &site.product, "--code", &site.code, "--seat-id", "ws-9"];
    let url = site.authority.url.clone();
    let there = site.world.client("ws-9", &[&["--server", url.as_str()], &there[..]].concat()).expect_problem();
    assert_eq!(code(&there), "entitlement_exported");

    let seen = site.at_site(&["entitlement", "import", "1.chancery", "--dry-run"]);
    assert_eq!(seen["dryRun"], true, "{seen}");
    assert_eq!(site.at_site(&["entitlement", "list"])["items"], json!([]), "a dry run imports nothing");
    let imported = site.at_site(&["entitlement", "import", "1.chancery"]);
    assert_eq!(
        (&imported["entitlement"]["id"], &imported["entitlement"]["seats"]),
        (&json!(site.entitlement), &json!(5))
    );
    site.serve();
    let shown = site.at_site(&["entitlement", "get", &site.entitlement]);
    assert_eq!((&shown["seats"], &shown["delegation"]["seq"]), (&json!(5), &json!(1)), "{shown}");
    assert_eq!(shown["hosts"], json!([{ "host": server, "seats": 5, "seatsUsed": 0 }]));
}

/// The product's own side, unchanged.
fn products_take_seats(site: &mut Site) {
    for state in ["ws-1", "ws-2", "ws-3"] {
        let activated = site.take(state).expect_json();
        assert_eq!(activated["activation"]["entitlementId"], json!(site.entitlement), "{activated}");
    }
    site.product("ws-1", &["checkout", "export", "3"]).expect_json();
    assert_eq!(code(&site.product("ws-2", &["checkout", "export", "2"]).expect_problem()), "feature_exhausted");
    site.product("ws-1", &["return", "export", "3"]).expect_json();
    site.serve();
    for state in ["ws-1", "ws-2", "ws-3"] {
        site.product(state, &["refresh"]).expect_json();
        assert_eq!(site.product(state, &["status"]).expect_json()["state"], "active");
    }
    let activations = site.at_site(&["entitlement", "activations", &site.entitlement]);
    assert_eq!(activations["items"].as_array().unwrap().len(), 3, "{activations}");
    let log = site.at_site(&["entitlement", "log", &site.entitlement, "--all"]);
    let operations = |name: &str| log["items"].as_array().unwrap().iter().filter(|e| e["operation"] == name).count();
    assert_eq!((operations("activate"), operations("refresh"), operations("featureDeny")), (3, 3, 1), "{log}");
}

/// EXP-6: what was reported acknowledges, and the vendor sees the use.
fn the_vendor_reads_a_report(site: &Site) {
    site.at_site(&["report", "--out", "report.chancery"]);
    let reported = site.vendor(&["local-server", "report", "report.chancery"]);
    let session = &reported["sessions"][0];
    assert_eq!((&session["acknowledgedSeq"], &session["usage"]["seatsUsed"]), (&json!(1), &json!(3)), "{reported}");
    let again = site.vendor(&["local-server", "report", "report.chancery"]);
    assert_eq!((&reported["alreadyDone"], &again["alreadyDone"]), (&json!(false), &json!(true)), "{again}");
}

/// An edit reaches the server by a new token; the surplus falls away on import (EXP-6, SEAT-8).
fn fewer_seats_come(site: &mut Site) -> String {
    site.vendor(&["entitlement", "update", &site.entitlement, "--seats", "2"]);
    let hosts = &site.vendor(&["entitlement", "get", &site.entitlement])["hosts"];
    let host = hosts.as_array().unwrap().iter().find(|host| host["host"] != "authority").unwrap();
    assert_eq!(host["outOfSync"], true, "{hosts}");
    site.vendor(&["entitlement", "export-token", &site.entitlement, "--out", "2.chancery"]);
    let seen = site.at_site(&["entitlement", "import", "2.chancery", "--dry-run"]);
    assert_eq!(seen["leaving"].as_array().unwrap().len(), 1, "{seen}");
    let leaving = text(&seen["leaving"][0]["seatId"]);
    site.serve();
    let imported = site.at_site(&["entitlement", "import", "2.chancery"]);
    assert_eq!((&imported["entitlement"]["seats"], &imported["leavingCount"]), (&json!(2), &json!(1)), "{imported}");
    for state in ["ws-1", "ws-2", "ws-3"] {
        let refreshed = site.product(state, &["refresh"]);
        if state == leaving {
            assert_eq!(code(&refreshed.expect_problem()), "activation_released");
        } else {
            refreshed.expect_json();
        }
    }
    assert_eq!(code(&site.take("ws-4").expect_problem()), "seats_exhausted");
    leaving
}

/// EXP-7.
fn everything_goes_back(site: &mut Site, left: &str) {
    let state = ["ws-1", "ws-2"].into_iter().find(|state| *state != left).unwrap();
    let counted = site.at_site(&["entitlement", "delete", &site.entitlement, "--dry-run"]);
    assert_eq!(counted["dryRun"], true, "{counted}");
    let returned = site.at_site(&["entitlement", "delete", &site.entitlement, "--out", "returned.chancery"]);
    site.serve();
    let again = site.at_site(&["entitlement", "delete", &site.entitlement]);
    assert_eq!(again["token"], returned["token"], "a confirmation that was lost is made again");
    assert!(site.product(state, &["refresh"]).exit != 0, "nobody is served from what is gone");
    assert_eq!(site.product(state, &["status"]).expect_json()["state"], "active", "and its lease runs on");
    let ended = site.vendor(&["entitlement", "import", &site.entitlement, "returned.chancery"]);
    assert_eq!((&ended["alreadyDone"], &ended["session"]["ending"]), (&json!(false), &json!("returned")), "{ended}");
    let again = site.vendor(&["entitlement", "import", &site.entitlement, "returned.chancery"]);
    assert_eq!(again["alreadyDone"], true);
    let late = site.refused_at_site(&["entitlement", "import", "2.chancery"]);
    assert!(matches!(code(&late), "token_replayed" | "token_session_closed"), "{late}");
    // Leases still run at the site: their seats are held until they end.
    let here = site.vendor(&["entitlement", "get", &site.entitlement]);
    assert_eq!(here["seats"], 2, "{here}");
}

/// LLS-1, LLS-2: deactivated at once, and the same token again.
fn the_server_goes_away(site: &Site) {
    let left = site.at_site(&["license", "deactivate", "--out", "gone.chancery"]);
    let again = site.at_site(&["license", "deactivate"]);
    assert_eq!(left["token"], again["token"]);
    assert_eq!(site.status()["status"], "NotActive");
    assert_eq!(code(&site.take("ws-5").expect_problem()), "local_server_not_active");
    let applied = site.vendor(&["offline", "deactivate", "gone.chancery"]);
    assert_eq!(applied["alreadyDone"], false);
    let known = site.vendor(&["local-server", "get", &site.server_id()]);
    assert_eq!(known["active"], false);
    let export = ["entitlement", "export", &site.entitlement, "--to", &site.server_id()];
    assert_eq!(code(&site.vendor_refuses(&export)), "server_not_active");
}

#[test]
fn lls_1_lls_3_what_ends_is_said_before_and_healed_by_a_token() {
    let mut site = Site::made(World::on_sqlite());
    site.serving = ["--sandbox-clock", "clock"].map(str::to_owned).to_vec();
    site.days_go_by(1, 1);
    site.serve();
    site.activate();
    let server = site.server_id();
    site.vendor(&["entitlement", "export", &site.entitlement, "--to", &server, "--out", "1.chancery"]);
    site.at_site(&["entitlement", "import", "1.chancery"]);
    site.take("ws-1").expect_json();
    let warned = |site: &Site| -> Vec<(String, u64)> {
        let warnings = site.status()["warnings"].as_array().unwrap().clone();
        warnings.iter().map(|one| (text(&one["what"]), one["days"].as_u64().unwrap())).collect()
    };
    assert_eq!(warned(&site), [], "thirty days have only begun");

    // The delegation ends: of this entitlement nothing is given any more, and the lease that was given ended before.
    site.days_go_by(17, 18);
    assert_eq!(warned(&site), [("delegation".to_owned(), 14)]);
    site.days_go_by(14, 32);
    let refused = site.product("ws-1", &["refresh"]).expect_problem();
    assert_eq!(code(&refused), "delegation_ended", "{refused}");
    assert_eq!(code(&site.take("ws-2").expect_problem()), "delegation_ended");
    site.vendor(&["entitlement", "export-token", &site.entitlement, "--out", "2.chancery"]);
    site.at_site(&["entitlement", "import", "2.chancery"]);
    site.product("ws-1", &["refresh"]).expect_json();

    // The license ends: the products' leases run on.
    site.days_go_by(28, 60);
    site.vendor(&["entitlement", "export-token", &site.entitlement, "--out", "3.chancery"]);
    site.at_site(&["entitlement", "import", "3.chancery"]);
    site.days_go_by(28, 88);
    site.vendor(&["entitlement", "export-token", &site.entitlement, "--out", "4.chancery"]);
    site.at_site(&["entitlement", "import", "4.chancery"]);
    site.product("ws-1", &["refresh"]).expect_json();
    assert!(warned(&site).contains(&("license".to_owned(), 3)), "{:?}", warned(&site));
    site.days_go_by(4, 92);
    let status = site.status();
    assert_eq!(status["status"], "NotActive", "{status}");
    assert_eq!(code(&site.product("ws-1", &["refresh"]).expect_problem()), "local_server_not_active");
    assert_eq!(site.product("ws-1", &["status"]).expect_json()["state"], "active");
    assert_eq!(site.at_site(&["entitlement", "list"])["items"][0]["seatsUsed"], 1, "nothing is lost");
    let activation = text(&status["activationId"]);
    site.vendor(&["offline", "refresh", &activation, "--out", "refresh.chancery"]);
    assert_eq!(site.at_site(&["license", "refresh", "refresh.chancery"])["status"], "OfflineActivated");
    assert_eq!(code(&site.refused_at_site(&["license", "refresh", "refresh.chancery"])), "token_superseded");
    site.product("ws-1", &["refresh"]).expect_json();
}

#[test]
fn clk_1_a_clock_that_is_moved_makes_no_certificate_of_the_future() {
    let mut site = Site::sold(World::on_sqlite());
    site.init("local").expect_json();
    site.serving = ["--sandbox-clock", "clock"].map(str::to_owned).to_vec();
    std::fs::write(site.path("clock"), "+400d").unwrap();
    site.serve();
    assert_eq!(site.status()["status"], "NotActive", "who connects has a clock that nobody moved");
}

#[test]
fn api_8_a_clock_that_stands_still_gives_calls_back() {
    let mut site = Site::sold(World::on_sqlite());
    site.init("local").expect_json();
    site.serving = ["--sandbox-clock", "clock", "--rate-limits", "api-key=2/1s"].map(str::to_owned).to_vec();
    std::fs::write(site.path("clock"), "2030-01-01T00:00:00Z").unwrap();
    site.serve();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let mut answered = 0;
    while answered < 6 {
        assert!(std::time::Instant::now() < deadline, "{answered} were answered");
        let status = site.run_local(&["license", "status"]);
        match status.exit {
            0 => answered += 1,
            _ => assert!(text(&status.expect_problem()["hint"]).contains("again in"), "how long, is said"),
        }
    }
}

#[test]
fn exp_4_tokens_that_are_wrong_late_or_twice_are_refused_and_change_nothing() {
    let site = Site::hosting(World::on_sqlite());
    let import = |token: &str| ["entitlement", "import", token].map(str::to_owned);
    let refused = |token: &str| -> String {
        let before = site.at_site(&["entitlement", "get", &site.entitlement]);
        let problem = site.refused_at_site(&import(token).each_ref().map(String::as_str));
        assert_eq!(site.at_site(&["entitlement", "get", &site.entitlement]), before, "{problem}");
        code(&problem).to_owned()
    };
    assert_eq!(refused("export.chancery"), "token_replayed");
    for token in ["2", "3", "4"] {
        site.vendor(&["entitlement", "export-token", &site.entitlement, "--out", &format!("{token}.chancery")]);
    }
    let first = site.at_site(&["entitlement", "import", "3.chancery"]);
    assert_eq!((refused("2.chancery"), refused("3.chancery")), ("token_superseded".into(), "token_replayed".into()));
    assert_eq!(refused("server-response.chancery"), "token_wrong_recipient");
    assert_eq!(refused("server-request.chancery"), "token_wrong_recipient");
    who_took_the_wrong_file_is_told_where_it_belongs(&site);
    let whole = std::fs::read_to_string(site.path("4.chancery")).unwrap();
    std::fs::write(site.path("half.chancery"), &whole[..whole.len() / 2]).unwrap();
    let middle = whole.len() / 2;
    let other = if whole.as_bytes()[middle] == b'A' { "B" } else { "A" };
    std::fs::write(site.path("flipped.chancery"), format!("{}{other}{}", &whole[..middle], &whole[middle + 1..]))
        .unwrap();
    assert!(refused("half.chancery").starts_with("token_") && refused("flipped.chancery").starts_with("token_"));
    assert_eq!(refused("nowhere.chancery"), "file");
    assert_eq!(site.run_local(&["entitlement", "import"]).exit, 2);

    // The session ends; what was made in it comes late.
    site.at_site(&["entitlement", "delete", &site.entitlement, "--out", "returned.chancery"]);
    site.vendor(&["entitlement", "import", &site.entitlement, "returned.chancery"]);
    let closed = site.refused_at_site(&["entitlement", "import", "4.chancery"]);
    assert_eq!(code(&closed), "token_session_closed");
    site.vendor(&["entitlement", "export", &site.entitlement, "--to", &site.server_id(), "--out", "anew.chancery"]);
    let anew = site.at_site(&["entitlement", "import", "anew.chancery"]);
    let number = |reply: &Value| reply["entitlement"]["delegation"]["sessionNumber"].as_u64().unwrap();
    assert!(number(&anew) > number(&first), "{anew}");
    assert_eq!(refused("4.chancery"), "token_session_closed");
    // At the vendor: a confirmation of an ended session is done, and a request is none.
    assert_eq!(site.vendor(&["entitlement", "import", &site.entitlement, "returned.chancery"])["alreadyDone"], true);
    let wrong = site.vendor_refuses(&["entitlement", "import", &site.entitlement, "server-request.chancery"]);
    assert_eq!(code(&wrong), "token_wrong_type");
}

/// By the file's first line: nobody but its recipient can open a token.
fn who_took_the_wrong_file_is_told_where_it_belongs(site: &Site) {
    let hint = |problem: Value| text(&problem["hint"]);
    site.at_site(&["report", "--out", "use.chancery"]);
    for (file, command) in [
        ("server-response.chancery", "local license activate"),
        ("server-request.chancery", "offline activate"),
        ("use.chancery", "local-server report"),
        ("acme.trust", "local update-trust"),
    ] {
        let hint = hint(site.refused_at_site(&["entitlement", "import", file]));
        assert!(hint.contains(&format!("`chancery {command}`")), "{file}: {hint}");
    }
    let export = "by `chancery local entitlement import`";
    assert!(hint(site.refused_at_site(&["rebind", "export.chancery"])).contains(export));
    let whole = std::fs::read_to_string(site.path("export.chancery")).unwrap();
    std::fs::write(site.path("damaged.chancery"), &whole[..whole.len() / 2]).unwrap();
    let damaged = site.refused_at_site(&["entitlement", "import", "damaged.chancery"]);
    assert!(
        !damaged.to_string().contains("`chancery local entitlement import`"),
        "it was that very command: {damaged}"
    );
    for noun in [["offline", "deactivate"], ["local-server", "report"]] {
        assert!(hint(site.vendor_refuses(&[noun[0], noun[1], "export.chancery"])).contains(export), "{noun:?}");
    }
}

#[test]
fn exp_4_a_vendor_that_was_set_back_is_found_out() {
    let mut site = Site::hosting(World::on_sqlite());
    let database = site.world.data().join("chancery.db");
    let token = |site: &Site, name: &str| {
        site.vendor(&["entitlement", "export-token", &site.entitlement, "--out", name]);
    };
    let connection = rusqlite::Connection::open(&database).unwrap();
    connection.execute("VACUUM INTO ?1", [site.path("backup.db").to_str().unwrap()]).unwrap();
    drop(connection);
    token(&site, "2.chancery");
    site.at_site(&["entitlement", "import", "2.chancery"]);
    let authority = std::mem::replace(&mut site.authority, site.local.take().unwrap());
    assert!(authority.terminate().success());
    std::fs::copy(site.path("backup.db"), &database).unwrap();
    for beside in ["chancery.db-wal", "chancery.db-shm"] {
        let _ = std::fs::remove_file(site.world.data().join(beside));
    }
    let authority = site.world.serve();
    site.local = Some(std::mem::replace(&mut site.authority, authority));
    token(&site, "2b.chancery");
    token(&site, "3b.chancery");
    assert_eq!(code(&site.refused_at_site(&["entitlement", "import", "2b.chancery"])), "token_superseded");
    assert_eq!(code(&site.refused_at_site(&["entitlement", "import", "3b.chancery"])), "token_history_forked");
}

#[test]
fn exp_9_a_backup_is_found_out_and_takes_its_seats_back() {
    let mut site = Site::hosting(World::on_sqlite());
    site.take("ws-1").expect_json();
    let made = site.world.run(&["local", "backup", "backup", "--data", "local", "--json"]).expect_json();
    assert!(site.path("backup").is_dir(), "{made}");
    let again = site.world.run(&["local", "backup", "backup", "--data", "local", "--json"]).expect_problem();
    assert_eq!(code(&again), "already_exists");
    site.take("ws-2").expect_json();
    site.take("ws-3").expect_json();
    let running = site.world.run(&["local", "restore", "backup", "--data", "local", "--json"]).expect_problem();
    assert_eq!(code(&running), "state_locked", "{running}");
    site.local.take().unwrap().kill();
    site.world.run(&["local", "restore", "backup", "--data", "local", "--json"]).expect_json();
    site.serve();
    assert!(site.status()["restored"].is_string());
    assert_eq!(code(&site.take("ws-4").expect_problem()), "restore_unconfirmed");
    for state in ["ws-1", "ws-2", "ws-3"] {
        site.product(state, &["refresh"]).expect_json();
    }
    let confirmed = site.at_site(&["confirm-restore"]);
    assert_eq!(confirmed["restored"], json!(null), "{confirmed}");
    for state in ["ws-4", "ws-5"] {
        site.take(state).expect_json();
    }
    assert_eq!(code(&site.take("ws-6").expect_problem()), "seats_exhausted");
    let shown = site.at_site(&["entitlement", "get", &site.entitlement]);
    assert_eq!((&shown["seatsUsed"], &shown["seats"]), (&json!(5), &json!(5)));
}

#[test]
fn exp_9_a_disk_that_was_set_back_is_found_out_by_a_product() {
    let mut site = Site::hosting(World::on_sqlite());
    site.take("ws-1").expect_json();
    let database = site.path("local").join("chancery.db");
    let connection = rusqlite::Connection::open(&database).unwrap();
    connection.execute("VACUUM INTO ?1", [site.path("image.db").to_str().unwrap()]).unwrap();
    drop(connection);
    site.take("ws-2").expect_json();
    site.local.take().unwrap().kill();
    std::fs::copy(site.path("image.db"), &database).unwrap();
    for beside in ["chancery.db-wal", "chancery.db-shm"] {
        let _ = std::fs::remove_file(site.path("local").join(beside));
    }
    site.serve();
    assert_eq!(site.status()["restored"], json!(null), "nothing tells it yet");
    site.product("ws-2", &["refresh"]).expect_json();
    assert!(site.status()["restored"].is_string(), "the lease that was shown is newer than what the database knows");
    assert_eq!(code(&site.take("ws-3").expect_problem()), "restore_unconfirmed");
    site.product("ws-1", &["refresh"]).expect_json();
    assert_eq!(site.at_site(&["confirm-restore"])["epoch"], 2);
    site.take("ws-3").expect_json();
}

#[test]
fn lls_4_a_lost_server_gives_back_what_it_hosted() {
    let mut site = Site::hosting(World::on_sqlite());
    let server = site.server_id();
    site.take("ws-1").expect_json();
    site.local.take().unwrap().kill();
    let lost = ["local-server", "declare-lost", &server, "--reason", "fire"];
    assert_eq!(site.vendor(&[&lost[..], &["--dry-run"]].concat())["dryRun"], true);
    assert_eq!(site.vendor(&["local-server", "get", &server])["lost"], false);
    assert_eq!(site.vendor(&lost)["lost"], true);
    let held = site.vendor(&["entitlement", "get", &site.entitlement]);
    assert_eq!(held["status"], "exported", "held until its delegation ends: {held}");
    site.vendor(&[&lost[..], &["--free"]].concat());
    let url = site.authority.url.clone();
    let there = ["activate", "--product", &site.product, "--code", &site.code, "--seat-id", "ws-9"];
    site.world.client("ws-9", &[&["--server", url.as_str()], &there[..]].concat()).expect_json();
    let export = ["entitlement", "export", &site.entitlement, "--to", &server];
    assert_eq!(code(&site.vendor_refuses(&export)), "server_lost");
}

#[test]
fn net_3_wrong_uses_say_what_to_do() {
    let site = Site::made(World::on_sqlite());
    let again = site.init("local").expect_problem();
    assert_eq!(code(&again), "already_initialised");
    std::fs::write(site.path("garbage.trust"), "eyJ.eyJ.eyJ").unwrap();
    let init = |trust: &str| site.world.run(&["local", "init", "--json", "--trust", trust, "--data", "other"]);
    assert_eq!(code(&init("garbage.trust").expect_problem()), "file");
    assert_eq!(code(&init("nowhere.trust").expect_problem()), "file");
    assert!(!site.path("other").exists(), "what failed leaves nothing");
    let serve = |data: &str| site.world.run(&["local", "serve", "--json", "--listen", "127.0.0.1:0", "--data", data]);
    let nowhere = serve("other").expect_problem();
    assert_eq!(code(&nowhere), "not_initialised");
    assert!(text(&nowhere["hint"]).contains("chancery local init"), "{nowhere}");
    let foreign = serve(site.world.data().to_str().unwrap()).expect_problem();
    assert_eq!(code(&foreign), "not_initialised", "{foreign}");
    assert!(text(&foreign["hint"]).contains("chancery serve"), "{foreign}");
    let asked = ["local", "license", "status", "--json", "--server", &site.url, "--data"];
    let authority = site.world.data().to_str().unwrap().to_owned();
    let foreign = site.world.run(&[&asked[..], &[&authority]].concat()).expect_problem();
    assert!(text(&foreign["detail"]).contains("holds the data of a Chancery authority"), "{foreign}");
    // Without the admin key nothing is managed.
    let key = ["local", "license", "status", "--json", "--server", &site.url];
    let none = site.world.run(&[&key[..], &["--data", "other"]].concat()).expect_problem();
    assert_eq!(code(&none), "credential_missing");
    let wrong = site.run_local(&["license", "status", "--key", "apik_wrong"]).expect_problem();
    assert_eq!(code(&wrong), "credential_invalid");
    // What is wrong with a code is said here, and not after the walk to the vendor.
    std::fs::write(site.path("code.txt"), &site.server_code).unwrap();
    let asks = |code: &str| {
        let ask = ["local", "license", "request", "--code", code, "--data", "local", "--server", &site.url];
        site.world.run(&ask).stderr
    };
    let mistyped = format!("1{}", site.server_code);
    assert!(asks(&mistyped).contains("may be mistyped"), "{}", asks(&mistyped));
    assert!(asks("code.txt").contains("Did you mean `@code.txt`?"), "{}", asks("code.txt"));
    assert!(!asks("@code.txt").contains("Warning"), "{}", asks("@code.txt"));
    // A token that cannot be written is not lost, and where there is no folder none is made.
    std::fs::create_dir(site.path("there.chancery")).unwrap();
    let unwritten = site.run_local(&["license", "request", "--code", &site.server_code, "--out", "there.chancery"]);
    assert_eq!(unwritten.exit, 1, "{unwritten:?}");
    assert!(serde_json::from_str::<Value>(&unwritten.stdout).unwrap()["token"].is_string(), "{unwritten:?}");
    assert_eq!(site.run_local(&["license", "deactivate", "--out", "nowhere/gone.chancery"]).exit, 2);
    for usage in [&["license", "request"][..], &["move"], &["rebind"], &["entitlement", "get", "nothing"]] {
        assert_eq!(site.run_local(usage).exit, 2, "{usage:?}");
    }
}

#[test]
fn lls_7_two_servers_on_one_postgresql_are_one() {
    let site = Site::hosting(World::on_postgres());
    for file in ["chancery.toml", "key-encryption.key", "admin.key"] {
        std::fs::create_dir_all(site.path("second")).unwrap();
        std::fs::copy(site.path("local").join(file), site.path("second").join(file)).unwrap();
    }
    let second = site.world.start(&["local", "serve"], &["--data", "second"]);
    site.take("ws-1").expect_json();
    let there = |arguments: &[&str]| -> Value {
        let more = ["--json", "--data", "second", "--server", &second.url];
        site.world.run(&[&["local"], arguments, &more].concat()).expect_json()
    };
    assert_eq!(there(&["license", "status"])["serverId"], json!(site.server_id()));
    assert_eq!(there(&["entitlement", "activations", &site.entitlement])["items"][0]["seatId"], "ws-1");
    let refresh = ["refresh", "--server", &second.url, "--data", "second"];
    site.world.client("ws-1", &refresh).expect_json();
    there(&["entitlement", "delete", &site.entitlement]);
    assert_eq!(site.at_site(&["entitlement", "list"])["items"], json!([]));
}
