//! Giving many records of a list to an owner: a page asks to whom. A few that are ticked are given at once, all that filters let
//! through by a job.

use askama::Template;
use axum::Extension;
use axum::extract::State;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted};
use super::super::grid::{self, Act, Asked, Lister};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, session, view};
use crate::base::listing::{Chosen, Listing};
use crate::chores::{self, Assignment};
use crate::crm::audit::{self, Act as Deed, Changes, Subject, SubjectKind};
use crate::crm::records::{self, RecordKind};
use crate::crm::users::{self, User};

/// What a list offers to whoever may edit.
pub(in crate::web) fn act(kind: RecordKind) -> Act {
    let to = match kind {
        RecordKind::Order => "/orders/owners",
        RecordKind::Cart => "/carts/owners",
        RecordKind::Account => "/accounts/owners",
        _ => "/customers/owners",
    };
    Act { word: "Assign owner…", to, asks: true }
}

#[derive(Template)]
#[template(path = "desk/assign.html")]
struct Ask {
    shell: Shell,
    listing: &'static Listing,
    action: String,
    /// "12 customers".
    many: String,
    owner: Field,
    /// Which rows are meant, carried along.
    carried: Vec<(&'static str, String)>,
    back: String,
}

/// `GET /{records}/owners`
pub(super) async fn ask(
    State(web): State<Web>,
    who: SignedIn,
    Extension(kind): Extension<RecordKind>,
    asked: Asked,
) -> PageResult {
    let (listing, chosen) = chosen(&web, &who, kind, &asked)?;
    if chosen == Chosen::These(Vec::new()) {
        return nothing(&who, listing, &asked).await;
    }
    page::show(&question(&web, who, kind, &asked, &chosen, &Errors::default()).await?)
}

/// `POST /{records}/owners`
pub(super) async fn assign(
    State(web): State<Web>,
    who: SignedIn,
    Extension(kind): Extension<RecordKind>,
    posted: Posted,
) -> PageResult {
    let asked = Asked::posted(&posted);
    let (listing, chosen) = chosen(&web, &who, kind, &asked)?;
    if chosen == Chosen::These(Vec::new()) {
        return nothing(&who, listing, &asked).await;
    }
    let Some(owner) = wanted(&web, posted.get("owner")).await? else {
        let mut errors = Errors::default();
        errors.on("owner", "Choose a user who is still here, or nobody.");
        return page::show_again(&question(&web, who, kind, &asked, &chosen, &errors).await?);
    };
    let many = words(&web, listing, &chosen).await?;
    let name = owner.as_ref().map_or("Nobody", |user| user.name.as_str()).to_owned();
    let to = owner.map(|user| user.id);
    let mut tx = web.pool.begin().await?;
    let told = Changes::none().told("Owner", &name).told("Records", &many);
    let list = Subject::named(SubjectKind::List, listing.title);
    audit::note(&mut tx, &who.actor(), Deed::Reassigned, &list, &told).await?;
    let (note, link) = match &chosen {
        Chosen::These(ids) => {
            let given = records::give_these(&mut tx, kind, ids, to).await?;
            (format!("{name} is the owner of {} now.", counted(listing, given)), None)
        }
        Chosen::All(_) => {
            let title = format!("Assign {name} to {many}");
            let job = chores::ask(&mut tx, &Assignment::of(kind, chosen, to), title, who.user.id).await?;
            let link = who.user.may_see_system().then(|| ("Check progress", format!("/jobs/{job}")));
            (format!("{name} becomes the owner of {many}, in the background."), link)
        }
    };
    tx.commit().await?;
    session::flash(&who.session, &note, link).await?;
    page::see(&grid::back(listing, &asked))
}

fn chosen(
    web: &Web,
    who: &SignedIn,
    kind: RecordKind,
    asked: &Asked,
) -> Result<(&'static Listing, Chosen), PageError> {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    let listing = records::owned_list(kind).ok_or(PageError::NotFound)?;
    Ok((listing, Lister::chosen(web, &who.user, listing, asked)))
}

async fn nothing(who: &SignedIn, listing: &Listing, asked: &Asked) -> PageResult {
    let note = format!("Nothing was assigned: tick the {} first.", listing.many);
    session::flash(&who.session, &note, None).await?;
    page::see(&grid::back(listing, asked))
}

/// Whom a form means; `None` for somebody who is not there or may not edit.
async fn wanted(web: &Web, text: &str) -> Result<Option<Option<User>>, PageError> {
    if text == "nobody" {
        return Ok(Some(None));
    }
    let all = users::list(&web.pool).await?;
    Ok(all.into_iter().find(|user| user.may_edit() && user.id.to_string() == text).map(Some))
}

async fn words(web: &Web, listing: &'static Listing, chosen: &Chosen) -> Result<String, PageError> {
    match chosen {
        Chosen::These(ids) => Ok(counted(listing, u64::try_from(ids.len()).unwrap_or(u64::MAX))),
        Chosen::All(wanted) => {
            let total = view::total(listing.count(&web.pool, wanted).await?);
            let total = total.replace(" records", "").replace(" record", "");
            Ok(format!("{total} {}", if total == "1" { listing.one } else { listing.many }))
        }
    }
}

fn counted(listing: &Listing, n: u64) -> String {
    let many = view::number(i64::try_from(n).unwrap_or(i64::MAX));
    format!("{many} {}", if n == 1 { listing.one } else { listing.many })
}

async fn question(
    web: &Web,
    who: SignedIn,
    kind: RecordKind,
    asked: &Asked,
    chosen: &Chosen,
    errors: &Errors,
) -> Result<Ask, PageError> {
    let listing = records::owned_list(kind).ok_or(PageError::NotFound)?;
    let many = words(web, listing, chosen).await?;
    let mut choices = vec![(String::new(), "Choose…".to_owned()), ("nobody".to_owned(), "Nobody".to_owned())];
    let all = users::list(&web.pool).await?.into_iter().filter(User::may_edit);
    choices.extend(all.map(|user| (user.id.to_string(), user.name)));
    let owner = Field::new("owner", "Owner", Kind::Choice(choices), asked.get("owner"));
    let mut carried: Vec<_> = asked.all("id").iter().map(|id| ("id", id.clone())).collect();
    for word in ["all", "query"] {
        let value = asked.get(word);
        carried.extend((!value.is_empty()).then_some((word, value)));
    }
    let action = act(kind).to.to_owned();
    let back = grid::back(listing, asked);
    let shell = Shell::load(web, &who.session, who.user, super::here(kind)).await?;
    Ok(Ask { shell, listing, action, many, owner: owner.required().errors(errors), carried, back })
}
