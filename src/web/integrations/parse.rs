//! What is typed into the integration form, parsed into [`Settings`], or told what is wrong with it.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::super::form::{Errors, Posted, line, number, optional_line};
use super::form::{Around, LOCKED};
use super::{quiet, rules};
use crate::base::clock;
use crate::base::email::Email;
use crate::crm::channels::{Integration, Priority, Settings, StoreFacts};
use crate::crm::users::User;
use crate::magento::WsdlUrl;

/// What was typed, understood.
pub(super) struct Parsed {
    pub(super) settings: Settings,
    /// A new key; `None` = the kept one.
    pub(super) api_key: Option<SecretString>,
    /// A new password; `None` = the kept one.
    pub(super) basic_auth_password: Option<SecretString>,
}

/// Credentials that stand in the URL are taken out and offered as HTTP basic auth.
pub(super) fn without_credentials(typed: Posted) -> Posted {
    match WsdlUrl::parse(typed.get("soap-wsdl-url")) {
        Ok((url, Some(auth))) => typed
            .with("soap-wsdl-url", url.to_string())
            .with("basic-auth-user", auth.user)
            .with("basic-auth-password", auth.password.expose_secret()),
        _ => typed,
    }
}

/// The address as it is kept, however it was written; what is none stays as typed.
pub(super) fn address(typed: &Posted) -> String {
    let typed = typed.get("soap-wsdl-url").trim();
    WsdlUrl::parse(typed).map_or_else(|_| typed.to_owned(), |(url, _)| url.to_string())
}

/// What Check Connection needs: the address, the user, the mode, and the Advanced fields that concern the way there.
pub(super) fn connection(typed: &Posted, key_kept: bool, errors: &mut Errors) {
    errors.take("soap-wsdl-url", WsdlUrl::parse(typed.get("soap-wsdl-url")));
    errors.take("soap-api-user", line(typed.get("soap-api-user"), "the SOAP API user", 250));
    key(typed, key_kept, errors);
    basic_auth(typed, errors);
    errors.take("ca-certificate", certificate(typed.get("ca-certificate")));
    errors.take("calls-at-once", number(typed.get("calls-at-once"), 1_i16, 8));
    errors.take("requests-per-minute", number(typed.get("requests-per-minute"), 1_i32, 6000));
}

