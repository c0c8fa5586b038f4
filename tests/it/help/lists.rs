//! The lists of the handbook have every setting and every word that the program has, and none that it has not.

use std::collections::BTreeSet;
use std::process::Command;

use cartwright::crm::alerts::AlertKind;
use cartwright::crm::settings::GROUPS;
use cartwright::jobs::Status;
use sqlx::PgPool;

use super::{file, rows};
use crate::support::{App, Page};

/// What stands in the first cells of a part's tables: `code`, or **words**.
fn named(text: &str, part: &str) -> BTreeSet<String> {
    let firsts = rows(text, part).into_iter().map(|cells| cells[0].clone());
    let names = |cell: String| {
        let mark = if cell.contains("**") { "**" } else { "`" };
        cell.split(mark).skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()
    };
    firsts.flat_map(names).collect()
}

fn compare(what: &str, there: BTreeSet<String>, told: &BTreeSet<String>) {
    let missing: Vec<_> = there.difference(told).collect();
    let gone: Vec<_> = told.difference(&there).collect();
    assert!(missing.is_empty() && gone.is_empty(), "{what}: not told {missing:?}, not there {gone:?}");
}

/// What a command says of itself.
fn told_by(command: &[&str]) -> String {
    let said = Command::new(env!("CARGO_BIN_EXE_cartwright")).args(command).arg("--help").output().unwrap();
    String::from_utf8(said.stdout).unwrap()
}

/// The commands below this one.
fn below(command: &[&str]) -> Vec<String> {
    let said = told_by(command);
    let list = said.split("Commands:\n").nth(1).unwrap_or_default().split("\n\n").next().unwrap();
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// Every flag and environment variable that a command names.
fn flags(command: &[&str]) -> BTreeSet<String> {
    let said = told_by(command);
    let flag =
        |line: &str| line.split([' ', '[', '=']).find(|word| word.starts_with("--")).map(str::to_owned);
    let flags = said.lines().filter(|line| line.trim_start().starts_with('-')).filter_map(flag);
    let variables = said.split("[env: ").skip(1).filter_map(|rest| rest.split(['=', ']']).next());
    let all = flags.chain(variables.map(str::to_owned));
    all.filter(|word| !["--help", "--version"].contains(&word.as_str())).collect()
}

#[test]
fn every_command_flag_and_variable_is_told() {
    let settings = file("settings");
    let serve: BTreeSet<String> = flags(&["serve"]).into_iter().chain(["RUST_LOG".to_owned()]).collect();
    compare("flags and variables of serve", serve.clone(), &named(&settings, "The process"));
    let (mut commands, mut others) = (BTreeSet::new(), BTreeSet::new());
    for command in below(&[]) {
        let inner = below(&[&command]);
        for words in inner.iter().map(|inner| vec![&*command, &**inner]).chain([vec![&*command]]) {
            if inner.is_empty() || words.len() > 1 {
                commands.insert(words.join(" "));
                others.extend(flags(&words));
            }
        }
    }
    compare("commands", commands, &named(&settings, "Commands"));
    let told = named(&settings, "Flags of the other commands");
    compare("flags of other commands", others.difference(&serve).cloned().collect(), &told);
}

/// The labels of a page's fields.
fn labels(page: &Page) -> BTreeSet<String> {
    let main = page.html.split("<main").nth(1).unwrap();
    let labels =
        main.split("<label").skip(1).filter_map(|rest| rest.split_once('>')?.1.split("</label>").next());
    let words = labels.map(|label| Page::words_of(label.split("<span").next().unwrap()));
    words.filter(|label| !label.starts_with("Rule for ")).collect()
}

#[sqlx::test]
async fn every_setting_of_the_pages_is_told(pool: PgPool) {
    let settings = file("settings");
    let all = GROUPS.iter().flat_map(|group| group.settings).map(|setting| setting.label.to_owned());
    compare("System > Settings", all.collect(), &named(&settings, "System > Settings"));

    let mut app = App::as_administrator(pool).await;
    let channel = [("name", "Shop"), ("channel-type", "magento"), ("action", "configure")];
    app.post("/channels", &channel).await;
    let form = app.get("/channels/new/integration").await;
    compare("the integration form", labels(&form), &named(&settings, "An integration"));
    app.post("/channels", &[("name", "Shop"), ("channel-type", "custom")]).await;
    let edit = app.get("/channels/1/edit").await;
    let all: BTreeSet<String> =
        labels(&app.get("/channels/new").await).union(&labels(&edit)).cloned().collect();
    compare("the channel form", all, &named(&settings, "A channel"));
}

#[test]
fn every_status_is_told() {
    let statuses = file("statuses");
    let jobs = Status::ALL.map(|status| status.word().to_owned());
    compare("jobs", jobs.into(), &named(&statuses, "Jobs"));
    let alerts = AlertKind::ALL.map(|kind| kind.word().to_owned());
    compare("alerts", alerts.into(), &named(&statuses, "Alerts"));
}
