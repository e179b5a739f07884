//! The machine as the default seat id (OFF-12, LIC-3), through both faces, on machines that are folders of the tests' own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use std::fs;
use std::path::Path;

use chancery_client::{Activate, Machine, Options};
use chancery_domain::MachineIdentity;
use common::Scene;
use common::desk::activated_offline;
use common::faces::{Blocking, Face};
use serde_json::Value;
use tempfile::TempDir;

both_faces!(
    off_12_an_activation_without_a_seat_id_is_of_this_machine,
    off_12_a_repaired_machine_keeps_its_state_and_its_seat_id,
    off_12_another_machine_is_refused_and_destroys_nothing,
    off_12_activating_on_another_machine_keeps_the_state_of_the_first,
    off_12_a_state_that_is_bound_to_nothing_is_bound_by_the_next_activation,
    off_12_an_offline_license_that_is_copied_to_another_machine_is_worth_nothing,
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

/// The files of a folder, but for the lock and the clock.
fn files(scene: &Scene) -> Vec<(String, String)> {
    let names = ["state.json", "keys.json", "machine.json"];
    names.map(|name| (name.to_owned(), fs::read_to_string(state_folder(scene).join(name)).unwrap())).to_vec()
}

fn off_12_a_repaired_machine_keeps_its_state_and_its_seat_id<F: Face>() {
    let machine = Box::new();
    let scene = on(&machine);
    let seat_id = claim::<F>(&scene).unwrap();
    let identity = || fs::read_to_string(state_folder(&scene).join("machine.json")).unwrap();
    let first = identity();
    machine.put("sys/devices/pci/block/sda/wwid", "naa.5000c500ffffffff1\n");
    // To look at it changes nothing; what works on it takes the change in, so that small changes do not add up.
    assert!(scene.client::<F>().check().unwrap().allowed());
    assert_eq!(identity(), first);
    scene.client::<F>().refresh().unwrap();
    let second = identity();
    assert_ne!(second, first);
    machine.card("eth1", "00:1b:21:dd:ee:ff", true);
    scene.client::<F>().spend("renders", 1).unwrap();
    assert_ne!(identity(), second);
    machine.put("sys/devices/pci/block/sda/wwid", "naa.5000c500000000003\n");
    let client = scene.client::<F>();
    assert!(client.check().unwrap().allowed());
    client.deactivate().unwrap();
    // Also when nothing is active: the seat id stays, though its strongest sign is another now.
    machine.put("etc/machine-id", "ffffffffffffffffffffffffffff0001\n");
    scene.client::<F>().refresh().unwrap_err();
    machine.put("etc/machine-id", "3d1219c7c4c5404aaa1f6d2a48adfda4\n");
    assert_eq!(claim::<F>(&scene).unwrap(), seat_id);
}

/// The folder of one scene, copied to the machine of another.
fn copied(from: &Scene, machine: &Box) -> Scene {
    let to = on(machine);
    for file in fs::read_dir(state_folder(from)).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), state_folder(&to).join(file.file_name())).unwrap();
    }
    to
}

fn other_machine() -> Box {
    let machine = Box::new();
    machine.put("etc/machine-id", "ffffffffffffffffffffffffffff0001\n");
    machine.put("sys/devices/pci/block/sda/wwid", "naa.5000c500000000002\n");
    machine
}

fn off_12_another_machine_is_refused_and_destroys_nothing<F: Face>() {
    let (here, there) = (Box::new(), other_machine());
    let first = on(&here);
    claim::<F>(&first).unwrap();
    let copy = copied(&first, &there);
    let before = files(&copy);
    let client: F = copy.client();
    for _ in 0..2 {
        for error in [
            client.check().unwrap_err(),
            client.status().map(|_| ()).unwrap_err(),
            client.refresh().unwrap_err(),
            client.spend("renders", 1).unwrap_err(),
            client.deactivate().unwrap_err(),
        ] {
            assert_eq!(error.code(), "state_from_another_machine");
            assert!(error.to_string().ends_with("its machineId, disk differ"), "{error}");
            assert!(error.what_to_do().contains("Activate here"), "{}", error.what_to_do());
            assert!(error.what_to_do().contains("release"), "{}", error.what_to_do());
            for value in ["ffffffff", "3d1219c7", "5000c500"] {
                assert!(!error.to_problem().detail.contains(value));
            }
        }
    }
    assert!(copy.server.seen().is_empty(), "nothing was sent");
    assert_eq!(files(&copy), before);
    // Back where it belongs it goes on.
    let mut back = copied(&copy, &here);
    back.server = first.server;
    let client: F = back.client();
    assert!(client.check().unwrap().allowed());
    client.refresh().unwrap();
}

