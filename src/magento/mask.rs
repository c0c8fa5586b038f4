//! A store, or what stands before it, may repeat what it was sent: its secrets are taken out of whatever is shown of its answers.

use secrecy::{ExposeSecret, SecretString};

use super::wsdl::WsdlError;
use super::{CallError, Settings};

/// What stands where a secret was.
const MASK: &str = "•••";
/// Shorter ones would take words out of sentences; nobody has such a key.
const SHORTEST: usize = 4;

/// The secrets that a store is sent.
pub(super) struct Mask(Vec<SecretString>);

impl Mask {
    pub(super) fn of(settings: &Settings) -> Self {
        let password = settings.basic_auth.as_ref().map(|auth| auth.password.clone());
        let all = [Some(settings.key.clone()), password].into_iter().flatten();
        Self(all.filter(|secret| secret.expose_secret().len() >= SHORTEST).collect())
    }

    pub(super) fn error(&self, mut error: CallError) -> CallError {
        match &mut error {
            CallError::Http { excerpt, .. } | CallError::NotSoap { excerpt, .. } => self.text(excerpt),
            CallError::Malformed { detail } => self.text(detail),
            CallError::Redirect { to, .. } => self.text(to),
            CallError::Fault(fault) => self.text(&mut fault.text),
            _ => {}
        }
        error
    }

    pub(super) fn wsdl(&self, mut error: WsdlError) -> WsdlError {
        if let WsdlError::Other { excerpt, .. } | WsdlError::Malformed(excerpt) = &mut error {
            self.text(excerpt);
        }
        error
    }

    pub(super) fn text(&self, text: &mut String) {
        for secret in &self.0 {
            let secret = secret.expose_secret();
            if text.contains(secret) {
                *text = text.replace(secret, MASK);
            }
            // an excerpt may end in the middle of it
            let Some(kept) = text.strip_suffix('…') else { continue };
            let begun = |end: &usize| secret.get(..*end).is_some_and(|part| kept.ends_with(part));
            if let Some(end) = (SHORTEST..secret.len()).rev().find(begun) {
                *text = format!("{}{MASK}…", kept.get(..kept.len() - end).unwrap_or_default());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_shown_to_nobody() {
        let mask = Mask(vec!["zebra-0815".into(), "okapi".into()]);
        let check = |text: &str, shown: &str| {
            let mut masked = text.to_owned();
            mask.text(&mut masked);
            assert_eq!(masked, shown);
        };
        check("Access denied", "Access denied");
        check("No zebra-0815 here, zebra-0815!", "No ••• here, •••!");
        check("okapi may not", "••• may not");
        check("a key of zebra-08…", "a key of •••…");
        check("a key of zeb…", "a key of zeb…");
    }
}
