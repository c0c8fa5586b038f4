//! Saved views: naming one, keeping another state in it, sharing, deleting, and which one a list shows by itself. They are
//! chosen from the menu by a list's title.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use sqlx::PgConnection;

use super::access::SignedIn;
use super::channels::Confirm;
use super::error::PageError;
use super::form::{Errors, Field, Kind, Posted, line};
use super::grid::{Asked, state_of};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, session, view};
use crate::base::listing::Listing;
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::views::{self, View, ViewError};
use crate::crm::{accounts, carts, changes, channels, credit_memos, customers, newsletter, orders, users};
use crate::jobs;
use crate::sync;

/// Every list whose views can be saved.
fn lists() -> [&'static Listing; 17] {
    [
        &accounts::ACCOUNTS,
        &accounts::CONTACTS,
        &customers::LISTING,
        &orders::LISTING,
        &carts::LISTING,
        &credit_memos::LISTING,
        &newsletter::LISTING,
        &channels::LISTING,
        &sync::INTEGRATIONS,
        &jobs::LISTING,
        &users::LISTING,
        &users::teams::LISTING,
        &audit::LISTING,
        &changes::CONFLICTS,
        &changes::REJECTED,
        &newsletter::DISPUTED,
        &sync::failed::LISTING,
    ]
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/views", post(create))
        .route("/views/new", get(new))
        .route("/views/default", post(set_default))
        .route("/views/{id}", post(keep))
        .route("/views/{id}/edit", get(edit))
        .route("/views/{id}/name", post(rename))
        .route("/views/{id}/deletion", get(ask_delete).post(delete))
}

#[derive(Template)]
#[template(path = "views/form.html")]
struct Form {
    shell: Shell,
    title: String,
    listing: &'static Listing,
    action: String,
    query: String,
    name: Field,
    shared: Option<Field>,
    back: String,
}

/// `GET /views/new?list=…&query=…`
async fn new(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let listing = listing(&asked.get("list"))?;
    // a view of less than what was shown would be another one
    if asked.is_refused("query") {
        return said(&who, "What this list asks is too long to be kept as a view.", listing.at).await;
    }
    let posted = Posted::default().with("query", asked.get("query"));
    page::show(&form(&web, &who, listing, None, &posted, &Errors::default()).await?)
}

/// `POST /views`
async fn create(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    let listing = listing(posted.get("list"))?;
    let mut errors = Errors::default();
    let Some(name) = errors.take("name", name_of(&posted)) else {
        return page::show_again(&form(&web, &who, listing, None, &posted, &errors).await?);
    };
    let view = View {
        id: 0,
        list: listing.name.to_owned(),
        name,
        user_id: who.user.id,
        shared: posted.has("shared") && views::may_share(&who.user),
        query: state(&posted),
    };
    let mut tx = web.pool.begin().await?;
    match views::insert(&mut tx, &view).await {
        Ok(id) => {
            if view.shared {
                note(&mut tx, &who, Act::Shared, &View { id, ..view }).await?;
            }
            tx.commit().await?;
            said(&who, "The view is saved.", &format!("{}?view={id}", listing.at)).await
        }
        Err(ViewError::NameTaken) => {
            errors.on("name", ViewError::NameTaken);
            page::show_again(&form(&web, &who, listing, None, &posted, &errors).await?)
        }
        Err(ViewError::Database(problem)) => Err(problem.into()),
    }
}

/// `POST /views/{id}`: keeps what is shown now under the same name.
async fn keep(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>, posted: Posted) -> PageResult {
    let (view, listing) = changeable(&web, &who, id).await?;
    views::keep_state(&web.pool, view.id, &state(&posted)).await?;
    said(&who, "The view is saved.", &format!("{}?view={id}", listing.at)).await
}

/// `GET /views/{id}/edit`
async fn edit(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let (view, listing) = changeable(&web, &who, id).await?;
    let posted = Posted::default().with("name", view.name.as_str());
    let posted = if view.shared { posted.with("shared", "on") } else { posted };
    page::show(&form(&web, &who, listing, Some(&view), &posted, &Errors::default()).await?)
}

/// `POST /views/{id}/name`
async fn rename(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>, posted: Posted) -> PageResult {
    let (view, listing) = changeable(&web, &who, id).await?;
    let mut errors = Errors::default();
    let Some(name) = errors.take("name", name_of(&posted)) else {
        return page::show_again(&form(&web, &who, listing, Some(&view), &posted, &errors).await?);
    };
    let shared = if views::may_share(&who.user) { posted.has("shared") } else { view.shared };
    let mut tx = web.pool.begin().await?;
    match views::rename(&mut tx, id, &name, shared).await {
        Ok(()) => {
            if shared != view.shared {
                let act = if shared { Act::Shared } else { Act::Unshared };
                note(&mut tx, &who, act, &View { name, ..view }).await?;
            }
            tx.commit().await?;
            said(&who, "The view is saved.", &format!("{}?view={id}", listing.at)).await
        }
        Err(ViewError::NameTaken) => {
            errors.on("name", ViewError::NameTaken);
            page::show_again(&form(&web, &who, listing, Some(&view), &posted, &errors).await?)
        }
        Err(ViewError::Database(problem)) => Err(problem.into()),
    }
}