fn off_12_activating_on_another_machine_keeps_the_state_of_the_first<F: Face>() {
    let here = Box::new();
    let first = on(&here);
    let seat_id = claim::<F>(&first).unwrap();
    let there = other_machine();
    let copy = copied(&first, &there);
    let before = files(&copy);
    assert_ne!(claim::<F>(&copy).unwrap(), seat_id, "another machine, another seat");
    let client: F = copy.client();
    assert!(client.check().unwrap().allowed());
    client.refresh().unwrap();
    for (name, text) in before {
        assert_eq!(fs::read_to_string(state_folder(&copy).join(format!("{name}.foreign"))).unwrap(), text);
    }
}

fn off_12_a_state_that_is_bound_to_nothing_is_bound_by_the_next_activation<F: Face>() {
    let machine = Box::new();
    machine.put(".dockerenv", "");
    let in_container = on(&machine);
    let request = Activate::code("7K2M-9QXT").seat_id("workload-1");
    in_container.client::<F>().activate(&request).unwrap();
    let identity = |scene: &Scene| fs::read_to_string(state_folder(scene).join("machine.json")).unwrap();
    let unbound = identity(&in_container);
    // The image became that of a machine. Looking and working on leave the container what it is; activating binds the state.
    fs::remove_file(machine.path().join(".dockerenv")).unwrap();
    let client: F = in_container.client();
    assert!(client.check().unwrap().allowed());
    client.refresh().unwrap();
    assert_eq!(identity(&in_container), unbound);
    client.activate(&request).unwrap();
    assert!(client.check().unwrap().allowed());
    assert_ne!(identity(&in_container), unbound);
    let other = other_machine();
    let copy = copied(&in_container, &other);
    assert_eq!(copy.client::<F>().check().unwrap_err().code(), "state_from_another_machine");
    // In a container again nothing tells that it is the same machine.
    machine.put("run/.containerenv", "");
    let error = in_container.client::<F>().check().unwrap_err();
    assert_eq!(error.code(), "state_from_another_machine");
    assert!(error.to_string().contains("machineId"), "{error}");
}

fn off_12_an_offline_license_that_is_copied_to_another_machine_is_worth_nothing<F: Face>() {
    let (here, there) = (Box::new(), other_machine());
    let first = on(&here);
    let (client, mut desk): (F, _) = activated_offline(&first);
    let refresh = desk.refresh();
    let copy = copied(&first, &there);
    let thief: F = copy.offline();
    for error in [
        thief.check().unwrap_err(),
        thief.apply_offline(&refresh).unwrap_err(),
        thief.deactivate_offline().unwrap_err(),
        thief.offline_deactivation().unwrap_err(),
    ] {
        assert_eq!(error.code(), "state_from_another_machine");
    }
    // A request begins anew there, with keys of its own: what was made for the first is for the first alone.
    let request = thief.offline_request(&Activate::code("7K2M-9QXT").seat_id("host-1")).unwrap();
    let device = desk.device.clone().unwrap();
    assert_ne!(desk.open(&request).kid(), device.jkt);
    assert_eq!(thief.apply_offline(&refresh).unwrap_err().code(), "token_wrong_recipient");
    assert!(client.apply_offline(&refresh).unwrap().allowed());
}

