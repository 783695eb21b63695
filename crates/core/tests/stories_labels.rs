//! Labels of one and of thousands, and how the window is arranged.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{World, build::*};
use shoal_core::{
    Command, InfoHash, LABELS_EACH_MAX, LABELS_MAX, Label, NewTorrent, PREF_BYTES_MAX, PREFS_MAX,
    Refusal, RemoveData, Reply, StepKind,
};

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

impl World {
    /// A stopped torrent with these labels.
    fn labelled(&mut self, name: &str, labels: &[&str]) -> InfoHash {
        let meta = single(name, 4);
        self.add(NewTorrent {
            labels: texts(labels),
            intent: shoal_core::Intent::Stop,
            ..from_file(&meta)
        });
        meta.info_hash
    }

    fn change(&mut self, hashes: &[InfoHash], add: &[&str], remove: &[&str]) -> Reply {
        self.command(Command::ChangeLabels {
            hashes: hashes.to_vec(),
            add: texts(add),
            remove: texts(remove),
        })
    }

    fn labels_of(&self, hash: InfoHash) -> Vec<&str> {
        let labels = &self.torrent(hash).record.labels;
        labels.iter().map(String::as_str).collect()
    }

    fn names(&self) -> Vec<&str> {
        self.state.labels().keys().map(String::as_str).collect()
    }

    fn put_label(&mut self, name: &str, colour: u8) -> Reply {
        let name = name.to_owned();
        self.command(Command::PutLabel(Label {
            name,
            colour,
            ..Label::default()
        }))
    }

    fn rename_label(&mut self, from: &str, to: &str) -> Reply {
        self.command(Command::RenameLabel(from.into(), to.into()))
    }
}

fn refused(refusal: Refusal) -> Reply {
    Reply::Refused(refusal)
}

#[test]
fn a_name_has_something_between_any_two_slashes() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 3));
    let give = |w: &mut World, name: &str| {
        let labels = Command::SetLabels(vec![hash], vec![name.to_owned()]);
        (w.command(labels), w.torrent(hash).record.labels.clone())
    };
    for name in [
        "films/hd",
        "/films/hd",
        "films//hd",
        "films/hd/",
        "films / hd /// ",
    ] {
        let (reply, labels) = give(&mut w, name);
        assert_eq!(
            (reply, labels),
            (Reply::Done, vec!["films/hd".to_owned()]),
            "{name}"
        );
    }
    for name in ["/", "//", " / / "] {
        let (reply, _) = give(&mut w, name);
        assert_eq!(reply, Reply::Refused(Refusal::LabelEmpty), "{name}");
    }
    assert_eq!(w.state.labels().len(), 1);
}

#[test]
fn labels_are_made_given_dropped_and_come_back() {
    let mut w = World::ready();
    let hash = w.labelled("a", &["films"]);
    assert!(w.store.rows.labels.contains_key("films"));
    w.done(Command::SetLabels(vec![hash], texts(&["films", "old"])));
    w.done(Command::DropLabel("films".into()));
    assert_eq!(w.labels_of(hash), ["old"]);
    assert_eq!(w.state.next_undo().unwrap().kind, StepKind::LabelDropped);
    w.done(Command::Undo);
    assert_eq!(w.labels_of(hash), ["films", "old"]);
    w.done(Command::Undo);
    assert_eq!(w.labels_of(hash), ["films"]);
    assert_eq!(w.names(), ["films"]);
    w.done(Command::Redo);
    w.done(Command::Redo);
    assert_eq!((w.labels_of(hash), w.names()), (vec!["old"], vec!["old"]));
    // Nobody has it: there is nothing to take back.
    w.done(Command::DropLabel("nothing".into()));
    assert_eq!(w.state.next_undo().unwrap().kind, StepKind::LabelDropped);
}

