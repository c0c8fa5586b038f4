//! The handbook: every file is a page, every link leads somewhere, and what it lists is what there is.

mod lists;
mod tables;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use axum::http::{StatusCode, header};
use cartwright::crm::users::Role;
use sqlx::PgPool;

use crate::support::{App, Page};

/// The files of the handbook that are pages, without their ending.
fn files() -> Vec<String> {
    let entries = fs::read_dir("docs").unwrap().map(|entry| entry.unwrap().file_name());
    let names = entries.map(|name| name.into_string().unwrap());
    let mut files: Vec<String> =
        names.filter_map(|name| Some(name.strip_suffix(".md")?.to_owned())).collect();
    files.sort();
    files
}

/// A file of the handbook as it lies there.
pub(super) fn file(name: &str) -> String {
    fs::read_to_string(format!("docs/{name}.md")).unwrap()
}

/// The cells of the tables under a heading of a file, row by row, without their heads.
pub(super) fn rows(text: &str, heading: &str) -> Vec<Vec<String>> {
    let part = text.split(&format!("# {heading}\n")).nth(1).unwrap_or_else(|| panic!("no part {heading}"));
    let lines: Vec<&str> = part.split("\n#").next().unwrap().lines().collect();
    let is_row = |nr: usize| lines.get(nr).is_some_and(|line| line.starts_with('|'));
    let is_rule = |nr: usize| is_row(nr) && lines[nr].chars().all(|c| "|-: ".contains(c));
    let body = (0..lines.len()).filter(|nr| is_row(*nr) && !is_rule(*nr) && !is_rule(nr + 1));
    body.map(|nr| cells(lines[nr])).collect()
}

fn cells(line: &str) -> Vec<String> {
    line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

fn address_of(file: &str) -> String {
    if file == "README" { "/help".to_owned() } else { format!("/help/{file}") }
}

/// What the links and pictures of a page's text lead to.
fn leads_to(page: &Page) -> Vec<String> {
    let text = page.html.split("<article").nth(1).unwrap().split("</article>").next().unwrap();
    let links = ["href=\"", "src=\""].into_iter().flat_map(|mark| text.split(mark).skip(1));
    links.filter_map(|rest| Some(rest.split('"').next()?.to_owned())).collect()
}

/// Opens what a link leads to; says what is wrong with it.
async fn follow(app: &mut App, from: &str, to: &str) -> Option<String> {
    if to.starts_with("https://") || to.starts_with("http://") || to.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = to.split_once('#').unwrap_or((to, ""));
    if !path.is_empty() && !path.starts_with('/') {
        return Some(format!("{from} leads to {to}, which is no page"));
    }
    let page = app.get(if path.is_empty() { from } else { path }).await;
    let is_there = anchor.is_empty() || page.html.contains(&format!("id=\"{anchor}\""));
    (page.status != StatusCode::OK || !is_there).then(|| format!("{from} leads to {to}: {}", page.status))
}

#[sqlx::test]
async fn every_file_is_a_page_and_every_link_in_it_leads_somewhere(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    let mut app = app.colleague(Role::Viewer).await;
    let listed = leads_to(&app.get("/help").await);
    let (mut wrong, mut pictures) = (Vec::new(), BTreeSet::new());
    for file in files() {
        let at = address_of(&file);
        let page = app.get(&at).await;
        assert_eq!(page.status, StatusCode::OK, "{at}");
        assert_eq!(page.html.matches("<h1").count(), 1, "{at}");
        assert!(file == "README" || listed.contains(&at), "docs/README.md does not lead to {file}.md");
        assert!(page.tag(&format!("href=\"{at}\" aria-current")).contains("page"), "{at} is not marked");
        for to in leads_to(&page) {
            wrong.extend(follow(&mut app, &at, &to).await);
            pictures.extend(to.strip_prefix("/help/img/").map(str::to_owned));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for picture in pictures {
        let shown = app.get(&format!("/help/img/{picture}")).await;
        assert!(shown.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("image/"), "{picture}");
    }
    for nowhere in ["/help/nothing", "/help/img/nothing.png", "/help/img/..%2FREADME.md", "/help/README"] {
        assert_eq!(app.get(nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
}

#[sqlx::test]
async fn what_the_pages_link_to_is_in_the_handbook(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let mut places = BTreeSet::new();
    for text in sources(Path::new("src/web")).iter().chain(&sources(Path::new("templates"))) {
        for mark in ["view::help(\"", ".help(\"", "href=\"/help/"] {
            let named = text.split(mark).skip(1).filter_map(|rest| rest.split('"').next());
            places.extend(named.filter(|place| !place.contains('{')).map(str::to_owned));
        }
    }
    assert!(places.len() >= 5, "{places:?}");
    let mut wrong = Vec::new();
    for place in places {
        wrong.extend(follow(&mut app, "a page", &format!("/help/{place}")).await);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_the_readme_links_to_is_there() {
    let text = fs::read_to_string("README.md").unwrap();
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    for link in links.filter(|link| !link.contains("://")) {
        let path = link.split('#').next().unwrap();
        assert!(PathBuf::from(path).exists(), "README.md leads to {link}");
    }
}

/// The texts of all files below a folder.
fn sources(path: &Path) -> Vec<String> {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        return entries.flat_map(|entry| sources(&entry)).collect();
    }
    vec![fs::read_to_string(path).unwrap()]
}
