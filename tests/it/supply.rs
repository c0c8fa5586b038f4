//! What comes in with the dependencies: the rules of deny.toml, kept where `cargo deny` is not installed, too.

use std::process::Command;

use serde_json::Value;

const RULES: &str = include_str!("../../deny.toml");

/// The words in quotes between this key and the end of its list.
fn listed(key: &str) -> Vec<&'static str> {
    let list = RULES.split(&format!("\n{key} = [")).nth(1).unwrap().split("\n]\n").next().unwrap();
    let lines = list.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(|line| line.split('"').skip(1).step_by(2)).collect()
}

fn packages() -> Vec<Value> {
    // what is for other machines was not fetched
    let here = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let asked = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", &here])
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    let told: Value = serde_json::from_slice(&asked.stdout).unwrap();
    told["packages"].as_array().unwrap().clone()
}

/// Is one of the alternatives allowed, all of its parts? "MIT OR Apache-2.0", "(MIT OR Apache-2.0) AND Unicode-3.0".
fn is_allowed(licence: &str, allowed: &[&str]) -> bool {
    let all = |text: &str| text.split(" OR ").any(|one| allowed.contains(&one.trim()));
    let parts = licence.replace('/', " OR ");
    let groups = parts.split(" AND ").map(|group| group.trim().trim_matches(['(', ')']));
    groups.into_iter().all(all)
        || parts.split(" OR ").any(|one| one.split(" AND ").all(|part| allowed.contains(&part.trim())))
}

#[test]
fn every_dependency_has_a_licence_that_asks_nothing_of_whoever_runs_it() {
    let allowed = listed("allow");
    let others: Vec<String> = packages()
        .iter()
        .map(|package| (package["name"].as_str().unwrap(), package["license"].as_str().unwrap_or("none")))
        .filter(|(_, licence)| !is_allowed(licence, &allowed))
        .map(|(name, licence)| format!("{name}: {licence}"))
        .collect();
    assert_eq!(others, Vec::<String>::new());
}

#[test]
fn nothing_that_is_banned_and_nothing_from_elsewhere_comes_in() {
    let banned = listed("deny");
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        assert!(!banned.contains(&name), "{name} is banned");
        let source = package["source"].as_str();
        let is_ours = source.is_none() && name == "cartwright";
        assert!(
            is_ours || source.is_some_and(|from| from.starts_with("registry+")),
            "{name} from {source:?}"
        );
    }
}
