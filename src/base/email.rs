//! E-mail addresses of people who use Cartwright. (Customers' addresses come from stores and are kept as they are.)

use std::fmt;

/// An address with one `@`, something on both sides, no white space, at most 254 characters. Compared without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

/// Why a text is no address, in words for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailProblem {
    /// Nothing was typed.
    #[error("Enter an email address.")]
    Empty,
    /// It does not look like an address.
    #[error("Enter an email address like name@company.example.")]
    Malformed,
    /// Longer than a mail server accepts.
    #[error("An email address has at most 254 characters.")]
    TooLong,
}

impl Email {
    /// Parses what a person typed; white space around it is dropped.
    ///
    /// # Errors
    /// [`EmailProblem`] with the words to show beside the field.
    pub fn parse(text: &str) -> Result<Self, EmailProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailProblem::Empty);
        }
        if text.chars().count() > 254 {
            return Err(EmailProblem::TooLong);
        }
        let (name, host) = text.split_once('@').ok_or(EmailProblem::Malformed)?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || "@<>\"(),;:\\".contains(c);
        let host_ok = host.contains('.') && !host.starts_with('.') && !host.ends_with('.');
        if name.is_empty() || !host_ok || name.contains(odd) || host.contains(odd) {
            return Err(EmailProblem::Malformed);
        }
        Ok(Self(text.to_owned()))
    }

    /// The address as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Email, EmailProblem};

    #[test]
    fn only_what_can_be_an_address_is_one() {
        for good in ["ada@example.org", " ada+crm@mail.example.org ", "ö@bücher.example"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for (bad, problem) in [
            ("", EmailProblem::Empty),
            ("   ", EmailProblem::Empty),
            ("ada", EmailProblem::Malformed),
            ("@example.org", EmailProblem::Malformed),
            ("ada@example", EmailProblem::Malformed),
            ("ada@@example.org", EmailProblem::Malformed),
            ("ada@exa mple.org", EmailProblem::Malformed),
            ("<script>@example.org", EmailProblem::Malformed),
            ("ada\0@example.org", EmailProblem::Malformed),
        ] {
            assert_eq!(Email::parse(bad), Err(problem), "{bad:?}");
        }
        assert_eq!(Email::parse(&format!("{}@example.org", "a".repeat(300))), Err(EmailProblem::TooLong));
    }
}
