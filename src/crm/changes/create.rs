//! Customers and addresses that a person makes here, and takes back; guests who are to have an account.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::edit::{Added, Edit};
use super::noted;
use super::rows::{self, Key};
use crate::base::vault::Sealed;
use crate::crm::audit::{self, Act, Actor, Changes, shown};
use crate::crm::customers::{self, StoreView};
use crate::crm::merge::Unit;

/// Makes a customer with addresses, who is to be created in the store; returns the row's id, and that of the creation, to
/// which a password can be sealed. `None` if somebody here has the e-mail in this website by now.
///
/// # Errors
/// From the database.
pub async fn make(
    db: &mut PgConnection,
    channel: i64,
    view: &StoreView,
    by: &Actor,
    made: &Edit,
) -> Result<Option<(i64, i64)>, sqlx::Error> {
    rows::lock(db, channel).await?;
    let email = made.customer.value(Unit::Email);
    let email = email.as_str().unwrap_or_default();
    if customers::holder_of(db, channel, view.website_id, email, (None, false)).await?.is_some() {
        return Ok(None);
    }
    let id = customers::make(db, channel, view, by.id(), &made.customer).await?;
    let creation = ask_for(db, (id, None), by, (false, false)).await?;
    add(db, id, by, &made.added).await?;
    noted::note(db, by, Act::Created, id, &typed(made)).await?;
    Ok(Some((id, creation)))
}

/// A guest is to have an account in the store; they stay a guest until they do. Returns the creation, or `None` if it is
/// asked for already.
///
/// # Errors
/// From the database.
pub async fn register(
    db: &mut PgConnection,
    (channel, guest): (i64, i64),
    by: &Actor,
    made: &Edit,
) -> Result<Option<i64>, sqlx::Error> {
    rows::lock(db, channel).await?;
    let Some(mut book) = customers::books(db, &[guest]).await?.remove(&guest) else { return Ok(None) };
    let is_asked = open_creation(db, (guest, None)).await?.is_some();
    if is_asked || book.customer.remote_id.is_some() || book.customer.removed {
        return Ok(None);
    }
    made.customer.units().for_each(|unit| book.customer.local.set(unit, made.customer.value(unit)));
    customers::save_customer(db, &book.customer).await?;
    let creation = ask_for(db, (guest, None), by, (false, false)).await?;
    add(db, guest, by, &made.added).await?;
    let changes = Changes::none().told("Account in the store", "Asked for").and(typed(made));
    noted::note(db, by, Act::Changed, guest, &changes).await?;
    Ok(Some(creation))
}

/// What somebody typed of a record that is made.
fn typed(made: &Edit) -> Changes {
    let units = made.customer.units().map(|unit| (unit.word(), shown(&made.customer.value(unit))));
    let told = units.filter(|(_, value)| !value.is_empty());
    let changes = told.fold(Changes::none(), |all, (word, value)| all.told(word, &value));
    match made.added.len() {
        0 => changes,
        n => changes.told("Addresses", &n.to_string()),
    }
}

/// Adds addresses, which are to be created after their customer.
pub(super) async fn add(
    db: &mut PgConnection,
    customer: i64,
    by: &Actor,
    added: &[Added],
) -> Result<(), sqlx::Error> {
    for Added { values, default_billing, default_shipping } in added {
        let id = customers::add_address(db, customer, values).await?;
        ask_for(db, (customer, Some(id)), by, (*default_billing, *default_shipping)).await?;
    }
    Ok(())
}

async fn ask_for(
    db: &mut PgConnection,
    (customer, address): (i64, Option<i64>),
    by: &Actor,
    (default_billing, default_shipping): (bool, bool),
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into creations (customer_id, address_id, user_id, default_billing, default_shipping)
         values ($1, $2, $3, $4, $5) returning id",
        customer,
        address,
        by.id(),
        default_billing,
        default_shipping
    )
    .fetch_one(db)
    .await
}

/// Keeps a password until the store has it.
///
/// # Errors
/// From the database.
pub async fn keep_password(
    db: &mut PgConnection,
    creation: i64,
    password: &Sealed,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update creations set password = $2 where id = $1", creation, password.as_bytes())
        .execute(db)
        .await?;
    Ok(())
}

/// Is the creation of this record open, and may the store have it already?
pub(super) async fn open_creation(
    db: &mut PgConnection,
    (customer, address): Key,
) -> Result<Option<bool>, sqlx::Error> {
    sqlx::query_scalar!(
        "select sent_at is not null as \"sent!\" from creations
         where customer_id = $1 and address_id is not distinct from $2 and state <> 'created'",
        customer,
        address
    )
    .fetch_optional(db)
    .await
}

/// What was refused is tried again, now that it is another.
pub(super) async fn try_again(db: &mut PgConnection, (customer, address): Key) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update creations set state = 'pending', message = null, holder_id = null, state_at = now(), attempts = 0,
            next_try_at = now()
         where customer_id = $1 and address_id is not distinct from $2 and state = 'rejected'",
        customer,
        address
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What becomes of a creation that a person takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenBack {
    /// The customer is gone: they were in no store.
    Customer,
    /// The guest is a guest as before.
    Guest,
    /// The address is gone.
    Address,
    /// What was to be created again stays removed.
    StaysRemoved,
    /// A call was begun whose answer never came: the store may have it.
    MayBeThere,
    /// There is nothing to take back any more.
    Nothing,
}

