use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io};

use super::account::Account;
use super::error::{Doing, PostgresError};

/// How long the processes of a dead server may take to notice.
const LEFTOVER_PATIENCE: Duration = Duration::from_secs(20);
const STEP: Duration = Duration::from_millis(10);

/// The server process that `postmaster.pid` tells of, dead or alive.
#[derive(Debug)]
pub(super) struct Postmaster {
    pub(super) pid: u32,
    /// Known as soon as the socket is there.
    pub(super) socket_dir: Option<PathBuf>,
    pg: PathBuf,
}

impl Postmaster {
    /// `None`: no server, or one that is just writing the file.
    pub(super) fn read(pg: &Path) -> Result<Option<Self>, PostgresError> {
        let path = pg.join("postmaster.pid");
        let text = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read.doing("read", &path)?,
        };
        Ok(Self::parse(&String::from_utf8_lossy(&text), pg))
    }

    /// Line 1 is the process, line 5 the directory of the socket.
    fn parse(text: &str, pg: &Path) -> Option<Self> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let socket_dir = lines.nth(3).filter(|dir| !dir.is_empty()).map(PathBuf::from);
        Some(Self { pid, socket_dir, pg: pg.to_owned() })
    }

    /// Whether the process runs, and runs *this* cluster. Two traps are in `kill -0`, on which `pg_ctl status` and
    /// Postgres itself rely: a zombie that no init reaps (containers without one) answers it, and so does a stranger
    /// who got the number after a reboot or a restore.
    pub(super) fn is_alive(&self, account: &Account) -> bool {
        !has_proc() || runs(self.pid, &self.pg, account)
    }

    /// Removes what a dead server left: its file and its socket directory, if that was a temporary one. Waits for the
    /// children of a killed server first: a new server beside a writing old one would ruin the data, and it is by this
    /// very file that Postgres would know.
    pub(super) async fn clear_away(self, run: &Path, account: &Account) -> Result<(), PostgresError> {
        let begin = Instant::now();
        loop {
            let leftovers = processes_of(&self.pg, account);
            if leftovers.is_empty() {
                break;
            }
            if begin.elapsed() > LEFTOVER_PATIENCE {
                let pids = leftovers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
                return Err(PostgresError::Leftovers { pg: self.pg, pids });
            }
            tokio::time::sleep(STEP).await;
        }
        let path = self.pg.join("postmaster.pid");
        fs::remove_file(&path).doing("remove", &path)?;
        self.remove_temporary_socket_dir(run);
        Ok(())
    }

    /// Best effort: at worst an empty directory stays in `/tmp`.
    pub(super) fn remove_temporary_socket_dir(&self, run: &Path) {
        let temporary = |dir: &&PathBuf| *dir != run && dir.starts_with("/tmp/");
        let Some(dir) = self.socket_dir.as_ref().filter(temporary) else {
            return;
        };
        remove_sockets(dir);
        let _ = fs::remove_dir(dir);
    }
}

/// The socket's lock file names the process, too, and Postgres believes it as it believes `postmaster.pid`.
pub(super) fn remove_sockets(dir: &Path) {
    for name in [".s.PGSQL.5432", ".s.PGSQL.5432.lock"] {
        let _ = fs::remove_file(dir.join(name));
    }
}

fn has_proc() -> bool {
    Path::new("/proc/self/stat").exists()
}

/// All living processes of a cluster.
fn processes_of(pg: &Path, account: &Account) -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| runs(*pid, pg, account)).collect()
}

/// Whether a process is a living Postgres (not a zombie, not somebody's shell that looks at the files) and belongs to
/// this cluster: every process of a server works in its directory. When that cannot be found out, it does: to take a
/// living server for a dead one would ruin the data.
fn runs(pid: u32, pg: &Path, account: &Account) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return false;
    };
    if !is_living_postgres(&stat) {
        return false;
    }
    let link = format!("/proc/{pid}/cwd");
    match fs::read_link(&link) {
        Ok(cwd) => cwd == pg,
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(_) if !is_owned_alike(pid, pg) => false,
        // Root without CAP_SYS_PTRACE, as in Docker, may not look; the server's own account may.
        Err(_) => account.read_link(&link).is_none_or(|cwd| cwd == pg),
    }
}

/// A server runs as the owner of its cluster: Postgres insists on it.
fn is_owned_alike(pid: u32, pg: &Path) -> bool {
    let owner = |path: &Path| fs::metadata(path).map(|meta| meta.uid()).ok();
    owner(Path::new(&format!("/proc/{pid}"))) == owner(pg)
}

/// `77 (postgres) S 1 …`: the name, then the state.
fn is_living_postgres(stat: &str) -> bool {
    let Some((_, state)) = stat.split_once("(postgres) ") else {
        return false;
    };
    !state.starts_with(['Z', 'X'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_even_while_it_is_being_written() {
        let read = |text: &str| {
            let postmaster = Postmaster::parse(text, Path::new("/d/pg"))?;
            Some((postmaster.pid, postmaster.socket_dir))
        };
        let whole = "77\n/d/pg\n1700000000\n5432\n/d/run\n\n  5432001 0\nready   \n";
        assert_eq!(read(whole), Some((77, Some("/d/run".into()))));
        assert_eq!(read("77\n/d/pg\n1700000000\n5432\n\n"), Some((77, None)));
        assert_eq!(read("77"), Some((77, None)));
        assert_eq!(read(""), None);
    }

    #[test]
    fn zombies_and_strangers_are_no_servers() {
        let check = |stat: &str, expected: bool| assert_eq!(is_living_postgres(stat), expected, "{stat}");
        check("77 (postgres) S 1 77 77 0", true);
        check("77 (postgres) Z 1 77 77 0", false);
        check("77 (bash) S 1 77 77 0", false);
        check("", false);
    }
}
