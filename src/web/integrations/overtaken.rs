//! What the second of two is told who have the form of one integration open.

use chrono::{DateTime, Utc};

use super::super::form::Posted;
use super::super::shown;
use super::form;
use crate::crm::channels::Integration;

/// The fields that are told, with their labels; those that are switches say On or Off.
const FIELDS: [(&str, &str); 21] = [
    ("name", "Name"),
    ("soap-wsdl-url", "SOAP WSDL URL"),
    ("soap-api-user", "SOAP API User"),
    ("ws-i-compliance", "WS-I Compliance"),
    ("sync-start-date", "Sync start date"),
    ("website", "Website"),
    ("admin-url", "Admin url"),
    ("guest-customer-sync", "Guest Customer Sync"),
    ("import-order-comments-as-order-notes", "Import Order Comments as Order Notes"),
    ("split-by-full-name", "Split by Full Name"),
    ("default-owner", "Default owner"),
    ("enable-two-way-sync", "Enable two way sync"),
    ("sync-priority", "Sync priority"),
    ("basic-auth-user", "HTTP basic auth user"),
    ("ca-certificate", "CA certificate"),
    ("calls-at-once", "Calls at once"),
    ("requests-per-minute", "Requests per minute"),
    ("sync-interval", "Sync interval"),
    ("quiet-hours-from", "Quiet hours from"),
    ("quiet-hours-to", "Quiet hours to"),
    ("cart-sweep-budget", "Cart sweep budget"),
];
const SWITCHES: [&str; 4] =
    ["ws-i-compliance", "guest-customer-sync", "import-order-comments-as-order-notes", "enable-two-way-sync"];
/// Too long to be told in a sentence.
const LONG: [&str; 2] = ["ca-certificate", "split-by-full-name"];

/// What is saved by now, where it differs from what was typed.
pub(super) fn words(saved: &Integration, typed: &Posted, shown: Option<DateTime<Utc>>) -> String {
    let now = form::as_posted(&saved.settings);
    let differs = |name: &str| {
        let same = now.get(name).trim() == typed.get(name).trim();
        // a locked field is not posted
        !same && (typed.has(name) || SWITCHES.contains(&name))
    };
    let mut told: Vec<String> = FIELDS
        .iter()
        .filter(|(name, _)| differs(name))
        .map(|(name, label)| match now.get(name) {
            _ if LONG.contains(name) => format!("{label} is another one"),
            value if SWITCHES.contains(name) => {
                format!("{label} is {}", if value.is_empty() { "off" } else { "on" })
            }
            "" => format!("{label} is empty"),
            value => format!("{label} is “{}”", word(name, value, saved)),
        })
        .collect();
    if shown.is_some_and(|shown| saved.api_key_set_at > shown) {
        told.push("a new SOAP API Key is set".to_owned());
    }
    shown::overtaken(&told)
}

fn word(name: &str, value: &str, saved: &Integration) -> String {
    match name {
        "default-owner" => saved.owner.clone(),
        "website" => saved.store.website_name(saved.settings.website_id),
        "sync-priority" => saved.settings.priority.word().to_owned(),
        "sync-interval" => match saved.settings.interval_seconds {
            Some(0) => "Only by hand".to_owned(),
            Some(own) => format!("Every {}", form::seconds(own)),
            None => value.to_owned(),
        },
        _ => value.to_owned(),
    }
}
