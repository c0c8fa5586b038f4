//! Passwords: what is strong enough, and argon2id behind a gate that keeps memory in bounds.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

/// A password that is strong enough to be set.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

/// Why a password is refused, in words for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Too short to withstand guessing.
    #[error("A password has at least 10 characters; a few words together are easy to remember.")]
    TooShort,
    /// Longer than anybody types; hashing it would only cost time.
    #[error("A password has at most 200 characters.")]
    TooLong,
    /// Found on every list of guesses.
    #[error("This password is among the first that are guessed. Choose another one.")]
    Common,
    /// Contains the name or the address.
    #[error("A password must not contain your name or email address.")]
    Personal,
    /// One character again and again, or a run.
    #[error("Use more different characters; a few words together are fine.")]
    Monotonous,
}

const COMMON: [&str; 16] = [
    "password",
    "passwort",
    "motdepasse",
    "qwertyuiop",
    "1234567890",
    "letmein",
    "welcome",
    "administrator",
    "iloveyou",
    "cartwright",
    "changeme",
    "magento",
    "openmage",
    "qwerty",
    "123456789",
    "admin",
];

impl Password {
    /// Judges a password for the person with this name and address.
    ///
    /// # Errors
    /// [`PasswordProblem`] with the words to show beside the field.
    pub fn parse(text: &SecretString, name: &str, email: &str) -> Result<Self, PasswordProblem> {
        let plain = text.expose_secret();
        let length = plain.chars().count();
        if length < 10 {
            return Err(PasswordProblem::TooShort);
        }
        if length > 200 {
            return Err(PasswordProblem::TooLong);
        }
        let lower = plain.to_lowercase();
        let core = lower.trim_matches(|c: char| !c.is_alphabetic());
        if COMMON.contains(&lower.as_str()) || COMMON.contains(&core) {
            return Err(PasswordProblem::Common);
        }
        let mut kinds: Vec<char> = lower.chars().collect();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.len() < 5 {
            return Err(PasswordProblem::Monotonous);
        }
        let local = email.split('@').next().unwrap_or_default().to_lowercase();
        let personal = |word: &str| word.chars().count() >= 4 && lower.contains(word);
        if personal(&local) || name.to_lowercase().split_whitespace().any(personal) {
            return Err(PasswordProblem::Personal);
        }
        Ok(Self(text.clone()))
    }
}

/// Hashes and checks passwords, two at a time: argon2id takes 19 MiB for each.
#[derive(Debug, Clone)]
pub struct Passwords {
    at_once: Arc<Semaphore>,
    /// What an unknown user's password is compared with, so that the answer takes as long.
    decoy: Arc<str>,
}

/// Hashing failed; the library or the thread did, never the input.
#[derive(Debug, thiserror::Error)]
#[error("a password could not be hashed: {0}")]
pub struct HashFailed(String);

impl Passwords {
    /// Makes the hasher.
    ///
    /// # Errors
    /// [`HashFailed`] when the system has no random numbers.
    pub fn new() -> Result<Self, HashFailed> {
        let decoy = hash(&SecretString::from("a password that nobody has"))?;
        Ok(Self { at_once: Arc::new(Semaphore::new(2)), decoy: decoy.into() })
    }

    /// The PHC string to store.
    ///
    /// # Errors
    /// [`HashFailed`].
    pub async fn hash(&self, password: &Password) -> Result<String, HashFailed> {
        let secret = password.0.clone();
        self.aside(move || hash(&secret)).await?
    }

    /// Is `typed` the password behind `stored`? With `None` it takes as long and says no.
    ///
    /// # Errors
    /// [`HashFailed`].
    pub async fn verify(&self, typed: &SecretString, stored: Option<String>) -> Result<bool, HashFailed> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.to_string());
        let typed = typed.clone();
        let matches = self
            .aside(move || {
                PasswordHash::new(&stored).is_ok_and(|hash| {
                    Argon2::default().verify_password(typed.expose_secret().as_bytes(), &hash).is_ok()
                })
            })
            .await?;
        Ok(matches && known)
    }

    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashFailed> {
        let _turn = self.at_once.acquire().await.map_err(|closed| HashFailed(closed.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|lost| HashFailed(lost.to_string()))
    }
}

fn hash(secret: &SecretString) -> Result<String, HashFailed> {
    Argon2::default()
        .hash_password(secret.expose_secret().as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|problem| HashFailed(problem.to_string()))
}

#[cfg(test)]
mod tests {
    use super::{Password, PasswordProblem};

    #[test]
    fn weak_passwords_are_told_why() {
        for (text, problem) in [
            ("", Some(PasswordProblem::TooShort)),
            ("short", Some(PasswordProblem::TooShort)),
            ("administrator", Some(PasswordProblem::Common)),
            ("Password12345", Some(PasswordProblem::Common)),
            ("aaaaaaaaaaaa", Some(PasswordProblem::Monotonous)),
            ("lovelace is great", Some(PasswordProblem::Personal)),
            ("correct horse battery", None),
            ("ünïcödé wörds too", None),
        ] {
            let got = Password::parse(&text.into(), "Ada Lovelace", "ada@example.org").err();
            assert_eq!(got, problem, "{text:?}");
        }
        let long = "correct horse ".repeat(100);
        assert_eq!(Password::parse(&long.into(), "A", "a@b.c").err(), Some(PasswordProblem::TooLong));
    }
}
