#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;

use serde::Deserialize;
use shoal_api::Sentence;

use super::*;

/// What the window writes of a number.
#[derive(Deserialize)]
struct Sample {
    bytes: u64,
    size: String,
    binary: String,
    speed: String,
    /// Of this many bytes out of ten times as many.
    pair: [String; 2],
}

fn languages() -> impl Iterator<Item = &'static str> {
    SOURCES.iter().map(|source| source.language)
}

fn english() -> Words {
    Words::resolve("en", "")
}

#[test]
fn amounts_are_written_as_the_window_writes_them() {
    let mut samples: HashMap<String, Vec<Sample>> =
        serde_json::from_str(include_str!("../../words/samples.json")).unwrap();
    for language in languages() {
        let words = Words::resolve(language, "");
        let samples = samples.remove(language).unwrap();
        assert!(samples.len() >= 20, "{language}");
        for sample in samples {
            let bytes = sample.bytes;
            assert_eq!(words.size(bytes, false), sample.size, "{words:?} {bytes}");
            assert_eq!(words.size(bytes, true), sample.binary, "{words:?} {bytes}");
            assert_eq!(words.speed(bytes, false), sample.speed, "{words:?} {bytes}");
            let (part, whole) = words.pair(bytes, bytes * 10, false);
            assert_eq!([part, whole], sample.pair, "{words:?} {bytes}");
        }
    }
}

#[test]
fn every_language_says_what_english_says() {
    let keys: Vec<_> = tongue(0).messages.keys().collect();
    for (at, language) in languages().enumerate() {
        let own = &tongue(at).messages;
        let missing: Vec<_> = keys
            .iter()
            .filter(|key| !own.contains_key(**key) && !key.ends_with("_one"))
            .collect();
        assert!(missing.is_empty(), "{language}: {missing:?}");
    }
}

#[test]
fn plurals_are_those_of_the_language() {
    let arabic = [0, 1, 2, 3, 10, 11, 99, 100, 102, 103, 111];
    let forms: Vec<_> = arabic.map(|n| form("ar", n)).to_vec();
    assert_eq!(
        forms,
        [
            "zero", "one", "two", "few", "few", "many", "many", "other", "other", "few", "many"
        ]
    );
    assert_eq!(
        [form("fr", 0), form("fr", 1), form("fr", 2)],
        ["one", "one", "other"]
    );
    assert_eq!([form("de", 0), form("de", 1)], ["other", "one"]);
    assert_eq!(form("zh", 1), "other");
}

#[test]
fn the_system_says_the_language_when_nobody_chose_one() {
    let of = |choice, system| {
        let words = Words::resolve(choice, system);
        (words.tongue.language, words.region.is_some())
    };
    assert_eq!(of("system", "de_AT.UTF-8"), ("de", false));
    assert_eq!(of("system", "de_CH.UTF-8@euro"), ("de", true));
    assert_eq!(of("system", "ar_EG"), ("ar", true));
    assert_eq!(of("system", "C"), ("en", false));
    assert_eq!(of("system", ""), ("en", false));
    assert_eq!(of("system", "nl_NL"), ("en", false));
    assert_eq!(of("fr", "de_CH"), ("fr", false));
    assert_eq!(of("tlh", "de_DE"), ("en", false));
}

#[test]
fn a_region_writes_numbers_in_its_own_way() {
    let swiss = Words::resolve("system", "de_CH.UTF-8");
    assert_eq!(swiss.size(4_700_000_000, false), "4.70\u{202f}GB");
    let german = Words::resolve("system", "de_DE.UTF-8");
    assert_eq!(german.size(4_700_000_000, false), "4,70\u{202f}GB");
    assert!(swiss != german);
    let egyptian = Words::resolve("system", "ar_EG.UTF-8");
    assert_eq!(egyptian.number(1_203), "١٬٢٠٣");
}