#[test]
fn many_change_in_one_step() {
    let mut w = World::ready();
    let hashes: Vec<InfoHash> = (0..300_u32)
        .map(|n| {
            let mut hash = InfoHash([7; 20]);
            hash.0[..4].copy_from_slice(&n.to_be_bytes());
            w.command(Command::Add(Box::new(NewTorrent {
                intent: shoal_core::Intent::Stop,
                labels: texts(if n % 2 == 0 { &["even"] } else { &[] }),
                ..from_magnet(hash)
            })));
            hash
        })
        .collect();
    assert_eq!(
        w.change(&hashes, &["new", "odd"], &["even", "unknown"]),
        Reply::Done
    );
    assert!(hashes.iter().all(|h| w.labels_of(*h) == ["new", "odd"]));
    let step = w.state.next_undo().unwrap();
    assert_eq!((step.kind, step.count), (StepKind::Labelled, 300));
    w.restart();
    w.done(Command::Undo);
    assert_eq!(w.labels_of(hashes[0]), ["even"]);
    assert_eq!(w.labels_of(hashes[1]), [""; 0]);
    assert_eq!(w.names(), ["even"]);
    assert!(w.state.next_undo().is_none());
    w.done(Command::Redo);
    assert!(hashes.iter().all(|h| w.labels_of(*h) == ["new", "odd"]));
    // Who has them already is not counted, and nothing is no step.
    let first = &hashes[..1];
    w.change(first, &[], &["odd"]);
    w.change(&hashes, &[], &["odd"]);
    assert_eq!(w.state.next_undo().unwrap().count, 299);
    let before = w.state.next_undo().unwrap().id;
    w.change(&hashes, &["new"], &["odd"]);
    assert_eq!(w.state.next_undo().unwrap().id, before);
}

#[test]
fn a_label_keeps_colour_and_torrents_under_another_name() {
    let mut w = World::ready();
    w.put_label("films", 4);
    let a = w.labelled("a", &["films", "x"]);
    let gone = w.labelled("gone", &["films"]);
    w.remove(gone, RemoveData::Keep);
    assert_eq!(w.rename_label("films", " Movies\u{202e}  "), Reply::Done);
    assert_eq!(w.labels_of(a), ["Movies", "x"]);
    assert_eq!(w.state.labels()["Movies"].colour, 4);
    let step = w.state.next_undo().unwrap();
    assert_eq!((step.kind, step.count), (StepKind::LabelRenamed, 2));
    w.restart();
    w.done(Command::Undo);
    assert_eq!(w.labels_of(a), ["films", "x"]);
    assert_eq!(w.state.labels()["films"].colour, 4);
    w.done(Command::Undo);
    assert_eq!(w.labels_of(gone), ["films"], "it came back with its label");
    w.done(Command::Redo);
    w.done(Command::Redo);
    assert_eq!(w.names(), ["Movies", "x"]);
    // Only its case is another.
    assert_eq!(w.rename_label("Movies", "movies"), Reply::Done);
    assert_eq!(w.labels_of(a), ["movies", "x"]);
}

#[test]
fn names_are_cleaned_and_case_makes_no_second_label() {
    let mut w = World::ready();
    assert_eq!(w.put_label("  Films\n 2 \u{202e}", 1), Reply::Done);
    assert_eq!(w.names(), ["Films 2"]);
    let taken = refused(Refusal::LabelTaken("Films 2".into()));
    assert_eq!(w.put_label("FILMS 2", 1), taken);
    w.put_label("x", 0);
    assert_eq!(w.rename_label("x", "films 2"), taken);
    let hash = w.labelled("a", &["fILMS 2", "X", "x"]);
    assert_eq!(w.labels_of(hash), ["Films 2", "x"]);
    w.change(&[hash], &["ﬁlms", "FILMS"], &["FILMS 2"]);
    assert_eq!(w.names(), ["Films 2", "x", "ﬁlms"]);
    let gone = refused(Refusal::NoSuchLabel("y".into()));
    assert_eq!(w.rename_label("y", "z"), gone);
    for empty in ["", " ", "\u{200b}\u{7}"] {
        assert_eq!(w.put_label(empty, 0), refused(Refusal::LabelEmpty));
        assert_eq!(w.rename_label("x", empty), refused(Refusal::LabelEmpty));
    }
    assert_eq!(w.put_label(&"é".repeat(64), 0), Reply::Done);
    assert_eq!(
        w.put_label(&"a".repeat(65), 0),
        refused(Refusal::LabelTooLong)
    );
    assert_eq!(w.put_label("x", 6), refused(Refusal::BadLabel));
    // The same again is no step.
    let before = w.state.next_undo().unwrap().id;
    assert_eq!(w.put_label("x", 0), Reply::Done);
    assert_eq!(w.state.next_undo().unwrap().id, before);
}

