//! Who bought: the customer of an order or a cart, found by the store's id, or as a guest by website and e-mail.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::crm::accounts::{self, Person};

/// How guests become customers.
#[derive(Debug, Clone, Default)]
pub struct Guests {
    /// Orders of guests with one e-mail make one customer.
    pub become_customers: bool,
    /// Addresses that different people share, in lower case: there the name decides, too.
    pub split_by_name: Vec<String>,
}

/// Who bought, as an order or a cart tells.
#[derive(Debug, Clone)]
pub struct Buyer {
    /// The store's customer; `None` for a guest.
    pub remote_customer_id: Option<i64>,
    /// Where it was bought; its website is the guest's.
    pub store_id: Option<i64>,
    /// E-mail; nobody is found by an empty one.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Name of the store view.
    pub store_name: String,
    /// When it was bought.
    pub seen_at: DateTime<Utc>,
}

impl Guests {
    /// What tells apart guests with one address: nothing, but where they share it.
    fn name_of(&self, buyer: &Buyer) -> String {
        let shared = self.split_by_name.iter().any(|email| *email == buyer.email.trim().to_lowercase());
        if shared {
            format!("{} {}", buyer.first_name.trim(), buyer.last_name.trim()).to_lowercase()
        } else {
            String::new()
        }
    }
}

/// The customer of each buyer, in the order given. Registered ones who are not here yet, and guests who become no
/// customers and match none, have none.
///
/// # Errors
/// From the database.
pub async fn find_buyers(
    db: &mut PgConnection,
    channel: i64,
    owner_id: i64,
    guests: &Guests,
    buyers: &[Buyer],
) -> Result<Vec<Option<i64>>, sqlx::Error> {
    let registered = by_remote_id(db, channel, buyers).await?;
    let missing = known_to_be_missing(db, channel, buyers).await?;
    let is_guest = |buyer: &Buyer| {
        let unnamed = buyer.remote_customer_id.is_none_or(|id| missing.contains(&id));
        unnamed && !buyer.email.trim().is_empty()
    };
    let seen: Vec<(usize, &Buyer)> = buyers.iter().enumerate().filter(|(_, buyer)| is_guest(buyer)).collect();
    let mut found = match_guests(db, channel, guests, &seen).await?;
    if guests.become_customers {
        let new: Vec<(usize, &Buyer)> =
            seen.iter().copied().filter(|(place, _)| !found.contains_key(place)).collect();
        if !new.is_empty() {
            make_guests(db, channel, owner_id, guests, &new).await?;
            found.extend(match_guests(db, channel, guests, &new).await?);
        }
    }
    Ok(buyers
        .iter()
        .enumerate()
        .map(|(place, buyer)| {
            let known = buyer.remote_customer_id.and_then(|id| registered.get(&id).copied());
            known.or_else(|| found.get(&place).copied())
        })
        .collect())
}

async fn by_remote_id(
    db: &mut PgConnection,
    channel: i64,
    buyers: &[Buyer],
) -> Result<HashMap<i64, i64>, sqlx::Error> {
    let ids: Vec<i64> = buyers.iter().filter_map(|buyer| buyer.remote_customer_id).collect();
    let rows = sqlx::query!(
        "select remote_id as \"remote_id!\", id from customers
         where channel_id = $1 and remote_id = any($2) and removed_at is null",
        channel,
        &ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.remote_id, row.id)).collect())
}

/// Those that the store was asked for and did not have: what they bought is as good as a guest's.
async fn known_to_be_missing(
    db: &mut PgConnection,
    channel: i64,
    buyers: &[Buyer],
) -> Result<Vec<i64>, sqlx::Error> {
    let ids: Vec<i64> = buyers.iter().filter_map(|buyer| buyer.remote_customer_id).collect();
    sqlx::query_scalar!(
        "select remote_id from missing_customers where channel_id = $1 and remote_id = any($2)",
        channel,
        &ids
    )
    .fetch_all(db)
    .await
}

