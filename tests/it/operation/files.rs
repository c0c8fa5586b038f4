//! What lies beside the program for whoever runs it: its settings are the program's, its figures are those that are told.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;

const OPS: [&str; 3] = ["ops/alerts.yml", "ops/alerts_test.yml", "ops/grafana-dashboard.json"];
/// Where settings are named, beside the handbook's list of them, which has a test of its own.
const TOLD_IN: [&str; 7] = [
    "docker-compose.yml",
    "Dockerfile",
    "ops/backup",
    "ops/restore",
    "ops/lib.sh",
    "ops/alerts.yml",
    "docs/operation.md",
];
/// Of the database's image, of the tests, of the tools.
const NOT_OURS: [&str; 6] = [
    "CARTWRIGHT_SOAK_MINUTES",
    "CARTWRIGHT_SOAK_SEED",
    "CARTWRIGHT_KILLS",
    "CARTWRIGHT_TWO_WAY_HISTORIES",
    "CARTWRIGHT_BENCH_CUSTOMERS",
    "CARTWRIGHT_BENCH_ORDERS",
];

/// Whatever begins like this and goes on with these.
fn names(text: &str, begin: &str, goes_on: impl Fn(char) -> bool + Copy) -> BTreeSet<String> {
    let found =
        text.match_indices(begin).map(|(at, _)| text[at..].chars().take_while(|c| goes_on(*c)).collect());
    found.collect()
}

fn settings(text: &str) -> BTreeSet<String> {
    names(text, "CARTWRIGHT_", |c| c.is_ascii_uppercase() || c == '_')
}

fn read(file: &str) -> String {
    fs::read_to_string(file).unwrap_or_else(|problem| panic!("{file}: {problem}"))
}

#[test]
fn every_setting_that_is_named_is_one() {
    let config = read("src/config.rs");
    let ours: BTreeSet<String> =
        settings(&config).into_iter().filter(|name| config.contains(&format!("env = \"{name}\""))).collect();
    assert!(ours.len() > 12, "{ours:?}");
    for file in TOLD_IN {
        let told = settings(&read(file));
        let unknown: Vec<_> =
            told.iter().filter(|name| !ours.contains(*name) && !NOT_OURS.contains(&name.as_str())).collect();
        assert!(unknown.is_empty(), "{file} names what nobody reads: {unknown:?}");
    }
}

#[test]
fn every_figure_that_is_watched_is_told() {
    let (measured, gauges) = (read("src/base/measure.rs"), read("src/web/metrics.rs"));
    let is_told = |name: &str| {
        let bare = ["_bucket", "_count", "_sum"].iter().fold(name, |name, end| name.trim_end_matches(end));
        let gauge = bare.trim_start_matches("cartwright_");
        measured.contains(&format!("\"{bare}\"")) || gauges.contains(&format!("\"{gauge}\""))
    };
    for file in OPS.into_iter().chain(["docs/operation.md"]) {
        let figures = names(&read(file), "cartwright_", |c| c.is_ascii_lowercase() || c == '_');
        assert!(figures.len() > 5, "{file}: {figures:?}");
        let untold: Vec<_> = figures.iter().filter(|name| !is_told(name)).collect();
        assert!(untold.is_empty(), "{file} watches what nobody tells: {untold:?}");
    }
    let board: Value = serde_json::from_str(&read("ops/grafana-dashboard.json")).unwrap();
    let panels = board["panels"].as_array().unwrap();
    assert!(panels.iter().all(|panel| panel["targets"][0]["expr"].is_string()), "a panel that shows nothing");
}

/// Where Prometheus' own tool is installed, it reads the alerts and tries them on some histories.
#[test]
fn prometheus_understands_the_alerts() {
    if Command::new("promtool").arg("--version").output().is_err() {
        println!("promtool is not installed (Debian: prometheus): the alerts are looked at by name alone");
        return;
    }
    for (arguments, within) in
        [(["check", "rules", "alerts.yml"], "ops"), (["test", "rules", "alerts_test.yml"], "ops")]
    {
        let done = Command::new("promtool").args(arguments).current_dir(within).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }
}
