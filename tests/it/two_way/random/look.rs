//! How everything stands on both sides after a sync.

use std::collections::HashMap;

use cartwright::crm::customers;
use serde_json::Value;

use super::person::{Found, Person};
use crate::support::Pair;

/// Customer row, of an address?, unit.
type Key = (i64, bool, String);

/// Looks again and again; knows which conflicts it has seen.
#[derive(Default)]
pub(super) struct Look {
    last_conflict: i64,
}

type ConflictRow = (i64, i64, bool, String, Option<String>, String, Value, Value, bool);

impl Look {
    /// Every field of these, in their order.
    pub(super) async fn around(&mut self, pair: &Pair, people: &[Person]) -> Vec<Vec<Found>> {
        let rows: Vec<i64> = people.iter().map(|person| person.row).collect();
        let mut db = pair.app.pool.acquire().await.unwrap();
        let books = customers::books(&mut db, &rows).await.unwrap();
        let refused = refused(pair).await;
        let conflicts = self.conflicts(pair).await;
        let look = |person: &Person| {
            let book = &books[&person.row];
            let address = book.addresses.iter().find(|it| it.id == person.address_row).unwrap();
            let view = pair.store.customer(person.customer).unwrap();
            let found = person.fields.iter().map(|field| {
                let sides = if field.of_address { address } else { &book.customer };
                let key = (person.row, field.of_address, field.unit.key().to_owned());
                let rows = conflicts.get(&key).map_or(&[][..], Vec::as_slice);
                let told = |row: &&ConflictRow| row.0 > self.last_conflict;
                let words = |row: &ConflictRow| match row.5.as_str() {
                    "ask" => "a question".to_owned(),
                    rule => {
                        let side = |value| field.normal(&field.of_json(value));
                        let chosen = row.4.as_deref().unwrap_or("nobody");
                        format!("{chosen} by {rule}: {} or {}", side(&row.6), side(&row.7))
                    }
                };
                Found {
                    here: field.of_values(&sides.local),
                    there: field.of_store(&view, person.address),
                    asked: rows.iter().any(|row| row.8),
                    refused: refused.contains(&key),
                    told: rows.iter().filter(told).map(words).collect(),
                }
            });
            found.collect()
        };
        let found = people.iter().map(look).collect();
        let latest = conflicts.values().flatten().map(|row| row.0).max().unwrap_or(0);
        self.last_conflict = self.last_conflict.max(latest);
        found
    }

    async fn conflicts(&self, pair: &Pair) -> HashMap<Key, Vec<ConflictRow>> {
        let rows = sqlx::query_as::<_, ConflictRow>(
            "select id, customer_id, address_id is not null, unit, chosen, rule, local, remote, decided_at is null
             from conflicts where id > $1 or decided_at is null order by id",
        );
        let rows = rows.bind(self.last_conflict).fetch_all(&pair.app.pool).await.unwrap();
        let mut found: HashMap<Key, Vec<ConflictRow>> = HashMap::new();
        for row in rows {
            found.entry((row.1, row.2, row.3.clone())).or_default().push(row);
        }
        found
    }
}

async fn refused(pair: &Pair) -> Vec<Key> {
    let rows = "select customer_id, address_id is not null, unit from changes where state = 'rejected'";
    sqlx::query_as(rows).fetch_all(&pair.app.pool).await.unwrap()
}
