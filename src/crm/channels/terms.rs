//! Under which terms both sides of an integration agree: does anything flow back, and who wins where both changed the same.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::integration::{Priority, Settings};

/// What decides over edits on both sides. A change of it is worth a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Edits flow back.
    pub two_way: bool,
    /// Who wins a conflict.
    pub priority: Priority,
    /// Who wins where a single field has a rule of its own, by the field's key.
    pub field_rules: BTreeMap<String, Priority>,
}

impl Settings {
    /// The terms among what is set.
    #[must_use]
    pub fn terms(&self) -> Terms {
        Terms { two_way: self.two_way, priority: self.priority, field_rules: self.field_rules.clone() }
    }

    /// The same settings under other terms.
    #[must_use]
    pub fn with_terms(self, terms: Terms) -> Self {
        let Terms { two_way, priority, field_rules } = terms;
        Self { two_way, priority, field_rules, ..self }
    }
}

/// Keeps the next sync where it was: terms that wait for a decision are not to be forestalled by a sync under the present ones.
///
/// # Errors
/// From the database.
pub async fn sync_no_sooner(
    db: &mut PgConnection,
    integration: i64,
    than: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update integrations set next_sync_at = $2 where id = $1", integration, than)
        .execute(db)
        .await?;
    Ok(())
}

/// Puts other terms in force, if the present ones are still these. The next sync is then due.
///
/// # Errors
/// From the database.
pub async fn set_terms(
    db: &mut PgConnection,
    integration: i64,
    present: &Terms,
    terms: &Terms,
) -> Result<bool, sqlx::Error> {
    let json = |terms: &Terms| serde_json::to_value(&terms.field_rules).unwrap_or_default();
    let set = sqlx::query!(
        "update integrations set two_way = $2, priority = $3, field_rules = $4, next_sync_at = now(), updated_at = now()
         where id = $1 and two_way = $5 and priority = $6 and field_rules = $7",
        integration,
        terms.two_way,
        terms.priority.key(),
        json(terms),
        present.two_way,
        present.priority.key(),
        json(present),
    )
    .execute(db)
    .await?;
    Ok(set.rows_affected() > 0)
}
