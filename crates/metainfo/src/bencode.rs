//! Bencoding (BEP 3), read only: a walk over borrowed bytes that allocates nothing, does not recurse
//! and believes no claimed length. It must stay strict where two readers could disagree (leading
//! zeros, integers beyond 64 bits, duplicate keys) and lenient about the order of keys.

use std::ops::Range;

use crate::MAX_TORRENT_BYTES;

/// How deep lists and dictionaries may nest. A version 2 `file tree` (BEP 52) needs one level per
/// folder, everything else fewer than six.
const MAX_NESTING: usize = 32;

/// 20 digits hold every unsigned 64-bit number.
const MAX_DIGITS: usize = 20;

/// No dictionary that is looked into has more than about 20 keys in the wild.
const MAX_KEYS: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SyntaxError {
    Truncated,
    TooDeep,
    DuplicateKey,
    TooManyKeys,
    /// Not bencoding at this byte of the given slice.
    Bad {
        offset: usize,
    },
}

/// One value, borrowed from the input. Lists and dictionaries are opened on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Int(i128),
    Bytes(&'a [u8]),
    List(List<'a>),
    Dict(&'a [u8]),
}

impl<'a> Value<'a> {
    /// Reads the value at the start of `data`; also gives the bytes after it.
    pub(crate) fn read(data: &'a [u8]) -> Result<(Self, &'a [u8]), SyntaxError> {
        let end = skip(data)?;
        let (raw, rest) = data.split_at(end);
        let value = match raw[0] {
            b'i' => Self::Int(read_int(&raw[1..end - 1]).ok_or(SyntaxError::Bad { offset: 0 })?),
            b'l' => Self::List(List(&raw[1..end - 1])),
            b'd' => Self::Dict(raw),
            _ => Self::Bytes(read_string(raw, 0)?.0),
        };
        Ok((value, rest))
    }

    pub(crate) fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub(crate) fn int(self) -> Option<i128> {
        match self {
            Self::Int(int) => Some(int),
            _ => None,
        }
    }

    pub(crate) fn list(self) -> Option<List<'a>> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }
}

/// A list; its items are read one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct List<'a>(&'a [u8]);

impl<'a> IntoIterator for List<'a> {
    type Item = Value<'a>;
    type IntoIter = Items<'a>;

    fn into_iter(self) -> Items<'a> {
        Items(self.0)
    }
}

pub(crate) struct Items<'a>(&'a [u8]);

impl<'a> Iterator for Items<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        // The bytes were walked by `skip` when the list was read, so an error cannot occur.
        let (value, rest) = Value::read(self.0).ok()?;
        self.0 = rest;
        Some(value)
    }
}

/// A dictionary whose keys are known to be unique.
#[derive(Debug, Clone)]
pub(crate) struct Dict<'a> {
    raw: &'a [u8],
    /// Sorted by key, with the place of the value in `raw`.
    entries: Vec<(&'a [u8], Range<usize>)>,
}

impl<'a> Dict<'a> {
    /// Opens a raw dictionary, `d` and `e` included. Keys may be in any order.
    pub(crate) fn open(raw: &'a [u8]) -> Result<Self, SyntaxError> {
        let end = skip(raw)?;
        if raw[0] != b'd' || end != raw.len() {
            return Err(SyntaxError::Bad { offset: 0 });
        }
        let mut entries = Vec::new();
        let mut pos = 1;
        while raw[pos] != b'e' {
            let (key, value_start) = read_string(raw, pos)?;
            pos = value_start + skip(&raw[value_start..])?;
            entries.push((key, value_start..pos));
            if entries.len() > MAX_KEYS {
                return Err(SyntaxError::TooManyKeys);
            }
        }
        entries.sort_unstable_by_key(|(key, _)| *key);
        if entries.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(SyntaxError::DuplicateKey);
        }
        Ok(Self { raw, entries })
    }

    /// Where the value under `key` lies in the raw dictionary.
    pub(crate) fn range(&self, key: &[u8]) -> Option<Range<usize>> {
        let index = self.entries.binary_search_by_key(&key, |(k, _)| *k).ok()?;
        Some(self.entries[index].1.clone())
    }

    /// The raw bytes of the value under `key`.
    pub(crate) fn raw(&self, key: &[u8]) -> Option<&'a [u8]> {
        Some(&self.raw[self.range(key)?])
    }

    pub(crate) fn get(&self, key: &[u8]) -> Option<Value<'a>> {
        Value::read(self.raw(key)?).ok().map(|(value, _)| value)
    }

    pub(crate) fn bytes(&self, key: &[u8]) -> Option<&'a [u8]> {
        self.get(key)?.bytes()
    }

    pub(crate) fn has(&self, key: &[u8]) -> bool {
        self.raw(key).is_some()
    }
}

