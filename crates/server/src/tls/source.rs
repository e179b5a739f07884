//! Where the certificate comes from, in the order of CERT-1: the files that were named, those in the folder for this
//! machine, the self-signed ones.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chancery_domain::Timestamp;

use super::pair::{Pair, PairFiles};
use super::{TlsError, TlsMode, folder, names, self_signed};

/// Where to look.
#[derive(Debug)]
pub(super) enum Source {
    Files(PairFiles),
    Folder {
        folder: PathBuf,
        /// What a self-signed certificate is for. They are those of the start: its fingerprint shall not change while
        /// the server runs, only because a network went.
        names: Vec<String>,
    },
}

/// Which files they were, and when they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    files: PairFiles,
    written: [Option<SystemTime>; 2],
}

impl Source {
    /// Nothing for plain HTTP.
    pub(super) fn new(mode: &TlsMode, data: &Path, listen: IpAddr, further: &[String]) -> Option<Self> {
        match mode {
            TlsMode::Off { .. } => None,
            TlsMode::Auto => {
                Some(Self::Folder { folder: data.join("certificates"), names: names::all(listen, further) })
            }
            TlsMode::Files { certificate, key } => {
                Some(Self::Files(PairFiles { certificate: certificate.clone(), key: key.clone() }))
            }
        }
    }

    /// The pair to be used, when `used` is used now. A pair of the folder that went bad is still the one: it is complained
    /// of, and not replaced by another behind its owner's back. Bad pairs besides are warned of once.
    pub(super) fn files(
        &self,
        used: Option<&PairFiles>,
        refused: &mut Vec<Stamp>,
        now: Timestamp,
    ) -> Result<PairFiles, TlsError> {
        let (folder, names) = match self {
            Self::Files(files) => return Ok(files.clone()),
            Self::Folder { folder, names } => (folder, names),
        };
        if let Some(used) = used.filter(|used| folder::still_has(used) && folder::read(used).is_err()) {
            return Ok(used.clone());
        }
        let mut bad = Vec::new();
        let found = folder::find(folder, |files, error| {
            let stamp = Stamp::of(files);
            if !refused.contains(&stamp) {
                tracing::warn!(%error, "a certificate in the folder cannot be used");
            }
            bad.push(stamp);
        });
        *refused = bad;
        found.map_or_else(|| self_signed::pair(folder, names, now), Ok)
    }

    /// Reads the pair, which must be fit for this machine.
    pub(super) fn read(&self, files: &PairFiles) -> Result<Pair, TlsError> {
        match self {
            Self::Folder { .. } if !self_signed::is(files) => folder::read(files),
            _ => files.read(),
        }
    }
}

impl Stamp {
    pub(super) fn of(files: PairFiles) -> Self {
        let written = |path: &Path| std::fs::metadata(path).and_then(|file| file.modified()).ok();
        Self { written: [written(&files.certificate), written(&files.key)], files }
    }
}
