//! The smallest bencode (BEP 3) that tests need: a writer, and a scanner that finds the raw info
//! dictionary. It must stay independent of `shoal-metainfo`, whose results it checks.

use std::collections::BTreeMap;

/// A bencoded value. Keys of a dictionary come out sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Int(u64),
    Bytes(Vec<u8>),
    List(Vec<Value>),
    Dict(BTreeMap<&'static str, Value>),
}

impl Value {
    pub(crate) fn text(text: &str) -> Self {
        Self::Bytes(text.as_bytes().to_vec())
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Int(number) => out.extend(format!("i{number}e").bytes()),
            Self::Bytes(bytes) => string(bytes, out),
            Self::List(items) => {
                out.push(b'l');
                for item in items {
                    item.write(out);
                }
                out.push(b'e');
            }
            Self::Dict(entries) => {
                out.push(b'd');
                for (key, value) in entries {
                    string(key.as_bytes(), out);
                    value.write(out);
                }
                out.push(b'e');
            }
        }
    }
}

fn string(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend(format!("{}:", bytes.len()).bytes());
    out.extend(bytes);
}

/// The raw bytes of the value of `key` in the dictionary that `bytes` is.
pub(crate) fn raw_entry<'a>(bytes: &'a [u8], key: &str) -> Option<&'a [u8]> {
    if bytes.first() != Some(&b'd') {
        return None;
    }
    let mut at = 1;
    while *bytes.get(at)? != b'e' {
        let after_key = skip(bytes, at)?;
        let after_value = skip(bytes, after_key)?;
        if bytes[at..after_key].ends_with(format!(":{key}").as_bytes())
            && after_key - at == key.len() + format!("{}:", key.len()).len()
        {
            return Some(&bytes[after_key..after_value]);
        }
        at = after_value;
    }
    None
}

/// Where the value that starts at `at` ends.
fn skip(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_u32;
    loop {
        match *bytes.get(at)? {
            b'd' | b'l' => {
                depth += 1;
                at += 1;
            }
            b'e' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            b'i' => at += bytes.get(at..)?.iter().position(|b| *b == b'e')? + 1,
            _ => {
                let colon = at + bytes.get(at..)?.iter().position(|b| *b == b':')?;
                let length: usize = std::str::from_utf8(&bytes[at..colon]).ok()?.parse().ok()?;
                at = colon.checked_add(1)?.checked_add(length)?;
            }
        }
        if depth == 0 {
            return (at <= bytes.len()).then_some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_bep_3_says() {
        let value = Value::Dict(BTreeMap::from([
            ("zz", Value::List(vec![Value::Int(0), Value::text("ü")])),
            ("a", Value::Dict(BTreeMap::new())),
        ]));
        assert_eq!(value.encode(), "d1:ade2:zzli0e2:üee".as_bytes());
    }

    #[test]
    fn finds_an_entry_and_survives_nonsense() {
        let bytes = b"d4:infoi1e2:zzd4:infoli1eee1:xle";
        assert_eq!(raw_entry(bytes, "info"), Some(&b"i1e"[..]));
        assert_eq!(raw_entry(bytes, "zz"), Some(&b"d4:infoli1eee"[..]));
        assert_eq!(raw_entry(bytes, "y"), None);
        for nonsense in [
            "",
            "i1e",
            "d",
            "d1:a",
            "d1:a9:x",
            "d99999999999999999999:",
            "dee",
            "d1:ae",
        ] {
            assert_eq!(raw_entry(nonsense.as_bytes(), "info"), None, "{nonsense}");
        }
    }
}
