//! Processes of Cartwright, started for a measurement and ended after it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

/// A process of Cartwright that is ready; it ends with this value.
pub(super) struct Process {
    child: Child,
    pub(super) address: String,
    pub(super) took: Duration,
}

impl Process {
    pub(super) fn start(binary: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let began = Instant::now();
        let mut child = Command::new(binary)
            .args(arguments)
            .env_remove("DATABASE_URL")
            .env("RUST_LOG", "info")
            .env("CARTWRIGHT_ADMIN_EMAIL", "bench@example.org")
            .env("CARTWRIGHT_ADMIN_PASSWORD", "correct horse battery")
            .stderr(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(child.stderr.take().context("its log")?).lines();
        let mut said = Vec::new();
        for line in lines.by_ref() {
            let line = line?;
            if let Some((_, address)) = line.split_once("listening on ") {
                let (took, address) = (began.elapsed(), address.trim().to_owned());
                // what nobody reads would stop it one day
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(Self { child, address, took });
            }
            said.push(line);
        }
        bail!("{arguments:?} did not start: {}", said.join("\n"))
    }

    /// The most memory it ever had.
    pub(super) fn peak_kb(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("VmHWM")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }

    /// Asks it to end, and waits until it has.
    pub(super) fn stop(mut self) -> anyhow::Result<()> {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        ensure!(asked.success(), "kill");
        ensure!(self.child.wait()?.success(), "it did not end well");
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where a process keeps its data, until this value ends.
pub(super) struct Directory(pub(super) PathBuf);

impl Directory {
    pub(super) fn new() -> anyhow::Result<Self> {
        let directory = std::env::temp_dir().join(format!("cartwright-pull-{}", std::process::id()));
        std::fs::create_dir_all(&directory)?;
        Ok(Self(directory))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
