//! Who changes something about which record.

use axum::Extension;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::Deserialize;

use super::super::Web;
use super::super::access::SignedIn;
use super::super::error::PageError;
use super::find;
use crate::crm::records::{Head, Record, RecordKind};

/// The record that the address means, for somebody who may change something about it.
pub(super) struct Editing {
    pub(super) who: SignedIn,
    pub(super) record: Record,
    pub(super) head: Head,
}

#[derive(Deserialize)]
struct Place {
    id: i64,
}

impl FromRequestParts<Web> for Editing {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let who = <SignedIn as FromRequestParts<Web>>::from_request_parts(parts, web).await?;
        let record = record_of(parts).await?;
        if !who.user.may_edit() {
            return Err(PageError::Forbidden);
        }
        let head = find(web, record).await?;
        Ok(Self { who, record, head })
    }
}

/// The kind comes with the route, the id with the address; what is no id names nothing.
async fn record_of(parts: &mut Parts) -> Result<Record, PageError> {
    let Path(Place { id }) = Path::from_request_parts(parts, &()).await.map_err(|_| PageError::NotFound)?;
    let Extension(kind) = Extension::<RecordKind>::from_request_parts(parts, &())
        .await
        .map_err(|problem| PageError::Internal(problem.into()))?;
    Ok(Record::new(kind, id))
}
