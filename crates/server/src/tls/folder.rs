//! The certificate folder: the pair in it that is for this machine.

use std::path::{Path, PathBuf};

use super::pair::{PairFiles, read_chain};
use super::{certificate, names, self_signed};

/// The first pair, by file name, whose certificate is for the machine's name: `X.pem` or `X.crt` with `X.key` beside it.
pub(super) fn find(folder: &Path) -> Option<PairFiles> {
    let name = names::host_name()?;
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let pairs = files.into_iter().filter_map(pair_of);
    pairs.into_iter().find(|pair| {
        // A file that cannot be read is no candidate; the self-signed pair is only for when there is no other.
        let leaf = read_chain(&pair.certificate).ok().and_then(|chain| chain.into_iter().next());
        leaf.is_some_and(|leaf| certificate::is_for(&leaf, &name))
    })
}

fn pair_of(certificate: PathBuf) -> Option<PairFiles> {
    let extension = certificate.extension()?.to_str()?;
    let own = certificate.file_stem()? == self_signed::STEM;
    let key = certificate.with_extension("key");
    (matches!(extension, "pem" | "crt") && !own && key.is_file()).then_some(PairFiles { certificate, key })
}