#[test]
fn lic_3_containers_and_virtual_machines_are_recognised() {
    let container = |file: &str, text: &str| {
        let machine = Box::new();
        machine.put(file, text);
        machine.machine().is_container()
    };
    let mounts = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n";
    assert!(!container("proc/1/cgroup", "0::/init.scope\n"));
    assert!(container("proc/1/cgroup", "12:cpu:/kubepods/besteffort/pod1\n"));
    assert!(container("run/systemd/container", "systemd-nspawn\n"));
    assert!(container("run/.containerenv", ""));
    let from = "30 22 8:1 /var/lib/kubelet/pods/1/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw\n";
    assert!(container("proc/self/mountinfo", &format!("{mounts}{from}")));
    let runs_some = "30 22 0:50 / /var/lib/docker/overlay2/1/merged rw - overlay overlay rw\n";
    assert!(!container("proc/self/mountinfo", &format!("{mounts}{runs_some}")), "a host of containers is none");
    let virtual_by = |file: &str, text: &str| {
        let machine = Box::new();
        machine.put(file, text);
        machine.machine().is_virtual()
    };
    assert!(virtual_by("sys/class/dmi/id/sys_vendor", "QEMU\n"));
    assert!(virtual_by("sys/class/dmi/id/product_name", "Google Compute Engine\n"));
    assert!(virtual_by("proc/cpuinfo", "flags : fpu hypervisor lahf\n"));
    assert!(virtual_by("sys/hypervisor/type", "xen\n"));
    assert!(!virtual_by("sys/class/dmi/id/sys_vendor", "Dell Inc.\n"));
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

/// What an activation on a machine says it is.
fn seat_of(machine: &Box) -> String {
    claim::<Blocking>(&on(machine)).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn off_12_made_up_addresses_and_cards_that_come_and_go_identify_nothing() {
    let machine = Box::new();
    machine.put("etc/machine-id", "uninitialized\n");
    fs::remove_dir_all(machine.path().join("sys/devices")).unwrap();
    let by_card = seat_of(&machine);
    // By name these come before the real one.
    machine.card("docker0", "02:42:ac:11:00:02", false);
    machine.card("br-1", "00:1b:21:00:00:01", false);
    machine.card("ena0", "00:00:00:00:00:00", true);
    machine.card("enb0", "02:1b:21:00:00:02", true);
    machine.card("enc0", "00:1b:21:00:00:03", true);
    fs::create_dir_all(machine.path().join("sys/bus/usb")).unwrap();
    machine.link("sys/class/net/enc0/device/subsystem", "../../../../bus/usb");
    assert_eq!(seat_of(&machine), by_card);
    machine.card("ena0", "00:1b:21:00:00:04", true);
    assert_ne!(seat_of(&machine), by_card);
}

#[test]
fn off_12_the_disk_below_an_encrypted_volume_is_the_machines() {
    let machine = Box::new();
    machine.put("etc/machine-id", "uninitialized\n");
    let by_disk = seat_of(&machine);
    machine.put("proc/self/mountinfo", "22 1 253:1 / / rw - ext4 /dev/mapper/root rw\n");
    machine.put("sys/devices/virtual/block/dm-1/dm/name", "root\n");
    machine.put("sys/devices/virtual/block/dm-0/dm/name", "crypt\n");
    machine.link("sys/dev/block/253:1", "../../devices/virtual/block/dm-1");
    machine.link("sys/devices/virtual/block/dm-1/slaves/dm-0", "../../dm-0");
    machine.link("sys/devices/virtual/block/dm-0/slaves/sda1", "../../../../pci/block/sda/sda1");
    assert_eq!(seat_of(&machine), by_disk);
    // Volumes that are made of each other in a circle are none.
    fs::remove_file(machine.path().join("sys/devices/virtual/block/dm-0/slaves/sda1")).unwrap();
    machine.link("sys/devices/virtual/block/dm-0/slaves/dm-1", "../../dm-1");
    assert_ne!(seat_of(&machine), by_disk);
}

#[test]
fn off_12_two_machines_that_share_a_folder_put_each_other_aside_and_never_see_damage() {
    let (one, two) = (Box::new(), other_machine());
    let scene = on(&one);
    let request = Activate::code("7K2M-9QXT").seat_id("shared");
    let client = |machine: &Box| -> Blocking {
        let options = Options { machine: machine.machine(), ..scene.options.clone() };
        Blocking::open(&scene.server.url, scene.product.clone(), scene.state(), options)
    };
    let readers = [client(&one), client(&two)];
    std::thread::scope(|threads| {
        let writer = threads.spawn(|| {
            for machine in [&one, &two].repeat(10) {
                scene.server.world().device = None;
                let client = client(machine);
                client.activate(&request).unwrap();
                assert!(client.check().unwrap().allowed());
            }
        });
        while !writer.is_finished() {
            for reader in &readers {
                let code = reader.check().map_err(|error| error.code().to_owned());
                assert_ne!(code, Err("state_damaged".to_owned()));
            }
        }
    });
}

#[test]
fn exp_10_a_machine_is_known_by_hashes_under_a_salt_of_which_some_may_change() {
    let machine = Box::new();
    let recorded = machine.machine().identity(b"srv_1");
    assert_eq!(recorded.to_string().parse::<MachineIdentity>().unwrap(), recorded);
    let signs: Vec<_> = recorded.signs.iter().map(|sign| (sign.kind.as_str(), sign.weight)).collect();
    assert_eq!(signs, [("machine-id", 3), ("disk", 2), ("network-card", 1)]);
    // Who knows it under one salt does not recognise it under another.
    assert!(!machine.machine().identity(b"srv_2").is_same(&recorded));
    assert!(!recorded.to_string().contains("3d1219c7"), "{recorded}");

    machine.put("sys/class/net/eth1/address", "00:1b:21:aa:bb:cd\n");
    machine.put("sys/devices/pci/block/sda/wwid", "naa.5000c500a1b2c3d5\n");
    assert!(!recorded.is_same(&machine.machine().identity(b"srv_1")), "3 of 6 is no majority");
    machine.put("sys/class/net/eth1/address", "00:1b:21:aa:bb:cc\n");
    assert!(recorded.is_same(&machine.machine().identity(b"srv_1")), "4 of 6 is one");
}

#[test]
fn exp_10_in_a_container_nothing_is_known_of_a_machine() {
    let machine = Box::new();
    let recorded = machine.machine().identity(b"srv_1");
    machine.put(".dockerenv", "");
    let here = machine.machine().identity(b"srv_1");
    assert!(here.signs.is_empty() && here.to_string() == "none");
    assert!(here.is_same(&recorded), "what is bound to nothing is at home everywhere");
    assert!(!recorded.is_same(&here), "and what is bound to a machine is not at home in a container");
}
