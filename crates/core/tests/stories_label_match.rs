//! Labels that new torrents get by themselves, and what labels bring.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{World, build::*};
use shoal_core::{Brings, Command, LABELS_EACH_MAX, Label, LabelMatch, NewTorrent};

fn label(name: &str, of: LabelMatch) -> Label {
    Label {
        name: name.to_owned(),
        matches: vec![of],
        ..Label::default()
    }
}

fn named(pattern: &str) -> LabelMatch {
    LabelMatch {
        name: Some(pattern.to_owned()),
        ..LabelMatch::default()
    }
}

#[test]
fn a_new_torrent_gets_the_labels_whose_rules_it_fits() {
    let mut w = World::ready();
    w.done(Command::PutLabel(label("films", named("*.MKV"))));
    let by_host = LabelMatch {
        tracker: Some("example".to_owned()),
        ..LabelMatch::default()
    };
    w.done(Command::PutLabel(label("host", by_host)));
    let big = LabelMatch {
        min_bytes: Some(1 << 40),
        ..LabelMatch::default()
    };
    w.done(Command::PutLabel(label("big", big)));
    let meta = single("Some.mkv", 4);
    w.add(NewTorrent {
        labels: vec!["own".to_owned()],
        trackers: vec![vec!["http://one.example/announce".to_owned()]],
        ..from_file(&meta)
    });
    let labels = &w.torrent(meta.info_hash).record.labels;
    assert_eq!(labels, &["own", "films", "host"]);
    // Of one that is there already nothing is changed.
    w.done(Command::SetLabels(vec![meta.info_hash], vec![]));
    w.add(from_file(&meta));
    assert!(w.torrent(meta.info_hash).record.labels.is_empty());
    // No more than one can have.
    for n in 0..LABELS_EACH_MAX + 5 {
        w.done(Command::PutLabel(label(&format!("l{n}"), named("*"))));
    }
    let meta = single("other", 4);
    w.add(from_file(&meta));
    let labels = &w.torrent(meta.info_hash).record.labels;
    assert_eq!(labels.len(), LABELS_EACH_MAX);
}

#[test]
fn whoever_says_which_labels_gets_no_others() {
    let mut w = World::ready();
    w.done(Command::PutLabel(label("films", named("*"))));
    let meta = single("Some.mkv", 4);
    w.add(NewTorrent {
        labels: vec!["own".to_owned()],
        only_labels: true,
        ..from_file(&meta)
    });
    assert_eq!(w.torrent(meta.info_hash).record.labels, ["own"]);
}

#[test]
fn what_labels_say_of_an_add_is_found_from_near_to_far() {
    let mut w = World::ready();
    w.done(Command::PutLabel(Label {
        name: "films".to_owned(),
        save_path: Some("/data/films".into()),
        start: Some(false),
        ..Label::default()
    }));
    w.done(Command::PutLabel(Label {
        name: "films/hd".to_owned(),
        save_path: Some("/data/hd".into()),
        ..Label::default()
    }));
    let of = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        w.state.brings(&names)
    };
    let expected = Brings {
        save_path: Some("/data/hd".into()),
        start: Some(false),
    };
    assert_eq!(of(&["none", "films/hd"]), expected);
    assert_eq!(of(&["films/sd"]).save_path, Some("/data/films".into()));
    assert_eq!(of(&["none"]), Brings::default());
}
