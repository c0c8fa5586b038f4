//! What this process measures of itself, for whoever watches it (Prometheus).
//!
//! **Owns** the names and labels of all counters and histograms. **Invariant:** a label says what kind of thing it was, in words
//! that the program knows beforehand; never who, never which record.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{counter, describe_counter, describe_histogram, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

const PAGES: &str = "cartwright_http_requests_total";
const PAGE_SECONDS: &str = "cartwright_http_request_duration_seconds";
const JOBS: &str = "cartwright_jobs_ended_total";
const JOB_SECONDS: &str = "cartwright_job_duration_seconds";
const WINDOWS: &str = "cartwright_windows_total";
const WINDOW_SECONDS: &str = "cartwright_window_duration_seconds";
const RECORDS: &str = "cartwright_records_total";
const CALLS: &str = "cartwright_store_calls_total";
const CALL_SECONDS: &str = "cartwright_store_call_duration_seconds";

/// Seconds at which pages and calls to stores are told apart.
const QUICK: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// The same for what takes longer.
const LONG: [f64; 9] = [0.1, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0];

static COUNTED: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to measure; before that nothing is kept.
pub fn begin() {
    counted();
}

/// Everything that was measured so far, as Prometheus reads it.
#[must_use]
pub fn told() -> String {
    counted().render()
}

/// Folds what was measured lately, so that it takes no more room the longer nobody asks for it.
pub fn fold() {
    counted().run_upkeep();
}

fn counted() -> &'static PrometheusHandle {
    COUNTED.get_or_init(|| {
        let recorder = buckets(PrometheusBuilder::new()).build_recorder();
        let handle = recorder.handle();
        // another recorder is there only when another program has this one inside
        let _ = metrics::set_global_recorder(recorder);
        describe();
        handle
    })
}

fn buckets(builder: PrometheusBuilder) -> PrometheusBuilder {
    let named = |name: &str| Matcher::Full(name.to_owned());
    let with = [
        (PAGE_SECONDS, &QUICK[..]),
        (CALL_SECONDS, &QUICK[..]),
        (WINDOW_SECONDS, &QUICK[..]),
        (JOB_SECONDS, &LONG[..]),
    ];
    with.into_iter().fold(builder, |builder, (name, seconds)| {
        // only an empty list of buckets is refused
        builder.set_buckets_for_metric(named(name), seconds).unwrap_or_else(|_| PrometheusBuilder::new())
    })
}

fn describe() {
    describe_counter!(PAGES, "Requests answered, by method, route and status.");
    describe_histogram!(PAGE_SECONDS, "Time until an answer begins, by route.");
    describe_counter!(
        JOBS,
        "Jobs that ended here, by kind and outcome; a sync is a job of the kind \"sync\"."
    );
    describe_histogram!(JOB_SECONDS, "Time that a job was at work here, by kind.");
    describe_counter!(WINDOWS, "Windows committed, by connector.");
    describe_histogram!(WINDOW_SECONDS, "Time from asking a store for a window to having it, by connector.");
    describe_counter!(RECORDS, "Records of committed windows, by connector and result.");
    describe_counter!(CALLS, "Calls to stores, by method and outcome.");
    describe_histogram!(CALL_SECONDS, "Time that a call to a store took, by method.");
}

/// A request was answered.
pub fn page(method: &'static str, route: &str, status: u16, took: Duration) {
    counter!(PAGES, "method" => method, "route" => route.to_owned(), "status" => status.to_string())
        .increment(1);
    histogram!(PAGE_SECONDS, "route" => route.to_owned()).record(took);
}

/// A job ended, or went on to another process.
pub fn job(kind: &str, outcome: &'static str, took: Duration) {
    counter!(JOBS, "kind" => kind.to_owned(), "outcome" => outcome).increment(1);
    histogram!(JOB_SECONDS, "kind" => kind.to_owned()).record(took);
}

/// A window was committed, with so many records of each result.
pub fn window(connector: &'static str, took: Duration, results: &[(&'static str, i64)]) {
    counter!(WINDOWS, "connector" => connector).increment(1);
    histogram!(WINDOW_SECONDS, "connector" => connector).record(took);
    for (result, amount) in results {
        let amount = u64::try_from(*amount).unwrap_or_default();
        counter!(RECORDS, "connector" => connector, "result" => *result).increment(amount);
    }
}

/// A store was asked for something.
pub fn call(method: &str, outcome: &'static str, took: Duration) {
    counter!(CALLS, "method" => method.to_owned(), "outcome" => outcome).increment(1);
    histogram!(CALL_SECONDS, "method" => method.to_owned()).record(took);
}