#[test]
fn names_are_text_and_kept_to_themselves() {
    let words = english();
    let fill = |name: &str| words.fill("‘{name}’ is here.", None, &[("name", name)]);
    assert_eq!(fill("{name} <b>"), "‘{name} <b>’ is here.");
    assert_eq!(fill("سفينة"), "‘\u{2068}سفينة\u{2069}’ is here.");
    assert_eq!(fill("a\u{202e}b"), "‘\u{2068}a\u{202e}b\u{2069}’ is here.");
    assert_eq!(words.fill("{who} {", None, &[]), "{who} {");
    let names = ["{second}", "b", "{first}"].map(str::to_owned);
    assert_eq!(words.list(&names), "{second}, b, {first}");
    assert_eq!(words.list(&[]), "");
}

#[test]
fn a_key_without_words_is_seen() {
    assert_eq!(english().say("desk.nothing", &[]), "desk.nothing");
    assert_eq!(english().count("desk.nothing", 2, &[]), "desk.nothing");
}

fn sentence(code: &str, params: &[(&str, &str)]) -> Sentence {
    Sentence {
        code: code.to_owned(),
        params: params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect::<BTreeMap<_, _>>(),
    }
}

#[test]
fn the_rows_own_sentence_is_said() {
    let say = |code: &str, params: &[(&str, &str)]| {
        let said = english().sentence(&sentence(code, params), false);
        said.unwrap_or_default().replace('\u{202f}', " ")
    };
    assert_eq!(
        say(
            "disk_full",
            &[("volume", "/data"), ("needed_bytes", "3100000000")]
        ),
        "Paused: /data is full, needs 3.10 GB. Goes on by itself."
    );
    assert_eq!(
        say("disk_full", &[("volume", "")]),
        "Paused: the disk is full. Goes on by itself."
    );
    assert_eq!(
        say("move_failed", &[("path", "/a"), ("reason", "read_only")]),
        "Could not be moved to /a: that place can only be read. It goes on where it was."
    );
    assert_eq!(
        say(
            "matches_partly",
            &[
                ("path", "/a"),
                ("good_bytes", "1420000000"),
                ("total_bytes", "4700000000")
            ]
        ),
        "There already, but only 1.42 of 4.70 GB match this torrent. Nothing was changed at /a."
    );
    assert_eq!(
        say("bad_metadata", &[("reason", "too_deep")]),
        "What peers sent as its file list cannot be used."
    );
    assert_eq!(
        say("folder_missing", &[("path", "/{x}")]),
        "/{x} is not there: nothing was changed. Goes on by itself when it is back."
    );
}

#[test]
fn what_has_no_words_or_lacks_a_part_is_not_said() {
    let none = |code: &str| english().sentence(&sentence(code, &[]), false).is_none();
    assert!(none("downloading"), "not one that calls for somebody");
    assert!(none("folder_missing"));
    assert!(none("move_failed"));
    assert!(none("matches_partly"));
    assert!(!none("internal"));
}

/// What a torrent can fail of: each has words in every language.
#[test]
fn every_fault_is_said_in_every_language() {
    const FAULTS: &[&str] = &[
        "disk_full",
        "folder_missing",
        "volume_changed",
        "permission_denied",
        "read_only",
        "file_in_the_way",
        "file_too_big",
        "matches_partly",
        "move_failed",
        "files_changed",
        "io",
        "internal",
        "no_peer_source",
        "unsupported",
        "bad_metadata",
        "trash_failed",
        "store_damaged",
    ];
    let params = [
        ("path", "/p"),
        ("volume", "/v"),
        ("needed_bytes", "1"),
        ("good_bytes", "1"),
        ("total_bytes", "2"),
        ("reason", "disk_full"),
        ("detail", "d"),
    ];
    for language in languages() {
        for code in FAULTS {
            let said = Words::resolve(language, "").sentence(&sentence(code, &params), true);
            let said = said.unwrap_or_else(|| panic!("{language}: {code}"));
            assert!(
                !said.contains('{') && !said.ends_with(' '),
                "{language}: {said}"
            );
        }
    }
}
