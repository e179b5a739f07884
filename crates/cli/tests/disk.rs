//! A disk that fills up under the server, and one that is read-only: a clear error, nothing lost, and it recovers by itself.
//!
//! The disk is a small file system of its own, in a mount namespace that nobody else sees.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;
mod crash_load;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::{Duration, Instant};

use common::{PROGRAM, World};
use crash_load::{Dice, Http, Load, Product, Shop, check, check_log};
use serde_json::Value;

/// Mounts a disk of some MiB on `$DISK`, then does what standard input says, line by line.
const SHELL: &str = r#"
mkdir -p "$DISK" && mount -t tmpfs -o "size=$SIZE" tmpfs "$DISK" || exit 1
while IFS= read -r line; do eval "$line"; echo "did $?"; done
"#;

/// A shell in a mount namespace with a small disk.
struct SmallDisk {
    shell: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl SmallDisk {
    fn mount(world: &World, size: &str) -> Self {
        let mut unshare = world.program();
        // `unshare` takes the place of the program, with the same environment.
        let environment: Vec<_> = unshare.get_envs().map(|(k, v)| (k.to_owned(), v.map(ToOwned::to_owned))).collect();
        unshare = std::process::Command::new("unshare");
        for (name, value) in environment {
            match value {
                Some(value) => unshare.env(name, value),
                None => unshare.env_remove(name),
            };
        }
        unshare.args(["--user", "--map-root-user", "--mount", "sh", "-c", SHELL]);
        unshare.env("DISK", world.path("disk")).env("SIZE", size).env("CHANCERY_DATA", world.path("disk/data"));
        unshare.env("CHANCERY", PROGRAM).current_dir(world.path("."));
        let mut shell = unshare.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (shell.stdin.take().unwrap(), BufReader::new(shell.stdout.take().unwrap()));
        Self { shell, input, output }
    }

    /// Does something, and returns what it printed and its exit code.
    fn run(&mut self, line: &str) -> (String, i32) {
        writeln!(self.input, "{line}").unwrap();
        let mut printed = String::new();
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the shell is gone: {printed}");
            match line.strip_prefix("did ") {
                Some(code) => return (printed, code.trim().parse().unwrap()),
                None => printed.push_str(&line),
            }
        }
    }

    #[track_caller]
    fn done(&mut self, line: &str) -> String {
        let (printed, code) = self.run(line);
        assert_eq!(code, 0, "{line}: {printed}");
        printed
    }

    /// Starts a server on the disk.
    fn serve(&mut self) -> Http {
        self.done("rm -f \"$DISK/../ready\"; \"$CHANCERY\" serve --json --tls off --listen 127.0.0.1:0 > ready 2>> server.log &");
        let ready = self.done("until grep -q url ready; do kill -0 $! || exit 1; sleep 0.05; done; cat ready");
        let ready: Value = serde_json::from_str(ready.trim()).unwrap();
        let key = self.done("cat \"$CHANCERY_DATA/admin.key\"");
        Http::new(ready["url"].as_str().unwrap(), key.trim())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = writeln!(self.input, "kill -9 $! 2>/dev/null; exit 0");
        let _ = self.shell.wait();
    }
}

#[test]
fn a_full_disk_is_said_to_be_so_and_loses_nothing() {
    let world = World::on_sqlite();
    let mut disk = SmallDisk::mount(&world, "40m");
    disk.done("\"$CHANCERY\" init --vendor Acme --sandbox > /dev/null");
    let http = disk.serve();
    let shop = Shop::open(&http);
    let mut dice = Dice::new();
    let mut products = Product::all(&shop, &mut dice);
    for _ in 0..2 {
        let load = Load::start(products, &http);
        load.wait(100);
        disk.run("dd if=/dev/zero of=\"$DISK/filler\" bs=4k 2> /dev/null");
        // Nothing can be written any more: what is still answered is 503 with `disk_full`, and reading goes on.
        let deadline = Instant::now() + Duration::from_secs(30);
        let full = loop {
            let problem = http.try_make("customers", &serde_json::json!({ "name": "x".repeat(200) }));
            if problem["status"] == 503 {
                break problem;
            }
            assert!(Instant::now() < deadline, "the disk does not fill: {problem}");
        };
        assert_eq!(full["code"], "disk_full", "{full}");
        http.get("customers");
        disk.done("rm \"$DISK/filler\"");
        // It recovers by itself.
        load.wait(100);
        products = load.stop();
        check(&http, &shop, &mut products);
    }
    check_log(&http, &shop, &products);
}

#[test]
fn a_read_only_disk_is_said_to_be_so_at_the_start_and_nothing_is_changed() {
    let world = World::on_sqlite();
    let mut disk = SmallDisk::mount(&world, "40m");
    disk.done("\"$CHANCERY\" init --vendor Acme --sandbox > /dev/null");
    disk.done("mount -o remount,ro \"$DISK\"");
    let (said, code) = disk.run("timeout 60 \"$CHANCERY\" serve --json --tls off --listen 127.0.0.1:0 2>&1");
    assert_eq!(code, 1, "{said}");
    let problem: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    let text = problem.to_string().to_lowercase();
    assert!(text.contains("read-only") || text.contains("readonly") || text.contains("not be written"), "{problem}");
    disk.done("mount -o remount,rw \"$DISK\"");
    let http = disk.serve();
    assert!(http.is_ready());
}
