//! The token: 128 random bits in a file that only its owner may read. Whoever has it may do what
//! the owner may do.

use std::{
    fs::{self, OpenOptions},
    hint::black_box,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// Bytes of randomness; the text has two hex digits for each.
const BYTES: usize = 16;
const PRIVATE_BYTES_MAX: u64 = 4096;

/// The secret that opens the API.
#[derive(Clone)]
pub struct Token {
    text: String,
    path: PathBuf,
}

impl Token {
    /// The token of a data folder. A new one is made when there is none, or when others could have
    /// read or written the one there is.
    pub fn of(data_dir: &Path) -> io::Result<Self> {
        let path = data_dir.join("token");
        if let Some(text) = read_private(&path) {
            let text = text.trim().to_owned();
            if is_secret(&text) {
                return Ok(Self { text, path });
            }
        }
        let text = random_hex()?;
        let token = Self { text, path };
        // What was made with the old one ends with it.
        match fs::remove_file(token.beside("sessions")) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => (),
        }
        write_private(&token.path, &token.text)?;
        Ok(token)
    }

    /// The text, for the URL that is printed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A further file in the folder of the token.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.path.with_file_name(name)
    }

    /// Whether this is it. Takes the same time wherever the first difference is.
    pub(crate) fn is(&self, given: &str) -> bool {
        same(self.text.as_bytes(), given.as_bytes())
    }
}

/// 128 random bits as hex.
pub(crate) fn random_hex() -> io::Result<String> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(hex::encode(bytes))
}

/// Compares two secrets without telling by its time how much of them agrees.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len()
        && a.iter()
            .zip(b)
            .fold(0, |sum, (a, b)| black_box(sum | (a ^ b)))
            == 0
}

/// Whether a text can be one that [`random_hex`] made.
pub(crate) fn is_secret(text: &str) -> bool {
    text.len() == 2 * BYTES && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// What a file says that only its owner can have read or written.
pub(crate) fn read_private(path: &Path) -> Option<String> {
    let meta = fs::symlink_metadata(path).ok()?;
    if !meta.is_file() || meta.len() > PRIVATE_BYTES_MAX || !is_private(&meta) {
        tracing::warn!(path = %path.display(), "a secret could be read by others and is not used any more");
        return None;
    }
    fs::read_to_string(path).ok()
}

/// Writes a file that only its owner can read.
pub(crate) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    // A file of our own making, renamed over what was there: nobody has the old one open for this.
    let temporary = path.with_extension("new");
    match fs::remove_file(&temporary) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => (),
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}

#[cfg(unix)]
fn is_private(meta: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    meta.mode().trailing_zeros() >= 6
}

/// Elsewhere the data folder lies in the user's profile, which others cannot read.
#[cfg(not(unix))]
fn is_private(_: &fs::Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    #[test]
    fn the_token_stays() {
        let dir = tempfile::tempdir().unwrap();
        let token = Token::of(dir.path()).unwrap();
        assert_eq!(token.text().len(), 32);
        assert_eq!(Token::of(dir.path()).unwrap().text(), token.text());
        assert_eq!(
            fs::read_to_string(dir.path().join("token")).unwrap().trim(),
            token.text()
        );
    }

    #[test]
    fn a_damaged_token_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        for bad in [
            "",
            "short",
            "zz000000000000000000000000000000",
            "000000000000000000000000000000000",
        ] {
            write_private(&dir.path().join("token"), bad).unwrap();
            let token = Token::of(dir.path()).unwrap();
            assert_ne!(token.text(), bad);
            assert_eq!(token.text().len(), 32);
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;

        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        let first = Token::of(dir.path()).unwrap();
        assert_eq!(mode(), 0o600);
        for open in [0o644, 0o660, 0o602, 0o601] {
            fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
            let second = Token::of(dir.path()).unwrap();
            assert_ne!(second.text(), first.text(), "{open:o}");
            assert_eq!(mode(), 0o600);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let elsewhere = dir.path().join("elsewhere");
        write_private(&elsewhere, "00000000000000000000000000000000").unwrap();
        std::os::unix::fs::symlink(&elsewhere, dir.path().join("token")).unwrap();
        let token = Token::of(dir.path()).unwrap();
        assert_ne!(token.text(), "00000000000000000000000000000000");
        assert!(
            fs::symlink_metadata(dir.path().join("token"))
                .unwrap()
                .is_file()
        );
    }

    #[test]
    fn secrets_are_compared_whole() {
        assert!(same(b"abc", b"abc"));
        assert!(!same(b"abc", b"abd"));
        assert!(!same(b"abc", b"bbc"));
        assert!(!same(b"abc", b"ab"));
        assert!(!same(b"", b"a"));
    }
}
