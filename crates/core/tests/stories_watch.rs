//! The rules of watch folders.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{World, watch::rules};
use shoal_core::{
    AfterAdd, Command, Label, Refusal, Reply, SettingValue, StepKind, Subfolders,
    WATCH_FOLDERS_MAX, WATCH_PATTERN_CHARS_MAX, WATCH_PATTERNS_MAX, WatchFolder, WatchId,
    WatchRules,
};

fn refused(refusal: Refusal) -> Reply {
    Reply::Refused(refusal)
}

fn folders(w: &World) -> Vec<WatchFolder> {
    w.state.watch_folders().cloned().collect()
}

fn elaborate() -> WatchRules {
    WatchRules {
        enabled: false,
        save_to: Some("/films".into()),
        labels: vec!["films".into()],
        start: false,
        top: true,
        subfolders: Subfolders::Labels,
        after: AfterAdd::Move("/done".into()),
        bad_folder: Some("/bad".into()),
        include: vec!["*.torrent".into()],
        exclude: vec!["x*".into()],
        always_poll: true,
        ..rules("/in")
    }
}

#[test]
fn a_folder_is_made_changed_and_dropped_and_each_step_is_taken_back() {
    let mut w = World::ready();
    assert_eq!(w.watched, []);
    let id = w.watch(rules("/in"));
    let made = folders(&w);
    assert_eq!((made[0].id, &made[0].rules), (id, &rules("/in")));
    assert_eq!(w.put_watch(Some(id), elaborate()), Reply::WatchPut(id));
    let changed = folders(&w);
    assert_eq!(changed[0].rules, elaborate());
    assert_eq!(w.state.next_undo().unwrap().kind, StepKind::WatchPut);
    w.done(Command::DropWatch(id));
    assert_eq!(w.state.next_undo().unwrap().kind, StepKind::WatchDropped);
    assert_eq!((folders(&w), &w.watched), (vec![], &vec![]));
    for before in [&changed, &made, &vec![]] {
        w.done(Command::Undo);
        assert_eq!((&folders(&w), &w.watched), (before, before));
    }
    assert!(w.state.labels().is_empty(), "the label was made with it");
    for after in [&made, &changed, &vec![]] {
        w.done(Command::Redo);
        assert_eq!((&folders(&w), &w.watched), (after, after));
    }
    w.done(Command::Undo);
    w.restart();
    assert_eq!((&folders(&w), &w.watched), (&changed, &changed));
}

#[test]
fn the_same_rules_again_are_no_step() {
    let mut w = World::ready();
    let id = w.watch(rules("/in"));
    let step = w.state.next_undo().map(|s| s.id);
    assert_eq!(w.put_watch(Some(id), rules("/in/")), Reply::WatchPut(id));
    assert_eq!(w.state.next_undo().map(|s| s.id), step);
}

#[test]
fn a_number_is_never_used_for_another_folder() {
    let mut w = World::ready();
    let first = w.watch(rules("/a"));
    w.done(Command::DropWatch(first));
    w.restart();
    let second = w.watch(rules("/b"));
    assert_ne!(first, second);
    w.done(Command::Undo);
    w.done(Command::Undo);
    assert_eq!(w.state.watch_folder(first).unwrap().rules.path, *"/a");
    // The journal forgets; the history does not.
    let note = shoal_core::WatchNote {
        folder: first,
        file: "".into(),
        stamp: shoal_core::WatchStamp::default(),
        outcome: shoal_core::WatchOutcome::Folder {
            code: "watch_gone".into(),
            params: vec![],
        },
        after: shoal_core::AfterState::None,
    };
    w.command(Command::NoteWatch(vec![note]));
    w.done(Command::DropWatch(first));
    w.pass(2 * common::DAY);
    w.restart();
    assert!(w.state.next_undo().is_none());
    assert_eq!(w.watch(rules("/c")), WatchId(first.0 + 1));
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let mut w = World::ready();
    let id = w.watch(rules("/in"));
    let before = folders(&w);
    let bad = |field, path: &str| Refusal::WatchBadFolder(field, path.into());
    let too_long = "x".repeat(WATCH_PATTERN_CHARS_MAX + 1);
    let cases = [
        (rules("/in"), Refusal::WatchTwice("/in".into())),
        (rules("//in//"), Refusal::WatchTwice("/in".into())),
        (rules("in"), bad("path", "in")),
        (rules(""), bad("path", "")),
        (rules("/in/../in"), bad("path", "/in/../in")),
        (rules("/in\0"), bad("path", "/in\0")),
        (
            WatchRules {
                save_to: Some("films".into()),
                ..rules("/b")
            },
            bad("save_to", "films"),
        ),
        (
            WatchRules {
                after: AfterAdd::Move("done".into()),
                ..rules("/b")
            },
            bad("after", "done"),
        ),
        (
            WatchRules {
                bad_folder: Some("bad".into()),
                ..rules("/b")
            },
            bad("bad_folder", "bad"),
        ),
        (
            WatchRules {
                include: vec![too_long.clone()],
                ..rules("/b")
            },
            Refusal::WatchBadPattern("x".repeat(WATCH_PATTERN_CHARS_MAX)),
        ),
        (
            WatchRules {
                exclude: vec![String::new()],
                ..rules("/b")
            },
            Refusal::WatchBadPattern(String::new()),
        ),
        (
            WatchRules {
                exclude: vec!["y".into(); WATCH_PATTERNS_MAX + 1],
                ..rules("/b")
            },
            Refusal::WatchBadPattern("y".into()),
        ),
        (
            WatchRules {
                labels: vec![" ".into()],
                ..rules("/b")
            },
            Refusal::LabelEmpty,
        ),
    ];
    for (rules, refusal) in cases {
        assert_eq!(w.put_watch(None, rules), refused(refusal));
    }
    let nobody = WatchId(id.0 + 1);
    let unknown = refused(Refusal::NoSuchWatch(nobody));
    assert_eq!(w.put_watch(Some(nobody), rules("/b")), unknown);
    assert_eq!(w.command(Command::DropWatch(nobody)), unknown);
    assert_eq!(folders(&w), before);
}

