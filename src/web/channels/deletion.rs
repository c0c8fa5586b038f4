//! Deleting a channel: a page that counts what goes, and asks for the channel's name where something does. A job does it.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::Operator;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, audited, session, view};
use super::{find, owner};
use crate::base::keyset::Total;
use crate::base::listing::{Listing, Wanted};
use crate::crm::audit::{self, Act, Changes};
use crate::crm::channels::{Channel, Clearing, Integration};
use crate::crm::{activities, carts, credit_memos, customers, newsletter, orders};
use crate::sync::clearing;

/// The question. In a dialog it is the same form; a wrong name leads to this page.
#[derive(Template)]
#[template(path = "channels/deletion.html")]
struct Ask {
    shell: Shell,
    channel: Channel,
    integration: Option<Integration>,
    held: Vec<(&'static str, String)>,
    /// What is typed so that nobody deletes by accident; not asked for where nothing is lost.
    name: Option<Field>,
}

/// `GET /channels/{id}/deletion`
pub(super) async fn ask(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let (channel, integration) = find(&web, id).await?;
    operator.must_manage(owner(&channel, integration.as_ref()))?;
    page::show(&question(&web, operator, channel, integration, "", &Errors::default()).await?)
}

/// `POST /channels/{id}/deletion`
pub(super) async fn delete(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let (channel, integration) = find(&web, id).await?;
    operator.must_manage(owner(&channel, integration.as_ref()))?;
    let typed = posted.get("name");
    let held = held(&web, id).await?;
    if typed.trim() != channel.name.trim() && !held.is_empty() {
        let mut errors = Errors::default();
        errors
            .on("name", format!("Type the channel’s name as it is: {}. Nothing was deleted.", channel.name));
        return page::show_again(&question(&web, operator, channel, integration, typed, &errors).await?);
    }
    let mut tx = web.pool.begin().await?;
    let whose = integration.as_ref().map(|integration| integration.id);
    let (what, by) = (Clearing::Channel, operator.user.id);
    let asked = clearing::ask(&mut tx, (id, &channel.name), whose, what, by).await?;
    let told = held.iter().fold(Changes::none(), |told, (word, many)| told.told(word, many));
    let subject = audited::channel(id, &channel.name);
    audit::note(&mut tx, &operator.actor(), Act::Deleted, &subject, &told).await?;
    tx.commit().await?;
    let note = format!("Channel {} is being deleted.", channel.name);
    let link = Some(("Check progress", format!("/jobs/{}", asked.id())));
    session::flash(&operator.session, &note, link).await?;
    page::see("/channels")
}

async fn question(
    web: &Web,
    operator: Operator,
    channel: Channel,
    integration: Option<Integration>,
    typed: &str,
    errors: &Errors,
) -> Result<Ask, PageError> {
    let held = held(web, channel.id).await?;
    let label = format!("Type the channel’s name to confirm: {}", channel.name);
    let name = (!held.is_empty())
        .then(|| Field::new("name", &label, Kind::Line("text"), typed).required().full().errors(errors));
    let shell = Shell::load(web, &operator.session, operator.user, "/channels").await?;
    Ok(Ask { shell, channel, integration, held, name })
}

/// What came in by a channel and goes with it, counted as lists count: exactly while that is quick.
pub(in crate::web) async fn held(web: &Web, channel: i64) -> Result<Vec<(&'static str, String)>, PageError> {
    let lists: [(&str, &Listing); 5] = [
        ("Customers, with their addresses", &customers::LISTING),
        ("Orders", &orders::LISTING),
        ("Shopping carts", &carts::LISTING),
        ("Credit memos", &credit_memos::LISTING),
        ("Newsletter subscribers", &newsletter::LISTING),
    ];
    let mut held = Vec::new();
    for (word, list) in lists {
        match list.count(&web.pool, &Wanted::only("channel", channel)).await? {
            Total::Exactly(0) => {}
            Total::Exactly(n) => held.push((word, view::number(n))),
            Total::About(n) => held.push((word, format!("about {}", view::number(n / 100 * 100)))),
        }
    }
    match activities::held_by(&web.pool, channel).await? {
        0 => {}
        n => held.push(("Notes, calls and e-mails that people wrote down about them", view::number(n))),
    }
    Ok(held)
}
