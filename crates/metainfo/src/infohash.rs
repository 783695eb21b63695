//! The 20-byte SHA-1 name of a torrent (BEP 3) and its text forms. It must never accept a hash of
//! another length: a version 2 hash (BEP 52) is a different thing.

use std::{fmt, str::FromStr};

use sha1::{Digest, Sha1};
use thiserror::Error;

/// SHA-1 of the raw info dictionary (BEP 3). Shown as 40 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InfoHash(pub [u8; 20]);

/// The text is neither 40 hexadecimal digits nor 32 base32 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("An info-hash is 40 hexadecimal digits or 32 base32 characters.")]
pub struct ParseInfoHashError;

impl InfoHash {
    /// The hash of a raw info dictionary.
    pub fn of_info(info: &[u8]) -> Self {
        Self(Sha1::digest(info).into())
    }

    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Display for InfoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for InfoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for InfoHash {
    type Err = ParseInfoHashError;

    /// Reads 40 hexadecimal digits or 32 base32 characters (RFC 4648, no padding), in any case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 20];
        match text.len() {
            40 => hex::decode_to_slice(text, &mut bytes).map_err(|_| ParseInfoHashError)?,
            32 => decode_base32(text.as_bytes(), &mut bytes).ok_or(ParseInfoHashError)?,
            _ => return Err(ParseInfoHashError),
        }
        Ok(Self(bytes))
    }
}

/// Eight characters of five bits give five bytes; 32 characters give 20.
fn decode_base32(text: &[u8], out: &mut [u8; 20]) -> Option<()> {
    for (group, bytes) in text.chunks_exact(8).zip(out.chunks_exact_mut(5)) {
        let mut bits = 0_u64;
        for &c in group {
            let value = match c {
                b'a'..=b'z' => c - b'a',
                b'A'..=b'Z' => c - b'A',
                b'2'..=b'7' => c - b'2' + 26,
                _ => return None,
            };
            bits = bits << 5 | u64::from(value);
        }
        bytes.copy_from_slice(&bits.to_be_bytes()[3..]);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "a9cd2c8b6bc5a704d3bb950b23222dbcc55cbfbf";

    #[test]
    fn hex_and_base32_name_the_same_hash() {
        let hash: InfoHash = HEX.parse().unwrap();
        assert_eq!(hash.to_string(), HEX);
        assert_eq!(HEX.to_uppercase().parse::<InfoHash>().unwrap(), hash);
        // From Python: base64.b32encode(bytes.fromhex(HEX)).
        let base32 = "VHGSZC3LYWTQJU53SUFSGIRNXTCVZP57";
        assert_eq!(base32.parse::<InfoHash>().unwrap(), hash);
        assert_eq!(base32.to_lowercase().parse::<InfoHash>().unwrap(), hash);
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "a9",
            &HEX[1..],
            &"z".repeat(40),
            &"1".repeat(32),
            &"é".repeat(20),
        ] {
            assert_eq!(text.parse::<InfoHash>(), Err(ParseInfoHashError), "{text}");
        }
    }
}
