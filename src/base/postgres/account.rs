use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::{Doing, PostgresError};
use super::home::Home;

/// Variables that would bend what `initdb` and `postgres` do, and those that translate what they say.
const DISTURBING: [&str; 12] = [
    "PGDATA",
    "PGPORT",
    "PGHOST",
    "PGUSER",
    "PGDATABASE",
    "PGOPTIONS",
    "PGDATESTYLE",
    "PGTZ",
    "PGCLIENTENCODING",
    "TZ",
    "LANG",
    "LANGUAGE",
];

/// As whom the server runs: as ourselves, or, since Postgres refuses root, as the one we drop to.
#[derive(Debug)]
pub(super) struct Account {
    drop_to: Option<Entry>,
}

impl Account {
    /// Root drops to the owner of the cluster, else of the data directory, else to `postgres`, else to `nobody`.
    pub(super) fn choose(home: &Home) -> Result<Self, PostgresError> {
        if !we_are_root() {
            return Ok(Self { drop_to: None });
        }
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let entry = Entry::owning(&home.pg())
            .or_else(|| Entry::owning(home.dir()))
            .map(|owner| owner.named_in(&passwd))
            .or_else(|| Entry::called("postgres", &passwd))
            .or_else(|| Entry::called("nobody", &passwd));
        let missing =
            || io::Error::new(io::ErrorKind::NotFound, "there is neither a user `postgres` nor `nobody`");
        let drop_to = Some(entry.ok_or_else(missing).doing("run Postgres for", home.dir())?);
        Ok(Self { drop_to })
    }

    /// A command run as this account; std clears the supplementary groups when it changes the user.
    pub(super) fn command(&self, program: &Path, directory: &Path) -> Command {
        let mut command = Command::new(program);
        for name in DISTURBING {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C").current_dir(directory).stdin(Stdio::null());
        if let Some(entry) = &self.drop_to {
            command.uid(entry.uid).gid(entry.gid);
        }
        command
    }

    /// Reads a link in `/proc` as the account. `None`: it may not either, or the process has just gone.
    pub(super) fn read_link(&self, link: &str) -> Option<PathBuf> {
        let output = self.command(Path::new("readlink"), Path::new("/")).arg(link).output().ok()?;
        let target = OsStr::from_bytes(output.stdout.trim_ascii_end());
        (!target.is_empty()).then(|| target.into())
    }

    /// Gives the account what we made for it.
    pub(super) fn own(&self, path: &Path) -> Result<(), PostgresError> {
        let Some(entry) = &self.drop_to else { return Ok(()) };
        lchown(path, Some(entry.uid), Some(entry.gid)).doing("change the owner of", path)
    }

    /// Takes over a cluster that root owns (restored from a backup, say); it cannot belong to root.
    pub(super) fn take_over(&self, pg: &Path) -> Result<(), PostgresError> {
        let owner = fs::metadata(pg).doing("read", pg)?.uid();
        match (&self.drop_to, effective_uid()) {
            (Some(entry), _) if owner != entry.uid => self.own_tree(pg),
            (None, Some(me)) if owner != me => {
                Err(PostgresError::OthersData { pg: pg.to_owned(), owner, me })
            }
            _ => Ok(()),
        }
    }

    fn own_tree(&self, path: &Path) -> Result<(), PostgresError> {
        self.own(path)?;
        if !path.symlink_metadata().doing("read", path)?.is_dir() {
            return Ok(());
        }
        for entry in fs::read_dir(path).doing("list", path)? {
            self.own_tree(&entry.doing("list", path)?.path())?;
        }
        Ok(())
    }

    /// The outermost directory on the way to `dir` that the account may not enter.
    pub(super) fn first_closed(&self, dir: &Path) -> PathBuf {
        let mut way: Vec<&Path> = dir.ancestors().collect();
        way.reverse();
        way.into_iter().find(|part| !self.may_enter(part)).unwrap_or(dir).to_owned()
    }

    fn may_enter(&self, dir: &Path) -> bool {
        let (Some(entry), Ok(meta)) = (&self.drop_to, fs::metadata(dir)) else {
            return true;
        };
        let needed = match () {
            () if meta.uid() == entry.uid => 0o100,
            () if meta.gid() == entry.gid => 0o010,
            () => 0o001,
        };
        meta.mode() & needed != 0
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.drop_to {
            None => write!(f, "you"),
            Some(Entry { name: Some(name), .. }) => write!(f, "user {name}"),
            Some(entry) => write!(f, "user {}", entry.uid),
        }
    }
}

#[derive(Debug, PartialEq)]
struct Entry {
    uid: u32,
    gid: u32,
    name: Option<String>,
}

impl Entry {
    fn owning(path: &Path) -> Option<Self> {
        let meta = fs::metadata(path).ok()?;
        (meta.uid() != 0).then(|| Self { uid: meta.uid(), gid: meta.gid(), name: None })
    }

    fn called(name: &str, passwd: &str) -> Option<Self> {
        entries(passwd).find(|entry| entry.name.as_deref() == Some(name) && entry.uid != 0)
    }

    fn named_in(mut self, passwd: &str) -> Self {
        self.name = entries(passwd).find(|entry| entry.uid == self.uid).and_then(|entry| entry.name);
        self
    }
}

fn entries(passwd: &str) -> impl Iterator<Item = Entry> {
    passwd.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Entry { uid, gid, name: Some(name) })
    })
}

/// Whether Postgres would refuse to run as us.
pub(super) fn we_are_root() -> bool {
    effective_uid() == Some(0)
}

/// The second number of `Uid:` in `/proc/self/status`; std has no `geteuid`. Where there is no `/proc`, nobody knows.
fn effective_uid() -> Option<u32> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_of_passwd_is_read_and_root_is_never_dropped_to() {
        let passwd =
            "root:x:0:0:root:/root:/bin/bash\nbroken\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n";
        let postgres = Entry { uid: 101, gid: 104, name: Some("postgres".to_owned()) };
        assert_eq!(Entry::called("postgres", passwd), Some(postgres));
        assert_eq!(Entry::called("nobody", passwd), None);
        assert_eq!(Entry::called("root", passwd), None);
    }

    #[test]
    fn the_outermost_closed_directory_is_named() {
        let outer = std::env::temp_dir().join(format!("cartwright-closed-{}", std::process::id()));
        let inner = outer.join("a/b");
        fs::create_dir_all(&inner).unwrap();
        make_private(&outer);
        let stranger = Account { drop_to: Some(Entry { uid: 65_533, gid: 65_533, name: None }) };
        assert_eq!(stranger.first_closed(&inner), outer);
        fs::remove_dir_all(&outer).unwrap();
    }

    fn make_private(dir: &Path) {
        super::super::home::make_private(dir).unwrap();
    }
}
