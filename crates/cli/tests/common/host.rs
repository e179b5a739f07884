//! A host of a test's own: a network namespace in which there is nothing but a loopback, and a watch over who calls whom in it.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Brings the loopback up, and stays until the test is over, or gone.
const SHELL: &str = "PATH=$PATH:/usr/sbin:/sbin; ip link set lo up && echo up && exec cat";
/// The state of a TCP socket that listens.
const LISTENS: &str = "0A";

/// A host without any way to another.
pub(crate) struct Host {
    shell: Child,
}

/// What the kernel has counted on a host since it was booted. It misses nothing, however short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// Connections that somebody began.
    pub(crate) begun: u64,
    /// Connections that a listener of this host took.
    pub(crate) taken: u64,
    /// Datagrams that were sent.
    pub(crate) datagrams: u64,
    /// What was for another host, to which no way leads.
    pub(crate) astray: u64,
}

impl Host {
    pub(crate) fn boot() -> Self {
        let mut unshare = Command::new("unshare");
        unshare.args(["--user", "--map-root-user", "--net", "sh", "-c", SHELL]);
        let mut shell = unshare.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(shell.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "up\n", "no network namespace with a loopback (unshare of util-linux, ip of iproute2)");
        Self { shell }
    }

    /// A program that will run on this host, as the process that is started.
    pub(crate) fn program(&self, program: &str) -> Command {
        let mut enter = Command::new("nsenter");
        enter.args(["--target", &self.shell.id().to_string(), "--user", "--preserve-credentials", "--net", "--"]);
        enter.arg(program);
        enter
    }

    /// A table of the host's network, as the kernel shows it.
    fn table(&self, name: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/net/{name}", self.shell.id())).unwrap_or_default()
    }

    /// Its network interfaces.
    pub(crate) fn interfaces(&self) -> Vec<String> {
        let table = self.table("dev");
        table.lines().filter_map(|line| Some(line.split_once(':')?.0.trim().to_owned())).collect()
    }

    /// What was sent so far.
    pub(crate) fn traffic(&self) -> Traffic {
        let (four, six) = (self.table("snmp"), self.table("snmp6"));
        let counted = |what: &str, name: &str| counted(&four, what, name);
        let counted_six = |name: &str| -> u64 {
            let line = six.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim().parse().unwrap()
        };
        Traffic {
            begun: counted("Tcp:", "ActiveOpens"),
            taken: counted("Tcp:", "PassiveOpens"),
            datagrams: counted("Udp:", "OutDatagrams") + counted_six("Udp6OutDatagrams"),
            astray: counted("Ip:", "OutNoRoutes") + counted_six("Ip6OutNoRoutes"),
        }
    }

    /// The sockets of a process, each with whether it calls somebody: neither listens nor was taken by a listener of the process.
    pub(crate) fn sockets(&self, process: u32) -> Vec<(String, bool)> {
        let own = inodes(process);
        let mut tcp = Vec::new();
        for table in ["tcp", "tcp6"] {
            tcp.extend(self.rows(table, 9, &own));
        }
        let port = |row: &[String]| row[1].rsplit(':').next().unwrap().to_owned();
        let listened: BTreeSet<_> = tcp.iter().filter(|row| row[3] == LISTENS).map(|row| port(row)).collect();
        let mut found: Vec<_> = tcp.iter().map(|row| (row.join(" "), !listened.contains(&port(row)))).collect();
        for (table, inode) in [("udp", 9), ("udp6", 9), ("raw", 9), ("raw6", 9), ("packet", 8), ("netlink", 9)] {
            found.extend(self.rows(table, inode, &own).iter().map(|row| (format!("{table} {}", row.join(" ")), true)));
        }
        found
    }

    /// Those of them that call somebody.
    pub(crate) fn calls(&self, process: u32) -> Vec<String> {
        self.sockets(process).into_iter().filter_map(|(socket, calls)| calls.then_some(socket)).collect()
    }

    /// The rows of a table whose sockets are among these.
    fn rows(&self, table: &str, inode: usize, own: &BTreeSet<String>) -> Vec<Vec<String>> {
        let table = self.table(table);
        let rows = table.lines().skip(1).map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        rows.filter(|row| own.contains(&row[inode])).collect()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

/// A counter of a table that has each line of numbers below one of names.
fn counted(table: &str, what: &str, name: &str) -> u64 {
    let mut lines = table.lines().filter(|line| line.starts_with(what)).map(str::split_whitespace);
    let (mut names, mut numbers) = (lines.next().unwrap(), lines.next().unwrap());
    let at = names.position(|one| one == name).unwrap();
    numbers.nth(at).unwrap().parse().unwrap()
}

/// By which numbers the kernel knows the sockets that a process has open.
fn inodes(process: u32) -> BTreeSet<String> {
    let open = std::fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    let targets = open.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
    let number = |target: std::path::PathBuf| {
        let target = target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?;
        Some(target.to_owned())
    };
    targets.filter_map(number).collect()
}
