//! The pages for people: what this store is, its SOAP settings, its customers, and a form to edit one.
//!
//! Owns: `/`, `/admin` and `/admin/customers/{id}`, plain HTML that needs nothing else. Refuses: rights; a simulated
//! store has no secrets.

use std::sync::PoisonError;

use axum::http::Method;

use super::clock;
use super::customers::GROUP_NAMES;
use super::http::Arrived;
use super::records::{Customer, CustomerView, Text};
use super::sabotage::Outgoing;
use super::server::Server;
use super::stores;

const PAGE: usize = 50;

/// The page a request asks for, if it is one of these.
pub(super) fn answer(server: &Server, arrived: &Arrived) -> Option<Outgoing> {
    match arrived.path.trim_end_matches('/') {
        "" | "/index.php" | "/admin" | "/index.php/admin" => {
            Some(Outgoing::html(200, front(server, arrived)))
        }
        path if path.contains("/sales_order_create/start/customer_id/") => new_order(server, arrived, path),
        path => {
            let id = path.strip_prefix("/admin/customers/")?.parse().ok()?;
            if arrived.method == Method::POST { save(server, arrived, id) } else { show(server, id) }
        }
    }
}

/// Where a real admin has its form of a new order: here a button that places one.
fn new_order(server: &Server, arrived: &Arrived, path: &str) -> Option<Outgoing> {
    let (_, rest) = path.split_once("/customer_id/")?;
    let id: u32 = rest.split('/').next()?.parse().ok()?;
    let mut shop = server.desk.shop.write().unwrap_or_else(PoisonError::into_inner);
    let view = shop.view(id)?;
    let placed = (arrived.method == Method::POST).then(|| {
        let order = shop.draft_order(&id.into(), server.desk.clock.now());
        let number = order.increment_id.clone();
        shop.orders.put(order);
        format!("<p><strong>Order {} is placed.</strong> The next sync brings it.</p>", escape(&number))
    });
    let form = "<form method=\"post\"><button>Place an order</button></form>".to_owned();
    let title = format!("New order of {}", name(&view));
    let content = format!(
        "<p><a href=\"/admin\">All customers</a></p><h1>{}</h1><p class=\"lead\">A real store asks for the products here. This \
         one chooses some by itself.</p><section>{}</section>",
        escape(&title),
        placed.unwrap_or(form)
    );
    Some(Outgoing::html(200, shell(&title, &content)))
}

fn show(server: &Server, id: u32) -> Option<Outgoing> {
    let view = server.desk.shop.read().unwrap_or_else(PoisonError::into_inner).view(id)?;
    Some(Outgoing::html(200, shell(&name(&view), &edit_form(&view))))
}

/// What the form names; everything else stays.
fn save(server: &Server, arrived: &Arrived, id: u32) -> Option<Outgoing> {
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(&arrived.body).into_owned().collect();
    let mut shop = server.desk.shop.write().unwrap_or_else(PoisonError::into_inner);
    shop.edit(id, server.desk.clock.now(), |customer| {
        for (field, value) in fields {
            assign(customer, &field, value);
        }
    })?;
    Some(Outgoing::html(303, "").with("location", format!("/admin/customers/{id}")))
}

fn assign(customer: &mut Customer, field: &str, value: String) {
    let text = |value: String| (!value.is_empty()).then_some(Text::Owned(value));
    match field {
        "firstname" => customer.firstname = text(value),
        "lastname" => customer.lastname = text(value),
        "email" if !value.is_empty() => customer.email = value.into(),
        "group_id" => customer.group_id = value.parse().unwrap_or(customer.group_id),
        _ => {}
    }
}

fn front(server: &Server, arrived: &Arrived) -> String {
    let after = url::form_urlencoded::parse(arrived.query.as_bytes())
        .find(|(name, _)| name == "after")
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0);
    let shop = server.desk.shop.read().unwrap_or_else(PoisonError::into_inner);
    let ids: Vec<u32> = shop.ids(after).take(PAGE).collect();
    let rows: String =
        ids.iter().filter_map(|id| shop.customer(*id)).map(|customer| row(&customer)).collect();
    let next = ids.last().filter(|_| ids.len() == PAGE);
    let next = next
        .map(|last| format!("<a class=\"button\" href=\"/admin?after={last}\">Next {PAGE}</a>"))
        .unwrap_or_default();
    let content = format!(
        "<h1>A simulated Magento store</h1><p class=\"lead\">It speaks the SOAP API of a real one and holds {} invented customers. Edit one here \
         to see the change arrive wherever this store is connected.</p>{}<section><h2>Customers</h2><table><thead><tr>\
         <th scope=\"col\">ID</th><th scope=\"col\">Name</th><th scope=\"col\">E-mail</th><th scope=\"col\">Group</th>\
         <th scope=\"col\">Website</th><th scope=\"col\">Updated (UTC)</th></tr></thead><tbody>{rows}</tbody></table>\
         <p><a class=\"button\" href=\"/admin\">First</a> {next}</p></section>",
        shop.count(),
        settings(server, arrived)
    );
    shell("Customers", &content)
}

