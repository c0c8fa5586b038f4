//! The processes: three at any time, though each of them may go at any time.

use std::sync::{Arc, Mutex};

use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;

use crate::support::Process;

/// Where pages can be asked for at the moment.
pub(super) type Homes = Arc<Mutex<Vec<String>>>;

/// Three processes.
pub(super) struct Herd {
    connect: PgConnectOptions,
    processes: Vec<Process>,
    pub(super) homes: Homes,
}

impl Herd {
    pub(super) async fn start(connect: &PgConnectOptions) -> Self {
        let mut herd = Self { connect: connect.clone(), processes: Vec::new(), homes: Homes::default() };
        let processes: Vec<Process> = (0..3).map(|_| herd.begin()).collect();
        for process in processes {
            herd.joins(process).await;
        }
        herd
    }

    fn begin(&self) -> Process {
        Process::with(&self.connect, &["--sync-interval", "5s", "--workers", "2"])
    }

    async fn joins(&mut self, process: Process) {
        let home = process.url().await;
        self.homes.lock().unwrap().push(home);
        self.processes.push(process);
    }

    /// The oldest is killed, or told to stop, and a new one takes its place. In a hurry nobody waits for the lease of the dead.
    pub(super) async fn loses_one(&mut self, round: u32, pool: &PgPool, hurry: bool) {
        if round.is_multiple_of(2) {
            return;
        }
        let successor = self.begin();
        self.joins(successor).await;
        let mut oldest = self.processes.remove(0);
        self.homes.lock().unwrap().remove(0);
        if round % 4 == 1 {
            let id = oldest.id();
            oldest.kill(pool).await;
            if hurry {
                forget(pool, id).await;
            }
        } else {
            oldest.terminate();
            assert!(oldest.end().await.success(), "{}", oldest.log());
        }
    }

    /// All are told to stop.
    pub(super) async fn stop(mut self) {
        self.homes.lock().unwrap().clear();
        self.processes.iter().for_each(Process::terminate);
        for process in &mut self.processes {
            assert!(process.end().await.success(), "{}", process.log());
        }
    }
}

async fn forget(pool: &PgPool, dead: u32) {
    let leases =
        "update jobs set lease_until = now() where status = 'running' and worker ~ (' ' || $1 || '(,|$)')";
    sqlx::query(leases).bind(dead.to_string()).execute(pool).await.unwrap();
}
