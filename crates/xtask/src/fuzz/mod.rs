//! `cargo xtask fuzz`: feeds the decoders with whatever libFuzzer makes up under coverage (`fuzz/`).
//!
//! It needs no nightly compiler: what guides the fuzzer is a pass of LLVM that every rustc has.

mod build;
mod corpus;
mod seeds;

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};

use self::build::Built;
use crate::Outcome;
use crate::tree::workspace_root;

/// What can go wrong here is told to a developer.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Every target; `fuzz/src/lib.rs` has the same.
const TARGETS: [&str; 7] = ["signed", "sealed", "carried", "keys", "state", "tables", "pictures"];

/// What the command line says.
#[derive(Debug)]
struct Options {
    targets: Vec<&'static str>,
    seconds: u64,
    /// Write what was found into the repository's corpus.
    keep: bool,
}

/// Runs the targets, all at the same time.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let options = Options::read(arguments)?;
    let built = Built::make(&workspace_root()?, &options.targets)?;
    let mut running = Vec::new();
    for target in &options.targets {
        seeds::write(&built, target)?;
        running.push((*target, start(&built, target, options.seconds)?));
    }
    println!("fuzzing {} for {} s; logs: {}", options.targets.join(", "), options.seconds, built.folder.display());
    let mut broken = false;
    for (target, mut process) in running {
        let found = !process.wait()?.success();
        println!("{target}: {}", summary(&built, target, found)?);
        broken |= found;
    }
    if options.keep {
        for target in &options.targets {
            println!("{target}: {} files kept", corpus::keep(&built, target)?);
        }
    }
    Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

impl Options {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let mut options = Self { targets: Vec::new(), seconds: 60, keep: false };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--seconds" => options.seconds = arguments.next().ok_or("--seconds needs a number")?.parse()?,
                "--keep" => options.keep = true,
                name => {
                    let known = TARGETS.into_iter().find(|known| *known == name);
                    let known = known.ok_or_else(|| format!("no target `{name}`; there are {}", TARGETS.join(", ")));
                    options.targets.push(known?);
                }
            }
        }
        if options.targets.is_empty() {
            options.targets = TARGETS.to_vec();
        }
        Ok(options)
    }
}

/// Starts a target on its own corpus, the repository's and the seeds.
fn start(built: &Built, target: &str, seconds: u64) -> Result<Child, Failure> {
    let work = built.work(target)?;
    let found = built.found(target)?;
    let mut command = Command::new(built.program(target));
    command.arg(format!("-max_total_time={seconds}")).arg(format!("-artifact_prefix={}/", found.display()));
    // An input that takes seconds is a finding, and so is memory. What is longer than all tokens, ordinary tests try.
    command.args(["-timeout=10", "-rss_limit_mb=2048", "-max_len=8192", "-print_final_stats=1", "-reload=0"]);
    command.arg(work).arg(built.seeds(target)?).arg(built.kept(target)?);
    if PathBuf::from("/dev/shm").is_dir() {
        // Where the state's files need not reach a disk.
        command.env("TMPDIR", "/dev/shm");
    }
    let log = fs::File::create(built.log(target))?;
    Ok(command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?)
}

/// Executions and coverage, by the last lines of the log.
fn summary(built: &Built, target: &str, found: bool) -> Result<String, Failure> {
    let log = String::from_utf8_lossy(&fs::read(built.log(target))?).into_owned();
    let executed = log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    let coverage = log.lines().rev().find(|line| line.starts_with('#') && line.contains("cov:"));
    let said = format!("{} executions; {}", executed.unwrap_or("?").trim(), coverage.unwrap_or("nothing covered"));
    if found { Ok(format!("BROKEN, see {}; {said}", built.log(target).display())) } else { Ok(said) }
}
