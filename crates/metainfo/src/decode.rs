//! Decodes the bytes of names and comments into text. A byte order mark never chooses the decoding
//! here: it decodes to an ordinary invisible character, which is stripped BEFORE names are checked,
//! so no bytes can turn into `..` after the check.

use encoding_rs::{Encoding, WINDOWS_1252};

/// The decoding that a torrent asks for in its `encoding` key, if it is a usable one.
///
/// Only encodings in which ASCII bytes mean ASCII are taken: names in UTF-16 do not occur, and
/// stateful encodings hide what a name holds.
pub(crate) fn declared(label: Option<&[u8]>) -> Option<&'static Encoding> {
    let label = label?;
    let encoding = match label.to_ascii_uppercase().as_slice() {
        // What Windows calls its code pages.
        b"CP932" | b"932" => encoding_rs::SHIFT_JIS,
        b"CP936" | b"936" => encoding_rs::GBK,
        b"CP949" | b"949" => encoding_rs::EUC_KR,
        b"CP950" | b"950" => encoding_rs::BIG5,
        _ => Encoding::for_label(label)?,
    };
    encoding.is_ascii_compatible().then_some(encoding)
}

/// Decodes `bytes`; `utf8` is the twin of the same field that some programs add as `….utf-8`.
///
/// Order: the twin if it is valid UTF-8, the bytes if they are, the declared encoding if it fits,
/// Windows-1252, which gives some character for every byte, so different bytes stay different.
pub(crate) fn text(
    bytes: &[u8],
    utf8: Option<&[u8]>,
    declared: Option<&'static Encoding>,
) -> String {
    if let Some(text) = utf8.and_then(|b| std::str::from_utf8(b).ok())
        && !text.is_empty()
    {
        return text.to_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    if let Some(text) =
        declared.and_then(|e| e.decode_without_bom_handling_and_without_replacement(bytes))
    {
        return text.into_owned();
    }
    WINDOWS_1252
        .decode_without_bom_handling(bytes)
        .0
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_of_decodings() {
        let sjis = declared(Some(b"Shift_JIS"));
        let gbk = declared(Some(b"gbk"));
        assert_eq!(text("é".as_bytes(), None, sjis), "é");
        assert_eq!(text(b"\x95\x5c.txt", None, sjis), "表.txt");
        assert_eq!(text(b"\xc4\xe3", None, gbk), "你");
        assert_eq!(text(b"\xc4\xe3", Some("名".as_bytes()), gbk), "名");
        assert_eq!(text(b"x", Some(b"\xff"), None), "x");
        assert_eq!(text(b"caf\xe9\xff", None, None), "café\u{ff}");
    }

    #[test]
    fn a_byte_order_mark_decides_nothing() {
        assert_eq!(text(b"\xef\xbb\xbf..", None, None), "\u{feff}..");
        assert_eq!(text(b"\xff\xfe.\0.\0", None, None), "ÿþ.\0.\0");
        for label in [
            "utf-16le",
            "utf-16",
            "iso-2022-jp",
            "replacement",
            "hz-gb-2312",
            "nonsense",
        ] {
            assert_eq!(declared(Some(label.as_bytes())), None, "{label}");
        }
    }
}