/// The whole form.
pub(super) fn whole(typed: &Posted, around: &Around<'_>, errors: &mut Errors) -> Option<Parsed> {
    let locked = around.saved.filter(|saved| saved.first_synced_at.is_some());
    // of an address that is none nobody knows whether it is another host
    let moved = around.moved && WsdlUrl::parse(typed.get("soap-wsdl-url")).is_ok();
    if moved && !around.key_kept && typed.get("soap-api-key").is_empty() {
        errors.on("soap-api-key", "The present key is not sent to another host. Enter the key of this one.");
    }
    let has_user = !typed.get("basic-auth-user").trim().is_empty();
    if moved && has_user && !around.password_kept && typed.get("basic-auth-password").is_empty() {
        errors.on(
            "basic-auth-password",
            "Enter the password for this host; the present one is not sent there.",
        );
    }
    connection(typed, around.key_kept || around.saved.is_some(), errors);
    if let Some(saved) = locked.filter(|_| around.moved)
        && let Some(problem) = another_store(saved, around.found)
    {
        errors.on("soap-wsdl-url", problem);
    }
    let name = errors.take("name", line(typed.get("name"), "a name for the integration", 250));
    let url = WsdlUrl::parse(typed.get("soap-wsdl-url")).ok().map(|(url, _)| url.to_string());
    let start = match locked {
        Some(saved) => {
            let typed = typed.get("sync-start-date");
            if !typed.is_empty() && typed != saved.settings.sync_start_date.to_string() {
                errors.on("sync-start-date", LOCKED);
            }
            Some(saved.settings.sync_start_date)
        }
        None => errors.take("sync-start-date", date(typed.get("sync-start-date"))),
    };
    let website = match locked {
        Some(saved) => {
            let same = saved.settings.website_id.map_or_else(|| "all".to_owned(), |id| id.to_string());
            if !typed.get("website").is_empty() && typed.get("website") != same {
                errors.on("website", LOCKED);
            }
            Some(saved.settings.website_id)
        }
        None => errors.take("website", chosen_website(typed.get("website"), around)),
    };
    let owner = errors.take("default-owner", chosen_owner(typed.get("default-owner"), around.owners));
    let admin_url = errors.take("admin-url", web_address(typed.get("admin-url")));
    let interval = errors.take("sync-interval", interval(typed.get("sync-interval")));
    let shared = errors.take("split-by-full-name", addresses(typed.get("split-by-full-name")));
    let cart_budget = errors.take("cart-sweep-budget", number(typed.get("cart-sweep-budget"), 0_i32, 1000));
    let kept = around.kept.map(|kept| kept.terms());
    let kept_rules = kept.as_ref().map(|terms| terms.field_rules.clone()).unwrap_or_default();
    let quiet = quiet::read(typed, errors);
    let field_rules = rules::read(typed, &kept_rules, errors);
    if !errors.is_empty() {
        return None;
    }
    let nonblank = |name| Some(typed.secret(name)).filter(|secret| !secret.expose_secret().is_empty());
    let two_way = typed.has("enable-two-way-sync");
    let kept_priority = kept.map_or(Priority::Remote, |terms| terms.priority);
    Some(Parsed {
        api_key: nonblank("soap-api-key"),
        basic_auth_password: nonblank("basic-auth-password"),
        settings: Settings {
            name: name?,
            wsdl_url: url?,
            api_user: typed.get("soap-api-user").trim().to_owned(),
            wsi: typed.has("ws-i-compliance"),
            sync_start_date: start?,
            website_id: website?,
            admin_url: admin_url?,
            owner_id: owner?,
            two_way,
            priority: Priority::from_key(typed.get("sync-priority")).unwrap_or(kept_priority),
            field_rules,
            basic_auth_user: optional_line(typed.get("basic-auth-user"), 250).ok().flatten(),
            ca_certificate: certificate(typed.get("ca-certificate")).ok().flatten(),
            calls_at_once: number(typed.get("calls-at-once"), 1, 8).ok().flatten(),
            requests_per_minute: number(typed.get("requests-per-minute"), 1, 6000).ok().flatten(),
            interval_seconds: interval?,
            guest_customers: typed.has("guest-customer-sync"),
            order_notes: typed.has("import-order-comments-as-order-notes"),
            split_by_name: shared?,
            quiet,
            cart_budget: cart_budget?,
        },
    })
}

/// A shop may move to another address; another shop under the same integration would meet our records with its own ids.
fn another_store(saved: &Integration, found: Option<&StoreFacts>) -> Option<&'static str> {
    let Some(found) = found else {
        return Some(
            "Records were loaded from the present address. Check the connection to the new one first.",
        );
    };
    let there = |known: &(i64, String)| found.websites.iter().any(|(id, _)| *id == known.0);
    let same = saved.store.websites.iter().all(there);
    (!same).then_some(
        "This is another store: the websites that records were loaded from are not there. Create a channel for it.",
    )
}

fn key(typed: &Posted, kept: bool, errors: &mut Errors) {
    match typed.get("soap-api-key") {
        "" if kept => {}
        "" => errors.on("soap-api-key", "Enter the SOAP API key."),
        key if key.chars().count() > 1000 => errors.on("soap-api-key", "A key has at most 1,000 characters."),
        key if key.chars().any(char::is_control) => {
            errors.on("soap-api-key", "The key holds characters that cannot be typed. Copy it again.");
        }
        _ => {}
    }
}

