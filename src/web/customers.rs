//! Customers: the list and a customer's page.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;

use super::access::SignedIn;
use super::error::PageError;
use super::grid::{Asked, Filter, Foot, Head};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::view::Lines;
use super::{Web, assets, view};
use crate::base::clock;
use crate::crm::customers::{self, Address, CustomerFilter, CustomerOrder, CustomerRecord, CustomerRow};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/customers", get(list)).route("/customers/{id}", get(show))
}

#[derive(Template)]
#[template(path = "customers/list.html")]
struct List {
    shell: Shell,
    text: String,
    filters: [Filter; 6],
    heads: Vec<Head>,
    rows: Vec<CustomerRow>,
    foot: Foot,
    filtered: bool,
    may_create_channel: bool,
}

async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let channels = customers::choices(&web.pool).await?.channels;
    let channels = channels.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let filters = [
        Filter::choice(&asked, "channel", "Channel", channels),
        Filter::text(&asked, "first-name", "First Name"),
        Filter::text(&asked, "last-name", "Last Name"),
        Filter::text(&asked, "email", "Email"),
        Filter::text(&asked, "billing-country", "Billing Country"),
        Filter::text(&asked, "billing-state", "Billing State"),
    ];
    let filter = CustomerFilter {
        text: asked.get("q"),
        channel_id: filters[0].value.parse().ok(),
        first_name: filters[1].value.clone(),
        last_name: filters[2].value.clone(),
        email: filters[3].value.clone(),
        billing_country: filters[4].value.clone(),
        billing_state: filters[5].value.clone(),
    };
    let order = CustomerOrder::from_key(&asked.get("sort")).unwrap_or_default();
    let by_itself =
        if matches!(order, CustomerOrder::CreatedAt | CustomerOrder::UpdatedAt) { "down" } else { "up" };
    let descending = asked.descending(by_itself);
    let from = asked.from();
    let found = customers::list(&web.pool, &filter, order, descending, from.as_ref(), asked.size()).await?;
    let total = customers::count(&web.pool, &filter).await?;
    let foot = Foot::of(&asked, &found, view::total(total));
    let filtered = filter != CustomerFilter::default();
    let may_create_channel = who.user.may_see_system();
    let shell = Shell::load(&web, &who.session, who.user, "/customers").await?;
    let heads = heads(&asked, order, descending);
    page::show(&List {
        shell,
        text: filter.text,
        filters,
        heads,
        rows: found.rows,
        foot,
        filtered,
        may_create_channel,
    })
}

fn heads(asked: &Asked, order: CustomerOrder, descending: bool) -> Vec<Head> {
    let sortable = |word, by: CustomerOrder| Head::sortable(asked, word, by.key(), order.key(), descending);
    vec![
        sortable("First Name", CustomerOrder::FirstName),
        sortable("Last Name", CustomerOrder::LastName),
        sortable("Email", CustomerOrder::Email),
        Head::number("Lifetime Sales Value"),
        Head::plain("Billing Country"),
        Head::plain("Billing State"),
        Head::plain("Is A Subscriber"),
        Head::plain("Channel"),
        Head::plain("Website"),
        sortable("Created At", CustomerOrder::CreatedAt),
        sortable("Updated At", CustomerOrder::UpdatedAt),
    ]
}

#[derive(Template)]
#[template(path = "customers/show.html")]
struct Show {
    shell: Shell,
    customer: CustomerRecord,
    addresses: Vec<Address>,
}

impl Show {
    fn birthday(&self) -> String {
        let Some(birthday) = self.customer.birthday else { return String::new() };
        match customers::age(birthday, clock::now()) {
            Some(age) => format!("{}, age {age}", view::date(&birthday)),
            None => view::date(&birthday),
        }
    }

    fn gender(&self) -> &'static str {
        self.customer.gender.map_or("", |gender| gender.word())
    }

    fn living(&self) -> usize {
        self.addresses.iter().filter(|address| address.removed_at.is_none()).count()
    }

    fn city_line(&self, address: &Address) -> String {
        let parts = [address.postcode.trim(), address.city.trim()];
        let line = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        if address.region.trim().is_empty() { line } else { format!("{line}, {}", address.region.trim()) }
    }
}

async fn show(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let customer = customers::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let addresses = customers::addresses(&web.pool, id).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/customers").await?;
    page::show(&Show { shell, customer, addresses })
}