/// What may come next inside an open list or dictionary.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    Item,
    Key,
    KeyedValue,
}

/// Checks the one value at the start of `data` and gives its length in bytes.
pub(crate) fn skip(data: &[u8]) -> Result<usize, SyntaxError> {
    let mut stack = [Frame::Item; MAX_NESTING];
    let mut depth = 0;
    let mut pos = 0;
    loop {
        let byte = *data.get(pos).ok_or(SyntaxError::Truncated)?;
        let frame = (depth > 0).then(|| stack[depth - 1]);
        match byte {
            b'e' if matches!(frame, Some(Frame::Item | Frame::Key)) => {
                depth -= 1;
                pos += 1;
            }
            b'0'..=b'9' => pos = read_string(data, pos)?.1,
            b'i' if frame != Some(Frame::Key) => pos = skip_int(data, pos)?,
            b'l' | b'd' if frame != Some(Frame::Key) => {
                let slot = stack.get_mut(depth).ok_or(SyntaxError::TooDeep)?;
                *slot = if byte == b'l' {
                    Frame::Item
                } else {
                    Frame::Key
                };
                depth += 1;
                pos += 1;
                continue;
            }
            _ => return Err(SyntaxError::Bad { offset: pos }),
        }
        if depth == 0 {
            return Ok(pos);
        }
        let parent = &mut stack[depth - 1];
        *parent = match *parent {
            Frame::Item => Frame::Item,
            Frame::Key => Frame::KeyedValue,
            Frame::KeyedValue => Frame::Key,
        };
    }
}

/// Reads `5:hello` at `pos`; also gives the position after it.
fn read_string(data: &[u8], pos: usize) -> Result<(&[u8], usize), SyntaxError> {
    let bad = SyntaxError::Bad { offset: pos };
    let digits = digits_at(data, pos);
    let Some(&after) = data.get(pos + digits.len()) else {
        return Err(if digits.len() > MAX_DIGITS {
            bad
        } else {
            SyntaxError::Truncated
        });
    };
    if after != b':' || (digits.len() > 1 && digits[0] == b'0') {
        return Err(bad);
    }
    let length = parse_digits(digits).ok_or(bad)?;
    let start = pos + digits.len() + 1;
    // A length beyond the largest input is damage, not a file cut off.
    let length = usize::try_from(length).map_err(|_| bad)?;
    if length > MAX_TORRENT_BYTES {
        return Err(bad);
    }
    let end = start + length;
    let bytes = data.get(start..end).ok_or(SyntaxError::Truncated)?;
    Ok((bytes, end))
}

/// Checks `i-12e` at `pos` and gives the position after it.
fn skip_int(data: &[u8], pos: usize) -> Result<usize, SyntaxError> {
    let sign = usize::from(data.get(pos + 1) == Some(&b'-'));
    let digits = digits_at(data, pos + 1 + sign);
    let end = pos + 1 + sign + digits.len();
    let bad = Err(SyntaxError::Bad { offset: pos });
    match data.get(end) {
        None if digits.len() <= MAX_DIGITS => Err(SyntaxError::Truncated),
        Some(b'e') if read_int(&data[pos + 1..end]).is_some() => Ok(end + 1),
        _ => bad,
    }
}