/// What a guest is looked for by, a column each.
struct Wanted {
    places: Vec<i64>,
    stores: Vec<Option<i64>>,
    emails: Vec<String>,
    names: Vec<String>,
}

impl Wanted {
    fn of(guests: &Guests, seen: &[(usize, &Buyer)]) -> Self {
        Self {
            places: seen.iter().map(|(place, _)| i64::try_from(*place).unwrap_or(i64::MAX)).collect(),
            stores: seen.iter().map(|(_, buyer)| buyer.store_id).collect(),
            emails: seen.iter().map(|(_, buyer)| buyer.email.trim().to_owned()).collect(),
            names: seen.iter().map(|(_, buyer)| guests.name_of(buyer)).collect(),
        }
    }
}

/// A registered customer with the address comes before a guest; a shared address asks for the name, too.
async fn match_guests(
    db: &mut PgConnection,
    channel: i64,
    guests: &Guests,
    seen: &[(usize, &Buyer)],
) -> Result<HashMap<usize, i64>, sqlx::Error> {
    if seen.is_empty() {
        return Ok(HashMap::new());
    }
    let wanted = Wanted::of(guests, seen);
    let rows = sqlx::query!(
        "select t.place as \"place!\", k.id as \"id!\"
         from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[]) as t(place, store, email, name)
         left join stores s on s.channel_id = $1 and s.store_id = t.store
         cross join lateral (
            select id from customers k
            where k.channel_id = $1 and lower(k.email) = lower(t.email) and k.removed_at is null
                and k.website_id is not distinct from s.website_id
                and (t.name = '' or lower(trim(k.first_name) || ' ' || trim(k.last_name)) = t.name)
            order by k.is_guest, k.id limit 1) k",
        channel,
        &wanted.places,
        &wanted.stores as _,
        &wanted.emails,
        &wanted.names,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (usize::try_from(row.place).unwrap_or_default(), row.id)).collect())
}

async fn make_guests(
    db: &mut PgConnection,
    channel: i64,
    owner_id: i64,
    guests: &Guests,
    new: &[(usize, &Buyer)],
) -> Result<(), sqlx::Error> {
    let people: Vec<Person> = new
        .iter()
        .map(|(_, buyer)| Person {
            email: buyer.email.trim().to_owned(),
            first_name: buyer.first_name.clone(),
            last_name: buyer.last_name.clone(),
        })
        .collect();
    let known = accounts::match_or_make(db, channel, Some(owner_id), &people).await?;
    let wanted = Wanted::of(guests, new);
    let text =
        |value: fn(&Buyer) -> &str| new.iter().map(|(_, b)| value(b).to_owned()).collect::<Vec<String>>();
    sqlx::query!(
        "insert into customers (channel_id, owner_id, website_id, store_id, group_id, email, guest_name, first_name,
            last_name, created_in, contact_id, account_id, is_guest, confirmed, remote_created_at, remote_updated_at)
         select $1, $2, s.website_id, t.store, 0, t.email, t.name, t.first, t.last, coalesce(nullif(t.created_in, ''), s.name, ''),
            t.contact, t.account, true, false, t.seen, t.seen
         from unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::bigint[],
            $11::timestamptz[]) as t(store, email, name, first, last, created_in, contact, account, seen)
         left join stores s on s.channel_id = $1 and s.store_id = t.store
         order by t.seen
         on conflict (channel_id, coalesce(website_id, 0), lower(email), guest_name)
            where is_guest and remote_id is null and removed_at is null do nothing",
        channel,
        owner_id,
        &wanted.stores as _,
        &wanted.emails,
        &wanted.names,
        &text(|b| &b.first_name),
        &text(|b| &b.last_name),
        &text(|b| &b.store_name),
        &known.iter().map(|person| person.contact_id).collect::<Vec<i64>>(),
        &known.iter().map(|person| person.account_id).collect::<Vec<i64>>(),
        &new.iter().map(|(_, buyer)| buyer.seen_at).collect::<Vec<DateTime<Utc>>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}
