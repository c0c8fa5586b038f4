use std::fs;
use std::time::Duration;

/// More than any CRM needs at once; a limit that is far away is none.
const MOST: usize = 10_000;
/// Descriptors for everything else: the database, stores, files.
const KEPT_BACK: usize = 256;
/// What a process may open where it cannot be found out.
const USUAL: usize = 1024;

/// How much patience there is with whoever connects.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections that are open at once.
    pub connections: usize,
    /// A new connection has to ask for something within this time.
    pub head: Duration,
    /// One that has asked before may wait for so long. Longer than proxies keep theirs (60 s in nginx, 120 s in Caddy): one that
    /// is closed just when a proxy sends a form over it would lose the form.
    pub idle: Duration,
    /// What is posted has to be here after this time.
    pub body: Duration,
}

impl Limits {
    /// Those of a process that may open so many files as this one.
    #[must_use]
    pub fn of_this_process() -> Self {
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        Self {
            connections: connections(open_files(&limits).unwrap_or(USUAL)),
            head: Duration::from_secs(30),
            idle: Duration::from_secs(150),
            body: Duration::from_secs(60),
        }
    }
}

/// `Max open files            1024                 524288               files`: the first number counts.
fn open_files(limits: &str) -> Option<usize> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    match line.split_whitespace().next()? {
        "unlimited" => Some(usize::MAX),
        number => number.parse().ok(),
    }
}

fn connections(files: usize) -> usize {
    files.saturating_sub(KEPT_BACK).max(files / 2).clamp(1, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_of_open_files_is_found() {
        let check = |text: &str, expected| assert_eq!(open_files(text), expected, "{text}");
        check(
            "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024   524288   files\n",
            Some(1024),
        );
        check("Max open files            unlimited   unlimited   files", Some(usize::MAX));
        check("Max processes             1024   524288   processes", None);
    }

    #[test]
    fn descriptors_are_left_for_the_database_and_stores() {
        let check = |files, expected| assert_eq!(connections(files), expected, "{files}");
        check(1024, 768);
        check(256, 128);
        check(0, 1);
        check(usize::MAX, MOST);
    }
}
