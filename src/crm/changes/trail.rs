//! The trail: which value was sent to which store, when, by whose edit, and what the store answered.
//!
//! **Invariant:** a row is written before its call begins, in the transaction that marks the edits as on their way; its
//! answer is filled in once. Nothing takes a row away, whatever becomes of the edit.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use super::grid::{CUSTOMER, field, value};
use super::noted;
use super::outbox::Sending;
use crate::base::listing::{Choice, Column, Filter, Kind, Listing, Meaning, Test};
use crate::crm::merge::Unit;

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// The store said that it took the value over.
    Accepted,
    /// It refused it.
    Refused,
}

/// What was sent to the store of an integration, the newest first.
pub static DELIVERIES: Listing = Listing {
    name: "deliveries",
    title: "What was sent",
    select: "k.id, k.customer_id, k.address_id, k.unit, shown_value(p.channel_id, k.unit, k.value) as value, k.store, k.sent_at, k.answer, k.words,
        u.name as user_name,
        coalesce(nullif(trim(p.first_name || ' ' || p.last_name), ''), nullif(p.email, ''), 'Customer ' || p.id) as customer",
    table: "deliveries",
    joins: "join customers p on p.id = k.customer_id left join users u on u.id = k.user_id",
    columns: &[
        Column::own("sent-at", "Sent At").sorted_time("k.sent_at"),
        Column::own("customer", "Customer"),
        Column::own("field", "Field").tested(Test::Word("k.unit")),
        Column::own("value", "Value"),
        Column::own("by", "Edited by"),
        Column::own("store", "Store"),
        Column::own("answer", "Answer").tested(Test::OneOf(&[
            Choice("accepted", "Accepted", "k.answer = 'accepted'"),
            Choice("refused", "Refused", "k.answer = 'refused'"),
            Choice("none", "No answer", "k.answer is distinct from 'accepted' and k.answer is distinct from 'refused'"),
        ])),
    ],
    filters: &[
        Filter { key: "since", word: "Sent from", test: Test::Since("k.sent_at"), usual: "" },
        Filter { key: "until", word: "Sent to", test: Test::Until("k.sent_at"), usual: "" },
    ],
    scopes: &[("integration", Test::is("k.integration_id"))],
    sort: "sent-at",
    file: &[
        Column::of(Kind::Clock, "sent-at", "Sent At", "k.sent_at"),
        Column::text("customer", "Customer", CUSTOMER),
        Column::of(Kind::State("''", field), "field", "Field", "k.unit"),
        Column::of(Kind::State("''", value), "value", "Value", "shown_value(p.channel_id, k.unit, k.value)::text"),
        Column::text("by", "Edited by", "u.name"),
        Column::text("store", "Store", "k.store"),
        Column::of(Kind::State("''", answer), "answer", "Answer", "coalesce(k.answer, '')"),
        Column::text("words", "What the store said", "k.words"),
    ],
    ..Listing::EMPTY
};

/// How the store answered, and how grave that is.
fn answer(key: &str, _: &str) -> (String, Meaning) {
    let (word, meaning) = match key {
        "accepted" => ("Accepted", Meaning::Good),
        "refused" => ("Refused", Meaning::Bad),
        "" => ("No answer yet", Meaning::Warning),
        _ => ("No answer", Meaning::Warning),
    };
    (word.to_owned(), meaning)
}

/// A value that was sent.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DeliveryRow {
    /// Row id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// Their name, or what stands for it.
    pub customer: String,
    /// `None` = of the customer themselves.
    pub address_id: Option<i64>,
    unit: String,
    /// What was sent.
    pub value: Value,
    /// Host and port of the store.
    pub store: String,
    /// When.
    pub sent_at: DateTime<Utc>,
    answer: Option<String>,
    /// What the store said.
    pub words: Option<String>,
    /// By whose edit.
    pub user_name: Option<String>,
}

impl DeliveryRow {
    /// How the store answered, and how grave that is.
    #[must_use]
    pub fn answer(&self) -> (String, Meaning) {
        answer(self.answer.as_deref().unwrap_or_default(), "")
    }

    /// What was edited.
    #[must_use]
    pub fn unit(&self) -> Option<Unit> {
        Unit::from_key(&self.unit)
    }
}

/// These are on their way.
pub(super) async fn begun(db: &mut PgConnection, channel: i64, units: &[Sending]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into deliveries (integration_id, store, customer_id, address_id, unit, value, change_id, user_id)
         select i.id, store_host(i.wsdl_url), c.customer_id, c.address_id,
            c.unit, t.value, c.id, c.user_id
         from unnest($2::jsonb[], $3::bigint[]) as t(value, change)
         join changes c on c.id = t.change left join integrations i on i.channel_id = $1",
        channel,
        &units.iter().map(|sending| sending.value.clone()).collect::<Vec<_>>(),
        &units.iter().map(Sending::carried).collect::<Vec<_>>() as _,
    )
    .execute(&mut *db)
    .await?;
    noted::pushed(db, channel, units).await
}

/// The store answered.
pub(super) async fn answered(
    db: &mut PgConnection,
    units: &[Sending],
    answer: Answer,
    words: &str,
) -> Result<(), sqlx::Error> {
    let answer = match answer {
        Answer::Accepted => "accepted",
        Answer::Refused => "refused",
    };
    let changes: Vec<i64> = units.iter().filter_map(Sending::carried).collect();
    sqlx::query!(
        // a value whose answer was lost may have been sent before: the last time is meant
        "update deliveries set answer = $2, answered_at = now(), words = nullif(left($3, 500), '')
         where answer is null and id in (select max(id) from deliveries where change_id = any($1) group by change_id)",
        &changes,
        answer,
        words
    )
    .execute(db)
    .await?;
    Ok(())
}

/// No answer came for what is on its way of a customer.
pub(super) async fn unanswered(db: &mut PgConnection, customer: i64, words: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update deliveries set answer = 'unanswered', answered_at = now(), words = nullif(left($2, 500), '')
         where customer_id = $1 and answer is null",
        customer,
        words
    )
    .execute(db)
    .await?;
    Ok(())
}
