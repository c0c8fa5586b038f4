//! Layers point down: no module imports one above it.

use std::fs;
use std::path::Path;

/// Each layer and what it may use of ours.
const LAYERS: [(&str, &[&str]); 10] = [
    ("base", &[]),
    ("jobs", &["base"]),
    ("magento", &["base"]),
    ("crm", &["base"]),
    ("notify", &["base", "jobs", "crm"]),
    ("sync", &["base", "jobs", "magento", "crm"]),
    ("chores", &["base", "jobs", "crm"]),
    ("web", &["base", "jobs", "magento", "crm", "sync", "notify", "chores"]),
    ("simulator", &[]),
    ("config.rs", &["base", "magento"]),
];

/// Within the domain each noun knows only those before it.
const NOUNS: [&str; 25] = [
    "users",
    "audit",
    "tokens",
    "settings",
    "notices",
    "hooks",
    "views",
    "channels",
    "merge",
    "accounts",
    "customers",
    "orders",
    "credit_memos",
    "carts",
    "newsletter",
    "changes",
    "alerts",
    "dashboard",
    "search",
    "records",
    "tags",
    "steps",
    "activities",
    "personal_data",
    "secrets",
];

#[test]
fn no_import_points_up() {
    let mut wrong = Vec::new();
    for (layer, below) in LAYERS {
        for (file, line) in lines_of(&Path::new("src").join(layer)) {
            for used in words_after(&line, "crate::") {
                if used != layer && !below.contains(&used.as_str()) {
                    wrong.push(format!("{file}: {layer} uses {used}: {line}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_noun_of_the_domain_knows_a_later_one() {
    let mut wrong = Vec::new();
    for (nr, noun) in NOUNS.iter().enumerate() {
        for (file, line) in lines_of(&Path::new("src/crm").join(noun)) {
            for used in words_after(&line, "crate::crm::") {
                if NOUNS[nr + 1..].contains(&used.as_str()) {
                    wrong.push(format!("{file}: {noun} knows {used}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_pages_do_not_write_sql() {
    let wrong: Vec<String> = lines_of(Path::new("src/web"))
        .into_iter()
        .filter(|(file, line)| !file.ends_with("health.rs") && line.contains("sqlx::query"))
        .map(|(file, line)| format!("{file}: {line}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn lines_of(path: &Path) -> Vec<(String, String)> {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        return entries.flat_map(|entry| lines_of(&entry)).collect();
    }
    let text = fs::read_to_string(path).unwrap();
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.map(|line| (path.display().to_string(), line.to_owned())).collect()
}

fn words_after(line: &str, mark: &str) -> Vec<String> {
    let rests = line.match_indices(mark).map(|(at, _)| &line[at + mark.len()..]);
    rests.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}
