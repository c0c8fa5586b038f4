use std::fs::{File, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::error::{Doing, PostgresError};
use super::home::Home;

/// Longer than a start may take (recovery after a power cut), so that the second process does not give up before.
const PATIENCE: Duration = Duration::from_secs(330);
const STEP: Duration = Duration::from_millis(10);

/// Held for the short time in which the server is started, repaired or stopped: one process at a time.
#[derive(Debug)]
pub(super) struct Gate(Locks);

/// Held while the server is used; many may sit.
#[derive(Debug)]
pub(super) struct Seat(Locks);

/// Two files, since with one the second process deadlocks: it would wait for the lock that users hold for hours.
#[derive(Debug)]
struct Locks {
    dir: PathBuf,
    gate: File,
    users: File,
}

impl Gate {
    pub(super) async fn enter(home: &Home) -> Result<Self, PostgresError> {
        let open = |path: PathBuf| {
            let file = File::options().create(true).truncate(false).write(true).mode(0o600).open(&path);
            file.doing("open", &path)
        };
        let locks =
            Locks { dir: home.dir().to_owned(), gate: open(home.gate())?, users: open(home.users())? };
        locks.pass_gate().await?;
        Ok(Self(locks))
    }

    /// Takes a seat and opens the gate for the next one.
    pub(super) fn sit(self) -> Result<Seat, PostgresError> {
        let Self(locks) = self;
        // Nobody else can hold it exclusively: that happens only behind the gate.
        locks.users.lock_shared().doing("lock pg.users in", &locks.dir)?;
        locks.gate.unlock().doing("unlock pg.gate in", &locks.dir)?;
        Ok(Seat(locks))
    }

    /// Whether nobody uses the server.
    pub(super) fn is_room_empty(&self) -> bool {
        let free = self.0.users.try_lock().is_ok();
        free && self.0.users.unlock().is_ok()
    }
}

impl Seat {
    /// Gets up, and goes to the gate to see whether anybody is left.
    pub(super) async fn leave(self) -> Result<Gate, PostgresError> {
        let Self(locks) = self;
        locks.pass_gate().await?;
        locks.users.unlock().doing("unlock pg.users in", &locks.dir)?;
        Ok(Gate(locks))
    }

    /// Goes to the gate and keeps the seat, until [`Seat::sit_down`].
    pub(super) async fn stand_up(&self) -> Result<(), PostgresError> {
        self.0.pass_gate().await
    }

    /// Opens the gate for the next one.
    pub(super) fn sit_down(&self) -> Result<(), PostgresError> {
        self.0.gate.unlock().doing("unlock pg.gate in", &self.0.dir)
    }

    /// As [`Seat::leave`], but only if the gate is free; the seat is given up either way.
    pub(super) fn try_leave(self) -> Option<Gate> {
        self.0.gate.try_lock().ok()?;
        self.0.users.unlock().ok()?;
        Some(Gate(self.0))
    }
}

impl Locks {
    /// Polls rather than blocks: a thread that waits in the kernel could not be cancelled.
    async fn pass_gate(&self) -> Result<(), PostgresError> {
        let begin = Instant::now();
        while let Err(error) = self.gate.try_lock() {
            match error {
                TryLockError::Error(source) => return Err(source).doing("lock pg.gate in", &self.dir),
                TryLockError::WouldBlock if begin.elapsed() > PATIENCE => {
                    return Err(PostgresError::Busy(self.dir.clone()));
                }
                TryLockError::WouldBlock => tokio::time::sleep(STEP).await,
            }
        }
        Ok(())
    }
}

impl Drop for Locks {
    /// Unlocks by name instead of by closing: a child that another thread is just forking may hold a copy of the files
    /// for a moment, and the lock with it.
    fn drop(&mut self) {
        let _ = self.users.unlock();
        let _ = self.gate.unlock();
    }
}
