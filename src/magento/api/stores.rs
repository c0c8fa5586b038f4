//! Store views and websites.

use serde::{Deserialize, Serialize};

use super::Listing;
use super::row::{self, Record, RowExt, RowProblem};
use crate::magento::soap::value::Row;
use crate::magento::store::Call;
use crate::magento::{CallError, Store};

/// A store view. The admin store (0) is never listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoreView {
    /// `store_id`.
    pub store_id: i64,
    /// `code`, unique in the shop.
    pub code: String,
    /// The website it belongs to.
    pub website_id: i64,
    /// The store group it belongs to.
    pub group_id: i64,
    /// Its name.
    pub name: String,
    /// Its place in lists.
    pub sort_order: i64,
    /// Is it switched on?
    pub is_active: bool,
}

/// A website of the shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Website {
    /// `website_id`.
    pub id: i64,
    /// `code`; `None` without the bridge, which alone tells it.
    pub code: Option<String>,
    /// Its name; without the bridge, the names of its store views.
    pub name: String,
}

/// All store views but the admin's (recordings rpc/007, wsi/007).
///
/// # Errors
/// Any [`CallError`].
pub async fn list(store: &Store) -> Result<Listing<StoreView>, CallError> {
    row::list(store, Call::V2("storeList", Vec::new())).await
}

/// All websites but the admin's (0), from the bridge (recordings rpc/120, wsi/120).
///
/// # Errors
/// Any [`CallError`]; a fault "not present" when the bridge is not installed.
pub async fn websites(store: &Store) -> Result<Listing<Website>, CallError> {
    let mut listing: Listing<Website> = row::list(store, Call::V2("oroWebsiteList", Vec::new())).await?;
    listing.rows.retain(|website| website.id != 0);
    listing.rows.sort_by_key(|website| website.id);
    Ok(listing)
}

/// The websites that a list of store views tells of, for stores without the bridge: named after their views.
#[must_use]
pub fn websites_of(views: &[StoreView]) -> Vec<Website> {
    let mut views: Vec<&StoreView> = views.iter().filter(|view| view.website_id != 0).collect();
    views.sort_by_key(|view| (view.website_id, view.sort_order, view.store_id));
    let mut websites: Vec<Website> = Vec::new();
    for view in views {
        match websites.last_mut().filter(|website| website.id == view.website_id) {
            Some(website) => website.name = format!("{}, {}", website.name, view.name),
            None => websites.push(Website { id: view.website_id, code: None, name: view.name.clone() }),
        }
    }
    websites
}

impl Record for StoreView {
    const ID: &'static str = "store_id";

    fn read(row: &Row) -> Result<Self, RowProblem> {
        Ok(Self {
            store_id: row.required_id(Self::ID)?,
            code: row.required_text("code")?,
            website_id: row.required_id("website_id")?,
            group_id: row.int("group_id")?.value().unwrap_or(0),
            name: row.required_text("name")?,
            sort_order: row.int("sort_order")?.value().unwrap_or(0),
            is_active: row.flag("is_active")?.value().unwrap_or(true),
        })
    }
}

impl Record for Website {
    const ID: &'static str = "website_id";

    fn read(row: &Row) -> Result<Self, RowProblem> {
        Ok(Self {
            id: row.required_id(Self::ID)?,
            code: row.string("code").value(),
            name: row.required_text("name")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn websites_are_named_after_their_views() {
        let view = |store_id, website_id, name: &str, sort_order| StoreView {
            store_id,
            code: name.to_owned(),
            website_id,
            group_id: 1,
            name: name.to_owned(),
            sort_order,
            is_active: true,
        };
        let views = [
            view(3, 2, "French", 0),
            view(2, 1, "German", 10),
            view(1, 1, "English", 0),
            view(0, 0, "Admin", 0),
        ];
        let names: Vec<String> = websites_of(&views).into_iter().map(|website| website.name).collect();
        assert_eq!(names, ["English, German", "French"]);
    }
}