fn settings(server: &Server, arrived: &Arrived) -> String {
    let options = &server.desk.options;
    let bridge =
        options.bridge.as_deref().map_or("not installed".to_owned(), |version| format!("version {version}"));
    let rows = [
        ("SOAP WSDL Url", format!("{}/index.php/api/v2_soap?wsdl=1", arrived.base_url)),
        ("SOAP API User", options.api_user.clone()),
        ("SOAP API Key", options.api_key.clone()),
        ("WS-I Compliance", if options.wsi { "yes" } else { "no" }.to_owned()),
        ("Oro bridge", bridge),
        ("SOAP v1 multiCall", if options.bulk { "available" } else { "blocked" }.to_owned()),
        ("Reports itself as", format!("Magento {}", stores::MAGENTO_VERSION)),
    ];
    let list: String = rows
        .iter()
        .map(|(name, value)| format!("<dt>{name}</dt><dd><code>{}</code></dd>", escape(value)))
        .collect();
    format!("<section><h2>SOAP settings</h2><dl>{list}</dl></section>")
}

fn row(customer: &Customer) -> String {
    let id = customer.id;
    format!(
        "<tr><td>{id}</td><td><a href=\"/admin/customers/{id}\">{}</a></td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        escape(&name(customer)),
        escape(&customer.email),
        escape(group(customer.group_id)),
        website(customer.website_id),
        clock::utc(customer.updated_at)
    )
}

fn edit_form(view: &CustomerView) -> String {
    let field = |label: &str, name: &str, value: &str| {
        format!(
            "<label for=\"{name}\">{label}</label><input id=\"{name}\" name=\"{name}\" value=\"{}\">",
            escape(value)
        )
    };
    let group_options: String = GROUP_NAMES
        .iter()
        .enumerate()
        .map(|(id, name)| {
            let selected = if id == view.group_id as usize { " selected" } else { "" };
            format!("<option value=\"{id}\"{selected}>{}</option>", escape(name))
        })
        .collect();
    let addresses: String = view
        .addresses
        .iter()
        .map(|address| {
            let lines = [
                &address.company,
                &address.street,
                &address.postcode,
                &address.city,
                &address.region,
                &address.country_id,
            ];
            let lines: Vec<String> = lines
                .into_iter()
                .flatten()
                .filter(|line| !line.is_empty())
                .map(|line| escape(line))
                .collect();
            format!("<li>{}</li>", lines.join(", "))
        })
        .collect();
    format!(
        "<p><a href=\"/admin\">All customers</a></p><h1>{}</h1><p class=\"lead\">Customer {} of {}, created {} UTC, updated {} UTC.</p>\
         <section><form method=\"post\">{}{}{}<label for=\"group_id\">Customer group</label><select id=\"group_id\" name=\"group_id\">{group_options}</select>\
         <button>Save</button></form></section><section><h2>Addresses</h2><ul>{addresses}</ul></section>",
        escape(&name(view)),
        view.id,
        website(view.website_id),
        clock::utc(view.created_at),
        clock::utc(view.updated_at),
        field("First name", "firstname", view.firstname.as_deref().unwrap_or_default()),
        field("Last name", "lastname", view.lastname.as_deref().unwrap_or_default()),
        field("E-mail", "email", &view.email),
    )
}

fn name(customer: &Customer) -> String {
    let parts: Vec<&str> =
        [&customer.firstname, &customer.lastname].into_iter().flatten().map(AsRef::as_ref).collect();
    if parts.is_empty() { "(no name)".to_owned() } else { parts.join(" ") }
}

fn group(id: u32) -> &'static str {
    GROUP_NAMES.get(id as usize).copied().unwrap_or("unknown")
}

fn website(id: u32) -> &'static str {
    stores::WEBSITES.iter().find(|website| website.0 == id).map_or("unknown", |website| website.2)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn shell(title: &str, content: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{} - simulated store</title><style>{STYLE}</style></head><body><main>{content}</main></body></html>\n",
        escape(title)
    )
}

const STYLE: &str = ":root{color-scheme:light dark;--line:light-dark(#dfe3e8,#343a42);--soft:light-dark(#f6f7f9,#1c2026);--accent:light-dark(#b4460f,#ffa566)}\
body{margin:0;font:16px/1.5 system-ui,sans-serif;background:light-dark(#fff,#14171b);color:light-dark(#1b1f24,#e6e8eb)}\
main{max-width:70rem;margin:0 auto;padding:2rem 1.25rem}h1{margin:0 0 .25rem}.lead{color:light-dark(#57606a,#9aa4af);max-width:60ch}\
section{border:1px solid var(--line);border-radius:10px;padding:1rem 1.25rem;margin:1.25rem 0;overflow-x:auto}h2{margin:.25rem 0 .75rem;font-size:1.1rem}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1.5rem;margin:0}dt{color:light-dark(#57606a,#9aa4af)}dd{margin:0}\
code{background:var(--soft);padding:.1rem .35rem;border-radius:6px;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\
th,td{text-align:start;padding:.45rem .6rem;border-bottom:1px solid var(--line)}tbody tr:hover{background:var(--soft)}a{color:var(--accent)}\
form{display:grid;gap:.35rem;max-width:26rem}label{font-weight:600;margin-top:.5rem}input,select{font:inherit;padding:.45rem .6rem;border:1px solid var(--line);border-radius:6px;background:transparent;color:inherit}\
button,.button{font:inherit;display:inline-block;padding:.45rem .9rem;border:1px solid var(--line);border-radius:6px;background:var(--soft);color:inherit;text-decoration:none;cursor:pointer}\
button{margin-top:1rem;background:light-dark(#b4460f,#ffa566);color:light-dark(#fff,#14171b);border-color:transparent;justify-self:start}:focus-visible{outline:2px solid var(--accent);outline-offset:2px}";