#[test]
fn labels_are_bounded() {
    let mut w = World::ready();
    let hash = w.labelled("a", &[]);
    for n in 0..LABELS_MAX {
        assert_eq!(w.put_label(&format!("label {n}"), 0), Reply::Done);
    }
    let full = refused(Refusal::TooManyLabels);
    assert_eq!(w.put_label("one more", 0), full);
    assert_eq!(w.change(&[hash], &["one more"], &[]), full);
    let all: Vec<String> = (0..=LABELS_EACH_MAX)
        .map(|n| format!("label {n}"))
        .collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    assert_eq!(w.change(&[hash], &all, &[]), refused(Refusal::TooManyOnOne));
    assert_eq!(w.change(&[hash], &all[1..], &[]), Reply::Done);
    assert_eq!(
        w.put_label("label 5", 5),
        Reply::Done,
        "it is there already"
    );
}

#[test]
fn a_label_that_was_given_since_outlives_the_undo_of_its_making() {
    let mut w = World::ready();
    w.put_label("films", 1);
    let hash = w.labelled("a", &["films"]);
    w.done(Command::Undo);
    assert_eq!(
        (w.labels_of(hash), w.names()),
        (vec!["films"], vec!["films"])
    );
}

#[test]
fn what_is_taken_back_makes_no_second_label_of_another_case() {
    let mut w = World::ready();
    let old = w.labelled("old", &["films"]);
    w.done(Command::DropLabel("films".into()));
    // Adding a torrent is no step: it stays.
    let new = w.labelled("new", &["Films"]);
    w.done(Command::Undo);
    assert_eq!(w.names(), ["Films"]);
    assert_eq!(
        (w.labels_of(old), w.labels_of(new)),
        (vec!["Films"], vec!["Films"])
    );
    w.rename_label("Films", "movies");
    w.labelled("other", &["FILMS"]);
    w.done(Command::Undo);
    assert_eq!(w.names(), ["FILMS", "movies"]);
    assert_eq!(w.labels_of(new), ["movies"]);
    let label = |name: &str| Label {
        name: name.to_owned(),
        colour: 1,
        ..Label::default()
    };
    w.done(Command::PutLabels(vec![label("a"), label("A")]));
    assert_eq!(w.names(), ["FILMS", "a", "movies"]);
}

#[test]
fn new_labels_take_the_colour_that_fewest_have() {
    let mut w = World::ready();
    for (name, colour) in [("a", 0), ("b", 1), ("c", 3)] {
        w.put_label(name, colour);
    }
    w.labelled("t", &["d", "e", "f", "g"]);
    let colours: Vec<u8> = w.state.labels().values().map(|l| l.colour).collect();
    assert_eq!(colours, [0, 1, 3, 2, 4, 5, 0]);
}

#[test]
fn a_refused_commit_leaves_labels_and_arrangement_as_they_were() {
    let mut w = World::ready();
    let hash = w.labelled("a", &["films"]);
    w.done(Command::SetPref("list.sort".into(), Some("1".into())));
    w.store.refuse = true;
    for command in [
        Command::RenameLabel("films".into(), "movies".into()),
        Command::DropLabel("films".into()),
        Command::SetPref("list.sort".into(), Some("2".into())),
    ] {
        let reply = w.command(command);
        assert!(matches!(reply, Reply::Refused(Refusal::StoreFailed(_))));
    }
    assert_eq!(
        (w.labels_of(hash), w.names()),
        (vec!["films"], vec!["films"])
    );
    assert_eq!(w.state.prefs()["list.sort"], "1");
    assert!(w.state.next_undo().is_none());
}

