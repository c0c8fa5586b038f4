//! Account, contact and owner of a customer: fields of their form, and a form of their own for those whom no store takes edits of.
//! Kept here only.

use askama::Template;
use axum::extract::{Path, State};
use sqlx::PgConnection;

use super::super::access::SignedIn;
use super::super::desk::owner;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted, clean_line};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, session, shown, view};
use super::edit::editable;
use crate::crm::audit::{self, Act, Actor, Changes, Subject, SubjectKind};
use crate::crm::customers::{self, CustomerRecord, Into};
use crate::crm::{accounts, activities, users};

/// In the choice of accounts: one of their own.
const OWN: &str = "own";
/// The field that carries along what was looked for.
const SEARCHED: &str = "account-searched";
/// What is said when somebody was quicker.
const ACCOUNT_GONE: &str = "This account is not there any more. Find another one.";

/// What was chosen; what is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Belonging {
    account: Option<Into>,
    contact: Option<i64>,
    owner: Option<Option<i64>>,
    /// The same in words, for the audit trail.
    told: Changes,
}

#[derive(Template)]
#[template(path = "customers/account.html")]
struct Form {
    shell: Shell,
    customer: CustomerRecord,
    local: Vec<Field>,
    hidden: [(&'static str, String); 2],
    errors: Errors,
}

/// Somebody who was erased belongs to nobody.
async fn there(web: &Web, who: &SignedIn, id: i64) -> Result<CustomerRecord, PageError> {
    let customer = editable(web, who, id).await?;
    if customer.erased_at.is_some() { Err(PageError::NotFound) } else { Ok(customer) }
}

/// `GET /customers/{id}/account`
pub(super) async fn edit(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let customer = there(&web, &who, id).await?;
    let typed = as_posted(&customer);
    page::show(&form(&web, who, customer, &typed, Errors::default()).await?)
}

/// `POST /customers/{id}/account`
pub(super) async fn update(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let customer = there(&web, &who, id).await?;
    if posted.get("action") == "cancel" {
        return page::see(&format!("/customers/{id}"));
    }
    if looks_for_an_account(&posted) {
        return page::show(&form(&web, who, customer, &posted, Errors::default()).await?);
    }
    let mut tx = web.pool.begin().await?;
    if posted.get("account") != as_posted(&customer).get("account") {
        // before the rows: so do syncs
        accounts::lock(&mut tx).await?;
    }
    customers::hold(&mut tx, id).await?;
    let customer = customers::find(&mut *tx, id).await?.ok_or(PageError::NotFound)?;
    let mut errors = Errors::default();
    let typed = settle(&customer, posted, &mut errors);
    let chosen = parse(&mut tx, Some(&customer), &typed, &mut errors).await?;
    if !errors.is_empty() {
        drop(tx);
        return page::show_again(&form(&web, who, customer, &typed, errors).await?);
    }
    let saved = save(&mut tx, (id, &customer.full_name()), &chosen, &who.actor()).await?;
    tx.commit().await?;
    session::flash(&who.session, if saved { "Saved here." } else { "Nothing was changed." }, None).await?;
    page::see(&format!("/customers/{id}"))
}

/// By the button, or by the Enter key in the field: nothing has been looked for by what stands there.
pub(super) fn looks_for_an_account(posted: &Posted) -> bool {
    let is_new = !wanted(posted).is_empty() && wanted(posted) != posted.get(SEARCHED);
    posted.get("action") == "find-account" || (posted.get("action").is_empty() && is_new)
}

/// What the form carries along: what was looked for, and what the fields were filled with.
pub(super) fn hidden(typed: &Posted) -> [(&'static str, String); 2] {
    [(SEARCHED, wanted(typed)), (shown::VALUES, typed.get(shown::VALUES).to_owned())]
}

fn wanted(typed: &Posted) -> String {
    clean_line(typed.get("account-search"))
}

async fn form(
    web: &Web,
    who: SignedIn,
    customer: CustomerRecord,
    typed: &Posted,
    errors: Errors,
) -> Result<Form, PageError> {
    let local = fields(web, Some(&customer), typed, &errors).await?;
    let shell = Shell::load(web, &who.session, who.user, "/customers").await?;
    Ok(Form { shell, customer, local, hidden: hidden(typed), errors })
}

/// Whom they belong to now, as if it had just been chosen.
pub(super) fn as_posted(customer: &CustomerRecord) -> Posted {
    let id = |it: &Option<(i64, String)>| it.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
    shown::carried(
        Posted::default()
            .with("account", id(&customer.account))
            .with("contact", id(&customer.contact))
            .with("owner", id(&customer.owner)),
    )
}

/// What was chosen, brought up to date ([`shown::settle`]).
pub(super) fn settle(customer: &CustomerRecord, typed: Posted, errors: &mut Errors) -> Posted {
    let said = |field: &str| {
        let present = match field {
            "account" => &customer.account,
            "contact" => &customer.contact,
            _ => &customer.owner,
        };
        present.as_ref().map(|(_, name)| name.clone()).unwrap_or_default()
    };
    shown::settle(&as_posted(customer), typed, said, errors)
}

/// The fields; `None` = of somebody who is made.
pub(super) async fn fields(
    web: &Web,
    customer: Option<&CustomerRecord>,
    typed: &Posted,
    errors: &Errors,
) -> Result<Vec<Field>, PageError> {
    let wanted = wanted(typed);
    let found = match wanted.is_empty() {
        true => Vec::new(),
        false => accounts::look_up(&web.pool, &wanted).await?,
    };
    let hint = match (wanted.is_empty(), found.len()) {
        (true, _) => "Name or email. Press “Find accounts” to choose one of those found.".to_owned(),
        (false, 0) => "No account is called so.".to_owned(),
        (false, 1) => "1 account was found: choose it under Account.".to_owned(),
        (false, n) => format!("{n} accounts were found: choose one under Account."),
    };
    let mut fields = vec![
        Field::new(
            "account",
            "Account",
            Kind::Choice(accounts_of(web, customer, typed, found).await?),
            typed.get("account"),
        )
        .errors(errors),
        Field::new("account-search", "Find an account", Kind::Line("search"), wanted).hint(hint),
    ];
    if let Some(customer) = customer {
        fields.push(contact_field(web, customer, typed, errors).await?);
    }
    let owners = owner::choices(&web.pool, customer.and_then(|it| it.owner.clone())).await?;
    fields.push(Field::new("owner", "Owner", Kind::Choice(owners), typed.get("owner")).errors(errors));
    Ok(fields)
}

/// Where they are, an account of their own, those that were found, and what is chosen already.
async fn accounts_of(
    web: &Web,
    customer: Option<&CustomerRecord>,
    typed: &Posted,
    found: Vec<accounts::Found>,
) -> Result<Vec<(String, String)>, PageError> {
    let mut options = match customer {
        None => vec![(String::new(), "Found by email and name, or a new one".to_owned())],
        Some(CustomerRecord { account: Some((id, name)), .. }) => {
            vec![(id.to_string(), name.clone()), (OWN.to_owned(), "One of their own".to_owned())]
        }
        Some(_) => vec![(String::new(), "None".to_owned()), (OWN.to_owned(), "One of their own".to_owned())],
    };
    for account in found {
        let word = match account.email.is_empty() {
            true => account.name,
            false => format!("{}, {}", account.name, account.email),
        };
        options.push((account.id.to_string(), word));
    }
    let chosen = typed.get("account");
    if !options.iter().any(|(key, _)| key == chosen)
        && let Ok(id) = chosen.parse()
        && let Some(account) = accounts::find(&web.pool, id).await?
    {
        options.push((id.to_string(), account.name));
    }
    let mut seen = std::collections::HashSet::new();
    options.retain(|(key, _)| seen.insert(key.clone()));
    Ok(options)
}

async fn contact_field(
    web: &Web,
    customer: &CustomerRecord,
    typed: &Posted,
    errors: &Errors,
) -> Result<Field, PageError> {
    let mut options = match &customer.account {
        Some((id, _)) => accounts::contacts_to_choose(&web.pool, *id).await?,
        None => Vec::new(),
    };
    if let Some(present) = &customer.contact
        && !options.iter().any(|(id, _)| *id == present.0)
    {
        options.insert(0, present.clone());
    }
    let mut options: Vec<_> = options.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    if customer.contact.is_none() {
        options.insert(0, (String::new(), "None".to_owned()));
    }
    let hint = "A contact of the account. Whoever goes to another account takes theirs along.";
    Ok(Field::new("contact", "Contact", Kind::Choice(options), typed.get("contact"))
        .hint(hint)
        .errors(errors))
}

/// What was chosen; what is wrong is noted in `errors`.
pub(super) async fn parse(
    db: &mut PgConnection,
    customer: Option<&CustomerRecord>,
    typed: &Posted,
    errors: &mut Errors,
) -> Result<Belonging, sqlx::Error> {
    let id_of = |it: &Option<(i64, String)>| it.as_ref().map(|(id, _)| *id);
    let (account, contact, owner) = customer
        .map(|customer| (id_of(&customer.account), id_of(&customer.contact), id_of(&customer.owner)))
        .unwrap_or_default();
    let mut chosen = Belonging::default();
    match typed.get("account") {
        "" => {}
        OWN => {
            chosen.account = Some(Into::Own);
            chosen.told = chosen.told.told("Account", "One of their own");
        }
        text => match text.parse().ok().filter(|id| *id > 0) {
            Some(id) if account == Some(id) => {}
            Some(id) => match accounts::find(&mut *db, id).await? {
                Some(account) => {
                    chosen.account = Some(Into::Account(id));
                    chosen.told = chosen.told.told("Account", &account.name);
                }
                None => errors.on("account", ACCOUNT_GONE),
            },
            None => errors.on("account", ACCOUNT_GONE),
        },
    }
    if chosen.account.is_none() && !typed.get("contact").is_empty() {
        let id: Option<i64> = typed.get("contact").parse().ok();
        let known = match account {
            Some(account) => accounts::contacts_to_choose(&mut *db, account).await?,
            None => Vec::new(),
        };
        match id {
            Some(id) if contact == Some(id) => {}
            Some(id) if known.iter().any(|(contact, _)| *contact == id) => {
                let name =
                    known.iter().find(|(contact, _)| *contact == id).map_or("", |(_, name)| name.as_str());
                chosen.contact = Some(id);
                chosen.told = chosen.told.told("Contact", name);
            }
            _ => errors.on("contact", "Choose a contact of the account."),
        }
    }
    if typed.has("owner") {
        let id: Option<i64> = typed.get("owner").parse().ok();
        let found = match id {
            // who is disabled may keep what they have
            Some(id) if owner == Some(id) => Some(String::new()),
            Some(id) => users::find(db, id).await?.map(|user| user.name),
            None => typed.get("owner").is_empty().then(|| "Nobody".to_owned()),
        };
        match found {
            Some(name) if id != owner || customer.is_none() => {
                chosen.owner = Some(id);
                chosen.told = chosen.told.told("Owner", &name);
            }
            Some(_) => {}
            None => errors.on("owner", "Choose a user, or nobody."),
        }
    }
    Ok(chosen)
}

/// Saves what was chosen; returns whether anything is different.
pub(super) async fn save(
    db: &mut PgConnection,
    (customer, name): (i64, &str),
    chosen: &Belonging,
    by: &Actor,
) -> Result<bool, sqlx::Error> {
    let mut saved = false;
    if let Some((into, user)) = chosen.account.zip(by.id()) {
        saved |= activities::move_customer(db, customer, into, user).await?.is_some();
    }
    if let Some(contact) = chosen.contact {
        saved |= customers::set_contact(db, customer, contact).await?;
    }
    if let Some(owner) = chosen.owner {
        customers::set_owner(db, customer, owner).await?;
        saved = true;
    }
    if saved {
        let subject = Subject::new(SubjectKind::Customer, customer, name);
        audit::note(db, by, Act::Reassigned, &subject, &chosen.told).await?;
    }
    Ok(saved)
}
