//! Exchanging a data folder's files for others, so that it can be cut off anywhere: what was there is never lost, no server starts on
//! half of it, and the next restore begins where this one began.
//!
//! The settings are what makes a folder a data folder: they go first and come last. What goes is collected beside what comes, in the
//! folder where that was made ready: `replacing` while it goes, `replaced` when all of it is gone.

use std::fs;
use std::path::{Path, PathBuf};

use super::backup::{BESIDE, CERTIFICATES};
use super::{DataFolder, SetupError, files};

/// Where what comes is made ready, inside of the data folder.
pub(super) const WORK: &str = "restoring";
/// How the folders begin in which what was replaced is kept.
pub(super) const REPLACED: &str = "replaced-";
/// What was committed and is not in the database's file yet.
pub(super) const LOG: &str = "chancery.db-wal";
/// The database, and what belongs to it.
const DATABASE: [&str; 4] = ["chancery.db", LOG, "chancery.db-shm", "chancery.db-journal"];

/// A data folder whose files are exchanged.
pub(super) struct Swap {
    folder: PathBuf,
    /// What comes.
    pub(super) work: DataFolder,
    /// After so many files more it is cut off.
    #[cfg(test)]
    fuse: std::cell::Cell<u32>,
}

impl Swap {
    /// Of a folder, under its lock.
    pub(super) fn of(folder: &DataFolder) -> Self {
        Self {
            folder: folder.path().to_owned(),
            work: DataFolder::new(folder.path().join(WORK)),
            #[cfg(test)]
            fuse: u32::MAX.into(),
        }
    }

    /// What goes, as long as not all of it is gone.
    fn going(&self) -> PathBuf {
        self.work.path().join("replacing")
    }

    /// All that went.
    fn gone(&self) -> PathBuf {
        self.work.path().join("replaced")
    }

    /// Whether an exchange was cut off in its middle.
    pub(super) fn is_cut_off(&self) -> bool {
        self.going().exists() || self.gone().exists()
    }

    /// Ends what was cut off: where all had come, what was replaced is kept; else it is put back. What an administrator has put there
    /// by hand since is kept too.
    pub(super) fn settle(&self, now: &str) -> Result<(), SetupError> {
        let is_initialised = DataFolder::new(self.folder.clone()).is_initialised()?;
        if self.gone().exists() && is_initialised {
            return self.keep(now).map(drop);
        }
        if self.gone().exists() {
            // What lies there came, or was put there since: of what went, all is gone.
            self.set_aside(now, |_| true)?;
            self.rename(&self.gone(), &self.going())?;
        }
        if self.going().exists() && is_initialised {
            // The settings go before all else: with settings, these are other data, which a server has used.
            return self.put_by(&self.going(), now).map(drop);
        }
        if self.going().exists() {
            self.set_aside(now, |name| self.going().join(name).exists())?;
            self.carry(&self.going(), &self.folder)?;
            self.burn().and_then(|()| fs::remove_dir(self.going())).map_err(failed(&self.going()))?;
        }
        Ok(())
    }

    /// Exchanges what is there for what was made ready, and keeps what was there; says where, if anything was.
    pub(super) fn run(&self, now: &str) -> Result<Option<PathBuf>, SetupError> {
        files::create_private_folder(&self.going())?;
        for name in names().rev() {
            self.move_if_there(&self.folder.join(name), &self.going().join(name))?;
            if name == SETTINGS {
                self.sync_going()?;
            }
        }
        self.sync_going()?;
        self.rename(&self.going(), &self.gone())?;
        files::sync_folder(self.work.path())?;
        let certificates = self.folder.join(CERTIFICATES);
        if !certificates.exists() {
            self.move_if_there(&self.work.path().join(CERTIFICATES), &certificates)?;
        }
        self.carry(self.work.path(), &self.folder)?;
        self.keep(now)
    }

    /// Keeps what was replaced beside what came, and clears up.
    fn keep(&self, now: &str) -> Result<Option<PathBuf>, SetupError> {
        let kept = self.put_by(&self.gone(), now)?;
        self.burn().and_then(|()| fs::remove_dir_all(self.work.path())).map_err(failed(self.work.path()))?;
        Ok(kept)
    }

