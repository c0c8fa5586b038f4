//! Long work over many rows that no store is asked for, done by the queue in stretches, so that nothing else waits for it.
//!
//! **Owns** no table. **Invariant:** a chore that is done twice, or goes on after a kill, leaves the same.

mod assign;
mod reseal;
mod stretches;
mod tag;

pub use assign::{AssignJob, Assignment, ask};
pub use reseal::{ResealJob, follow_the_key, rotate};
pub use tag::{TagJob, ask_for_tag};
