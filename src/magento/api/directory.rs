//! Countries and their regions.

use serde::Serialize;

use super::row::{self, Record, RowExt, RowProblem};
use super::{Bulk, Listing, bulk};
use crate::magento::soap::value::{Row, Value};
use crate::magento::soap::write::Arg;
use crate::magento::store::Call;
use crate::magento::{CallError, Store};

/// A country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Country {
    /// `country_id`: two letters.
    pub country_id: String,
    /// `iso3_code`: three letters.
    pub iso3: Option<String>,
    /// Its name in the store's default language.
    pub name: String,
}

/// A region of a country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Region {
    /// `region_id`, unique in the store (other stores have others).
    pub region_id: i64,
    /// `code`, unique in the country.
    pub code: String,
    /// Its name; the code where the store has none.
    pub name: String,
}

/// All countries (recordings rpc/102, wsi/102).
///
/// # Errors
/// Any [`CallError`].
pub async fn countries(store: &Store) -> Result<Listing<Country>, CallError> {
    row::list(store, Call::V2("directoryCountryList", Vec::new())).await
}

/// The regions of one country, perhaps none (recordings rpc/103, rpc/105; wsi likewise).
///
/// # Errors
/// Fault 101 for an unknown country, or any [`CallError`].
pub async fn regions(store: &Store, country_id: &str) -> Result<Listing<Region>, CallError> {
    row::list(store, Call::V2("directoryRegionList", vec![("country", Arg::Text(country_id.to_owned()))]))
        .await
}

/// The regions of many countries in one request (recording v1/010), in the order asked.
///
/// # Errors
/// Any [`CallError`] of the request as a whole; entries fail one by one.
pub async fn regions_bulk(store: &Store, country_ids: &[String]) -> Result<Bulk<Vec<Region>>, CallError> {
    let arguments = country_ids.iter().cloned().map(Arg::Text).collect();
    let read = |value: &Value| row::records::<Region>(value);
    bulk::multi_call(store, "directory_region.list", arguments, read).await
}

impl Record for Country {
    const ID: &'static str = "country_id";

    fn read(row: &Row) -> Result<Self, RowProblem> {
        let country_id = row.required_text(Self::ID)?;
        let name = row.string("name").value().filter(|name| !name.is_empty());
        Ok(Self {
            iso3: row.string("iso3_code").value(),
            name: name.unwrap_or_else(|| country_id.clone()),
            country_id,
        })
    }
}

impl Record for Region {
    const ID: &'static str = "region_id";

    fn read(row: &Row) -> Result<Self, RowProblem> {
        let code = row.required_text("code")?;
        let name = row.string("name").value().filter(|name| !name.is_empty());
        Ok(Self { region_id: row.required_id(Self::ID)?, name: name.unwrap_or_else(|| code.clone()), code })
    }
}
