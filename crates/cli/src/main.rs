//! The one binary that holds every part of Chancery.

use std::process::ExitCode;

fn main() -> ExitCode {
    chancery::run()
}
