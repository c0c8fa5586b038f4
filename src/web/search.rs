//! Search: the page with what was found, and the same in short while somebody types.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use url::form_urlencoded;

use super::access::SignedIn;
use super::form::clean_line;
use super::grid::Asked;
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, view};
use crate::crm::search::{self, Found, Group, Hit, Kind, MOST_COUNTED};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/search", get(show)).route("/search/suggestions", get(suggest))
}

/// Of each kind on the page, and under the field.
const ON_THE_PAGE: i64 = 10;
const WHILE_TYPING: i64 = 4;

#[derive(Template)]
#[template(path = "search/show.html")]
struct Show {
    shell: Shell,
    results: Results,
}

#[derive(Template)]
#[template(path = "search/suggestions.html")]
struct Suggestions {
    results: Results,
}

struct Results {
    text: String,
    found: Found,
}

/// `GET /search`
async fn show(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let results = results(&web, &asked, ON_THE_PAGE).await?;
    let mut shell = Shell::load(&web, &who.session, who.user, "/search").await?;
    shell.wanted.clone_from(&results.text);
    page::show(&Show { shell, results })
}

/// `GET /search/suggestions`: what stands under the field while somebody types.
async fn suggest(State(web): State<Web>, _who: SignedIn, asked: Asked) -> PageResult {
    page::show(&Suggestions { results: results(&web, &asked, WHILE_TYPING).await? })
}

async fn results(web: &Web, asked: &Asked, few: i64) -> Result<Results, sqlx::Error> {
    let text = clean_line(&asked.get("q"));
    let found = match text.is_empty() {
        true => Found::default(),
        false => search::find(&web.pool, &text, few).await?,
    };
    Ok(Results { text, found })
}

impl Results {
    /// Records of all kinds that are shown.
    fn many(&self) -> usize {
        self.found.groups.iter().map(|group| group.hits.len()).sum()
    }

    fn encoded(&self) -> String {
        encoded(&self.text)
    }

    fn word(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Customer => "Customers",
            Kind::Order => "Orders",
            Kind::Account => "Accounts",
            Kind::Contact => "Contacts",
            Kind::Cart => "Shopping Carts",
            Kind::CreditMemo => "Credit Memos",
        }
    }

    fn icon(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Customer => "customer",
            Kind::Order => "order",
            Kind::Account => "account",
            Kind::Contact => "contact",
            Kind::Cart => "cart",
            Kind::CreditMemo => "credit",
        }
    }

    fn place(&self, kind: Kind, hit: &Hit) -> String {
        format!("/{}/{}", noun(kind), hit.id)
    }

    /// What the record is called, with the kind where it is only a number.
    fn name(&self, kind: Kind, hit: &Hit) -> String {
        match kind {
            Kind::Order => format!("Order {}", hit.name),
            Kind::Cart => format!("Cart {}", hit.name),
            Kind::CreditMemo => format!("Credit Memo {}", hit.name),
            _ => hit.name.clone(),
        }
    }

    /// The list with all of them, where there are more than these: what it is called, and its address.
    fn all(&self, group: &Group) -> Option<(String, String)> {
        if self.found.alike_to.is_some() {
            // words that are only alike are not what a list is narrowed by
            return None;
        }
        let text = &self.text;
        let (word, filter) = match group.kind {
            Kind::Customer => ("customers", format!("q={}&hidden=any", encoded(text))),
            Kind::Account => ("accounts", format!("q={}", encoded(text))),
            Kind::Contact => ("contacts", format!("q={}", encoded(text))),
            Kind::Order => ("orders", format!("order={}", encoded(text.trim_start_matches('#').trim()))),
            Kind::CreditMemo => {
                ("credit memos", format!("credit-memo={}", encoded(text.trim_start_matches('#').trim())))
            }
            Kind::Cart => ("shopping carts", format!("cart-id={}&qty=any", encoded(text))),
        };
        let many = match group.total {
            Some(total) if usize::try_from(total).is_ok_and(|total| total <= group.hits.len()) => {
                return None;
            }
            Some(total) if total > MOST_COUNTED => format!("All {}+ {word}", view::number(MOST_COUNTED)),
            Some(total) => format!("All {} {word}", view::number(total)),
            None => format!("All {word} with this number"),
        };
        Some((many, format!("/{}?{filter}", noun(group.kind))))
    }
}

fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Customer => "customers",
        Kind::Order => "orders",
        Kind::Account => "accounts",
        Kind::Contact => "contacts",
        Kind::Cart => "carts",
        Kind::CreditMemo => "credit-memos",
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
