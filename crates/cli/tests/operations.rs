//! Every operation of the management API has a command, which calls it. Each command below is run against a server that only
//! writes down what it is asked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;

use chancery_server::openapi_documents;
use common::World;
use serde_json::Value;

/// The operations and a command for each. `ID` stands for the second half of an id.
const COMMANDS: &[(&str, &str)] = &[
    ("changeEntitlementOffering", "entitlement change-offering ent_ID --offering S"),
    ("checkoutActivationFeature", "activation checkout-feature act_ID --feature f"),
    ("activateOffline", "offline activate eyJhIjox.eyJi.YQ"),
    ("deactivateOffline", "offline deactivate eyJhIjox.eyJi.YQ"),
    ("refreshOffline", "offline refresh act_ID"),
    ("createActivationCode", "activation-code create --order o"),
    ("createApiKey", "api-key create --name n --scope admin"),
    ("createAttribute", "attribute create a --type string"),
    ("createContact", "contact create --customer c --name n --email n@x.example"),
    ("createCustomer", "customer create --name n"),
    ("createEdition", "edition create e --product p --name n"),
    ("createEditionAttribute", "attribute create a --product p --edition e --type string"),
    ("createEditionFeature", "feature create f --product p --edition e --type bool --value on"),
    ("createFeature", "feature create f --type bool --value on"),
    ("createOffering", "offering create --sku S --name n --edition ed_ID --plan plan_ID --seats 1"),
    ("createOpenIdProvider", "openid-provider create --name n --issuer https://id.example --audience a"),
    ("createOrder", "order create --customer c --item S"),
    ("createPlan", "plan create --name n --license-type perpetual"),
    ("createProduct", "product create p --name n"),
    ("createProductAttribute", "attribute create a --product p --type string"),
    ("createProductFeature", "feature create f --product p --type bool --value on"),
    ("deleteApiKey", "api-key delete apik_ID"),
    ("deleteAttribute", "attribute delete a"),
    ("deleteOpenIdProvider", "openid-provider delete oidp_ID"),
    ("deleteContact", "contact delete cont_ID --customer c"),
    ("deleteCustomer", "customer delete c"),
    ("deleteEdition", "edition delete e --product p"),
    ("deleteEntitlement", "entitlement delete ent_ID"),
    ("deleteFeature", "feature delete f"),
    ("deleteOffering", "offering delete S"),
    ("deleteOrder", "order delete o"),
    ("deletePlan", "plan delete plan_ID"),
    ("deleteProduct", "product delete p"),
    ("disableCustomer", "customer disable c"),
    ("disableEntitlement", "entitlement disable ent_ID"),
    ("enableCustomer", "customer enable c"),
    ("enableEntitlement", "entitlement enable ent_ID"),
    ("explainEntitlement", "entitlement explain ent_ID"),
    ("exportAudit", "audit export audit.csv"),
    ("exportCatalog", "catalog export -"),
    ("exportRootSigningKey", "key export-root root.pem --passphrase-file passphrase"),
    ("extendOrder", "order extend o --item S"),
    ("getActivation", "activation get act_ID"),
    ("getApiKey", "api-key get apik_ID"),
    ("getAttribute", "attribute get a"),
    ("getClock", "clock get"),
    ("getVendor", "vendor get"),
    ("updateVendor", "vendor update --offline-request-age 7d"),
    ("getOpenIdProvider", "openid-provider get oidp_ID"),
    ("listOpenIdProviders", "openid-provider list"),
    ("removeContactPassword", "contact remove-password cont_ID --customer c"),
    ("setContactPassword", "contact set-password cont_ID --customer c --password long-enough-it-is"),
    ("updateOpenIdProvider", "openid-provider update oidp_ID --name n"),
    ("getContact", "contact get cont_ID --customer c"),
    ("getCustomer", "customer get c"),
    ("getEdition", "edition get e --product p"),
    ("getEditionAttribute", "attribute get a --product p --edition e"),
    ("getEditionFeature", "feature get f --product p --edition e"),
    ("getEntitlement", "entitlement get ent_ID"),
    ("getFeature", "feature get f"),
    ("getLicensee", "licensee get L-1"),
    ("getOffering", "offering get S"),
    ("getOrder", "order get o"),
    ("getPlan", "plan get plan_ID"),
    ("getProduct", "product get p"),
    ("getProductAttribute", "attribute get a --product p"),
    ("getProductFeature", "feature get f --product p"),
    ("getSigningKey", "key get sigk_ID"),
    ("importCatalog", "catalog import catalog.toml"),
    ("importCustomers", "customer import customers.csv"),
    ("importSigningKey", "key import key.pem"),
    ("listActivationCodes", "activation-code list --order o"),
    ("listActivationLog", "entitlement activation-log ent_ID"),
    ("listActivations", "activation list"),
    ("listApiKeys", "api-key list"),
    ("listAttributes", "attribute list"),
    ("listAudit", "audit list"),
    ("listContacts", "contact list --customer c"),
    ("listCustomers", "customer list"),
    ("listEditionAttributes", "attribute list --product p --edition e"),
    ("listEditionFeatures", "feature list --product p --edition e"),
    ("listEditions", "edition list --product p"),
    ("listEntitlementActivations", "entitlement activations ent_ID"),
    ("listEntitlements", "entitlement list"),
    ("listFeatures", "feature list"),
    ("listLicensees", "licensee list"),
    ("listOfferings", "offering list"),
    ("listOrders", "order list"),
    ("listPlans", "plan list"),
    ("listProductAttributes", "attribute list --product p"),
    ("listProductFeatures", "feature list --product p"),
    ("listProducts", "product list"),
    ("listSigningKeys", "key list"),
    ("moveClock", "clock move 2030-01-01T00:00:00Z"),
    ("moveOrder", "order move o --customer c"),
    ("refreshActivation", "activation refresh act_ID"),
    ("releaseActivation", "activation release act_ID"),
    ("removeEditionAttribute", "attribute delete a --product p --edition e"),
    ("removeEditionFeature", "feature delete f --product p --edition e"),
    ("removeProductAttribute", "attribute delete a --product p"),
    ("removeProductFeature", "feature delete f --product p"),
    ("renewEntitlement", "entitlement renew ent_ID"),
    ("declareLocalServerLost", "local-server declare-lost srv_ID --reason r"),
    ("exportEntitlement", "entitlement export ent_ID --to srv_ID"),
    ("exportEntitlementToken", "entitlement export-token ent_ID"),
    ("getLocalServer", "local-server get srv_ID"),
    ("importEntitlement", "entitlement import ent_ID eyJhIjox.eyJi.YQ"),
    ("listLocalServers", "local-server list"),
    ("rebindLocalServer", "local-server rebind srv_ID --machine none"),
    ("reportLocalServer", "local-server report eyJhIjox.eyJi.YQ"),
    ("resetEntitlementOverrides", "entitlement reset-overrides ent_ID --field seats"),
    ("resetLicenseeSecret", "licensee reset-secret L-1"),
    ("resetUsage", "entitlement reset-usage ent_ID --feature f"),
    ("restoreCustomer", "customer restore c"),
    ("restoreEntitlement", "entitlement restore ent_ID"),
    ("restoreOrder", "order restore o"),
    ("returnActivationFeature", "activation return-feature act_ID --feature f"),
    ("revokeActivationCode", "activation-code revoke code_ID --order o"),
    ("revokeSigningKey", "key revoke sigk_ID"),
    ("rotateSigningKey", "key rotate"),
    ("setEditionAttributeValue", "attribute set-value a v --product p --edition e"),
    ("setEditionFeatureValue", "feature set-value f on --product p --edition e"),
    ("setLicenseeSecret", "licensee set-secret L-1 --secret s"),
    ("setProductAttributeValue", "attribute set-value a v --product p"),
    ("setProductFeatureValue", "feature set-value f on --product p"),
    ("startEntitlement", "entitlement start ent_ID"),
    ("updateAttribute", "attribute update a --name n"),
    ("updateContact", "contact update cont_ID --customer c --name n"),
    ("updateCustomer", "customer update c --name n"),
    ("updateEdition", "edition update e --product p --name n"),
    ("updateEditionAttribute", "attribute update a --product p --edition e --name n"),
    ("updateEditionFeature", "feature update f --product p --edition e --name n"),
    ("updateEntitlement", "entitlement update ent_ID --seats 2"),
    ("updateFeature", "feature update f --name n"),
    ("updateLicensee", "licensee update L-1 --metadata k=v"),
    ("updateOffering", "offering update S --name n"),
    ("updateOrder", "order update o --ref r"),
    ("updatePlan", "plan update plan_ID --name n"),
    ("updateProduct", "product update p --name n"),
    ("updateProductAttribute", "attribute update a --product p --name n"),
    ("updateProductFeature", "feature update f --product p --name n"),
    ("useActivationFeature", "activation use-feature act_ID --feature f"),
];

