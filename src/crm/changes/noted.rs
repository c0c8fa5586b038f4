//! What the audit trail is told of edits, decisions and pushes.

use serde_json::Value;
use sqlx::PgConnection;

use super::outbox::Sending;
use super::rows::Key;
use crate::crm::audit::{self, Act, Actor, Changes, Subject, SubjectKind, shown};
use crate::crm::merge::Unit;

/// A unit that a person changed.
#[derive(Debug, Clone)]
pub(super) struct Edited {
    /// `None` = of the customer themselves.
    pub(super) address: Option<i64>,
    pub(super) unit: Unit,
    pub(super) from: Value,
    pub(super) to: Value,
}

/// A customer, by the name that they have now.
pub(super) async fn customer(db: &mut PgConnection, id: i64) -> Result<Subject, sqlx::Error> {
    let name = sqlx::query_scalar!(
        "select coalesce(nullif(trim(first_name || ' ' || last_name), ''), nullif(email, ''), 'Customer ' || id) as \"name!\"
         from customers where id = $1",
        id
    );
    let name = name.fetch_optional(db).await?.unwrap_or_else(|| format!("Customer {id}"));
    Ok(Subject::new(SubjectKind::Customer, id, &name))
}

/// An act on a customer, with what changed.
pub(super) async fn note(
    db: &mut PgConnection,
    by: &Actor,
    act: Act,
    id: i64,
    changes: &Changes,
) -> Result<(), sqlx::Error> {
    let subject = customer(db, id).await?;
    audit::note(db, by, act, &subject, changes).await
}

/// What a person changed of a customer and their addresses.
pub(super) async fn edited(
    db: &mut PgConnection,
    by: &Actor,
    (channel, id): (i64, i64),
    edited: &[Edited],
    added: usize,
) -> Result<(), sqlx::Error> {
    let mut changes = Changes::none();
    for one in edited {
        let (from, to) = words(db, channel, one.unit, (&one.from, &one.to)).await?;
        changes = changes.field(&field(one.unit, one.address), &from, &to);
    }
    if added > 0 {
        changes = changes.told("Addresses added", &added.to_string());
    }
    if changes.is_empty() { Ok(()) } else { note(db, by, Act::Changed, id, &changes).await }
}

/// What a value was and became, as people know it: a group by its name.
pub(super) async fn words(
    db: &mut PgConnection,
    channel: i64,
    unit: Unit,
    (from, to): (&Value, &Value),
) -> Result<(String, String), sqlx::Error> {
    if unit != Unit::Group {
        return Ok((shown(from), shown(to)));
    }
    let names = sqlx::query!(
        "select shown_value($1, $2, $3) as \"from!\", shown_value($1, $2, $4) as \"to!\"",
        channel,
        unit.key(),
        from,
        to
    )
    .fetch_one(db)
    .await?;
    Ok((shown(&names.from), shown(&names.to)))
}

/// A value is sent to the store: who edited it, where it goes, and which fields. The values stand in the trail of deliveries.
pub(super) async fn pushed(
    db: &mut PgConnection,
    channel: i64,
    units: &[Sending],
) -> Result<(), sqlx::Error> {
    let carried: Vec<i64> = units.iter().filter_map(Sending::carried).collect();
    let sent = sqlx::query!(
        "select c.customer_id, c.user_id, store_host(i.wsdl_url) as \"store!\",
            array_agg(c.unit order by c.id) as \"units!\", array_agg(c.address_id order by c.id) as \"addresses!: Vec<Option<i64>>\"
         from changes c left join integrations i on i.channel_id = $1
         where c.id = any($2) group by c.customer_id, c.user_id, i.wsdl_url",
        channel,
        &carried
    )
    .fetch_all(&mut *db)
    .await?;
    for row in sent {
        let fields = row.units.iter().zip(row.addresses);
        let fields = fields.filter_map(|(unit, address)| Some(field(Unit::from_key(unit)?, address)));
        let fields = fields.collect::<Vec<_>>().join(", ");
        let changes = Changes::none().told("Store", &row.store).told("Sent", &fields);
        note(db, &editor(row.user_id), Act::Pushed, row.customer_id, &changes).await?;
    }
    Ok(())
}

/// A record that was made here is sent to be created.
pub(super) async fn created(
    db: &mut PgConnection,
    channel: i64,
    (customer, address): Key,
    user: Option<i64>,
) -> Result<(), sqlx::Error> {
    let store = sqlx::query_scalar!(
        "select store_host(wsdl_url) as \"store!\" from integrations where channel_id = $1",
        channel
    );
    let store = store.fetch_optional(&mut *db).await?.unwrap_or_default();
    let what = if address.is_some() {
        "The whole address, to be created"
    } else {
        "The whole customer, to be created"
    };
    let changes = Changes::none().told("Store", &store).told("Sent", what);
    note(db, &editor(user), Act::Pushed, customer, &changes).await
}

/// By whose edit; where that is known no more, Cartwright's own.
fn editor(user: Option<i64>) -> Actor {
    user.map_or_else(Actor::system, |id| Actor::user(id, None))
}

/// What it is called.
pub(super) fn field(unit: Unit, address: Option<i64>) -> String {
    match address {
        None => unit.word().to_owned(),
        Some(_) => format!("{} of an address", unit.word()),
    }
}