#[test]
fn originals_never_go_where_they_would_be_found_again() {
    let mut w = World::ready();
    let first = w.watch(rules("/a"));
    let loops = |field, path: &str| refused(Refusal::WatchLoop(field, path.into()));
    let moves = |path: &str, to: &str| WatchRules {
        after: AfterAdd::Move(to.into()),
        ..rules(path)
    };
    assert_eq!(w.put_watch(None, moves("/b", "/b/")), loops("after", "/b"));
    assert_eq!(w.put_watch(None, moves("/b", "/a")), loops("after", "/a"));
    assert_eq!(
        w.put_watch(Some(first), moves("/a", "/a")),
        loops("after", "/a")
    );
    let bad = WatchRules {
        bad_folder: Some("/a".into()),
        ..rules("/b")
    };
    assert_eq!(w.put_watch(None, bad), loops("bad_folder", "/a"));
    w.watch(moves("/b", "/done"));
    assert_eq!(w.put_watch(None, rules("/done")), loops("path", "/done"));
    // A folder in it is not looked into, or is not looked at.
    w.watch(moves("/c", "/c/done"));
}

#[test]
fn there_are_only_so_many() {
    let mut w = World::ready();
    for n in 0..WATCH_FOLDERS_MAX {
        w.watch(rules(&format!("/{n}")));
    }
    assert_eq!(
        w.put_watch(None, rules("/more")),
        refused(Refusal::TooManyWatches)
    );
    let id = w.watched[3].id;
    assert_eq!(w.put_watch(Some(id), rules("/more")), Reply::WatchPut(id));
}

#[test]
fn rules_follow_their_labels() {
    let mut w = World::ready();
    let id = w.watch(elaborate());
    let labels = |w: &World| w.state.watch_folder(id).unwrap().rules.labels.clone();
    w.done(Command::RenameLabel("films".into(), "cinema".into()));
    assert_eq!(labels(&w), ["cinema"]);
    assert_eq!(w.watched[0].rules.labels, ["cinema"]);
    w.done(Command::DropLabel("cinema".into()));
    assert_eq!(labels(&w), [""; 0]);
    assert!(w.state.labels().is_empty());
    w.done(Command::Undo);
    assert_eq!(labels(&w), ["cinema"]);
    w.done(Command::Undo);
    assert_eq!(labels(&w), ["films"]);
    // Another case is the same label.
    let other = WatchRules {
        labels: vec!["FILMS".into(), "Films".into(), "new".into()],
        ..rules("/b")
    };
    let other = w.watch(other);
    let kept = &w.state.watch_folder(other).unwrap().rules.labels;
    assert_eq!(kept, &["films", "new"]);
    let known: Vec<&Label> = w.state.labels().values().collect();
    assert_eq!(known.len(), 2);
}

#[test]
fn who_watches_is_told_of_settings_that_matter_and_of_no_others() {
    let mut w = World::ready();
    let id = w.watch(rules("/in"));
    let cases = [
        ("watch.look_ms", SettingValue::Int(500), true),
        ("watch.poll_s", SettingValue::Int(60), true),
        ("downloads.folder", SettingValue::Text("/d".into()), true),
        ("network.dht", SettingValue::Bool(false), false),
        ("watch.look_ms", SettingValue::Int(500), false),
    ];
    for (key, value, told) in cases {
        w.watched.clear();
        w.done(Command::SetSettings([(key.to_owned(), value)].into()));
        assert_eq!(w.watched.iter().any(|f| f.id == id), told, "{key}");
    }
    w.watched.clear();
    w.done(Command::Undo);
    assert_eq!(w.watched, [], "that was the DHT");
    w.done(Command::Undo);
    assert_eq!(w.watched.len(), 1);
    let out_of_range = SettingValue::Int(99);
    let reply = w.command(Command::SetSettings(
        [("watch.look_ms".to_owned(), out_of_range)].into(),
    ));
    assert!(matches!(reply, Reply::Refused(Refusal::Setting(_))));
}

#[test]
fn a_store_that_refuses_leaves_the_rules_as_they_were() {
    let mut w = World::ready();
    let id = w.watch(elaborate());
    let before = (folders(&w), w.watched.clone());
    w.store.refuse = true;
    for command in [
        Command::PutWatch(Some(id), Box::new(rules("/other"))),
        Command::PutWatch(None, Box::new(rules("/other"))),
        Command::DropWatch(id),
        Command::RenameLabel("films".into(), "cinema".into()),
        Command::DropLabel("films".into()),
        Command::Undo,
    ] {
        let reply = w.command(command);
        assert!(matches!(reply, Reply::Refused(Refusal::StoreFailed(_))));
        assert_eq!((folders(&w), w.watched.clone()), before);
    }
}
