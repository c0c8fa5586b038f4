use std::fs::{self, File, Permissions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::account;
use super::error::{Doing, PostgresError};

/// Above this the log is set aside when the server starts.
const LOG_LIMIT: u64 = 8 << 20;

/// The data directory and what lies where in it.
#[derive(Debug)]
pub(super) struct Home {
    dir: PathBuf,
}

impl Home {
    /// Makes the directory when it is not there; the path is absolute from here on, whatever the working directory.
    pub(super) fn open(dir: &Path) -> Result<Self, PostgresError> {
        if !dir.exists() {
            fs::create_dir_all(dir).doing("make the data directory", dir)?;
            // As root under a strict umask: the server's account must be able to walk through to its own part.
            let mode = if account::we_are_root() { 0o711 } else { 0o700 };
            fs::set_permissions(dir, Permissions::from_mode(mode)).doing("set the mode of", dir)?;
        }
        let dir = dir.canonicalize().doing("find the data directory", dir)?;
        Ok(Self { dir })
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The cluster, behind the link if an administrator put it on another disk.
    pub(super) fn pg(&self) -> PathBuf {
        let pg = self.dir.join("pg");
        pg.canonicalize().unwrap_or(pg)
    }

    /// Where `initdb` works: a cluster that is not complete never gets the name `pg`.
    pub(super) fn unfinished(&self) -> PathBuf {
        self.dir.join("pg.new")
    }

    pub(super) fn run(&self) -> PathBuf {
        self.dir.join("run")
    }

    pub(super) fn gate(&self) -> PathBuf {
        self.dir.join("pg.gate")
    }

    pub(super) fn users(&self) -> PathBuf {
        self.dir.join("pg.users")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.dir.join("pg.log")
    }

    /// Opens the log for a new server, and says where its part begins.
    pub(super) fn open_log(&self) -> Result<(File, u64), PostgresError> {
        let path = self.log();
        if fs::metadata(&path).is_ok_and(|log| log.len() > LOG_LIMIT) {
            fs::rename(&path, self.dir.join("pg.log.1")).doing("set aside", &path)?;
        }
        // statements that fail are in it, with what was in them
        let log = File::options().create(true).append(true).mode(0o600).open(&path).doing("write", &path)?;
        let begin = log.metadata().doing("read", &path)?.len();
        Ok((log, begin))
    }

    /// The last lines of the log, from `begin` on.
    pub(super) fn log_tail(&self, begin: u64) -> String {
        let mut text = Vec::new();
        let read = File::open(self.log()).and_then(|mut log| {
            let near_the_end = log.metadata()?.len().saturating_sub(16 << 10);
            log.seek(SeekFrom::Start(begin.max(near_the_end)))?;
            log.read_to_end(&mut text)
        });
        if read.is_err() || text.is_empty() {
            return "(nothing was logged)".to_owned();
        }
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}

/// Makes a directory that only its owner may enter; one that is there already stays.
pub(super) fn make_private_dir(dir: &Path) -> Result<(), PostgresError> {
    match fs::DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && dir.is_dir() => make_private(dir),
        made => made.doing("make", dir),
    }
}

/// Postgres refuses a cluster that others may read, as copying one about easily makes it.
pub(super) fn make_private(dir: &Path) -> Result<(), PostgresError> {
    let mode = fs::metadata(dir).doing("read", dir)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(dir, Permissions::from_mode(0o700)).doing("set the mode of", dir)
}
