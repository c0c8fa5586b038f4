//! The form of an account.

use askama::Template;
use axum::extract::{Path, State};
use sqlx::PgConnection;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted, line, text};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, session, view};
use super::editable;
use crate::crm::accounts::{self, AccountEdit, AccountRecord};
use crate::crm::audit::{self, Act, Actor, Changes, Subject, SubjectKind};
use crate::crm::users;

/// What a name and a description may hold.
const LONGEST_NAME: usize = 250;
const LONGEST_TEXT: usize = 10_000;

#[derive(Template)]
#[template(path = "accounts/form.html")]
struct Form {
    shell: Shell,
    account: AccountRecord,
    fields: Vec<Field>,
    errors: Errors,
}

/// `GET /accounts/{id}/edit`
pub(super) async fn edit(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let account = editable(&web, &who, id).await?;
    let typed = as_posted(&account);
    page::show(&form(&web, who, account, &typed, Errors::default()).await?)
}

/// The form of an account as it opens.
pub(in crate::web) fn as_posted(account: &AccountRecord) -> Posted {
    let number = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    Posted::default()
        .with("account-name", account.name.clone())
        .with("description", account.description.clone())
        .with("default-contact", number(account.default_contact_id))
        .with("owner", number(account.owner_id))
}

/// `POST /accounts/{id}`
pub(super) async fn update(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let account = editable(&web, &who, id).await?;
    if posted.get("action") == "cancel" {
        return page::see(&format!("/accounts/{id}"));
    }
    let mut errors = Errors::default();
    let Some(edit) = parse(&web, &account, &posted, &mut errors).await? else {
        return page::show_again(&form(&web, who, account, &posted, errors).await?);
    };
    let told = told(&web, &account, &edit).await?;
    let mut tx = web.pool.begin().await?;
    let changed = keep(&mut tx, id, (&edit, &told), (who.user.id, &who.actor())).await?;
    tx.commit().await?;
    let note = if changed { "Account saved." } else { "Nothing was changed." };
    session::flash(&who.session, note, None).await?;
    page::see(&format!("/accounts/{id}"))
}

/// Keeps an edit with what the audit trail is told of it; returns whether anything is different.
pub(in crate::web) async fn keep(
    db: &mut PgConnection,
    id: i64,
    (edit, told): (&AccountEdit, &Changes),
    (user, by): (i64, &Actor),
) -> Result<bool, sqlx::Error> {
    let changed = accounts::save_account(db, id, user, edit).await?;
    if changed {
        let subject = Subject::new(SubjectKind::Account, id, &edit.name);
        audit::note(db, by, Act::Changed, &subject, told).await?;
    }
    Ok(changed)
}

/// What the audit trail is told.
pub(in crate::web) async fn told(
    web: &Web,
    account: &AccountRecord,
    edit: &AccountEdit,
) -> Result<Changes, PageError> {
    let users = users::list(&web.pool).await?;
    let contacts = accounts::contacts_to_choose(&web.pool, account.id).await?;
    let user = |id: Option<i64>| {
        users.iter().find(|user| Some(user.id) == id).map_or("Nobody", |it| it.name.as_str())
    };
    let contact = |id: Option<i64>| {
        contacts.iter().find(|(contact, _)| Some(*contact) == id).map_or("", |(_, name)| name.as_str())
    };
    Ok(Changes::none()
        .field("Account Name", &account.name, &edit.name)
        .field("Default Contact", contact(account.default_contact_id), contact(edit.default_contact_id))
        .field("Owner", user(account.owner_id), user(edit.owner_id))
        .field("Description", &account.description, &edit.description))
}

/// The edit that was typed; what is wrong is noted in `errors`.
pub(in crate::web) async fn parse(
    web: &Web,
    account: &AccountRecord,
    typed: &Posted,
    errors: &mut Errors,
) -> Result<Option<AccountEdit>, PageError> {
    let name = match typed.get("account-name") == account.name {
        // a store may have made one that this form would not take
        true => Some(account.name.clone()),
        false => errors.take("account-name", line(typed.get("account-name"), "a name", LONGEST_NAME)),
    };
    let description = errors.take("description", text(typed.get("description"), LONGEST_TEXT));
    let contact = chosen(typed.get("default-contact"));
    let contacts = accounts::contacts_to_choose(&web.pool, account.id).await?;
    let is_known = match contact {
        Some(Some(id)) => {
            account.default_contact_id == Some(id) || contacts.iter().any(|(contact, _)| *contact == id)
        }
        Some(None) => true,
        None => false,
    };
    if !is_known {
        errors.on("default-contact", "Choose a contact of the account.");
    }
    let owner = chosen(typed.get("owner"));
    let is_known = match owner {
        Some(Some(id)) => users::find(&web.pool, id).await?.is_some(),
        Some(None) => true,
        None => false,
    };
    if !is_known {
        errors.on("owner", "Choose a user, or nobody.");
    }
    if !errors.is_empty() {
        return Ok(None);
    }
    let (Some(name), Some(description), Some(default_contact_id), Some(owner_id)) =
        (name, description, contact, owner)
    else {
        return Ok(None);
    };
    Ok(Some(AccountEdit { name, description, default_contact_id, owner_id }))
}

/// Nothing, or an id; `None` for what is neither.
fn chosen(text: &str) -> Option<Option<i64>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}

async fn form(
    web: &Web,
    who: SignedIn,
    account: AccountRecord,
    typed: &Posted,
    errors: Errors,
) -> Result<Form, PageError> {
    let mut contacts = vec![(String::new(), "None".to_owned())];
    let known = accounts::contacts_to_choose(&web.pool, account.id).await?;
    contacts.extend(known.into_iter().map(|(id, name)| (id.to_string(), name)));
    let mut owners = vec![(String::new(), "Nobody".to_owned())];
    owners.extend(users::list(&web.pool).await?.into_iter().map(|user| (user.id.to_string(), user.name)));
    let field =
        |name: &'static str, label, kind| Field::new(name, label, kind, typed.get(name)).errors(&errors);
    let fields = vec![
        field("account-name", "Account Name", Kind::Line("text"))
            .required()
            .hint("A name that you give stays, whatever a store calls the customer."),
        field("default-contact", "Default Contact", Kind::Choice(contacts)),
        field("owner", "Owner", Kind::Choice(owners)),
        field("description", "Description", Kind::Area).full(),
    ];
    let shell = Shell::load(web, &who.session, who.user, "/accounts").await?;
    Ok(Form { shell, account, fields, errors })
}
