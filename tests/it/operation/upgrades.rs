//! Upgrades while an older version runs: several processes may bring the schema up to date at once, and no migration takes away
//! what the version before it still asks for.

use std::fs;
use std::path::Path;

use cartwright::base::db;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{Process, Visitor, pool_of};

/// The first migration that had to keep the rule of `docs/operation.md`, "Upgrades".
const RULE_SINCE: i64 = 46;

#[sqlx::test]
async fn three_that_start_at_once_make_the_schema_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let pool = pool_of(&connect).await;
    let name = format!("cartwright_empty_{}_{}", std::process::id(), fastrand::u32(..));
    let run = async |sql: String| sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    run(format!("create database \"{name}\" template template0")).await;
    let empty = connect.clone().database(&name);
    let processes = [(); 3].map(|()| Process::serve(&empty));
    for process in &processes {
        let page = Visitor::new().get(&process.url().await, "/readyz").await.unwrap();
        assert_eq!(page.html, "ready\n");
    }
    let there = pool_of(&empty).await;
    let done: Vec<i64> =
        sqlx::query_scalar("select version from _sqlx_migrations where success order by version")
            .fetch_all(&there)
            .await
            .unwrap();
    let ours: Vec<i64> = db::MIGRATIONS.iter().map(|migration| migration.version).collect();
    assert_eq!(done, ours);
    drop(processes);
    there.close().await;
    run(format!("drop database \"{name}\" with (force)")).await;
    pool.close().await;
}

#[sqlx::test]
async fn an_older_one_does_not_start_over_a_newer_schema(_: PgPoolOptions, connect: PgConnectOptions) {
    let pool = pool_of(&connect).await;
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'newer', true, '', 0)";
    sqlx::query(newer).execute(&pool).await.unwrap();
    let mut older = Process::serve(&connect);
    assert!(!older.end().await.success());
    let log = older.log();
    assert!(
        log.contains("This database belongs to a newer Cartwright") && !log.contains("listening on"),
        "{log}"
    );
    pool.close().await;
}

/// What an older process would stumble over; each with the words that say how it is done instead.
const FORBIDDEN: [(&str, &str); 7] = [
    ("drop column", "first a version that no longer asks for it, then the one that drops it"),
    ("drop table", "first a version that no longer asks for it, then the one that drops it"),
    ("drop view", "create or replace view, with the new columns last"),
    ("rename", "a new name beside the old one, filled by a trigger, until nobody asks for the old one"),
    ("set not null", "a default, or a check that is not valid yet"),
    ("set data type", "a new column beside the old one"),
    ("truncate", "delete what is meant"),
];

#[test]
fn migrations_leave_the_version_before_them_at_work() {
    let mut wrong = Vec::new();
    for migration in db::MIGRATIONS.iter().filter(|migration| migration.version >= RULE_SINCE) {
        for line in migration.sql.as_str().lines().filter(|line| !line.trim_start().starts_with("--")) {
            for (words, instead) in FORBIDDEN {
                if line.to_lowercase().contains(words) {
                    wrong.push(format!(
                        "{} {}: {line}\n  instead: {instead}",
                        migration.version, migration.description
                    ));
                }
            }
            let adds = line.contains("add column") && line.contains("not null");
            if adds && !line.contains("default") && !line.contains("generated") {
                wrong.push(format!(
                    "{} {}: {line}\n  instead: with a default",
                    migration.version, migration.description
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A statement that asks a table for all its columns fails in a process that knew it with fewer: "cached plan must not change
/// result type".
#[test]
fn no_statement_asks_a_table_for_whatever_columns_it_has() {
    let mut wrong = Vec::new();
    for (file, text) in sources(Path::new("src")) {
        for (at, _) in text.match_indices("query") {
            let statement: String = text[at..].chars().take_while(|c| *c != ';').collect();
            let words: Vec<&str> = statement.split_whitespace().collect();
            let all = words.windows(4).find(|words| {
                let star = |word: &str| word == "*" || word.ends_with(".*") || word.ends_with(".*,");
                // rows that the statement makes itself have the columns that it gives them
                let own = words[2] == "from" && words[3].starts_with('(');
                let asks = words[0].ends_with("\"select") && star(words[1]) && !own;
                asks || (words[0] == "returning" && words[1].starts_with("*\""))
            });
            wrong.extend(all.map(|words| format!("{file}: {}", words.join(" "))));
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn sources(path: &Path) -> Vec<(String, String)> {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        return entries.flat_map(|entry| sources(&entry)).collect();
    }
    vec![(path.display().to_string(), fs::read_to_string(path).unwrap())]
}
