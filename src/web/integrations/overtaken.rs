//! The settings of an integration told field by field, by the words of their form: what somebody else saved meanwhile, and what
//! the audit trail is told of a change.

use chrono::{DateTime, Utc};

use super::super::form::Posted;
use super::super::shown;
use super::{form, rules};
use crate::crm::audit::Changes;
use crate::crm::channels::{Integration, Settings, StoreFacts};
use crate::crm::users::User;

/// The fields, with their labels.
const FIELDS: [(&str, &str); 22] = [
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
    ("quiet-hours-time-zone", "Time zone of the quiet hours"),
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
    let said = |name: &str| said(name, &saved.settings, &saved.store, &saved.owner);
    let mut told: Vec<String> = FIELDS
        .iter()
        .filter(|(name, _)| differs(name))
        .map(|(name, label)| match said(name) {
            _ if LONG.contains(name) => format!("{label} is another one"),
            value if value.is_empty() => format!("{label} is empty"),
            value => format!("{label} is “{value}”"),
        })
        .collect();
    if shown.is_some_and(|shown| saved.api_key_set_at > shown) {
        told.push("a new SOAP API Key is set".to_owned());
    }
    shown::overtaken(&told)
}

/// What becomes another by saving these settings.
pub(super) fn changes(before: &Integration, after: &Settings, owners: &[User]) -> Changes {
    let owner = owners.iter().find(|user| user.id == after.owner_id).map(|user| user.name.as_str());
    let owner = owner.unwrap_or(&before.owner);
    let told = FIELDS.iter().fold(Changes::none(), |told, (name, label)| {
        let old = said(name, &before.settings, &before.store, &before.owner);
        told.field(label, &old, &said(name, after, &before.store, owner))
    });
    let rules_of = |settings: &Settings| {
        let rules = rules::in_words(&settings.field_rules);
        rules.iter().map(|(field, rule)| format!("{field}: {rule}")).collect::<Vec<_>>().join(", ")
    };
    told.field("Per-field rules", &rules_of(&before.settings), &rules_of(after))
}

/// A setting as its form shows it.
fn said(name: &str, settings: &Settings, store: &StoreFacts, owner: &str) -> String {
    let posted = form::as_posted(settings);
    let value = posted.get(name);
    match name {
        _ if SWITCHES.contains(&name) => (if value.is_empty() { "Off" } else { "On" }).to_owned(),
        "default-owner" => owner.to_owned(),
        "website" => store.website_name(settings.website_id),
        "sync-priority" => settings.priority.word().to_owned(),
        "sync-interval" => match settings.interval_seconds {
            Some(0) => "Only by hand".to_owned(),
            Some(own) => format!("Every {}", form::seconds(own)),
            None => "As the server is set".to_owned(),
        },
        _ => value.to_owned(),
    }
}
