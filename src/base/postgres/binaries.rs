use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::account::Account;
use super::error::PostgresError;
use super::home::Home;

/// Where to look for the programs of a Postgres server. The environment is not read here but in `config`.
#[derive(Debug, Clone)]
pub struct Search {
    /// A directory that was named explicitly (`CARTWRIGHT_PG_BIN`): then it alone counts.
    pub explicit: Option<PathBuf>,
    /// The search path (`PATH`).
    pub path: Option<OsString>,
    /// Where a distribution puts one directory for each major version.
    pub installed: PathBuf,
}

impl Search {
    /// The explicit directory, else the search path, else what Debian and its kin install.
    #[must_use]
    pub fn new(explicit: Option<PathBuf>, path: Option<OsString>) -> Self {
        Self { explicit, path, installed: PathBuf::from("/usr/lib/postgresql") }
    }

    /// The directory of the server to use: the first that works and, when there is a cluster already, is of its major.
    pub(super) async fn find(
        &self,
        made_by: Option<&str>,
        account: &Account,
        home: &Home,
    ) -> Result<Binaries, PostgresError> {
        let mut majors = Vec::new();
        for dir in self.candidates()? {
            let Some(major) = working_major(&dir, account, home.dir()).await? else {
                continue;
            };
            if made_by.is_none_or(|made_by| made_by == major) {
                return Ok(Binaries { dir });
            }
            majors.push(format!("{major} in {}", dir.display()));
        }
        Err(match (&self.explicit, made_by) {
            (_, Some(made_by)) if !majors.is_empty() => {
                PostgresError::WrongMajor { pg: home.pg(), made_by: made_by.into(), found: majors.join(", ") }
            }
            (Some(dir), _) => PostgresError::Incomplete { dir: dir.clone(), missing: "postgres" },
            _ => PostgresError::NotFound { looked: self.looked() },
        })
    }

    fn candidates(&self) -> Result<Vec<PathBuf>, PostgresError> {
        if let Some(dir) = &self.explicit {
            return match missing(dir) {
                Some(missing) => Err(PostgresError::Incomplete { dir: dir.clone(), missing }),
                None => Ok(vec![dir.canonicalize().unwrap_or_else(|_| dir.clone())]),
            };
        }
        let mut dirs: Vec<PathBuf> = self.on_path().chain(self.newest_first()).collect();
        // A directory with some of the programs is no server: /usr/local/bin may hold a lone `postgres`.
        dirs.retain(|dir| dir.is_absolute() && missing(dir).is_none());
        let mut real: Vec<PathBuf> = Vec::new();
        for dir in dirs.iter().map(|dir| behind_links(dir)) {
            if !real.contains(&dir) {
                real.push(dir);
            }
        }
        Ok(real)
    }

    fn on_path(&self) -> impl Iterator<Item = PathBuf> {
        self.path.iter().flat_map(std::env::split_paths)
    }

    fn newest_first(&self) -> impl Iterator<Item = PathBuf> {
        let entries = fs::read_dir(&self.installed).into_iter().flatten().filter_map(Result::ok);
        let mut versions: Vec<(u32, PathBuf)> = entries
            .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
            .collect();
        versions.sort_by(|a, b| b.cmp(a));
        versions.into_iter().map(|(_, dir)| dir)
    }

    fn looked(&self) -> String {
        let mut places: Vec<String> = self.on_path().map(|dir| dir.display().to_string()).collect();
        places.push(format!("{}/*/bin", self.installed.display()));
        places.join(", ")
    }
}

/// One complete set of programs.
#[derive(Debug)]
pub(super) struct Binaries {
    dir: PathBuf,
}

impl Binaries {
    pub(super) fn initdb(&self) -> PathBuf {
        self.dir.join("initdb")
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.dir.join("postgres")
    }

    pub(super) fn pg_ctl(&self) -> PathBuf {
        self.dir.join("pg_ctl")
    }
}

fn missing(dir: &Path) -> Option<&'static str> {
    let runs = |name: &&str| {
        fs::metadata(dir.join(name))
            .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
    };
    ["initdb", "postgres", "pg_ctl"].into_iter().find(|name| !runs(name))
}

/// Links in a directory of the search path (as some images make) lead to the real one, where the server's libraries are.
fn behind_links(dir: &Path) -> PathBuf {
    let real = dir.join("postgres").canonicalize().ok().and_then(|file| Some(file.parent()?.to_owned()));
    real.filter(|real| missing(real).is_none()).unwrap_or_else(|| dir.to_owned())
}

/// Asks `postgres` for its version as the account that will run it, from inside the data: this shows at once whether
/// the program works and whether the account gets at both. `None`: not a working program.
async fn working_major(
    dir: &Path,
    account: &Account,
    data_dir: &Path,
) -> Result<Option<String>, PostgresError> {
    match version(dir, account, data_dir).await {
        Ok(text) => Ok(major_of(&text)),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let works_elsewhere = version(dir, account, Path::new("/")).await.is_ok();
            if works_elsewhere { Err(PostgresError::closed(data_dir, account)) } else { Ok(None) }
        }
        Err(_) => Ok(None),
    }
}

async fn version(dir: &Path, account: &Account, working_dir: &Path) -> io::Result<String> {
    let command = account.command(&dir.join("postgres"), working_dir);
    let output = tokio::process::Command::from(command).arg("--version").output().await?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `15` of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`; also of `17beta1`.
fn major_of(version: &str) -> Option<String> {
    let number = version.strip_prefix("postgres (PostgreSQL) ")?;
    let major: String = number.chars().take_while(char::is_ascii_digit).collect();
    (!major.is_empty()).then_some(major)
}

#[cfg(test)]
mod tests {
    use super::major_of;

    #[test]
    fn the_major_is_read_from_releases_betas_and_nothing_else() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(major_of(text).as_deref(), expected, "{text}");
        check("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some("15"));
        check("postgres (PostgreSQL) 9.6.24\n", Some("9"));
        check("postgres (PostgreSQL) 19devel\n", Some("19"));
        check("a wrapper that greets\n", None);
        check("", None);
    }
}
