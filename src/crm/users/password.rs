//! Passwords: what is strong enough, and argon2id behind a gate that keeps memory in bounds.

use std::borrow::Cow;
use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use zxcvbn::feedback::{Feedback, Warning};
use zxcvbn::{Score, zxcvbn};

/// A password that is strong enough to be set.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

/// Why a password is refused, in words for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PasswordProblem {
    /// Too short to withstand guessing.
    #[error("A password has at least 10 characters; a few words together are easy to remember.")]
    TooShort,
    /// Longer than anybody types; hashing it would only cost time.
    #[error("A password has at most 128 characters.")]
    TooLong,
    /// Contains the name or the address.
    #[error("A password must not contain your name or email address.")]
    Personal,
    /// On the lists that guessing begins with, or like what stands on them; with what gives it away, where that is known.
    #[error("{} Choose another one; a few words together are easy to remember.", why(*.0))]
    Guessable(Option<Warning>),
}

fn why(warning: Option<Warning>) -> Cow<'static, str> {
    warning
        .map_or(Cow::Borrowed("This password is easy to guess."), |warning| Cow::Owned(warning.to_string()))
}

/// What whoever attacks a Cartwright tries first, beside the words of all lists.
const OUR_OWN_WORDS: [&str; 3] = ["cartwright", "magento", "openmage"];

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
        if length > 128 {
            return Err(PasswordProblem::TooLong);
        }
        let lower = plain.to_lowercase();
        let local = email.split('@').next().unwrap_or_default().to_lowercase();
        let personal = |word: &str| word.chars().count() >= 4 && lower.contains(word);
        if personal(&local) || name.to_lowercase().split_whitespace().any(personal) {
            return Err(PasswordProblem::Personal);
        }
        // a million guesses and less: the commonest thirty thousand, single words, rows of keys, dates, names
        let judged = zxcvbn(plain, &OUR_OWN_WORDS);
        if judged.score() < Score::Two {
            return Err(PasswordProblem::Guessable(judged.feedback().and_then(Feedback::warning)));
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
    use super::{Password, PasswordProblem, Warning};

    #[test]
    fn weak_passwords_are_told_why() {
        let guessable = |warning| Some(PasswordProblem::Guessable(Some(warning)));
        for (text, problem) in [
            ("", Some(PasswordProblem::TooShort)),
            ("short", Some(PasswordProblem::TooShort)),
            ("administrator", guessable(Warning::AWordByItselfIsEasyToGuess)),
            ("Password12345", guessable(Warning::ThisIsSimilarToACommonlyUsedPassword)),
            ("aaaaaaaaaaaa", guessable(Warning::RepeatsLikeAaaAreEasyToGuess)),
            ("asdfghjkl;'", guessable(Warning::StraightRowsOfKeysAreEasyToGuess)),
            ("c4rtwr1ght1", Some(PasswordProblem::Guessable(None))),
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
