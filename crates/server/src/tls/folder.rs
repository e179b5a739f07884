//! The certificate folder: the pair in it that is for this machine.

use std::path::{Path, PathBuf};

use super::pair::{Pair, PairFiles};
use super::{TlsError, certificate, names, self_signed};

/// The first pair, by file name, whose certificate is for the machine's name: `X.pem` or `X.crt` with `X.key` beside it.
/// Pairs that cannot be read, or do not fit together, are handed to `refused`.
pub(super) fn find(folder: &Path, mut refused: impl FnMut(PairFiles, TlsError)) -> Option<PairFiles> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    files.sort();
    files.into_iter().filter_map(pair_of).find(|files| match files.read() {
        Ok(pair) => is_for_this_machine(&pair),
        Err(error) => {
            refused(files.clone(), error);
            false
        }
    })
}

/// Whether a pair came from the folder, and was not taken away: one file may be missing while both are replaced.
pub(super) fn still_has(files: &PairFiles) -> bool {
    !self_signed::is(files) && (files.certificate.is_file() || files.key.is_file())
}

/// Reads a pair of the folder, which must be for this machine.
pub(super) fn read(files: &PairFiles) -> Result<Pair, TlsError> {
    let pair = files.read()?;
    if is_for_this_machine(&pair) {
        return Ok(pair);
    }
    let problem = "is not for this machine's name".to_owned();
    Err(TlsError::Content { path: files.certificate.clone(), problem })
}

fn is_for_this_machine(pair: &Pair) -> bool {
    names::host_name().is_some_and(|name| certificate::is_for(&pair.leaf, &name))
}

fn pair_of(certificate: PathBuf) -> Option<PairFiles> {
    let extension = certificate.extension()?.to_str()?;
    let right = matches!(extension, "pem" | "crt");
    let files = PairFiles { key: certificate.with_extension("key"), certificate };
    // The self-signed pair is only for when there is no other.
    (right && files.key.is_file() && !self_signed::is(&files)).then_some(files)
}
