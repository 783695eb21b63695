#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use proptest::prelude::*;

use super::*;

const MAGNET: &str = "x-scheme-handler/magnet";

fn on(list: &str) -> String {
    String::from_utf8(with(list.as_bytes(), Kind::Magnet)).unwrap()
}

fn off(list: &str) -> String {
    String::from_utf8(without(list.as_bytes(), Kind::Magnet)).unwrap()
}

#[test]
fn an_empty_list_names_shoal_and_is_empty_again() {
    let list = on("");
    let expected =
        format!("[Default Applications]\n{MAGNET}={ID};\n[Added Associations]\n{MAGNET}={ID};\n");
    assert_eq!(list, expected);
    assert_eq!(off(&list), "");
}

#[test]
fn the_others_stay_behind_it() {
    let list =
        format!("[Default Applications]\n{MAGNET} = a.desktop;b.desktop\ntext/html=c.desktop\n");
    let changed = on(&list);
    assert!(
        changed.contains(&format!("{MAGNET} = {ID};a.desktop;b.desktop\n")),
        "{changed}"
    );
    assert_eq!(off(&changed), list);
}

#[test]
fn an_old_place_of_it_is_given_up() {
    let list = format!("[Default Applications]\n{MAGNET}=a.desktop;{ID};b.desktop;\n");
    let changed = on(&list);
    assert!(
        changed.contains(&format!("{MAGNET}={ID};a.desktop;b.desktop;\n")),
        "{changed}"
    );
}

#[test]
fn a_line_goes_into_the_group_that_is_there() {
    let list = "# mine\r\n[Default Applications]\r\ntext/html=c.desktop\r\n";
    let changed = on(list);
    let expected = format!(
        "# mine\r\n[Added Associations]\r\n{MAGNET}={ID};\r\n[Default Applications]\r\n{MAGNET}={ID};\r\n\
         text/html=c.desktop\r\n"
    );
    assert_eq!(changed, expected);
    assert_eq!(off(&changed), list);
}

#[test]
fn a_group_that_ends_the_file_without_a_line_feed_is_kept_so() {
    let list = "[Added Associations]\na/b=c.desktop\n[Default Applications]";
    let changed = on(list);
    assert!(
        changed.ends_with(&format!("[Default Applications]\n{MAGNET}={ID};")),
        "{changed}"
    );
    assert_eq!(off(&changed), list);
}

#[test]
fn somebody_who_took_it_away_and_wants_it_again_gets_it() {
    let list = format!("[Removed Associations]\n{MAGNET}={ID};a.desktop;\n");
    let changed = on(&list);
    assert!(
        changed.ends_with(&format!("[Removed Associations]\n{MAGNET}=a.desktop;\n")),
        "{changed}"
    );
}

#[test]
fn kinds_do_not_mix() {
    let both = with(&with(b"", Kind::Torrent), Kind::Magnet);
    assert_eq!(without(&both, Kind::Magnet), with(b"", Kind::Torrent));
    assert!(has_added(&both, Kind::Torrent));
}

#[test]
fn what_is_no_entry_names_nobody() {
    let list =
        format!("{MAGNET}={ID}\n[Default Applications]\n#{MAGNET}={ID}\n[Other]\n{MAGNET}={ID}\n");
    assert_eq!(
        programs(list.as_bytes(), DEFAULT, Kind::Magnet),
        Vec::<String>::new()
    );
}

/// A line of a list: something about magnets, about something else, a comment, or bytes of any kind.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        Just("a.desktop".to_owned()),
        Just(" a.desktop;b.desktop; ".to_owned()),
        Just("a.desktop;".to_owned()),
        "[a-z;.=\\\\ ]{1,12}".prop_filter("a value", |value| !value.trim().is_empty()),
    ];
    prop_oneof![
        Just(b"[Default Applications]".to_vec()),
        Just(b"[Added Associations]".to_vec()),
        Just(b" [Removed Associations] ".to_vec()),
        Just(b"[Other]".to_vec()),
        Just(b"# about magnets".to_vec()),
        Just(Vec::new()),
        value
            .clone()
            .prop_map(|value| format!("{MAGNET}={value}").into_bytes()),
        value
            .clone()
            .prop_map(|value| format!("{MAGNET} =\t{value}").into_bytes()),
        value.prop_map(|value| format!("a/b={value}").into_bytes()),
        prop::collection::vec(
            any::<u8>().prop_filter("one line", |byte| *byte != b'\n'),
            0..12
        ),
    ]
}

fn list() -> impl Strategy<Value = Vec<u8>> {
    let lines = prop::collection::vec((line(), prop::bool::ANY), 0..12);
    (lines, prop::bool::ANY).prop_map(|(lines, ended)| {
        let mut list: Vec<u8> = Vec::new();
        for (line, windows) in lines {
            list.extend(line);
            list.extend(if windows { &b"\r\n"[..] } else { b"\n" });
        }
        if !ended {
            list.pop();
        }
        list
    })
}

/// The lines that are not about magnets.
fn others(list: &[u8]) -> Vec<Vec<u8>> {
    let about = |line: &&[u8]| entry(line).is_some_and(|(key, _)| key == MAGNET.as_bytes());
    let bare = |line: &[u8]| line.trim_ascii_end().to_vec();
    let lines = list.split_inclusive(|byte| *byte == b'\n');
    lines.filter(|line| !about(line)).map(bare).collect()
}

/// Whether a group that Shoal would make comes first with nothing in it: then it is taken for Shoal's.
fn is_bare(list: &[u8]) -> bool {
    let mut lines = Lines::of(list);
    let before = lines.0.len();
    lines.close(DEFAULT);
    lines.close(ADDED);
    lines.0.len() != before
}

proptest! {
    #[test]
    fn on_and_off_leave_every_byte(list in list()) {
        if is_bare(&list) {
            return Ok(());
        }
        let changed = with(&list, Kind::Magnet);
        let back = without(&changed, Kind::Magnet);
        prop_assert_eq!(back, list);
    }

    #[test]
    fn it_is_first_and_every_other_line_stays(list in list()) {
        let changed = with(&list, Kind::Magnet);
        let first = |group| programs(&changed, group, Kind::Magnet).into_iter().next();
        prop_assert_eq!(first(DEFAULT), Some(ID.to_owned()));
        prop_assert_eq!(first(ADDED), Some(ID.to_owned()));
        let (before, after) = (others(&list), others(&changed));
        // But for groups that are new, with nobody else in them, all is there in its order.
        let mut rest = after.iter();
        prop_assert!(before.iter().all(|line| rest.any(|other| other == line)));
        prop_assert!(after.len() - before.len() <= 2);
        prop_assert_eq!(with(&changed, Kind::Magnet), changed, "twice is once");
    }

    #[test]
    fn off_takes_nobody_else_out(list in list()) {
        let ids = |list: &[u8]| programs(list, DEFAULT, Kind::Magnet).into_iter()
            .filter(|id| id != ID).collect::<Vec<_>>();
        let after = without(&list, Kind::Magnet);
        prop_assert_eq!(ids(&after), ids(&list));
        prop_assert!(!programs(&after, DEFAULT, Kind::Magnet).contains(&ID.to_owned()));
    }
}
