//! Secrets at rest: sealed with XChaCha20-Poly1305 under the master key, bound to the row and column they belong to.
//!
//! **Owns** the layout of a sealed secret and the master key with its file. **Refuses** to open a secret anywhere but in its own
//! place: a sealed key that is copied to another row, or edited, does not open.
//!
//! **Invariant:** no `Debug`, `Display` or error of this module contains a secret, a key or a sealed secret.

mod key_file;
mod master_key;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::zeroize::Zeroize;
use secrecy::{ExposeSecret, SecretString};

use self::key_file::KeyFile;
pub use self::master_key::{KeyError, MasterKey};

const NONCE: usize = 24;

/// Seals secrets and opens them. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Source);

/// Where the keys are. The first one seals; all of them open.
#[derive(Clone)]
enum Source {
    Given(Arc<[MasterKey]>),
    File(Arc<KeyFile>),
}

impl Vault {
    /// A vault with one key.
    #[must_use]
    pub fn new(key: MasterKey) -> Self {
        Self(Source::Given(Arc::new([key])))
    }

    /// A vault that seals with `key` and opens what `old` has sealed, too: for the time of a change of keys.
    ///
    /// # Errors
    /// [`KeyError::Alike`] when what they sealed cannot be told apart.
    pub fn with_old(key: MasterKey, old: MasterKey) -> Result<Self, KeyError> {
        if key.version() == old.version() {
            return Err(KeyError::Alike);
        }
        Ok(Self(Source::Given(Arc::new([key, old]))))
    }

    /// A vault with the key in this file, which is made when it is not there. A change by [`Vault::rotate`], in whichever
    /// process, is noticed by all.
    ///
    /// # Errors
    /// As [`MasterKey::from_file`].
    pub fn of_file(path: &Path) -> Result<Self, KeyError> {
        Ok(Self(Source::File(Arc::new(KeyFile::open(path)?))))
    }

    /// The same, of a file that has to be there: no key is made.
    ///
    /// # Errors
    /// As [`MasterKey::from_file`], and when there is no such file.
    pub fn of_present_file(path: &Path) -> Result<Self, KeyError> {
        MasterKey::read(path)?;
        Self::of_file(path)
    }

    /// Has a new key seal from now on. The former one is kept beside it and opens what it sealed, until
    /// [`Vault::forget_former`].
    ///
    /// # Errors
    /// When the key is in no file, when the last change is not over, or when the file cannot be written.
    pub fn rotate(&self) -> Result<(), KeyError> {
        match &self.0 {
            Source::Given(_) => Err(KeyError::NotInAFile),
            Source::File(file) => file.rotate(),
        }
    }

    /// Removes the former key's file once nothing is sealed with it: `at_once` when no other process is at work, else when
    /// an hour has passed. `true`: it was removed.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn forget_former(&self, at_once: bool) -> Result<bool, KeyError> {
        match &self.0 {
            Source::Given(_) => Ok(false),
            Source::File(file) => file.forget_former(at_once),
        }
    }

    /// The first byte of what is sealed now. What begins otherwise wants to be sealed anew.
    ///
    /// # Errors
    /// [`VaultError::OtherKey`] of a vault without keys.
    pub fn version(&self) -> Result<u8, VaultError> {
        self.keys().first().map(MasterKey::version).ok_or(VaultError::OtherKey)
    }

    /// The first byte of what the former key sealed, while there is one.
    #[must_use]
    pub fn former_version(&self) -> Option<u8> {
        self.keys().get(1).map(MasterKey::version)
    }

    /// The first bytes of what each of its keys seals: they tell keys apart, and nothing of them.
    #[must_use]
    pub fn marks(&self) -> Vec<u8> {
        self.keys().iter().map(MasterKey::version).collect()
    }

    fn keys(&self) -> Arc<[MasterKey]> {
        match &self.0 {
            Source::Given(keys) => Arc::clone(keys),
            Source::File(file) => file.keys(),
        }
    }

    /// Seals a secret for one place.
    ///
    /// # Errors
    /// [`VaultError::NoChance`] when the system gives no random bytes.
    pub fn seal(&self, place: &Place, secret: &SecretString) -> Result<Sealed, VaultError> {
        let keys = self.keys();
        let key = keys.first().ok_or(VaultError::OtherKey)?;
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| VaultError::NoChance)?;
        let aad = place.bound_to(key);
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: &aad };
        let ciphertext =
            cipher(key).encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::Refused)?;
        Ok(Sealed([&[key.version()][..], &nonce, &ciphertext].concat()))
    }

    /// Opens a secret that was sealed for this very place.
    ///
    /// # Errors
    /// [`VaultError::OtherKey`] when the key was changed, [`VaultError::Refused`] when the secret was moved or altered.
    pub fn open(&self, place: &Place, sealed: &Sealed) -> Result<SecretString, VaultError> {
        let (version, rest) = sealed.0.split_first().ok_or(VaultError::Refused)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(VaultError::Refused)?;
        let keys = self.keys();
        let fitting = keys.iter().filter(|key| key.version() == *version);
        let mut answer = Err(VaultError::OtherKey);
        for key in fitting {
            let aad = place.bound_to(key);
            let opened = cipher(key).decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: &aad });
            match opened {
                Ok(plain) => return text(plain),
                Err(_) => answer = Err(VaultError::Refused),
            }
        }
        answer
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

