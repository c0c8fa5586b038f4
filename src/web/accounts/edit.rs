//! The form of an account.

use askama::Template;
use axum::extract::{Path, State};
use sqlx::PgConnection;

use super::super::access::SignedIn;
use super::super::desk::owner;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted, line, text};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, session, shown, view};
use super::{editable, must_edit};
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
    /// The account that is edited; `None` = a new one.
    account: Option<AccountRecord>,
    fields: Vec<Field>,
    /// What they were filled with: nobody saves over what somebody else saved since.
    shown: String,
    errors: Errors,
}

impl Form {
    fn title(&self) -> String {
        self.account.as_ref().map_or_else(|| "Create Account".to_owned(), |it| format!("Edit {}", it.name))
    }

    fn action(&self) -> String {
        self.account.as_ref().map_or_else(|| "/accounts".to_owned(), |it| format!("/accounts/{}", it.id))
    }
}

/// `GET /accounts/new`
pub(super) async fn new(State(web): State<Web>, who: SignedIn) -> PageResult {
    must_edit(&who)?;
    let typed = Posted::default().with("owner", who.user.id.to_string());
    page::show(&form(&web, who, None, &typed, Errors::default()).await?)
}

/// `POST /accounts`
pub(super) async fn create(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    must_edit(&who)?;
    if posted.get("action") == "cancel" {
        return page::see("/accounts");
    }
    let mut errors = Errors::default();
    let mut tx = web.pool.begin().await?;
    let Some(edit) = parse(&mut tx, None, &posted, &mut errors).await? else {
        drop(tx);
        return page::show_again(&form(&web, who, None, &posted, errors).await?);
    };
    let id = add(&mut tx, &edit, &who.actor()).await?;
    tx.commit().await?;
    session::flash(&who.session, "Account saved. Give it customers with Edit on their pages.", None).await?;
    page::see(&format!("/accounts/{id}"))
}

/// Makes an account, and tells the audit trail.
pub(in crate::web) async fn add(
    db: &mut PgConnection,
    edit: &AccountEdit,
    by: &Actor,
) -> Result<i64, sqlx::Error> {
    let id = accounts::create_account(db, edit).await?;
    let subject = Subject::new(SubjectKind::Account, id, &edit.name);
    audit::note(db, by, Act::Created, &subject, &Changes::none()).await?;
    Ok(id)
}

/// `GET /accounts/{id}/edit`
pub(super) async fn edit(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let account = editable(&web, &who, id).await?;
    let typed = as_posted(&account);
    page::show(&form(&web, who, Some(account), &typed, Errors::default()).await?)
}

/// The form of an account as it opens.
pub(in crate::web) fn as_posted(account: &AccountRecord) -> Posted {
    let number = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    shown::carried(
        Posted::default()
            .with("account-name", account.name.clone())
            .with("description", account.description.clone())
            .with("default-contact", number(account.default_contact_id))
            .with("owner", number(account.owner_id)),
    )
}

/// `POST /accounts/{id}`
pub(super) async fn update(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    must_edit(&who)?;
    let mut tx = web.pool.begin().await?;
    accounts::hold(&mut tx, id).await?;
    let account = accounts::find(&mut *tx, id).await?.ok_or(PageError::NotFound)?;
    if posted.get("action") == "cancel" {
        return page::see(&format!("/accounts/{id}"));
    }
    let (now, mut errors) = (as_posted(&account), Errors::default());
    let contact = contact_word(&mut tx, account.default_contact_id).await?;
    let said = |field: &str| match field {
        "default-contact" => contact.clone(),
        "owner" => account.owner.clone().unwrap_or_default(),
        _ => now.get(field).to_owned(),
    };
    let typed = shown::settle(&now, posted, said, &mut errors);
    let Some(edit) = parse(&mut tx, Some(&account), &typed, &mut errors).await? else {
        drop(tx);
        return page::show_again(&form(&web, who, Some(account), &typed, errors).await?);
    };
    let told = told(&mut tx, &account, &edit).await?;
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
    db: &mut PgConnection,
    account: &AccountRecord,
    edit: &AccountEdit,
) -> Result<Changes, sqlx::Error> {
    let was = contact_word(db, account.default_contact_id).await?;
    let contact = contact_word(db, edit.default_contact_id).await?;
    let owner = match edit.owner_id {
        same if same == account.owner_id => account.owner.clone(),
        Some(id) => users::find(db, id).await?.map(|user| user.name),
        None => None,
    };
    let name = |owner: &Option<String>| owner.clone().unwrap_or_else(|| "Nobody".to_owned());
    Ok(Changes::none()
        .field("Account Name", &account.name, &edit.name)
        .field("Default Contact", &was, &contact)
        .field("Owner", &name(&account.owner), &name(&owner))
        .field("Description", &account.description, &edit.description))
}

