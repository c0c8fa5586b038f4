//! The file of the master key, and beside it, for the time of a change, the file of the former one.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use super::{KeyError, MasterKey};
use crate::base::clock;

/// A process that read the key a moment before it was changed may have sealed with it; it has long committed after this.
const STRAGGLERS: Duration = Duration::from_secs(3600);

/// The keys as the files have them now: processes that run take note when `cartwright key rotate` changes them.
pub(super) struct KeyFile {
    path: PathBuf,
    read: RwLock<(Stamp, Arc<[MasterKey]>)>,
}

/// Tells one state of the files from another.
type Stamp = [Option<SystemTime>; 2];

impl KeyFile {
    /// Reads the files; makes the first when there is none.
    pub(super) fn open(path: &Path) -> Result<Self, KeyError> {
        let stamp = stamp(path);
        let keys = read(path)?;
        Ok(Self { path: path.to_owned(), read: RwLock::new((stamp, keys)) })
    }

    /// The keys, the one that seals first. A file that cannot be read at the moment changes nothing.
    pub(super) fn keys(&self) -> Arc<[MasterKey]> {
        let now = stamp(&self.path);
        {
            let known = self.read.read().unwrap_or_else(PoisonError::into_inner);
            if known.0 == now {
                return Arc::clone(&known.1);
            }
        }
        let mut known = self.read.write().unwrap_or_else(PoisonError::into_inner);
        match read(&self.path) {
            Ok(keys) => *known = (now, keys),
            Err(problem) => tracing::warn!("the secret key has changed and cannot be read: {problem}"),
        }
        Arc::clone(&known.1)
    }

    /// Puts a new key in the place of the one in the file, which is kept beside it until nothing is sealed with it.
    pub(super) fn rotate(&self) -> Result<(), KeyError> {
        let keys = self.keys();
        let former = self.former();
        if former.exists() && keys.len() > 1 {
            return Err(KeyError::InChange(former));
        }
        let made = |source| KeyError::Io { doing: "make", path: self.path.clone(), source };
        let Some(current) = keys.first() else { return Err(KeyError::NoKeyInFile(self.path.clone())) };
        let new = current.another().map_err(made)?;
        current.replace_file(&former)?;
        new.replace_file(&self.path)
    }

    /// Removes the former key, `at_once` or when it has been one for so long that nobody seals with it any more.
    pub(super) fn forget_former(&self, at_once: bool) -> Result<bool, KeyError> {
        let former = self.former();
        let since = |at: SystemTime| SystemTime::from(clock::now()).duration_since(at).unwrap_or_default();
        let Some(age) = changed(&former).map(since) else { return Ok(false) };
        if !at_once && age < STRAGGLERS {
            return Ok(false);
        }
        fs::remove_file(&former).map_err(|source| KeyError::Io { doing: "remove", path: former, source })?;
        Ok(true)
    }

    fn former(&self) -> PathBuf {
        former(&self.path)
    }
}

fn former(path: &Path) -> PathBuf {
    path.with_added_extension("former")
}

fn stamp(path: &Path) -> Stamp {
    [changed(path), changed(&former(path))]
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|about| about.modified()).ok()
}

fn read(path: &Path) -> Result<Arc<[MasterKey]>, KeyError> {
    let current = MasterKey::from_file(path)?;
    match MasterKey::read(&former(path)) {
        // the change was broken off before it began
        Ok(former) if former.expose() == current.expose() => Ok(Arc::new([current])),
        Ok(former) => Ok(Arc::new([current, former])),
        Err(KeyError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Ok(Arc::new([current]))
        }
        Err(problem) => Err(problem),
    }
}