/// Where a secret belongs, as in `integrations.api_key:42`. It is part of the seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    /// `column` is table and column, `row` the row's id. The id has to be known when the secret is sealed: take it from
    /// the sequence first, or insert the row and then the secret in the same transaction.
    pub fn new(column: &'static str, row: impl fmt::Display) -> Self {
        Self(format!("{column}:{row}"))
    }

    fn bound_to(&self, key: &MasterKey) -> Vec<u8> {
        [&[key.version()][..], self.0.as_bytes()].concat()
    }
}

/// A sealed secret as it lies in a `bytea` column: the key's version, the nonce, the ciphertext.
#[derive(Clone, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// The bytes to store where a `Sealed` itself cannot be bound.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Sealed {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

/// Why a secret cannot be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The key in use is not the one it was sealed with.
    #[error(
        "the secret was sealed with another key than the one in use; give back the former CARTWRIGHT_SECRET_KEY (or key \
         file), or enter the secret again"
    )]
    OtherKey,
    /// Altered, cut off, or moved from another row.
    #[error("the sealed secret was altered, or belongs to another record; enter it again")]
    Refused,
    /// It opened, and is no text.
    #[error("the sealed secret is not text; enter it again")]
    NotText,
    /// The system has no random bytes.
    #[error("the system gives no random bytes, so nothing can be sealed safely; look at /dev/urandom")]
    NoChance,
}

fn cipher(key: &MasterKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*key.expose()).into())
}

fn text(plain: Vec<u8>) -> Result<SecretString, VaultError> {
    String::from_utf8(plain).map(SecretString::from).map_err(|error| {
        error.into_bytes().zeroize();
        VaultError::NotText
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const OTHER: &str = "f00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    fn vault(key: &str) -> Vault {
        Vault::new(MasterKey::parse(key).unwrap())
    }

    fn place(id: i64) -> Place {
        Place::new("integrations.api_key", id)
    }

    fn sealed() -> Sealed {
        vault(HEX).seal(&place(42), &"hunter2".into()).unwrap()
    }

    fn open(vault: &Vault, place: &Place, sealed: &Sealed) -> Result<String, VaultError> {
        vault.open(place, sealed).map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn a_secret_comes_back_from_its_place() {
        assert_eq!(open(&vault(HEX), &place(42), &sealed()), Ok("hunter2".to_owned()));
        let empty = vault(HEX).seal(&place(1), &"".into()).unwrap();
        assert_eq!(open(&vault(HEX), &place(1), &empty), Ok(String::new()));
    }

    #[test]
    fn another_row_or_column_does_not_open_it() {
        assert_eq!(open(&vault(HEX), &place(43), &sealed()), Err(VaultError::Refused));
        let column = Place::new("integrations.basic_auth", 42);
        assert_eq!(open(&vault(HEX), &column, &sealed()), Err(VaultError::Refused));
    }

    #[test]
    fn a_single_bit_changed_anywhere_is_noticed() {
        let sealed = sealed();
        for i in 0..sealed.0.len() {
            let mut altered = sealed.clone();
            altered.0[i] ^= 1;
            let expected = if i == 0 { VaultError::OtherKey } else { VaultError::Refused };
            assert_eq!(open(&vault(HEX), &place(42), &altered), Err(expected), "byte {i}");
        }
        for length in 0..sealed.0.len() {
            let cut = Sealed(sealed.0[..length].to_vec());
            assert_eq!(open(&vault(HEX), &place(42), &cut), Err(VaultError::Refused), "{length} bytes");
        }
    }

    #[test]
    fn another_key_is_named_as_the_cause_and_an_old_one_still_opens() {
        assert_eq!(open(&vault(OTHER), &place(42), &sealed()), Err(VaultError::OtherKey));
        let (new, old) = (MasterKey::parse(OTHER).unwrap(), MasterKey::parse(HEX).unwrap());
        let vault = Vault::with_old(new, old).unwrap();
        assert_ne!(Some(&vault.version().unwrap()), sealed().0.first());
        let opened = vault.open(&place(42), &sealed()).unwrap();
        let renewed = vault.seal(&place(42), &opened).unwrap();
        assert_eq!(Some(&vault.version().unwrap()), renewed.0.first());
        assert_eq!(open(&self::vault(OTHER), &place(42), &renewed), Ok("hunter2".to_owned()));
    }

    #[test]
    fn keys_that_cannot_be_told_apart_are_not_changed_for_one_another() {
        let key = || MasterKey::parse(HEX).unwrap();
        assert!(matches!(Vault::with_old(key(), key()), Err(KeyError::Alike)));
    }

    #[test]
    fn the_same_secret_is_never_sealed_the_same_way() {
        assert_ne!(sealed(), sealed());
    }

    #[test]
    fn nothing_of_it_is_printed() {
        assert_eq!(format!("{:?}", sealed()), "Sealed(…)");
        assert_eq!(format!("{:?}", vault(HEX)), "Vault(…)");
    }
}
