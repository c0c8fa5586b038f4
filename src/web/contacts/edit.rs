//! The form of a contact.

use askama::Template;
use axum::extract::{Path, State};
use sqlx::{PgConnection, PgExecutor};

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted, optional_line, text};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, session, shown, view};
use crate::base::email::Email;
use crate::crm::accounts::{self, ContactEdit, ContactRecord};
use crate::crm::audit::{self, Act, Actor, Changes, Subject, SubjectKind};

/// What a line and a text may hold.
const LONGEST_LINE: usize = 250;
const LONGEST_TEXT: usize = 10_000;

#[derive(Template)]
#[template(path = "contacts/form.html")]
struct Form {
    shell: Shell,
    contact: ContactRecord,
    fields: Vec<Field>,
    /// What they were filled with: nobody saves over what somebody else saved since.
    shown: String,
    errors: Errors,
}

/// `GET /contacts/{id}/edit`
pub(super) async fn edit(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let contact = editable(&web.pool, &who, id).await?;
    let typed = as_posted(&contact);
    page::show(&form(&web, who, contact, &typed, Errors::default()).await?)
}

/// The form of a contact as it opens.
pub(in crate::web) fn as_posted(contact: &ContactRecord) -> Posted {
    shown::carried(
        Posted::default()
            .with("first-name", contact.first_name.clone())
            .with("last-name", contact.last_name.clone())
            .with("email", contact.email.clone())
            .with("phone", contact.phone.clone())
            .with("description", contact.description.clone()),
    )
}

/// `POST /contacts/{id}`
pub(super) async fn update(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let mut tx = web.pool.begin().await?;
    accounts::hold_contact(&mut tx, id).await?;
    let contact = editable(&mut *tx, &who, id).await?;
    if posted.get("action") == "cancel" {
        return page::see(&format!("/contacts/{id}"));
    }
    let (now, mut errors) = (as_posted(&contact), Errors::default());
    let typed = shown::settle(&now, posted, |field| now.get(field).to_owned(), &mut errors);
    let Some(edit) = parse(&contact, &typed, &mut errors) else {
        drop(tx);
        return page::show_again(&form(&web, who, contact, &typed, errors).await?);
    };
    let changed = keep(&mut tx, &contact, &edit, &who.actor()).await?;
    tx.commit().await?;
    let note = if changed { "Contact saved." } else { "Nothing was changed." };
    session::flash(&who.session, note, None).await?;
    page::see(&format!("/contacts/{id}"))
}

/// Keeps an edit; returns whether anything is different.
pub(in crate::web) async fn keep(
    db: &mut PgConnection,
    contact: &ContactRecord,
    edit: &ContactEdit,
    by: &Actor,
) -> Result<bool, sqlx::Error> {
    let changed = accounts::save_contact(db, contact.id, edit).await?;
    if changed {
        let told = Changes::none()
            .field("First Name", &contact.first_name, &edit.first_name)
            .field("Last Name", &contact.last_name, &edit.last_name)
            .field("Email", &contact.email, &edit.email)
            .field("Phone", &contact.phone, &edit.phone)
            .field("Description", &contact.description, &edit.description);
        let subject = Subject::new(SubjectKind::Contact, contact.id, &contact.name());
        audit::note(db, by, Act::Changed, &subject, &told).await?;
    }
    Ok(changed)
}

async fn editable(db: impl PgExecutor<'_>, who: &SignedIn, id: i64) -> Result<ContactRecord, PageError> {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    accounts::find_contact(db, id).await?.ok_or(PageError::NotFound)
}

/// What stands as it was is not judged: a store may have made what this form would not take.
pub(in crate::web) fn parse(
    contact: &ContactRecord,
    typed: &Posted,
    errors: &mut Errors,
) -> Option<ContactEdit> {
    let mut value = |field: &'static str, was: &str| match typed.get(field) == was {
        true => Some(was.to_owned()),
        false => {
            let line = optional_line(typed.get(field), LONGEST_LINE).map(Option::unwrap_or_default);
            errors.take(field, line)
        }
    };
    let (first_name, last_name) =
        (value("first-name", &contact.first_name), value("last-name", &contact.last_name));
    let (email, phone) = (value("email", &contact.email), value("phone", &contact.phone));
    let description = errors.take("description", text(typed.get("description"), LONGEST_TEXT));
    let (first_name, last_name, email, phone) = (first_name?, last_name?, email?, phone?);
    if !email.is_empty() && email != contact.email {
        errors.take("email", Email::parse(&email));
    }
    if first_name.is_empty() && last_name.is_empty() && email.is_empty() {
        errors.on("last-name", "Enter a name or an email.");
    }
    if !errors.is_empty() {
        return None;
    }
    Some(ContactEdit { first_name, last_name, email, phone, description: description? })
}

async fn form(
    web: &Web,
    who: SignedIn,
    contact: ContactRecord,
    typed: &Posted,
    errors: Errors,
) -> Result<Form, PageError> {
    let field =
        |name: &'static str, label, kind| Field::new(name, label, kind, typed.get(name)).errors(&errors);
    let fields = vec![
        field("first-name", "First Name", Kind::Line("text")),
        field("last-name", "Last Name", Kind::Line("text")),
        field("email", "Email", Kind::Line("email")),
        field("phone", "Phone", Kind::Line("tel")),
        field("description", "Description", Kind::Area).full(),
    ];
    let shell = Shell::load(web, &who.session, who.user, "/contacts").await?;
    Ok(Form { shell, contact, fields, shown: typed.get(shown::VALUES).to_owned(), errors })
}