/// Takes back a record that was made here, unless the store may have it already.
///
/// # Errors
/// From the database.
pub async fn take_back_creation(
    db: &mut PgConnection,
    (channel, customer): (i64, i64),
    by: &Actor,
    creation: i64,
) -> Result<TakenBack, sqlx::Error> {
    rows::lock(db, channel).await?;
    let subject = noted::customer(db, customer).await?;
    let done = take_back(db, (channel, customer), creation).await?;
    let what = match done {
        TakenBack::Customer => "The customer, whom no store ever had",
        TakenBack::Guest => "The account of a guest, whom it leaves a guest",
        TakenBack::Address => "An address, which no store ever had",
        TakenBack::StaysRemoved => "What was to be created again, and stays removed",
        TakenBack::MayBeThere | TakenBack::Nothing => return Ok(done),
    };
    audit::note(db, by, Act::Discarded, &subject, &Changes::none().told("Taken back", what)).await?;
    Ok(done)
}

async fn take_back(
    db: &mut PgConnection,
    (channel, customer): (i64, i64),
    creation: i64,
) -> Result<TakenBack, sqlx::Error> {
    let row = sqlx::query!(
        "select c.address_id, c.sent_at is not null as \"sent!\", k.is_guest,
            exists (select 1 from conflicts o where o.customer_id = k.id and o.unit = 'record' and o.chosen = 'local'
                and (o.address_id is null or o.address_id = c.address_id)) as \"was_there!\"
         from creations c join customers k on k.id = c.customer_id
         where c.id = $1 and c.customer_id = $2 and k.channel_id = $3 and c.state <> 'created' for update of k",
        creation,
        customer,
        channel
    );
    let Some(row) = row.fetch_optional(&mut *db).await? else { return Ok(TakenBack::Nothing) };
    match (row.sent, row.address_id) {
        (true, _) => Ok(TakenBack::MayBeThere),
        // they have a history: nothing of it goes
        (false, address) if row.was_there => {
            stays_removed(db, (customer, address)).await?;
            Ok(TakenBack::StaysRemoved)
        }
        (false, Some(address)) => {
            customers::unmake_address(db, address).await?;
            Ok(TakenBack::Address)
        }
        (false, None) if row.is_guest => {
            sqlx::query!("delete from creations where customer_id = $1 and state <> 'created'", customer)
                .execute(&mut *db)
                .await?;
            sqlx::query!(
                "delete from customer_addresses where customer_id = $1 and remote_id is null",
                customer
            )
            .execute(db)
            .await?;
            Ok(TakenBack::Guest)
        }
        (false, None) => {
            customers::unmake(db, customer).await?;
            Ok(TakenBack::Customer)
        }
    }
}

async fn stays_removed(db: &mut PgConnection, (customer, address): Key) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with closed as (
            delete from creations where customer_id = $1 and ($2::bigint is null or address_id = $2) and state <> 'created'
         ), book as (
            update customer_addresses set removed_at = now() where id = $2 and removed_at is null
         )
         update customers set removed_at = now() where id = $1 and $2::bigint is null and removed_at is null",
        customer,
        address
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A creation that is open, as the customer's page shows it.
#[derive(Debug, Clone)]
pub struct CreationRow {
    /// Row id.
    pub id: i64,
    /// `None` = the customer.
    pub address_id: Option<i64>,
    /// The store refused it.
    pub rejected: bool,
    /// The store's words, or what the last try met.
    pub message: Option<String>,
    /// The row of the customer who has the e-mail in the store, where they are known here.
    pub holder: Option<i64>,
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// By whom.
    pub user: Option<String>,
}

/// What of a customer is to be created, the customer first.
///
/// # Errors
/// From the database.
pub async fn creations_of(pool: &PgPool, customer: i64) -> Result<Vec<CreationRow>, sqlx::Error> {
    sqlx::query_as!(
        CreationRow,
        "select c.id, c.address_id, c.state = 'rejected' as \"rejected!\", c.message, c.at, u.name as \"user?\",
            h.id as \"holder?\"
         from creations c join customers k on k.id = c.customer_id left join users u on u.id = c.user_id
         left join customers h on h.channel_id = k.channel_id and h.remote_id = c.holder_id and h.removed_at is null
         where c.customer_id = $1 and c.state <> 'created' order by c.address_id is not null, c.id",
        customer
    )
    .fetch_all(pool)
    .await
}

/// A record that a store did not create, as the inbox shows it.
#[derive(Debug, Clone)]
pub struct NotCreated {
    /// The customer, or whose address it is.
    pub customer_id: i64,
    /// Their name, or what stands for it.
    pub customer: String,
    /// It is an address.
    pub is_address: bool,
    /// The store's words.
    pub message: Option<String>,
    /// Since when.
    pub rejected_at: DateTime<Utc>,
}

/// What stores did not create and a person has to look at, the newest first.
///
/// # Errors
/// From the database.
pub async fn not_created(pool: &PgPool, most: i64) -> Result<Vec<NotCreated>, sqlx::Error> {
    sqlx::query_as!(
        NotCreated,
        "select c.customer_id, c.address_id is not null as \"is_address!\", c.message, c.state_at as rejected_at,
            coalesce(nullif(trim(k.first_name || ' ' || k.last_name), ''), nullif(k.email, ''), 'Customer ' || k.id)
                as \"customer!\"
         from creations c join customers k on k.id = c.customer_id where c.state = 'rejected' order by c.state_at desc limit $1",
        most
    )
    .fetch_all(pool)
    .await
}
