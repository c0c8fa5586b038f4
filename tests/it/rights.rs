//! Who may do what: every route × every role × whose it is. The routes are read from the sources of the pages, so that one
//! without a row fails here; and what a page offers is compared with what the table allows.

mod api;
mod table;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use crate::support::{App, Page};
use table::{ROUTES, Row, Who, whose};

/// The kinds of records whose routes are made in a loop.
const RECORDS: &str = "/{record}";

/// Every route of the pages: "GET /customers/{id}".
fn routes() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in sources(Path::new("src/web")) {
        for rest in text.split(".route(").skip(1) {
            let call = &rest[..closing(rest)];
            let literal = call.split('"').nth(1).unwrap();
            let path = match call.trim_start().split('"').next().unwrap() {
                "" => literal.to_owned(),
                "&at(" => format!("{RECORDS}/{{id}}/{literal}"),
                "&many(" => format!("{RECORDS}/{literal}"),
                other => panic!("a route that this test cannot read: {other}{literal}"),
            };
            let handlers = &call[call.find(literal).unwrap() + literal.len()..];
            for (mark, method) in [("get(", "GET"), ("post(", "POST")] {
                if handlers.contains(mark) {
                    found.insert(format!("{method} {path}"));
                }
            }
        }
    }
    found
}

/// Where the parenthesis ends that is open at the beginning.
fn closing(text: &str) -> usize {
    let mut open = 1;
    let end = text.char_indices().find(|(_, c)| {
        open += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        open == 0
    });
    end.unwrap().0
}

fn sources(path: &Path) -> Vec<String> {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        return entries.flat_map(|entry| sources(&entry)).collect();
    }
    vec![fs::read_to_string(path).unwrap()]
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let rows: BTreeSet<String> = ROUTES.iter().map(|row| row.route.to_owned()).collect();
    let routes = routes();
    assert!(routes.len() > 150, "{}", routes.len());
    let missing: Vec<_> = routes.difference(&rows).collect();
    assert!(missing.is_empty(), "routes without a row in tests/it/rights/table.rs: {missing:#?}");
    let gone: Vec<_> = rows.difference(&routes).collect();
    assert!(gone.is_empty(), "rows without a route: {gone:#?}");
    assert_eq!(rows.len(), ROUTES.len(), "a row is there twice");
}

/// Somebody in front of the application.
struct Visitor {
    name: &'static str,
    who: BTreeSet<Who>,
    app: App,
}

impl Visitor {
    fn may(&self, row: &Row) -> bool {
        self.who.contains(&row.who)
    }
}

/// Channel 1 belongs to a manager with a team mate; everybody else is a stranger to it.
async fn visitors(app: App) -> Vec<Visitor> {
    use Who::{Administrator, Anybody, Author, Editor, Manager, Operator, SignedIn};
    let mut all = vec![Visitor { name: "nobody", who: [Anybody].into(), app: app.another_visitor() }];
    for (name, role, who) in [
        ("viewer", Role::Viewer, vec![]),
        ("sales", Role::Sales, vec![Editor]),
        ("stranger", Role::Manager, vec![Editor, Operator]),
        ("mate", Role::Manager, vec![Editor, Operator, Manager]),
        ("owner", Role::Manager, vec![Editor, Operator, Manager]),
    ] {
        let email = format!("{name}@example.org");
        app.add_user(name, &email, role).await;
        let mut visitor = app.another_visitor();
        visitor.sign_in(&email).await;
        let who = who.into_iter().chain([Anybody, SignedIn]).collect();
        all.push(Visitor { name, who, app: visitor });
    }
    app.run_sql("update integrations set owner_id = (select id from users where name = 'owner')").await;
    app.run_sql("update channels set owner_id = (select id from users where name = 'owner')").await;
    app.run_sql("insert into teams (name) values ('North')").await;
    app.run_sql("insert into team_members select 1, id from users where name in ('owner', 'mate')").await;
    let who = [Anybody, SignedIn, Editor, Operator, Manager, Administrator, Author].into();
    all.push(Visitor { name: "administrator", who, app });
    all
}

