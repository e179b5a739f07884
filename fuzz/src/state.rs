//! The SDK's state on disk: files as they lie there, and what is encrypted in them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chancery_client::blocking::Client;
use chancery_client::{Activate, Clock, Machine, Options, Product, Timestamp};
use chancery_token::hash::{base64url, from_base64url, hmac_sha256, sha256};
use chancery_token::{KeyEncryptionKey, LeaseConfirmation, OfflineRequest, OfflineResponseClaims, SealingKey};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::common::offline::{bundle, entropy, expected, offline_certificate, receiving};
use super::common::{Vendor, id, now, product};
use super::patch::patched;

const FILES: [&str; 5] = ["state.json", "keys.json", "revocations.json", "clock.json", "machine.json"];
const PURPOSE: &str = "client-state";
const KEY: [u8; 32] = [7; 32];
const SALT: [u8; 16] = [9; 16];

/// An offline activation in a folder, with the texts of its files and what is encrypted in them.
struct World {
    folder: TempDir,
    client: Client,
    good: BTreeMap<&'static str, String>,
    plain: BTreeMap<&'static str, Value>,
}

thread_local! {
    // Of each thread: who changes the folder is alone with it.
    static WORLD: RefCell<World> = RefCell::new(World::new());
}

/// A machine without signs, whose clock stands still.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        now()
    }

    fn running(&self) -> Duration {
        Duration::from_secs(1)
    }
}

/// The first byte says which file, and what the rest is: its text; what is encrypted in it; changes of that.
pub fn run(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    WORLD.with_borrow_mut(|world| {
        let file = FILES[usize::from(choice >> 3) % FILES.len()];
        match choice & 3 {
            0 => world.raw(file, rest),
            1 => world.content(file, &String::from_utf8_lossy(rest), choice & 4 != 0),
            _ => world.content(file, &patched(&world.plain[file], rest), choice & 4 != 0),
        }
    });
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("machine.json"), machine()).unwrap();
        let vendor = Vendor::new();
        let product = Product::new(&product().to_string(), &bundle(&vendor)).unwrap();
        let options = Options { machine: Machine::at("nowhere"), clock: Arc::new(Still), ..Options::default() };
        let client = Client::open_offline(product, folder.path(), options).unwrap();
        let mut world = Self { folder, client, good: BTreeMap::new(), plain: BTreeMap::new() };
        world.activate(&vendor);
        for file in FILES {
            world.good.insert(file, fs::read_to_string(world.path(file)).unwrap());
            let plain = if file == "machine.json" { json!({}) } else { world.decrypted(file) };
            world.plain.insert(file, plain);
        }
        let machine: Value = serde_json::from_str(&world.good["machine.json"]).unwrap();
        world.plain.insert("machine.json", machine["content"].clone());
        world
    }

    /// Requests, answers, applies; then every file is there.
    fn activate(&self, vendor: &Vendor) {
        let request = self.client.offline_request(&Activate::code("7K2M-9QXT").seat_id("machine-1")).unwrap();
        let opened = OfflineRequest::open(&request, &[&receiving()], &expected(now())).unwrap();
        let mut lease = vendor.lease_claims();
        lease.activation = Some(id(3));
        "offline".clone_into(&mut lease.mode);
        lease.confirmation = Some(LeaseConfirmation { jkt: opened.kid().to_owned() });
        let seal = SealingKey::new(opened.device_keys.seal.clone()).unwrap();
        let response = OfflineResponseClaims {
            issued: vendor.issued(now()),
            audience: seal.kid().to_owned(),
            request_id: opened.request_id.clone(),
            seq: 1,
            lease: vendor.sign_lease(&lease),
            revocations: Some(vendor.revocations(5, &["another"])),
        };
        let response = response.seal(&vendor.issuing, &offline_certificate(vendor), &seal, &mut entropy()).unwrap();
        assert!(self.client.apply_offline(&response).unwrap().allowed());
        assert!(self.client.check().unwrap().allowed());
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn decrypted(&self, file: &str) -> Value {
        let text: Value = serde_json::from_str(&fs::read_to_string(self.path(file)).unwrap()).unwrap();
        let sealed = from_base64url(text["content"].as_str().unwrap()).unwrap();
        let key = KeyEncryptionKey::from_bytes(&KEY).unwrap();
        serde_json::from_slice(&key.unwrap(PURPOSE, file, &sealed).unwrap()).unwrap()
    }

    /// Whatever is not as it was written is an error, and is left as it is.
    fn raw(&mut self, file: &'static str, bytes: &[u8]) {
        fs::write(self.path(file), bytes).unwrap();
        let good = bytes == self.good[file].as_bytes();
        match self.client.check() {
            Ok(standing) => assert!(good && standing.allowed(), "{file} was believed"),
            Err(error) => {
                let code = error.code();
                let known = ["state_damaged", "state_newer_than_program", "state_from_another_machine"].contains(&code);
                assert!(!good && known, "{file}: {error}");
            }
        }
        let _ = (self.client.lease(), self.client.status(), self.client.offline_deactivation());
        assert!(fs::read(self.path(file)).unwrap() == bytes, "{file} was changed");
        self.restore(file);
    }

    /// Somebody who has the key writes what no program of ours would.
    fn content(&mut self, file: &'static str, content: &str, everything: bool) {
        let text = if file == "machine.json" {
            let content: Value = serde_json::from_str(content).unwrap_or_default();
            envelope(&content)
        } else {
            let key = KeyEncryptionKey::from_bytes(&KEY).unwrap();
            let sealed = key.wrap(PURPOSE, file, content.as_bytes(), [1; 12]).unwrap();
            envelope(&base64url(&sealed).into())
        };
        fs::write(self.path(file), text).unwrap();
        if let Ok(standing) = self.client.check()
            && standing.allowed()
        {
            // Never without a lease that the vendor signed.
            assert!(self.client.lease().unwrap().is_some_and(|lease| lease.product == product()));
        }
        let _ = (self.client.status(), self.client.offline_deactivation());
        if everything {
            let _ = self.client.apply_offline("eyJ");
            let _ = self.client.forget_offline_requests();
            let _ = self.client.deactivate_offline();
            let _ = self.client.offline_request(&Activate::code("7K2M-9QXT").seat_id("machine-1"));
            FILES.into_iter().for_each(|file| self.restore(file));
            for entry in fs::read_dir(self.folder.path()).unwrap() {
                let path = entry.unwrap().path();
                // What was set aside.
                if path.extension().is_some_and(|end| end == "damaged" || end == "foreign") {
                    fs::remove_file(path).unwrap();
                }
            }
        }
        self.restore(file);
    }

    fn restore(&self, file: &str) {
        fs::write(self.path(file), &self.good[file]).unwrap();
    }
}

