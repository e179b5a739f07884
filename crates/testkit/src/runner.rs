//! Other people's implementations, to test against: Python and Node programs, each with the packages that its lock file names.
//!
//! They are installed where the caller says (a folder below `target/`), once for each content of the lock file. Tests of several
//! processes may ask at once: a file's lock lets one install.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A Python with the packages of a `requirements.txt`, in a virtual environment below `tools`.
///
/// # Panics
/// If there is no Python 3 with `venv`, or the packages cannot be had.
#[must_use]
pub fn python(tools: &Path, requirements: &Path) -> PathBuf {
    let home = installed(tools, "python", &[requirements], |home| {
        run(Command::new("python3").args(["-m", "venv"]).arg(home));
        let mut pip = Command::new(home.join("bin/python"));
        run(pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(requirements));
    });
    home.join("bin/python")
}

/// The folder below `tools` to which the files of a Node program were copied, beside the packages of its `package-lock.json`.
///
/// # Panics
/// If there is no Node with npm, or the packages cannot be had.
#[must_use]
pub fn node(tools: &Path, program: &Path) -> PathBuf {
    let files: Vec<PathBuf> = fs::read_dir(program)
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()))
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.is_file())
        .collect();
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    installed(tools, "node", &files, |home| {
        fs::create_dir_all(home).expect("a folder for a Node program");
        for file in &files {
            fs::copy(file, home.join(file.file_name().expect("a file's name"))).expect("a copy of a Node program");
        }
        run(Command::new("npm").args(["ci", "--silent", "--no-audit", "--no-fund"]).current_dir(home));
    })
}

/// The folder of these files' content, made by `install` if it is not there yet, whole.
fn installed(tools: &Path, name: &str, files: &[&Path], install: impl FnOnce(&Path)) -> PathBuf {
    fs::create_dir_all(tools).expect("a folder for tools");
    let lock = File::create(tools.join(format!("{name}.lock"))).expect("a file to lock");
    lock.lock().expect("a lock");
    let home = tools.join(format!("{name}-{:016x}", fingerprint(files)));
    let done = home.join(".installed");
    if !done.exists() {
        let _ = fs::remove_dir_all(&home);
        install(&home);
        fs::write(done, "").expect("a mark that the installation is whole");
    }
    home
}

/// FNV-1a over the files in the order of their names.
fn fingerprint(files: &[&Path]) -> u64 {
    let mut files = files.to_vec();
    files.sort_unstable();
    let bytes =
        files.iter().flat_map(|file| fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display())));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn run(command: &mut Command) {
    let status =
        command.status().unwrap_or_else(|error| panic!("{command:?}: {error}; ./test installs what is needed"));
    assert!(status.success(), "{command:?}: {status}");
}
