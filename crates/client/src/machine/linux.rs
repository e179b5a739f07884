//! What Linux tells of a machine, in `/etc`, `/proc` and `/sys`. On other systems these files are not there, and tell nothing.

use std::fs;
use std::path::Path;

use super::{Signal, SignalKind, text};

const DMI: &str = "sys/class/dmi/id";

pub(super) fn signals(root: &Path) -> Vec<Signal> {
    let file = |kind, path: String| Signal::new(kind, &text(root, path)?);
    let signals = [
        file(SignalKind::MachineId, "etc/machine-id".to_owned())
            .or_else(|| file(SignalKind::MachineId, "var/lib/dbus/machine-id".to_owned())),
        // Only the superuser may read these two.
        file(SignalKind::Firmware, format!("{DMI}/product_uuid")),
        file(SignalKind::Board, format!("{DMI}/board_serial")),
        disk(root),
        network_card(root),
    ];
    signals.into_iter().flatten().collect()
}

/// The disk that `/` is on: its world-wide id, or its serial number.
fn disk(root: &Path) -> Option<Signal> {
    let mounts = text(root, "proc/self/mountinfo")?;
    // `36 35 98:0 /mnt1 /mnt2 …`: the third field is the device, the fifth where it is mounted.
    let device = mounts.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(' ').collect();
        (fields.get(4) == Some(&"/")).then(|| fields.get(2).copied()).flatten()
    })?;
    // A partition is a folder in that of its disk.
    let block = fs::canonicalize(root.join("sys/dev/block").join(device)).ok()?;
    let ids = ["wwid", "device/wwid", "serial", "device/serial"];
    let of = |folder: &Path| ids.iter().find_map(|id| Signal::new(SignalKind::Disk, &text(folder, id)?));
    of(&block).or_else(|| of(block.parent()?))
}

/// The first card, by name, that is on a bus: bridges, tunnels and the cards of containers are on none. Addresses that somebody made
/// up (the second bit of the first byte) are not the card's.
fn network_card(root: &Path) -> Option<Signal> {
    let mut cards: Vec<_> = fs::read_dir(root.join("sys/class/net")).ok()?.flatten().map(|card| card.path()).collect();
    cards.sort();
    cards.iter().filter(|card| card.join("device").exists()).find_map(|card| {
        let address = text(card, "address")?;
        let first = u8::from_str_radix(address.get(..2)?, 16).ok()?;
        if first & 2 != 0 { None } else { Signal::new(SignalKind::NetworkCard, &address) }
    })
}

pub(super) fn is_container(root: &Path) -> bool {
    const MARKS: [&str; 5] = ["docker", "kubepods", "containerd", "lxc", "libpod"];
    let marked = |file| text(root, file).is_some_and(|text| MARKS.iter().any(|mark| text.contains(mark)));
    root.join(".dockerenv").exists()
        || root.join("run/.containerenv").exists()
        || text(root, "run/systemd/container").is_some()
        || marked("proc/1/cgroup")
}

pub(super) fn is_virtual(root: &Path) -> bool {
    const MAKERS: [&str; 10] = [
        "qemu",
        "kvm",
        "vmware",
        "virtualbox",
        "innotek",
        "xen",
        "virtual machine",
        "amazon ec2",
        "google compute",
        "parallels",
    ];
    let files = ["sys_vendor", "product_name", "bios_vendor"];
    let made = files.iter().filter_map(|file| text(root, format!("{DMI}/{file}"))).any(|maker| {
        let maker = maker.to_lowercase();
        MAKERS.iter().any(|known| maker.contains(known))
    });
    let flagged = || text(root, "proc/cpuinfo").is_some_and(|text| text.contains(" hypervisor"));
    made || flagged()
}