/// The file that opens the state on a machine without signs, for a key that is known here.
fn machine() -> String {
    let under = hmac_sha256(&SALT, &[b"chancery machine 1", b"\0", b"key"]);
    let wrapped = KeyEncryptionKey::from_bytes(&under).unwrap().wrap(PURPOSE, "key", &KEY, [2; 12]).unwrap();
    let content = json!({"salt": base64url(&SALT), "signals": [], "keys": [{"of": [], "key": base64url(&wrapped)}], "seat": null});
    envelope(&content)
}

/// The text of a file, as it is written: there is one for each content.
fn envelope(content: &Value) -> String {
    let content = in_order(content);
    let checksum = base64url(&sha256(&[content.as_bytes()]));
    format!("{{\"version\":1,\"checksum\":\"{checksum}\",\"content\":{content}}}\n")
}

/// JSON with members in the order in which the client writes its types.
fn in_order(value: &Value) -> String {
    const ORDER: [&str; 8] = ["salt", "signals", "keys", "seat", "of", "kind", "key", "hash"];
    let joined = |texts: Vec<String>| texts.join(",");
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| ORDER.iter().position(|known| known == name).unwrap_or(ORDER.len()));
            let member = |(name, value): (&String, &Value)| format!("{}:{}", json!(name), in_order(value));
            format!("{{{}}}", joined(members.into_iter().map(member).collect()))
        }
        Value::Array(items) => format!("[{}]", joined(items.iter().map(in_order).collect())),
        other => other.to_string(),
    }
}