    /// Keeps a folder as one of those that were replaced, unless it is empty.
    fn put_by(&self, from: &Path, now: &str) -> Result<Option<PathBuf>, SetupError> {
        let kept = if fs::remove_dir(from).is_ok() { None } else { Some(self.replaced(now)) };
        if let Some(kept) = &kept {
            self.rename(from, kept)?;
        }
        files::sync_folder(&self.folder)?;
        Ok(kept)
    }

    /// Keeps some of the files that are there, if they are, as others that were replaced.
    fn set_aside(&self, now: &str, which: impl Fn(&str) -> bool) -> Result<(), SetupError> {
        let there: Vec<_> = names().filter(|name| which(name) && self.folder.join(name).exists()).collect();
        if there.is_empty() {
            return Ok(());
        }
        let aside = self.replaced(now);
        files::create_private_folder(&aside)?;
        for name in there {
            self.rename(&self.folder.join(name), &aside.join(name))?;
        }
        files::sync_folder(&aside)?;
        files::sync_folder(&self.folder)
    }

    /// A place for what is replaced now, which nothing has yet: several may be replaced at the same instant.
    fn replaced(&self, now: &str) -> PathBuf {
        let first = format!("{REPLACED}{}", now.replace(':', ""));
        let more = (2_u32..).map(|nth| self.folder.join(format!("{first}-{nth}")));
        let mut names = std::iter::once(self.folder.join(&first)).chain(more);
        names.find(|name| !name.exists()).unwrap_or_else(|| self.folder.join(&first))
    }

    fn sync_going(&self) -> Result<(), SetupError> {
        files::sync_folder(&self.going())?;
        files::sync_folder(&self.folder)
    }

    /// Brings all files from one place to the other, the settings last.
    fn carry(&self, from: &Path, to: &Path) -> Result<(), SetupError> {
        for name in names() {
            if name == SETTINGS {
                files::sync_folder(to)?;
            }
            self.move_if_there(&from.join(name), &to.join(name))?;
        }
        files::sync_folder(to)
    }

    fn move_if_there(&self, from: &Path, to: &Path) -> Result<(), SetupError> {
        if from.exists() { self.rename(from, to) } else { Ok(()) }
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), SetupError> {
        self.burn().and_then(|()| fs::rename(from, to)).map_err(failed(from))
    }

    #[cfg(not(test))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "in tests it is cut off here")]
    const fn burn(&self) -> std::io::Result<()> {
        Ok(())
    }

    #[cfg(test)]
    fn burn(&self) -> std::io::Result<()> {
        let left = self.fuse.get().checked_sub(1).ok_or_else(|| std::io::Error::other("cut off"))?;
        self.fuse.set(left);
        Ok(())
    }
}

/// What makes a folder a data folder.
const SETTINGS: &str = "chancery.toml";

