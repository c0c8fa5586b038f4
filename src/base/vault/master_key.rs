use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::{fmt, str};

use secrecy::zeroize::Zeroize;
use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};

const LENGTH: usize = 32;

/// The key under which every secret in the database is sealed. It never prints.
pub struct MasterKey(SecretBox<[u8; LENGTH]>);

impl MasterKey {
    /// Reads `CARTWRIGHT_SECRET_KEY`: 32 random bytes in hex or base64.
    ///
    /// # Errors
    /// [`KeyError::Format`] for anything else, a passphrase above all: those can be guessed.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let mut bytes = decode_hex(text).or_else(|| decode_base64(text)).ok_or(KeyError::Format)?;
        let key = <[u8; LENGTH]>::try_from(bytes.as_slice()).map_err(|_| KeyError::Format);
        bytes.zeroize();
        let key = Self(SecretBox::new(Box::new(key?)));
        if key.is_too_simple() { Err(KeyError::Format) } else { Ok(key) }
    }

    /// A new key.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn generate() -> io::Result<Self> {
        let mut key = Box::new([0_u8; LENGTH]);
        getrandom::fill(key.as_mut_slice()).map_err(io::Error::other)?;
        Ok(Self(SecretBox::new(key)))
    }

    /// A new key that what this one sealed can be told from.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub(super) fn another(&self) -> io::Result<Self> {
        loop {
            let key = Self::generate()?;
            if key.version() != self.version() {
                return Ok(key);
            }
        }
    }

    /// Reads the key's file; makes it, for the owner's eyes only, when it is not there. Processes that start at once get
    /// the same key.
    ///
    /// # Errors
    /// When others may read the file, when it holds no key, or when it can be neither read nor made.
    pub fn from_file(path: &Path) -> Result<Self, KeyError> {
        match Self::read(path) {
            Err(KeyError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Self::generate().and_then(|key| key.write_unless_there(path)).at("make", path)?;
                Self::read(path)
            }
            read => read,
        }
    }

    /// Puts this key in the place of the one in the file, at one stroke.
    ///
    /// # Errors
    /// When the file cannot be written; the former one is then still there.
    pub(super) fn replace_file(&self, path: &Path) -> Result<(), KeyError> {
        let replace = || {
            let temporary = self.write_beside(path)?;
            fs::rename(&temporary, path)?;
            sync_directory(path)
        };
        replace().at("replace", path)
    }

    /// Tells keys apart by the first byte of a hash, so that no counter has to be kept beside a key.
    pub(super) fn version(&self) -> u8 {
        let hash =
            Sha256::new().chain_update(b"cartwright key version").chain_update(self.expose()).finalize();
        hash[0]
    }

    pub(super) fn expose(&self) -> &[u8; LENGTH] {
        self.0.expose_secret()
    }

    pub(super) fn read(path: &Path) -> Result<Self, KeyError> {
        let mode = fs::metadata(path).at("read", path)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyError::OpenToOthers { path: path.to_owned(), mode });
        }
        let mut text = fs::read_to_string(path).at("read", path)?;
        let key = Self::parse(&text).map_err(|_| KeyError::NoKeyInFile(path.to_owned()));
        text.zeroize();
        key
    }

    /// A link, other than a rename, fails when there is a file already: who comes second takes the first one's key. And
    /// the name never stands for a half-written file.
    fn write_unless_there(&self, path: &Path) -> io::Result<()> {
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir)?;
        }
        let temporary = self.write_beside(path)?;
        let linked = fs::hard_link(&temporary, path);
        fs::remove_file(&temporary)?;
        match linked {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            linked => linked.and_then(|()| sync_directory(path)),
        }
    }

    fn write_beside(&self, path: &Path) -> io::Result<PathBuf> {
        let chance = getrandom::u64().map_err(io::Error::other)?;
        let temporary = path.with_added_extension(format!("{chance:016x}"));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
        let mut text: String = self.expose().iter().map(|byte| format!("{byte:02x}")).collect();
        let written = writeln!(file, "{text}").and_then(|()| file.sync_all());
        text.zeroize();
        written.map(|()| temporary)
    }

    /// `0000…` and the like; 32 random bytes have about 30 different ones.
    fn is_too_simple(&self) -> bool {
        let mut bytes = *self.expose();
        bytes.sort_unstable();
        let different = 1 + bytes.windows(2).filter(|pair| pair[0] != pair[1]).count();
        bytes.zeroize();
        different < 12
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Not 32 random bytes.
    #[error(
        "the secret key must be 32 random bytes in hex or base64, not a passphrase; make one with `openssl rand -hex 32`"
    )]
    Format,
    /// The file holds something else.
    #[error(
        "{} holds no secret key; put the former file back, or, if nothing is sealed yet, remove it to have a new one made",
        .0.display()
    )]
    NoKeyInFile(PathBuf),
    /// The file is not private.
    #[error("others may read the secret key in {} (mode {mode:o}); close it with `chmod 600 {}`", path.display(), path.display())]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// There is nothing to change.
    #[error(
        "the secret key comes from CARTWRIGHT_SECRET_KEY: make another one with `openssl rand -hex 32`, set it there, put the \
         former one into CARTWRIGHT_FORMER_SECRET_KEY and restart; what is sealed is then sealed anew, and the log says when the \
         former key is not needed any more"
    )]
    NotInAFile,
    /// What both sealed begins with the same mark.
    #[error(
        "the new secret key cannot be told from the former one by its mark, as happens once in 256 times; make another one with \
         `openssl rand -hex 32`"
    )]
    Alike,
    /// A former change is not over.
    #[error("the last change of keys is not over: {} still opens what is sealed with it; try again in an hour", .0.display())]
    InChange(PathBuf),
    /// The file cannot be used.
    #[error("cannot {doing} the secret key's file {}: {source}; mend that, or set CARTWRIGHT_SECRET_KEY", path.display())]
    Io {
        /// What we tried.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

trait At<T> {
    fn at(self, doing: &'static str, path: &Path) -> Result<T, KeyError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, doing: &'static str, path: &Path) -> Result<T, KeyError> {
        self.map_err(|source| KeyError::Io { doing, path: path.to_owned(), source })
    }
}

/// A new name in a directory survives a power cut only when the directory is synced.
fn sync_directory(path: &Path) -> io::Result<()> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(dir)?.sync_all()
}