#[test]
fn labels_below_another_go_along_when_it_is_renamed() {
    let mut w = World::ready();
    let one = w.labelled("a", &["films", "films/hd"]);
    let two = w.labelled("b", &["films/hd/old", "filmstrip"]);
    assert_eq!(w.rename_label("films", "video/movies"), Reply::Done);
    assert_eq!(w.labels_of(one), ["video/movies", "video/movies/hd"]);
    assert_eq!(w.labels_of(two), ["video/movies/hd/old", "filmstrip"]);
    assert!(w.store.rows.labels.contains_key("video/movies/hd"));
    let step = w.state.next_undo().unwrap();
    assert_eq!((step.kind, step.count), (StepKind::LabelRenamed, 2));
    w.done(Command::Undo);
    assert_eq!(w.labels_of(one), ["films", "films/hd"]);
    assert_eq!(w.labels_of(two), ["films/hd/old", "filmstrip"]);
    // All of them or none: one would have a name that is taken, or too long.
    w.labelled("c", &["movies/hd"]);
    let taken = refused(Refusal::LabelTaken("movies/hd".into()));
    assert_eq!(w.rename_label("films", "movies"), taken);
    let long = w.rename_label("films", &"x".repeat(60));
    assert_eq!(long, refused(Refusal::LabelTooLong));
    assert_eq!(w.labels_of(one), ["films", "films/hd"]);
}

#[test]
fn the_arrangement_of_the_window_is_kept_in_bounds_and_is_no_step() {
    let mut w = World::ready();
    let set =
        |key: &str, value: Option<&str>| Command::SetPref(key.to_owned(), value.map(str::to_owned));
    w.done(set("list.columns", Some("[1]")));
    w.done(set("views", Some("[]")));
    w.done(set("list.columns", Some("[2]")));
    w.done(set("views", None));
    w.done(set("unknown", None));
    assert!(w.state.next_undo().is_none());
    w.crash();
    w.pump();
    let kept: Vec<_> = w.state.prefs().iter().collect();
    assert_eq!(kept, [(&"list.columns".to_owned(), &"[2]".to_owned())]);
    let long = "k".repeat(65);
    for key in ["", "A", "a b", "ä", &long] {
        assert_eq!(w.command(set(key, None)), refused(Refusal::BadPrefKey));
    }
    let most = "v".repeat(PREF_BYTES_MAX);
    w.done(set("big", Some(&most)));
    let more = format!("{most}v");
    assert_eq!(
        w.command(set("big", Some(&more))),
        refused(Refusal::PrefTooBig)
    );
    for n in 2..PREFS_MAX {
        w.done(set(&format!("key.{n}"), Some("")));
    }
    assert_eq!(
        w.command(set("more", Some(""))),
        refused(Refusal::TooManyPrefs)
    );
    w.done(set("big", Some("")));
}

#[test]
fn several_labels_are_put_in_one_step_or_none_of_them() {
    let mut w = World::ready();
    let label = |name: &str, colour| Label {
        name: name.to_owned(),
        colour,
        ..Label::default()
    };
    let names = |w: &World| w.state.labels().keys().cloned().collect::<Vec<_>>();
    let good = vec![label("Films", 1), label("Music", 2)];
    w.done(Command::PutLabels(good.clone()));
    assert_eq!(names(&w), ["Films", "Music"]);
    let bad = vec![label("Books", 1), label("Games", 99)];
    assert!(matches!(
        w.command(Command::PutLabels(bad)),
        Reply::Refused(_)
    ));
    assert_eq!(names(&w), ["Films", "Music"]);
    w.done(Command::Undo);
    assert_eq!(names(&w), [] as [String; 0]);
    w.done(Command::Redo);
    assert_eq!(names(&w), ["Films", "Music"]);
}