/// The same of a local server's own API.
const LOCAL_COMMANDS: &[(&str, &str)] = &[
    ("activateLocalLicense", "local license activate eyJhIjox.eyJi.YQ"),
    ("confirmLocalRestore", "local confirm-restore"),
    ("deactivateLocalLicense", "local license deactivate"),
    ("deleteHostedEntitlement", "local entitlement delete ent_ID"),
    ("getHostedEntitlement", "local entitlement get ent_ID"),
    ("getHostedUsage", "local entitlement usage ent_ID"),
    ("getLocalLicense", "local license status"),
    ("getLocalMachine", "local machine"),
    ("importHostedEntitlement", "local entitlement import eyJhIjox.eyJi.YQ"),
    ("listHostedActivationLog", "local entitlement log ent_ID"),
    ("listHostedActivations", "local entitlement activations ent_ID"),
    ("listHostedEntitlements", "local entitlement list"),
    ("moveLocal", "local move --to board:3:00000000000000000000000000000000"),
    ("rebindLocal", "local rebind eyJhIjox.eyJi.YQ"),
    ("refreshLocalLicense", "local license refresh eyJhIjox.eyJi.YQ"),
    ("reportLocal", "local report"),
    ("requestLocalLicense", "local license request --code c"),
    ("updateLocalTrust", "local update-trust eyJhIjox.eyJi.YQ"),
];