/// The run of digits at `pos`, one more than allowed at most.
fn digits_at(data: &[u8], pos: usize) -> &[u8] {
    let rest = data.get(pos..).unwrap_or_default();
    let count = rest
        .iter()
        .take(MAX_DIGITS + 1)
        .take_while(|b| b.is_ascii_digit())
        .count();
    &rest[..count]
}

/// `None` for anything that BEP 3 does not allow: nothing, `-0`, leading zeros, too many digits.
fn read_int(text: &[u8]) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    if digits.first() == Some(&b'0') && (negative || digits.len() > 1) {
        return None;
    }
    let value = parse_digits(digits)?;
    Some(if negative { -value } else { value })
}

fn parse_digits(digits: &[u8]) -> Option<i128> {
    if digits.is_empty() || digits.len() > MAX_DIGITS {
        return None;
    }
    Some(
        digits
            .iter()
            .fold(0, |sum, &d| sum * 10 + i128::from(d - b'0')),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_every_kind() {
        assert_eq!(Value::read(b"i-7ex").unwrap(), (Value::Int(-7), &b"x"[..]));
        assert_eq!(Value::read(b"2:hi").unwrap().0.bytes(), Some(&b"hi"[..]));
        let list = Value::read(b"l1:ai2elee").unwrap().0.list().unwrap();
        assert_eq!(list.into_iter().count(), 3);
        let dict = Dict::open(b"d1:bi1e1:a0:e").unwrap();
        assert_eq!(dict.get(b"b").unwrap().int(), Some(1));
        assert_eq!(dict.bytes(b"a"), Some(&b""[..]));
        assert!(!dict.has(b"c"));
    }

    #[test]
    fn damaged_values() {
        let bad = |offset| Err(SyntaxError::Bad { offset });
        let cases: &[(&[u8], Result<usize, SyntaxError>)] = &[
            (b"", Err(SyntaxError::Truncated)),
            (b"ie", bad(0)),
            (b"i-e", bad(0)),
            (b"i-0e", bad(0)),
            (b"i01e", bad(0)),
            (b"i12", Err(SyntaxError::Truncated)),
            (b"i18446744073709551616e", Ok(22)),
            (b"i184467440737095516160e", bad(0)),
            (b"05:hello", bad(0)),
            (b"-5:hello", bad(0)),
            (b"5:hell", Err(SyntaxError::Truncated)),
            (b"5", Err(SyntaxError::Truncated)),
            (b"99999999999999999999:a", bad(0)),
            (b"999999999999999999999:a", bad(0)),
            (b"di1e1:ae", bad(1)),
            (b"d1:ae", bad(4)),
            (b"d1:a", Err(SyntaxError::Truncated)),
            (b"e", bad(0)),
            (b"l", Err(SyntaxError::Truncated)),
            (b"lx", bad(1)),
        ];
        for (data, expected) in cases {
            assert_eq!(skip(data), *expected, "{}", data.escape_ascii());
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |n: usize| [vec![b'l'; n], vec![b'e'; n]].concat();
        assert_eq!(skip(&nested(MAX_NESTING)), Ok(2 * MAX_NESTING));
        assert_eq!(skip(&nested(MAX_NESTING + 1)), Err(SyntaxError::TooDeep));
        assert_eq!(skip(&vec![b'l'; 1_000_000]), Err(SyntaxError::TooDeep));
    }

    #[test]
    fn keys_are_unique_and_few() {
        let open = |raw: &[u8]| Dict::open(raw).map(|_| ());
        assert_eq!(open(b"d1:a0:1:b0:1:a0:e"), Err(SyntaxError::DuplicateKey));
        let mut many = b"d".to_vec();
        for i in 0..=MAX_KEYS {
            many.extend(format!("4:{i:04}0:").bytes());
        }
        many.push(b'e');
        assert_eq!(open(&many), Err(SyntaxError::TooManyKeys));
    }
}
