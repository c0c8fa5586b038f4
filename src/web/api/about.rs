//! The record that an address means where it may be one of several kinds: `/{records}/{id}/…`.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::Deserialize;

use super::super::Web;
use super::problem::{Kind, Problem};
use crate::crm::records::{self, Head, Record, RecordKind};

/// What stands for the kind, in the document.
pub(super) const RECORDS: &str =
    "customers, orders, carts, credit-memos, newsletter-subscribers, accounts or contacts";
/// The same where only a sale can be meant.
pub(super) const SALES: &str = "orders or carts";

/// A record that is there.
pub(super) struct About {
    pub(super) record: Record,
    pub(super) head: Head,
}

#[derive(Deserialize)]
struct Place {
    records: String,
    id: i64,
}

impl FromRequestParts<Web> for About {
    type Rejection = Problem;

    /// To be taken after the caller: who may not read is not told what there is.
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let missing = || Problem::of(Kind::NotFound);
        let Path(place) = Path::<Place>::from_request_parts(parts, web).await.map_err(|_| missing())?;
        let kind = RecordKind::ALL.into_iter().find(|kind| kind.noun() == place.records);
        let record = Record::new(kind.ok_or_else(missing)?, place.id);
        let head = records::find(&web.pool, record).await?.ok_or_else(missing)?;
        Ok(Self { record, head })
    }
}

impl About {
    /// The same, if it is of a kind that has this.
    pub(super) fn of_kind(self, has: impl FnOnce(RecordKind) -> bool) -> Result<Self, Problem> {
        if has(self.record.kind) { Ok(self) } else { Err(Problem::of(Kind::NotFound)) }
    }
}