/// All files that are exchanged, in the order in which they come: the settings last.
fn names() -> impl DoubleEndedIterator<Item = &'static str> {
    DATABASE.into_iter().chain(BESIDE)
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> SetupError {
    let path = path.to_owned();
    move |error| SetupError::File { path, error }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const OLD: [&str; 6] =
        ["admin.key", "chancery.db", "chancery.db-shm", "chancery.db-wal", "chancery.toml", "key-encryption.key"];
    /// SQLite leaves its WAL where its last two connections close at the same moment.
    const NEW: [&str; 5] = ["admin.key", "chancery.db", "chancery.db-wal", "chancery.toml", "key-encryption.key"];

    fn write(folder: &Path, names: &[&str], text: &str) {
        fs::create_dir_all(folder).unwrap();
        names.iter().for_each(|name| fs::write(folder.join(name), text).unwrap());
    }

    /// What lies in a folder, and in the folders in it.
    fn all(folder: &Path) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        for entry in fs::read_dir(folder).unwrap() {
            let (path, name) = {
                let entry = entry.unwrap();
                (entry.path(), entry.file_name().into_string().unwrap())
            };
            if path.is_dir() {
                all.extend(self::all(&path).into_iter().map(|(below, text)| (format!("{name}/{below}"), text)));
            } else {
                all.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
        all
    }

    fn of(names: &[&str], text: &str) -> BTreeMap<String, String> {
        names.iter().map(|name| ((*name).to_owned(), text.to_owned())).collect()
    }

    /// A swap that is cut off after so many files.
    fn cut_off_after(data: &DataFolder, fuse: u32) -> Swap {
        Swap { fuse: fuse.into(), ..Swap::of(data) }
    }

    /// Cuts a restore off after each of its steps, and the settling that follows after each of its own.
    fn cut_off_everywhere(old: &[&str]) {
        let whole = [("kept", of(old, "old")), ("new", of(&NEW, "new"))];
        for first in 0.. {
            let mut over = false;
            for second in 0.. {
                let home = tempfile::tempdir().unwrap();
                let data = DataFolder::new(home.path().join("data"));
                write(data.path(), old, "old");
                write(&data.path().join(WORK), &NEW, "new");
                over = cut_off_after(&data, first).run("1").is_ok();
                let settled = cut_off_after(&data, second).settle("1").is_ok();
                let cut = Swap::of(&data);
                // Nothing starts on half of it.
                let there: BTreeMap<_, _> =
                    all(data.path()).into_iter().filter(|(name, _)| !name.contains('/')).collect();
                if data.is_initialised().unwrap() {
                    assert!(whole.iter().any(|(_, whole)| *whole == there), "{first} {second}: {there:?}");
                } else {
                    assert!(cut.is_cut_off() || old.is_empty(), "{first} {second}: {there:?}");
                }
                cut.settle("1").unwrap();
                assert!(!cut.is_cut_off());
                let after = all(data.path());
                let kept = |text: &str| after.iter().filter(|(_, there)| *there == text).count();
                assert_eq!(kept("old"), old.len(), "{first} {second}: nothing is lost: {after:?}");
                drop(fs::remove_dir_all(data.path().join(WORK)));
                // The next one finds what was there at first, or what came, and leaves one folder for each that was whole. Also at the
                // same instant.
                write(&data.path().join(WORK), &NEW, "newer");
                let came = data.is_initialised().unwrap() && fs::read_to_string(data.settings_file()).unwrap() == "new";
                Swap::of(&data).run("1").unwrap();
                let after = all(data.path());
                let whole = after.keys().filter(|name| name.ends_with("/chancery.toml")).count();
                assert_eq!(whole, usize::from(!old.is_empty()) + usize::from(came), "{first} {second}");
                assert!(!data.path().join(WORK).exists());
                if settled {
                    break;
                }
            }
            if over {
                break;
            }
        }
    }

    #[test]
    fn lls_7_a_restore_that_is_cut_off_anywhere_loses_nothing() {
        cut_off_everywhere(&OLD);
    }

    #[test]
    fn lls_7_a_restore_into_a_new_folder_that_is_cut_off_anywhere_is_none() {
        cut_off_everywhere(&[]);
    }

    /// Cuts a restore off after each of its steps, puts files there by hand, and settles it, which is cut off after each step too.
    fn by_hand_everywhere(old: &[&str], by_hand: &[&str]) {
        for first in 0.. {
            let mut over = false;
            for second in 0.. {
                let home = tempfile::tempdir().unwrap();
                let data = DataFolder::new(home.path().join("data"));
                write(data.path(), old, "old");
                write(&data.path().join(WORK), &NEW, "new");
                over = cut_off_after(&data, first).run("1").is_ok();
                write(data.path(), by_hand, "by hand");
                let count = |text: &str| all(data.path()).values().filter(|there| *there == text).count();
                let there = (count("old"), count("by hand"));
                let settled = cut_off_after(&data, second).settle("1").is_ok();
                Swap::of(&data).settle("1").unwrap();
                assert_eq!((count("old"), count("by hand")), there, "{first} {second}: {:?}", all(data.path()));
                if by_hand.contains(&SETTINGS) {
                    let names = by_hand.iter().map(|name| fs::read_to_string(data.path().join(name)).unwrap());
                    assert!(names.into_iter().all(|text| text == "by hand"), "{first} {second}: they are used");
                }
                if settled {
                    break;
                }
            }
            if over {
                break;
            }
        }
    }

    #[test]
    fn lls_7_what_was_put_there_by_hand_after_a_restore_was_cut_off_is_not_lost() {
        by_hand_everywhere(&OLD, &NEW);
        by_hand_everywhere(&OLD, &["chancery.db", "chancery.db-wal"]);
        by_hand_everywhere(&OLD, &["chancery.toml"]);
        by_hand_everywhere(&[], &NEW);
    }
}
