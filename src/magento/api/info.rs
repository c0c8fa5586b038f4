//! What a store is and offers: version, bridge, bulk reads, and what the SOAP user may call.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::row::RowExt;
use crate::magento::soap::value::{Field, Row, Value};
use crate::magento::store::Call;
use crate::magento::{CallError, Class, Store};

/// `magentoInfo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MagentoInfo {
    /// `1.9.4.5`; OpenMage tells the Magento version that it continues.
    pub version: String,
    /// `Community` or `Enterprise`.
    pub edition: String,
}

/// `oroPing`: what the bridge tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bridge {
    /// The bridge's version.
    pub version: String,
    /// The URL of the store's administrator panel.
    pub admin_url: Option<String>,
    /// `customer/account_share/scope`: true when customers belong to one website, false when to all.
    pub customers_per_website: Option<bool>,
}

/// What can be used of a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// Does SOAP v1 with `multiCall` answer?
    pub bulk: bool,
    /// The bridge, if it is installed.
    pub bridge: Option<Bridge>,
}

/// Version and edition (recordings rpc/006, wsi/006).
///
/// # Errors
/// Any [`CallError`].
pub async fn magento_info(store: &Store) -> Result<MagentoInfo, CallError> {
    let told = store.call_one(Call::V2("magentoInfo", Vec::new())).await?;
    let row = expect_row(&told.value, "magentoInfo")?;
    let text = |name| row.text(name).value().unwrap_or_default().to_owned();
    Ok(MagentoInfo { version: text("magento_version"), edition: text("magento_edition") })
}

/// The bridge, or `None` where it is not installed (recordings rpc/119, wsi/119, stock/011).
///
/// # Errors
/// Any [`CallError`] but the fault that says so.
pub async fn oro_ping(store: &Store) -> Result<Option<Bridge>, CallError> {
    let told = match store.call_one(Call::V2("oroPing", Vec::new())).await {
        Ok(told) => told,
        Err(CallError::Fault(fault))
            if fault.is_unknown_procedure() || matches!(fault.code.as_str(), "2" | "3" | "4") =>
        {
            return Ok(None);
        }
        Err(other) => return Err(other),
    };
    let row = expect_row(&told.value, "oroPing")?;
    let text = |name| row.text(name).value().filter(|text| !text.is_empty()).map(str::to_owned);
    Ok(Some(Bridge {
        version: text("version").unwrap_or_default(),
        admin_url: text("admin_url"),
        customers_per_website: row.flag("customer_scope").ok().and_then(Field::value),
    }))
}

/// Does SOAP v1 answer bulk reads (recording v1/012: a `multiCall` of nothing)? `false` when it is blocked or missing.
///
/// # Errors
/// Any [`CallError`] of class `Transient`: then it is not known.
pub async fn answers_bulk(store: &Store) -> Result<bool, CallError> {
    match store.call_list(Call::Multi(Vec::new()), |_| ()).await {
        Ok(_) => Ok(true),
        Err(problem) if problem.class() == Class::Transient => Err(problem),
        Err(_) => Ok(false),
    }
}

/// Bridge and bulk reads, asked for now.
///
/// # Errors
/// Any [`CallError`] that leaves it unknown.
pub async fn capabilities(store: &Store) -> Result<Capabilities, CallError> {
    Ok(Capabilities { bridge: oro_ping(store).await?, bulk: answers_bulk(store).await? })
}

/// The paths that the SOAP user may call, such as `customer.list` (recordings v1/013, v1/017).
///
/// # Errors
/// Any [`CallError`], among them those of a blocked SOAP v1.
pub async fn resources(store: &Store) -> Result<BTreeSet<String>, CallError> {
    let told = store.call_list(Call::Resources, |resource| paths(&resource)).await?;
    Ok(told.value.into_iter().flatten().collect())
}

/// Asks for a customer that cannot be, to see whether the user may list customers.
///
/// # Errors
/// Any [`CallError`]; fault 2 when the right is missing.
pub async fn may_list_customers(store: &Store) -> Result<(), CallError> {
    let filter = super::customers::CustomerFilter {
        ids: Some(super::customers::IdFilter::In(vec![0])),
        ..Default::default()
    };
    let filters = filter.filters().v2();
    store.call_list(Call::V2("customerCustomerList", vec![("filters", filters)]), |_| ()).await.map(|_| ())
}

fn paths(resource: &Value) -> Vec<String> {
    let Some(methods) = resource.as_row().and_then(|row| row.get("methods")).and_then(Value::as_list) else {
        return Vec::new();
    };
    let path = |method: &Value| method.as_row().and_then(|row| row.text("path").value()).map(str::to_owned);
    methods.iter().filter_map(path).collect()
}

fn expect_row<'a>(value: &'a Value, method: &str) -> Result<&'a Row, CallError> {
    value.as_row().ok_or_else(|| CallError::malformed(format!("{method} gave no record")))
}