fn decode_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let whole = digits.len() == 2 * LENGTH && digits.iter().all(u8::is_ascii_hexdigit);
    let pairs = digits.chunks_exact(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok());
    whole.then(|| pairs.collect())?
}

/// Both alphabets, with and without padding.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let text = text.strip_suffix('=').unwrap_or(text);
    let mut bytes = Vec::with_capacity(LENGTH);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for digit in text.bytes() {
        bits = (bits << 6 | u32::from(base64_digit(digit)?)) & 0xfff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    let canonical = text.len() == 43 && bits & ((1 << held) - 1) == 0;
    canonical.then_some(bytes)
}

fn base64_digit(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1dfbff";

    #[test]
    fn a_key_is_read_from_hex_and_from_both_kinds_of_base64() {
        let expected = *MasterKey::parse(HEX).unwrap().expose();
        assert_eq!(expected[30..], [0xfb, 0xff]);
        let check = |text: &str| assert_eq!(MasterKey::parse(text).unwrap().expose(), &expected, "{text}");
        check(&HEX.to_uppercase());
        check("  000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1dfbff\n");
        check("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd+/8=");
        check("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd-_8");
    }

    #[test]
    fn anything_else_is_refused_and_says_how_to_make_one() {
        let refused = |text: &str| {
            let message = MasterKey::parse(text).unwrap_err().to_string();
            assert!(message.contains("openssl rand -hex 32"), "{text}: {message}");
            assert!(text.is_empty() || !message.contains(text), "the key is in the message");
        };
        refused("");
        refused("correct horse battery staple and some more words");
        refused("a-passphrase-of-forty-three-characters-with-");
        refused(&HEX[2..]);
        refused(&"0".repeat(64));
        refused("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd+/9=");
        refused("ü".repeat(32).as_str());
    }

    #[test]
    fn what_two_keys_sealed_can_be_told_apart() {
        let key = MasterKey::parse(HEX).unwrap();
        // by chance alone one of 256 would be alike
        assert!((0..3000).all(|_| key.another().unwrap().version() != key.version()));
    }

    #[test]
    fn the_file_is_made_once_for_its_owner_only_and_replaced_at_one_stroke() {
        let dir = Dir::new("made");
        let path = dir.0.join("deeper/secret.key");
        let starts: Vec<_> = (0..8)
            .map(|_| {
                let path = path.clone();
                thread::spawn(move || *MasterKey::from_file(&path).unwrap().expose())
            })
            .collect();
        let keys: Vec<_> = starts.into_iter().map(|start| start.join().unwrap()).collect();
        assert!(keys.iter().all(|key| *key == keys[0]), "eight starts at once, and not the same key");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        MasterKey::parse(HEX).unwrap().replace_file(&path).unwrap();
        assert_eq!(MasterKey::from_file(&path).unwrap().expose()[31], 0xff);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "a temporary file is left");
    }

    #[test]
    fn a_file_that_others_may_read_or_that_holds_no_key_is_refused() {
        let dir = Dir::new("refused");
        let path = dir.0.join("secret.key");
        fs::write(&path, HEX).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let message = MasterKey::from_file(&path).unwrap_err().to_string();
        assert!(message.contains("640") && message.contains("chmod 600"), "{message}");

        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let message = MasterKey::from_file(&path).unwrap_err().to_string();
        assert!(message.contains("holds no secret key"), "{message}");
    }

    struct Dir(PathBuf);

    impl Dir {
        fn new(name: &str) -> Self {
            let dir = std::env::temp_dir().join(format!("cartwright-key-{name}-{}", std::process::id()));
            fs::create_dir_all(&dir).unwrap();
            Self(dir)
        }
    }

    impl Drop for Dir {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
