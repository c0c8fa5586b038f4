//! The tables of faults and of security name the tests that prove them: each of those tests is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{file, rows};

/// Every Rust file below a folder, with its text.
fn code(path: &Path) -> Vec<(PathBuf, String)> {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        return entries.flat_map(|entry| code(&entry)).collect();
    }
    let is_code = path.extension().is_some_and(|end| end == "rs");
    is_code.then(|| (path.to_owned(), fs::read_to_string(path).unwrap())).into_iter().collect()
}

/// `faults::records::an_order_…` is the function of that name in a file `…/faults/records.rs`.
fn is_there(code: &[(PathBuf, String)], name: &str) -> bool {
    let mut parts: Vec<&str> = name.split("::").collect();
    let function = parts.pop().unwrap();
    let place = parts.join("/");
    code.iter().any(|(path, text)| {
        let path = path.with_extension("");
        let path = path.to_str().unwrap().trim_end_matches("/mod");
        path.ends_with(&format!("/{place}")) && text.contains(&format!("fn {function}("))
    })
}

/// The names of tests in a cell: what stands in backticks and has `::` in it.
fn tests(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).filter(|name| name.contains("::")).collect()
}

/// Every row has a test that is there, or says in words why it has none.
fn prove(page: &str, parts: &[&str]) -> Vec<String> {
    let code: Vec<_> = ["src", "tests/it"].iter().flat_map(|path| code(Path::new(path))).collect();
    let text = file(page);
    let mut numbers = Vec::new();
    for part in parts {
        for cells in rows(&text, part) {
            let proof = cells.last().unwrap();
            for name in tests(proof) {
                assert!(is_there(&code, name), "docs/{page}.md, row {}: there is no test {name}", cells[0]);
            }
            let says_why = proof.contains("Not met") || proof.contains("No test") || proof.contains("Reason");
            assert!(!tests(proof).is_empty() || says_why, "docs/{page}.md, row {}: {proof}", cells[0]);
            numbers.push(cells[0].clone());
        }
    }
    let alone: BTreeSet<&String> = numbers.iter().collect();
    assert_eq!(alone.len(), numbers.len(), "docs/{page}.md has a row twice");
    numbers
}

#[test]
fn every_fault_has_its_row_and_every_row_its_test() {
    let all: Vec<String> = (1..=60).map(|nr| format!("F{nr}")).collect();
    assert_eq!(prove("faults", &["The table"]), all);
}

#[test]
fn every_point_of_security_has_its_test_or_its_reason() {
    let text = file("security");
    let parts: Vec<&str> = text.split("\n## ").skip(1).filter_map(|part| part.lines().next()).collect();
    let parts: Vec<&str> = parts.into_iter().filter(|part| part.starts_with('V')).collect();
    assert!(prove("security", &parts).len() > 60);
}
