//! Another record, as a record tells of it.

use serde::Serialize;
use utoipa::ToSchema;

/// A record that another one belongs to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Named {
    /// Its id.
    id: i64,
    /// What it is called.
    name: String,
}

impl Named {
    pub(super) fn new(id: i64, name: impl Into<String>) -> Self {
        Self { id, name: name.into() }
    }

    /// The same of what may be none.
    pub(super) fn of(it: Option<(i64, String)>) -> Option<Self> {
        it.map(|(id, name)| Self { id, name })
    }
}