async fn world(pool: PgPool) -> Vec<Visitor> {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    sqlx::raw_sql(table::WORLD).execute(&app.pool).await.unwrap();
    visitors(app).await
}

fn is_let_in(page: &Page) -> bool {
    let to_login = page.status == StatusCode::SEE_OTHER && page.location().starts_with("/login?");
    let to_login = to_login || (page.status == StatusCode::SEE_OTHER && page.location() == "/login");
    // what machines ask for is refused in words
    !matches!(page.status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED) && !to_login
}

async fn ask(visitor: &mut Visitor, row: &Row, path: &str) -> Page {
    match row.method() {
        "GET" => visitor.app.get(path).await,
        _ => visitor.app.post(path, &[]).await,
    }
}

#[sqlx::test]
async fn every_route_lets_in_whom_the_table_says_and_nobody_else(pool: PgPool) {
    let mut visitors = world(pool).await;
    let mut wrong = Vec::new();
    // first whoever may not: nothing is changed by it
    for row in ROUTES {
        for path in row.addresses() {
            for visitor in visitors.iter_mut().filter(|visitor| !visitor.may(row)) {
                let page = ask(visitor, row, &path).await;
                // what is somebody's own is not there for the others
                let is_hidden = row.who == Who::Author && page.status == StatusCode::NOT_FOUND;
                if is_let_in(&page) && !is_hidden {
                    wrong.push(format!("{} {path} lets {} in: {}", row.method(), visitor.name, page.status));
                }
            }
        }
    }
    let (reads, changes): (Vec<&Row>, Vec<&Row>) = ROUTES.iter().partition(|row| row.method() == "GET");
    for row in reads.into_iter().chain(changes) {
        for path in row.addresses() {
            for visitor in visitors.iter_mut().filter(|visitor| visitor.may(row) && !row.ends_it()) {
                let page = ask(visitor, row, &path).await;
                if !is_let_in(&page) || page.status.is_server_error() {
                    wrong.push(format!(
                        "{} {path} keeps {} out: {}",
                        row.method(),
                        visitor.name,
                        page.status
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[sqlx::test]
async fn a_page_offers_what_its_visitor_may_do_and_nothing_else(pool: PgPool) {
    let mut visitors = world(pool).await;
    let mut wrong = BTreeSet::new();
    for row in ROUTES.iter().filter(|row| row.method() == "GET" && row.is_page()) {
        for path in row.addresses() {
            for visitor in visitors.iter_mut().filter(|visitor| visitor.may(row) && visitor.name != "nobody")
            {
                let page = visitor.app.get(&path).await;
                for (method, to) in offers(&page) {
                    let said = match whose(method, &to) {
                        Some(row) if visitor.may(row) => continue,
                        Some(row) => format!("{path} offers {} {}", visitor.name, row.route),
                        None => format!("{path} leads nowhere: {method} {to}"),
                    };
                    wrong.insert(said);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The links and forms of a page: method and path.
fn offers(page: &Page) -> Vec<(&'static str, String)> {
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
        Some(value.split(['?', '#']).next()?.to_owned())
    };
    let mut found = Vec::new();
    for tag in page.html.split('<').filter_map(|piece| piece.split('>').next()) {
        let method = |name| if tag.contains(&format!("{name}=\"get\"")) { "GET" } else { "POST" };
        let offer = match tag.split(' ').next() {
            Some("a") => attribute(tag, "href").map(|to| ("GET", to)),
            Some("form") if tag.contains("method=\"post\"") => {
                attribute(tag, "action").map(|to| ("POST", to))
            }
            Some("button") => attribute(tag, "formaction").map(|to| (method("formmethod"), to)),
            _ => None,
        };
        found.extend(offer.filter(|(_, to)| to.starts_with('/') && !to.starts_with("/static/")));
    }
    found
}