fn basic_auth(typed: &Posted, errors: &mut Errors) {
    let user = errors.take("basic-auth-user", optional_line(typed.get("basic-auth-user"), 250)).flatten();
    let password = typed.get("basic-auth-password");
    if user.is_none() && !password.is_empty() {
        errors.on("basic-auth-user", "Enter the user that belongs to the password.");
    }
    if password.chars().count() > 1000 || password.chars().any(char::is_control) {
        errors.on("basic-auth-password", "Use at most 1,000 characters that can be typed.");
    }
}

fn certificate(text: &str) -> Result<Option<String>, &'static str> {
    let text = text.trim().replace("\r\n", "\n");
    if text.is_empty() {
        return Ok(None);
    }
    let sound = text.len() <= 100_000
        && text.starts_with("-----BEGIN CERTIFICATE-----")
        && text.contains("-----END CERTIFICATE-----")
        && text.chars().all(|c| c.is_ascii() && (c == '\n' || !c.is_control()));
    if sound {
        Ok(Some(text))
    } else {
        Err(
            "Paste the certificate in PEM form: from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.",
        )
    }
}

fn date(text: &str) -> Result<NaiveDate, &'static str> {
    let date =
        NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").map_err(|_| "Enter a date, like 2007-01-01.")?;
    if NaiveDate::from_ymd_opt(1990, 1, 1).is_none_or(|least| date < least) {
        return Err("Enter a date from 1990 on.");
    }
    // the day may have begun already where the store is
    if date > clock::now().date_naive() + TimeDelta::days(1) {
        return Err("This day is yet to come: nothing would be synchronized. Enter one that is past.");
    }
    Ok(date)
}

fn chosen_website(text: &str, around: &Around<'_>) -> Result<Option<i64>, &'static str> {
    const CHECK: &str = "Check the connection first, then choose the website.";
    match text {
        "" => Err(CHECK),
        _ if !around.checked => Err(CHECK),
        "all" => Ok(None),
        id => {
            let id: i64 = id.parse().map_err(|_| "Choose one of the store’s websites.")?;
            let kept = around.saved.is_some_and(|saved| saved.settings.website_id == Some(id));
            let known = kept || around.websites.iter().any(|(website, _)| *website == id);
            if known {
                Ok(Some(id))
            } else {
                Err("This website is not one of the store’s. Read the website list again.")
            }
        }
    }
}

fn chosen_owner(text: &str, owners: &[User]) -> Result<i64, &'static str> {
    let id = text.parse::<i64>().ok();
    id.filter(|id| owners.iter().any(|user| user.id == *id)).ok_or("Choose who manages this integration.")
}

fn web_address(text: &str) -> Result<Option<String>, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let url = Url::parse(text)
        .map_err(|_| "Enter an address like https://shop.example.com/admin, or leave it empty.")?;
    if !matches!(url.scheme(), "http" | "https") || text.chars().count() > 2000 {
        return Err(
            "The address of the admin panel begins with https:// or http:// and has at most 2,000 characters.",
        );
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("Take the user and password out of this address.");
    }
    Ok(Some(url.to_string()))
}

/// E-mail addresses that people share: separated by commas, semicolons or lines, each once, in lower case.
fn addresses(text: &str) -> Result<Vec<String>, String> {
    const MOST: usize = 1000;
    let mut found = BTreeSet::new();
    for part in text.split([',', ';', '\n', '\r']).map(str::trim).filter(|part| !part.is_empty()) {
        let shown: String = part.chars().take(80).collect();
        let email = Email::parse(part).map_err(|problem| format!("“{shown}”: {problem}"))?;
        found.insert(email.as_str().to_lowercase());
        if found.len() > MOST {
            return Err("Use at most 1,000 addresses.".to_owned());
        }
    }
    Ok(found.into_iter().collect())
}

fn interval(text: &str) -> Result<Option<i32>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        "0" => Ok(Some(0)),
        text => match text.parse::<i32>() {
            Ok(n) if (5..=86_400).contains(&n) => Ok(Some(n)),
            _ => Err("Choose an interval from 5 seconds to a day."),
        },
    }
}