/// `GET /views/{id}/deletion`
async fn ask_delete(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let (view, listing) = changeable(&web, &who, id).await?;
    let for_whom = if view.shared { "Everybody loses it" } else { "Only you have it" };
    page::show(&Confirm {
        shell: Shell::load(&web, &who.session, who.user, listing.at).await?,
        title: format!("Delete the view {}?", view.name),
        text: format!("{for_whom}. The records that it shows stay."),
        action: format!("/views/{id}/deletion"),
        word: "Delete",
        grave: true,
        back: format!("{}?view={id}", listing.at),
    })
}

/// `POST /views/{id}/deletion`
async fn delete(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let (view, listing) = changeable(&web, &who, id).await?;
    let mut tx = web.pool.begin().await?;
    views::delete(&mut tx, id).await?;
    if view.shared {
        note(&mut tx, &who, Act::Deleted, &view).await?;
    }
    tx.commit().await?;
    said(&who, &format!("The view {} is deleted.", view.name), listing.at).await
}

/// `POST /views/default`
async fn set_default(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    let listing = listing(posted.get("list"))?;
    let view = match posted.get("view") {
        "" => None,
        id => {
            let id = id.parse().map_err(|_| PageError::NotFound)?;
            let view = views::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
            Some(view).filter(|view| view.is_for(&who.user) && view.list == listing.name)
        }
    };
    views::set_default(&web.pool, listing.name, who.user.id, view.as_ref().map(|view| view.id)).await?;
    let note = match view {
        Some(view) => format!("{} opens with the view {} from now on.", listing.title, view.name),
        None => format!("{} opens with all {} from now on.", listing.title, listing.many),
    };
    said(&who, &note, listing.at).await
}

async fn form(
    web: &Web,
    who: &SignedIn,
    listing: &'static Listing,
    view: Option<&View>,
    posted: &Posted,
    errors: &Errors,
) -> Result<Form, PageError> {
    let name = Field::new("name", "Name", Kind::Line("text"), posted.get("name"));
    let shared = if posted.has("shared") { "on" } else { "" };
    let shared = Field::new("shared", "Shared with everybody", Kind::Check, shared);
    Ok(Form {
        shell: Shell::load(web, &who.session, who.user.clone(), listing.at).await?,
        title: view.map_or_else(|| "Save view".to_owned(), |view| format!("View {}", view.name)),
        listing,
        action: view.map_or_else(|| "/views".to_owned(), |view| format!("/views/{}/name", view.id)),
        query: posted.get("query").to_owned(),
        name: name.required().focus().errors(errors),
        shared: views::may_share(&who.user).then_some(shared),
        back: match view {
            Some(view) => format!("{}?view={}", listing.at, view.id),
            None => format!("{}?{}", listing.at, posted.get("query")),
        },
    })
}

fn listing(name: &str) -> Result<&'static Listing, PageError> {
    lists().into_iter().find(|listing| listing.name == name).ok_or(PageError::NotFound)
}

async fn changeable(web: &Web, who: &SignedIn, id: i64) -> Result<(View, &'static Listing), PageError> {
    let view = views::find(&web.pool, id).await?.filter(|view| view.is_for(&who.user));
    let view = view.ok_or(PageError::NotFound)?;
    let listing = listing(&view.list)?;
    if view.may_be_changed_by(&who.user) { Ok((view, listing)) } else { Err(PageError::Forbidden) }
}

/// Tells the audit trail of a view that everybody sees, or saw.
async fn note(db: &mut PgConnection, who: &SignedIn, act: Act, view: &View) -> Result<(), sqlx::Error> {
    let subject = Subject::new(SubjectKind::View, view.id, &view.name);
    let told = Changes::none().told("List", &view.list).told("Filters", &view.query);
    audit::note(db, &who.actor(), act, &subject, &told).await
}

fn name_of(posted: &Posted) -> Result<String, String> {
    line(posted.get("name"), "a name", 80)
}

/// What is kept: the list's own words, as an address would say them.
fn state(posted: &Posted) -> String {
    state_of(&Asked::parse(posted.get("query")))
}

async fn said(who: &SignedIn, note: &str, to: &str) -> Result<Response, PageError> {
    session::flash(&who.session, note, None).await?;
    page::see(to)
}
