//! Writes bencoding (BEP 3): keys sorted, nothing twice. Only what we made ourselves is written.

use std::collections::BTreeMap;

/// One value to write.
pub(super) enum Node {
    Int(i64),
    Bytes(Vec<u8>),
    List(Vec<Node>),
    Dict(Dict),
}

pub(super) type Dict = BTreeMap<Vec<u8>, Node>;

impl Node {
    pub(super) fn text(text: &str) -> Self {
        Self::Bytes(text.as_bytes().to_vec())
    }

    pub(super) fn texts<'a>(texts: impl IntoIterator<Item = &'a String>) -> Self {
        Self::List(texts.into_iter().map(|text| Self::text(text)).collect())
    }

    /// Lengths and counts of ours lie far below the limit.
    pub(super) fn length(length: u64) -> Self {
        Self::Int(i64::try_from(length).unwrap_or(i64::MAX))
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Int(int) => out.extend_from_slice(format!("i{int}e").as_bytes()),
            Self::Bytes(bytes) => write_bytes(bytes, out),
            Self::List(items) => {
                out.push(b'l');
                for item in items {
                    item.write(out);
                }
                out.push(b'e');
            }
            Self::Dict(dict) => write_dict(dict, out),
        }
    }
}

pub(super) fn write_dict(dict: &Dict, out: &mut Vec<u8>) {
    out.push(b'd');
    for (key, value) in dict {
        write_bytes(key, out);
        value.write(out);
    }
    out.push(b'e');
}

fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(format!("{}:", bytes.len()).as_bytes());
    out.extend_from_slice(bytes);
}

pub(super) fn put(dict: &mut Dict, key: &str, value: Node) {
    dict.insert(key.as_bytes().to_vec(), value);
}
