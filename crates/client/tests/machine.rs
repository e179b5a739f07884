//! The machine as the default seat id (OFF-12, LIC-3), through both faces, on machines that are folders of the tests' own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use std::fs;
use std::path::Path;

use chancery_client::{Activate, Machine};
use common::Scene;
use common::faces::Face;
use serde_json::Value;
use tempfile::TempDir;

both_faces!(
    off_12_an_activation_without_a_seat_id_is_of_this_machine,
    off_12_a_repaired_machine_keeps_its_seat_id_and_another_one_does_not,
    off_12_a_damaged_or_newer_identity_is_said_to_be_so_and_kept,
    lic_3_in_a_container_the_product_must_say_who_holds_the_seat
);

/// A machine: files as Linux has them.
struct Box(TempDir);

impl Box {
    fn new() -> Self {
        let made = Self(TempDir::new().unwrap());
        made.put("etc/machine-id", "3d1219c7c4c5404aaa1f6d2a48adfda4\n");
        made.put("proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 1 0:4 / /proc rw - proc proc rw\n");
        made.put("sys/devices/pci/block/sda/wwid", "naa.5000c500a1b2c3d4\n");
        made.put("sys/devices/pci/block/sda/sda1/partition", "1\n");
        made.link("sys/dev/block/8:1", "../../devices/pci/block/sda/sda1");
        made.card("eth0", "52:54:00:12:34:56", false);
        made.card("eth1", "00:1b:21:aa:bb:cc", true);
        made.put("sys/class/dmi/id/sys_vendor", "LENOVO\n");
        made.put("sys/class/dmi/id/product_uuid", "To be filled by O.E.M.\n");
        made
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn link(&self, from: &str, to: &str) {
        let path = self.path().join(from);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(to, path).unwrap();
    }

    /// A network card; one that is on no bus is no real one.
    fn card(&self, name: &str, address: &str, real: bool) {
        self.put(&format!("sys/class/net/{name}/address"), &format!("{address}\n"));
        if real {
            self.put(&format!("sys/class/net/{name}/device/vendor"), "0x8086\n");
        }
    }

    fn machine(&self) -> Machine {
        Machine::at(self.path())
    }
}

fn on(machine: &Box) -> Scene {
    let mut scene = Scene::new();
    scene.options.machine = machine.machine();
    scene
}

fn state_folder(scene: &Scene) -> std::path::PathBuf {
    scene.folder.path().to_owned()
}

/// What the latest activation said of itself.
fn claimed(scene: &Scene) -> Value {
    serde_json::from_str(&scene.server.seen().last().unwrap().body).unwrap()
}

fn claim<F: Face>(scene: &Scene) -> Result<Value, chancery_client::Error> {
    let client: F = scene.client();
    client.activate(&Activate::code("7K2M-9QXT"))?;
    let claimed = claimed(scene);
    assert_eq!(claimed["device"], serde_json::json!({ "container": false, "vm": false }));
    Ok(claimed["seatId"].clone())
}

fn off_12_an_activation_without_a_seat_id_is_of_this_machine<F: Face>() {
    let machine = Box::new();
    let scene = on(&machine);
    let first = claim::<F>(&scene).unwrap();
    assert!(first.as_str().unwrap().starts_with("machine-"), "{first}");
    assert_eq!(claim::<F>(&scene).unwrap(), first);
    // Nothing of the machine is on disk as it is, nor was it sent.
    for value in ["3d1219c7c4c5404aaa1f6d2a48adfda4", "5000c500a1b2c3d4", "00:1b:21"] {
        let files =
            fs::read_dir(state_folder(&scene)).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
        assert!(files.into_iter().all(|text| !text.contains(value)), "{value}");
    }
    // Without its folder it is still the same machine.
    let again = on(&machine);
    assert_eq!(claim::<F>(&again).unwrap(), first);
    // A product that knows better says so.
    let client: F = again.client();
    client.deactivate().unwrap();
    client.activate(&Activate::code("7K2M-9QXT").seat_id("host-1").device(true, true)).unwrap();
    let claimed = claimed(&again);
    assert_eq!((&claimed["seatId"], &claimed["device"]["vm"]), (&"host-1".into(), &true.into()));
}

fn off_12_a_repaired_machine_keeps_its_seat_id_and_another_one_does_not<F: Face>() {
    let machine = Box::new();
    let scene = on(&machine);
    let seat_id = claim::<F>(&scene).unwrap();
    machine.put("sys/devices/pci/block/sda/wwid", "naa.5000c500ffffffff1\n");
    assert_eq!(claim::<F>(&scene).unwrap(), seat_id);
    // What changed is known from then on: small changes do not add up.
    machine.card("eth1", "00:1b:21:dd:ee:ff", true);
    assert_eq!(claim::<F>(&scene).unwrap(), seat_id);
    machine.put("etc/machine-id", "ffffffffffffffffffffffffffff0001\n");
    machine.put("sys/devices/pci/block/sda/wwid", "naa.5000c500000000002\n");
    scene.server.seen();
    let error = claim::<F>(&scene).unwrap_err();
    assert_eq!(error.code(), "state_from_another_machine");
    assert!(error.to_string().ends_with("its machineId, disk differ"), "{error}");
    assert!(error.what_to_do().contains("Activate here"), "{}", error.what_to_do());
    assert!(scene.server.seen().is_empty(), "nothing was sent");
}

fn off_12_a_damaged_or_newer_identity_is_said_to_be_so_and_kept<F: Face>() {
    let machine = Box::new();
    let scene = on(&machine);
    let seat_id = claim::<F>(&scene).unwrap();
    let file = state_folder(&scene).join("machine.json");
    let good = fs::read_to_string(&file).unwrap();
    for (bad, code) in [
        (String::new(), "state_damaged"),
        (good[..good.len() / 2].to_owned(), "state_damaged"),
        (good.replacen("\"salt\": \"", "\"salt\": \"A", 1), "state_damaged"),
        (good.replacen("\"version\": 1", "\"version\": 2", 1), "state_newer_than_program"),
    ] {
        fs::write(&file, &bad).unwrap();
        assert_eq!(claim::<F>(&scene).unwrap_err().code(), code);
        assert_eq!(fs::read_to_string(&file).unwrap(), bad, "nothing was reset");
    }
    fs::write(&file, &good).unwrap();
    assert_eq!(claim::<F>(&scene).unwrap(), seat_id);
}

fn lic_3_in_a_container_the_product_must_say_who_holds_the_seat<F: Face>() {
    let machine = Box::new();
    machine.put(".dockerenv", "");
    machine.put("sys/class/dmi/id/product_name", "Virtual Machine\n");
    let scene = on(&machine);
    let error = claim::<F>(&scene).unwrap_err();
    assert_eq!(error.code(), "no_machine_identity");
    assert!(error.what_to_do().contains("seat id"), "{}", error.what_to_do());
    let client: F = scene.client();
    client.activate(&Activate::code("7K2M-9QXT").seat_id("workload-1")).unwrap();
    assert_eq!(claimed(&scene)["device"], serde_json::json!({ "container": true, "vm": true }));
}
