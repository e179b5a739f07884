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
    let device = mounts.lines().find(|line| mounted_at(line) == "/")?.split(' ').nth(2)?;
    of_disk(&fs::canonicalize(root.join("sys/dev/block").join(device)).ok()?, 4)
}

/// Of a disk, of a partition, which is a folder in that of its disk, or of a volume, which is made of others.
fn of_disk(block: &Path, deep: u8) -> Option<Signal> {
    let ids = ["wwid", "device/wwid", "serial", "device/serial"];
    let of = |folder: &Path| ids.iter().find_map(|id| Signal::new(SignalKind::Disk, &text(folder, id)?));
    of(block).or_else(|| of(block.parent()?)).or_else(|| {
        let deeper = deep.checked_sub(1)?;
        let mut parts: Vec<_> = fs::read_dir(block.join("slaves")).ok()?.flatten().map(|part| part.path()).collect();
        parts.sort();
        parts.iter().find_map(|part| of_disk(&fs::canonicalize(part).ok()?, deeper))
    })
}

/// The first card, by name, that is on a bus: bridges, tunnels and the cards of containers are on none. Cards on USB come and go with
/// docking stations. Addresses that somebody made up (the second bit of the first byte) are not the card's.
fn network_card(root: &Path) -> Option<Signal> {
    let mut cards: Vec<_> = fs::read_dir(root.join("sys/class/net")).ok()?.flatten().map(|card| card.path()).collect();
    cards.sort();
    cards.iter().filter(|card| is_built_in(card)).find_map(|card| {
        let address = text(card, "address")?;
        let first = u8::from_str_radix(address.get(..2)?, 16).ok()?;
        if first & 2 != 0 { None } else { Signal::new(SignalKind::NetworkCard, &address) }
    })
}

fn is_built_in(card: &Path) -> bool {
    let on_usb = |bus: std::path::PathBuf| bus.file_name().is_some_and(|name| name == "usb");
    card.join("device").exists() && !fs::canonicalize(card.join("device/subsystem")).is_ok_and(on_usb)
}

pub(super) fn is_container(root: &Path) -> bool {
    const MARKS: [&str; 7] = ["docker", "kubepods", "kubelet", "containerd", "crio", "lxc", "libpod"];
    let is_marked = |text: &str| MARKS.iter().any(|mark| text.contains(mark));
    root.join(".dockerenv").exists()
        || root.join("run/.containerenv").exists()
        || text(root, "run/systemd/container").is_some()
        || text(root, "proc/1/cgroup").is_some_and(|text| is_marked(&text))
        // In a namespace of their own, cgroups tell nothing. What is mounted over these files does; a host that only runs
        // containers has their mounts elsewhere.
        || text(root, "proc/self/mountinfo").is_some_and(|mounts| {
            mounts.lines().filter(|line| IN_CONTAINERS.contains(&mounted_at(line))).any(is_marked)
        })
}

/// Where engines mount what they give to a container.
const IN_CONTAINERS: [&str; 4] = ["/", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf"];

/// Where a line of `mountinfo` is mounted: `36 35 98:0 /from /to …`.
fn mounted_at(line: &str) -> &str {
    line.split(' ').nth(4).unwrap_or_default()
}

pub(super) fn is_virtual(root: &Path) -> bool {
    const MAKERS: [&str; 14] = [
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
        "bochs",
        "bhyve",
        "openstack",
        "alibaba cloud",
    ];
    let files = ["sys_vendor", "product_name", "bios_vendor"];
    let made = files.iter().filter_map(|file| text(root, format!("{DMI}/{file}"))).any(|maker| {
        let maker = maker.to_lowercase();
        MAKERS.iter().any(|known| maker.contains(known))
    });
    let flagged = || text(root, "proc/cpuinfo").is_some_and(|text| text.contains(" hypervisor"));
    made || root.join("sys/hypervisor/type").exists() || flagged()
}
