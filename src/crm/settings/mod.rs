//! What an administrator sets at run time: each thing once, with its label, default, effect and bounds.
//!
//! **Owns** `settings`. It is read once per use ([`Settings::load`]), so that every process sees a change at its next look.
//! **Refuses** to show a secret: it is sealed here, and opened only for whoever connects with it.
//!
//! A flag or environment variable that sets the same wins; the page says so.

mod catalogue;
mod store;

use std::collections::HashMap;

pub use catalogue::*;
pub use store::{Meanwhile, lock, meanwhile, reset, save, save_secret, secret};

use crate::base::email::Email;

/// One thing that can be set.
#[derive(Debug)]
pub struct Setting {
    /// The word in the database, and the name of its field.
    pub key: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// What it does.
    pub effect: &'static str,
    /// What it is counted in; empty for texts.
    pub unit: &'static str,
    /// What it holds until somebody sets it.
    pub default: &'static str,
    /// What it can be.
    pub kind: Kind,
}

/// What a setting can be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A whole number within bounds.
    Whole(i64, i64),
    /// A line; may be empty.
    Line,
    /// An e-mail address; may be empty.
    Email,
    /// An http or https URL; may be empty.
    Url,
    /// One of these: word in the database, word on the page.
    OneOf(&'static [(&'static str, &'static str)]),
    /// Sealed, never shown.
    Secret,
}

/// Settings that are saved together.
#[derive(Debug)]
pub struct Group {
    /// The word in addresses.
    pub key: &'static str,
    /// Its heading.
    pub word: &'static str,
    /// What it is about.
    pub text: &'static str,
    /// What it has.
    pub settings: &'static [&'static Setting],
}

impl Setting {
    /// Reads what somebody typed.
    ///
    /// # Errors
    /// What to show beside the field.
    pub fn parse(&self, text: &str) -> Result<String, String> {
        let text = text.trim();
        if text.chars().any(char::is_control) || text.chars().count() > 500 {
            return Err("Use one line of at most 500 characters, without control characters.".to_owned());
        }
        match self.kind {
            Kind::Whole(least, most) => match text.parse::<i64>() {
                Ok(n) if (least..=most).contains(&n) => Ok(n.to_string()),
                _ => Err(format!("Enter a whole number from {least} to {most}.")),
            },
            Kind::OneOf(choices) => {
                let known = choices.iter().any(|(key, _)| *key == text);
                known.then(|| text.to_owned()).ok_or_else(|| "Choose one of the list.".to_owned())
            }
            Kind::Email if !text.is_empty() => {
                Email::parse(text).map(|email| email.as_str().to_owned()).map_err(|it| it.to_string())
            }
            Kind::Url if !text.is_empty() => url(text),
            Kind::Line | Kind::Email | Kind::Url | Kind::Secret => Ok(text.to_owned()),
        }
    }
}

fn url(text: &str) -> Result<String, String> {
    let wrong =
        || "Enter a URL that begins with https:// or http://, without user and password in it.".to_owned();
    let url = url::Url::parse(text).map_err(|_| wrong())?;
    let sound = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.username().is_empty()
        && url.password().is_none();
    sound.then(|| url.to_string()).ok_or_else(wrong)
}

/// Everything as it is set now.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub(in crate::crm::settings) values: HashMap<String, String>,
    /// Secrets that are there.
    pub(in crate::crm::settings) sealed: Vec<String>,
}

impl Settings {
    /// What is set, or comes by itself.
    #[must_use]
    pub fn text<'a>(&'a self, setting: &'a Setting) -> &'a str {
        self.values.get(setting.key).map_or(setting.default, String::as_str)
    }

    /// The same as a number within its bounds.
    #[must_use]
    pub fn number(&self, setting: &Setting) -> i64 {
        let default: i64 = setting.default.parse().unwrap_or_default();
        let number = self.text(setting).parse().unwrap_or(default);
        match setting.kind {
            Kind::Whole(least, most) => number.clamp(least, most),
            _ => number,
        }
    }

    /// The same where a 32-bit number is wanted.
    #[must_use]
    pub fn small(&self, setting: &Setting) -> i32 {
        i32::try_from(self.number(setting)).unwrap_or(i32::MAX)
    }

    /// Is it another than it comes, or a secret that is there?
    #[must_use]
    pub fn is_set(&self, setting: &Setting) -> bool {
        self.values.contains_key(setting.key) || self.sealed.iter().any(|key| key == setting.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_judged_by_its_kind() {
        let check = |setting: &Setting, text: &str, good: Option<&str>| {
            assert_eq!(setting.parse(text).ok().as_deref(), good, "{} {text}", setting.key);
        };
        check(&DIGEST_HOUR, " 7 ", Some("7"));
        for bad in ["", "24", "-1", "7.5", "x", "99999999999999999999"] {
            check(&DIGEST_HOUR, bad, None);
        }
        check(&SMTP_FROM, "", Some(""));
        check(&SMTP_FROM, "no address", None);
        check(&WEBHOOK_URL, "https://x.de/hook", Some("https://x.de/hook"));
        for bad in ["ftp://x.de", "x.de", "https://", "https://a:b@x.de/", "javascript:alert(1)"] {
            check(&WEBHOOK_URL, bad, None);
        }
        check(&SMTP_TLS, "starttls", Some("starttls"));
        check(&SMTP_TLS, "maybe", None);
        check(&SMTP_HOST, "a\nb", None);
    }

    #[test]
    fn every_setting_takes_its_own_default_and_has_a_key_of_its_own() {
        let all: Vec<&Setting> = GROUPS.iter().flat_map(|group| group.settings.iter().copied()).collect();
        for setting in &all {
            assert_eq!(setting.parse(setting.default).as_deref(), Ok(setting.default), "{}", setting.key);
            assert_eq!(all.iter().filter(|other| other.key == setting.key).count(), 1, "{}", setting.key);
        }
    }
}