/// A contact as the form offers them; nothing where there is none.
async fn contact_word(db: &mut PgConnection, id: Option<i64>) -> Result<String, sqlx::Error> {
    let Some(id) = id else { return Ok(String::new()) };
    Ok(accounts::find_contact(db, id).await?.map(|contact| contact.choice()).unwrap_or_default())
}

/// The edit that was typed; what is wrong is noted in `errors`.
pub(in crate::web) async fn parse(
    db: &mut PgConnection,
    account: Option<&AccountRecord>,
    typed: &Posted,
    errors: &mut Errors,
) -> Result<Option<AccountEdit>, sqlx::Error> {
    let name = match account.filter(|account| typed.get("account-name") == account.name) {
        // a store may have made one that this form would not take
        Some(account) => Some(account.name.clone()),
        None => errors.take("account-name", line(typed.get("account-name"), "a name", LONGEST_NAME)),
    };
    let description = errors.take("description", text(typed.get("description"), LONGEST_TEXT));
    let contact = chosen(typed.get("default-contact"));
    let is_known = match (contact, account) {
        (Some(None), _) => true,
        (Some(Some(id)), Some(account)) => {
            accounts::find_contact(&mut *db, id).await?.is_some_and(|it| it.account_id == account.id)
        }
        _ => false,
    };
    if !is_known {
        errors.on("default-contact", "Choose a contact of the account.");
    }
    let owner = chosen(typed.get("owner"));
    let is_known = match owner {
        // who is disabled may keep what they have
        Some(Some(id)) if account.is_some_and(|account| account.owner_id == Some(id)) => true,
        Some(Some(id)) => users::find(db, id).await?.is_some(),
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
    account: Option<AccountRecord>,
    typed: &Posted,
    errors: Errors,
) -> Result<Form, PageError> {
    let contacts = contacts(web, account.as_ref()).await?;
    let present = account.as_ref().and_then(|it| it.owner_id.zip(it.owner.clone()));
    let owners = owner::choices(&web.pool, present).await?;
    let field =
        |name: &'static str, label, kind| Field::new(name, label, kind, typed.get(name)).errors(&errors);
    let mut fields = vec![
        field("account-name", "Account Name", Kind::Line("text"))
            .required()
            .hint("A name that you give stays, whatever a store calls the customer."),
        field("default-contact", "Default Contact", Kind::Choice(contacts)),
        field("owner", "Owner", Kind::Choice(owners)),
        field("description", "Description", Kind::Area).full(),
    ];
    if account.is_none() {
        // it has no contacts yet
        fields.remove(1);
    }
    let shell = Shell::load(web, &who.session, who.user, "/accounts").await?;
    Ok(Form { shell, account, fields, shown: typed.get(shown::VALUES).to_owned(), errors })
}

/// The contacts of an account to choose from, the default one among them however many there are; of a new one there are none.
async fn contacts(web: &Web, account: Option<&AccountRecord>) -> Result<Vec<(String, String)>, sqlx::Error> {
    let mut contacts = vec![(String::new(), "None".to_owned())];
    let Some(account) = account else { return Ok(contacts) };
    let known = accounts::contacts_to_choose(&web.pool, account.id).await?;
    if let Some(id) = account.default_contact_id
        && !known.iter().any(|(contact, _)| *contact == id)
    {
        let word = contact_word(&mut *web.pool.acquire().await?, Some(id)).await?;
        contacts.push((id.to_string(), word));
    }
    contacts.extend(known.into_iter().map(|(id, name)| (id.to_string(), name)));
    Ok(contacts)
}
