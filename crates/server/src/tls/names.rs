//! The names and addresses by which this machine is reached.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

use super::certificate;

/// The machine's own name; nothing where the system does not tell.
pub(super) fn host_name() -> Option<String> {
    let of_kernel = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let of_environment = || std::env::var("COMPUTERNAME").or_else(|_| std::env::var("HOSTNAME")).ok();
    let name = of_kernel.or_else(of_environment)?.trim().to_ascii_lowercase();
    let usable = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    (!name.is_empty() && name.bytes().all(usable)).then_some(name)
}

/// Every name and address of this machine, for a certificate: loopback, its own name, where it listens, and those further ones that a
/// certificate can have.
pub(super) fn all(listen: IpAddr, further: &[String]) -> Vec<String> {
    let mut names = vec!["localhost".to_owned()];
    names.extend(host_name());
    let mut addresses = vec![IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
    if listen.is_unspecified() {
        addresses.extend(outward());
    } else {
        addresses.push(listen);
    }
    names.extend(addresses.iter().map(ToString::to_string));
    names.extend(further.iter().filter(|name| certificate::can_be_for(name)).cloned());
    // A certificate names each once.
    names.sort();
    names.dedup();
    names
}

/// The address from which this machine would call others. A datagram socket that is connected sends nothing.
fn outward() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // An address for documentation (RFC 5737): nobody has it, and the default route leads to it.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|ip| !ip.is_unspecified())
}
