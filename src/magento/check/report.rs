//! How steps are reported, and how a failure becomes cause and advice.

use std::time::Instant;

use super::{Facts, Step, StepKind, StepState};
use crate::magento::CallError;

/// A check under way.
pub(super) struct Run<F> {
    pub(super) report: F,
    pub(super) facts: Facts,
    pub(super) started: Instant,
}

/// Why it ended.
pub(super) struct Failure {
    pub(super) step: StepKind,
    pub(super) cause: String,
    pub(super) advice: Option<String>,
    pub(super) switch_wsi_to: Option<bool>,
}

impl<F: FnMut(Step) + Send> Run<F> {
    pub(super) fn ok(&mut self, kind: StepKind, text: String) {
        self.step(kind, StepState::Ok, text, None);
    }

    pub(super) fn warn(&mut self, kind: StepKind, text: String, advice: &str) {
        self.step(kind, StepState::Warn, text, Some(advice.to_owned()));
    }

    pub(super) fn failed(&mut self, kind: StepKind, problem: &CallError) -> Failure {
        self.failed_with(kind, &problem.to_string(), None)
    }

    /// Our messages say in their first sentence what happened, and after it what to do.
    pub(super) fn failed_with(&mut self, kind: StepKind, message: &str, advice: Option<String>) -> Failure {
        let (cause, advice) = match (advice, message.split_once(". ")) {
            (None, Some((cause, advice))) => (format!("{cause}."), Some(advice.to_owned())),
            (advice, _) => (message.to_owned(), advice),
        };
        self.step(kind, StepState::Failed, cause.clone(), advice.clone());
        Failure { step: kind, cause, advice, switch_wsi_to: None }
    }

    pub(super) fn step(&mut self, kind: StepKind, state: StepState, text: String, advice: Option<String>) {
        let took = self.started.elapsed();
        self.started = Instant::now();
        (self.report)(Step { kind, state, text, advice, took });
    }
}