/// What commands do by themselves, where they run: the local server does it for its page alone (LLS-6).
const WITHOUT_COMMAND: [&str; 2] = ["drawLocalToken", "readLocalToken"];

/// Files that the commands read.
const FILES: [(&str, &str); 4] = [
    ("catalog.toml", ""),
    ("customers.csv", "ref,name\nx,n\n"),
    ("key.pem", "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"),
    ("passphrase", "correct horse battery staple\n"),
];

/// The method and path of each operation of an API.
fn operations(api: &str) -> BTreeMap<String, (String, String)> {
    let documents = openapi_documents();
    let (_, text) = documents.iter().find(|(file, _)| *file == api).unwrap();
    let document: Value = serde_json::from_str(text).unwrap();
    let mut all = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            all.insert(name, (method.to_uppercase(), path.clone()));
        }
    }
    all
}

/// Whether a path is of a template's form.
fn fits(template: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap();
    let (wanted, found): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    wanted.len() == found.len() && wanted.iter().zip(found).all(|(w, f)| w.starts_with('{') && !f.is_empty() || *w == f)
}

/// Answers one call with a problem, and tells what it was.
fn answer(stream: TcpStream) -> Option<(String, String)> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let call = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        if header.trim().is_empty() {
            break;
        }
        if let Some(value) = header.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    let problem =
        r#"{"type":"/docs/problems#not_found","title":"Not found","status":404,"detail":"None.","code":"not_found"}"#;
    let head = "HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\nConnection: close\r\n";
    let reply = format!("{head}Content-Length: {}\r\n\r\n{problem}", problem.len());
    reader.into_inner().write_all(reply.as_bytes()).ok()?;
    Some(call)
}

/// The calls that a command makes.
fn calls(world: &World, command: &str) -> (Vec<(String, String)>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let (told, calls) = mpsc::channel();
    let recorder = std::thread::spawn(move || {
        for stream in listener.incoming() {
            // Whoever says nothing is the test: it is over.
            let Some(call) = answer(stream.unwrap()) else { return };
            told.send(call).unwrap();
        }
    });
    let command = command.replace("_ID", "_01m4jx7gd1eb9bvwgxq8w7mmp3");
    let mut words: Vec<&str> = command.split_whitespace().collect();
    words.extend(["--key", "apik_x", "--server", &server]);
    let run = world.run(&words);
    drop(TcpStream::connect(server.trim_start_matches("http://")).unwrap());
    recorder.join().unwrap();
    (calls.iter().collect(), run.stderr)
}

/// What is wrong with a command, if anything is.
fn check(world: &World, command: &str, (method, path): &(String, String)) -> Result<(), String> {
    let (calls, stderr) = calls(world, command);
    let called = calls.iter().any(|(how, what)| how == method && fits(path, what));
    let first = stderr.lines().next().unwrap_or_default();
    if called { Ok(()) } else { Err(format!("`chancery {command}` calls {calls:?}, not {method} {path}: {first}")) }
}

#[test]
fn man_1_every_operation_of_the_management_api_has_a_command() {
    every_operation_has_a_command("management.json", COMMANDS);
}

#[test]
fn lls_5_every_operation_of_a_local_server_has_a_command() {
    every_operation_has_a_command("local.json", LOCAL_COMMANDS);
}

fn every_operation_has_a_command(api: &str, commands: &[(&str, &str)]) {
    let mut operations = operations(api);
    operations.retain(|name, _| !WITHOUT_COMMAND.contains(&name.as_str()));
    let world = World::on_sqlite();
    for (name, text) in FILES {
        std::fs::write(world.path(name), text).unwrap();
    }
    let known: BTreeMap<&str, &str> = commands.iter().copied().collect();
    assert_eq!(known.len(), commands.len(), "an operation stands here twice");
    let gone: Vec<&&str> = known.keys().filter(|name| !operations.contains_key(**name)).collect();
    let mut wrong: BTreeSet<String> = gone.into_iter().map(|name| format!("{name}: no such operation")).collect();
    // Two at a time: this is a test among others.
    let names: Vec<&String> = operations.keys().collect();
    let halves = std::thread::scope(|scope| {
        let check_all = |names: &[&String]| -> Vec<String> {
            let one = |name: &String| match known.get(name.as_str()) {
                None => Some(format!("{name}: no command is known; make one, and name it here")),
                Some(command) => check(&world, command, &operations[name]).err().map(|why| format!("{name}: {why}")),
            };
            names.iter().filter_map(|name| one(name)).collect()
        };
        let (left, right) = names.split_at(names.len() / 2);
        let left = scope.spawn(move || check_all(left));
        let right = check_all(right);
        [left.join().unwrap(), right]
    });
    wrong.extend(halves.into_iter().flatten());
    assert!(
        wrong.is_empty(),
        "of {} operations:\n{}",
        operations.len(),
        wrong.into_iter().collect::<Vec<_>>().join("\n")
    );
}
