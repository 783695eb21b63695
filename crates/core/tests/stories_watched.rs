//! Files in watch folders: never lost, never twice, and what was removed stays away.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{DAY, World, build::*, watch::*};
use shoal_core::{
    AfterAdd, AfterState, Command, InfoHash, Intent, NewTorrent, Refusal, RemoveData, Reply,
    StoreOp, TORRENTS_MAX, WatchFate, WatchId, WatchNote, WatchOutcome, WatchRules, WatchStamp,
};

/// Before the world began: what was there already.
const OLD: i64 = 1_000;

fn world() -> (World, WatchId) {
    let mut w = World::ready();
    let id = w.watch(rules("/in"));
    (w, id)
}

#[test]
fn the_torrent_and_its_entry_are_one_commit_and_then_the_original_is_due() {
    let (mut w, id) = world();
    let meta = single("a", 3);
    let commits = w.store.log.len();
    let reply = w.found_one(file_of(id, "a.torrent", &meta, OLD));
    assert_eq!(reply.added, [meta.info_hash]);
    assert_eq!(counts(&reply), (1, 0, 0, 0));
    let entry = reply.entry.unwrap();
    assert_eq!(entry.after, AfterState::Pending);
    assert_eq!((entry.at, entry.folder_path.to_str()), (w.now, Some("/in")));
    assert_eq!(w.newest_entry(id, &entry.file), Some(&entry));
    let commit = &w.store.log[commits..];
    let torrent = |op: &StoreOp| matches!(op, StoreOp::PutTorrent(_));
    let in_history = |op: &StoreOp| matches!(op, StoreOp::PutWatchEntry(_));
    assert!(commit.iter().any(torrent) && commit.iter().any(in_history));
    w.done(Command::WatchAfter(vec![(entry.id, AfterState::Trashed)]));
    let after = |w: &World| w.store.rows.entries[&entry.id].after.clone();
    assert_eq!(after(&w), AfterState::Trashed);
    w.restart();
    assert!(w.is_in_list(meta.info_hash));
    // Of an entry that is gone there is nothing to say.
    w.done(Command::WatchAfter(vec![(999, AfterState::Trashed)]));
    w.done(Command::WatchAfter(vec![]));
}

#[test]
fn a_store_that_refuses_keeps_neither_and_the_next_try_has_both() {
    let (mut w, id) = world();
    let (a, b) = (single("a", 3), single("b", 3));
    let files = || {
        vec![
            file_of(id, "a.torrent", &a, OLD),
            file_of(id, "b.torrent", &b, OLD),
        ]
    };
    w.store.refuse = true;
    w.metas.insert(a.info_hash, a.clone());
    let reply = w.command(Command::AddWatched(files()));
    assert!(matches!(reply, Reply::Refused(Refusal::StoreFailed(_))));
    assert!(!w.is_in_list(a.info_hash) && !w.is_in_list(b.info_hash));
    assert!(w.store.rows.entries.is_empty());
    w.crash();
    w.store.refuse = false;
    w.pump();
    assert!(!w.is_in_list(a.info_hash));
    let replies = w.found(files());
    assert!(replies.iter().all(|r| counts(r) == (1, 0, 0, 0)));
    // Killed before the original was touched: it is found again, and nothing comes twice.
    w.crash();
    w.pump();
    let again = w.found_one(file_of(id, "a.torrent", &a, OLD));
    assert_eq!(counts(&again), (0, 1, 0, 0));
    assert_eq!(w.state.torrents().count(), 2);
}

#[test]
fn entries_have_numbers_of_their_own_over_restarts_in_the_order_of_the_files() {
    let (mut w, id) = world();
    let files = |from: u8| {
        let one = |n: u8| file_of(id, &n.to_string(), &single(&n.to_string(), 2), OLD);
        (from..from + 3).map(one).collect::<Vec<_>>()
    };
    let ids = |replies: Vec<shoal_core::WatchedReply>| -> Vec<u64> {
        let entries = replies.into_iter().map(|r| r.entry.unwrap().id);
        entries.collect()
    };
    assert_eq!(ids(w.found(files(0))), [1, 2, 3]);
    w.crash();
    assert_eq!(ids(w.found(files(3))), [4, 5, 6]);
    let ranks = (0..6_u8).map(|n| w.torrent(single(&n.to_string(), 2).info_hash).record.rank);
    let ranks: Vec<i64> = ranks.collect();
    assert!(ranks.is_sorted(), "{ranks:?}");
}

#[test]
fn a_torrent_that_is_there_gets_the_trackers_it_lacks() {
    let (mut w, id) = world();
    let meta = single("a", 3);
    w.add(from_file(&meta));
    let more = NewTorrent {
        trackers: vec![
            vec!["http://one.example/announce".into()],
            vec!["http://new.example/announce".into()],
        ],
        ..from_file(&meta)
    };
    let reply = w.found_one(file_with(id, "copy.torrent", vec![more.clone()], OLD));
    assert_eq!(reply.already, [meta.info_hash]);
    let trackers = |reply: &shoal_core::WatchedReply| match &reply.entry.as_ref().unwrap().outcome {
        WatchOutcome::Torrents(c) => (c.name.clone(), c.already, c.trackers),
        other => panic!("{other:?}"),
    };
    assert_eq!(trackers(&reply), ("a".to_owned(), 1, 1));
    assert_eq!(reply.entry.unwrap().after, AfterState::Pending);
    assert_eq!(w.torrent(meta.info_hash).record.trackers.len(), 2);
    // The same under two names in one go.
    let both = vec![
        file_with(id, "b", vec![more.clone()], OLD),
        file_with(id, "c", vec![more.clone(), more], OLD),
    ];
    let replies = w.found(both);
    assert_eq!(trackers(&replies[1]), ("a".to_owned(), 1, 0));
    assert_eq!(w.state.torrents().count(), 1);
}

#[test]
fn what_was_removed_stays_away_however_often_its_file_is_seen() {
    let (mut w, id) = world();
    let meta = single("a", 3);
    let hash = meta.info_hash;
    let removed_at = |w: &World| w.state.tombstone(hash);
    w.found(vec![file_of(id, "a.torrent", &meta, OLD)]);
    w.tick();
    w.remove(hash, RemoveData::Keep);
    let at = w.now;
    assert_eq!(removed_at(&w), Some(at));
    let away = |w: &mut World, name: &str, mtime: i64| {
        let reply = w.found_one(file_of(id, name, &meta, mtime));
        assert_eq!(counts(&reply), (0, 0, 1, 0), "{name}");
        assert_eq!(reply.removed, [hash]);
        let entry = reply.entry.unwrap();
        // What stays away can be added again from where it lies.
        assert_eq!((entry.after, entry.hashes), (AfterState::None, vec![hash]));
        let WatchOutcome::Torrents(c) = entry.outcome else {
            panic!("{:?}", entry.outcome);
        };
        assert_eq!(c.removed_at, Some(at));
        assert!(!w.is_in_list(hash));
    };
    w.pass(5_000);
    let now = w.now.0;
    away(&mut w, "a.torrent", OLD);
    away(&mut w, "copy of the old one.torrent", at.0);
    away(&mut w, "a.torrent", now);
    // Whoever dates files in the future has another clock.
    away(&mut w, "tomorrow.torrent", now + DAY);
    w.pass(3 * DAY);
    w.restart();
    assert!(w.state.any_torrent(hash).is_none(), "undo has forgotten it");
    away(&mut w, "a.torrent", OLD);
    // The clock was set back: in doubt nothing comes.
    w.now = w.now.plus_millis(-30 * DAY);
    let now = w.now.0;
    away(&mut w, "c.torrent", now);
}

#[test]
fn a_file_that_came_after_the_removal_is_wanted() {
    let (mut w, id) = world();
    let meta = single("a", 3);
    w.found(vec![file_of(id, "a.torrent", &meta, OLD)]);
    w.tick();
    w.remove(meta.info_hash, RemoveData::Trash);
    w.pass(5_000);
    let later = w.now.0;
    let file = file_of(id, "a (1).torrent", &meta, later);
    let fate = w.state.watch_fate(meta.info_hash, &file, w.now);
    assert_eq!(fate, WatchFate::Added);
    let reply = w.found_one(file);
    assert_eq!(counts(&reply), (1, 0, 0, 0));
    assert_eq!(w.state.tombstone(meta.info_hash), None);
    assert!(w.store.rows.tombstones.is_empty());
    let there = file_of(id, "a (1).torrent", &meta, later);
    let fate = w.state.watch_fate(meta.info_hash, &there, w.now);
    assert_eq!(fate, WatchFate::Merged);
}

#[test]
fn what_was_removed_comes_back_when_it_is_asked_for() {
    let meta = single("a", 3);
    let hash = meta.info_hash;
    let bring_back: [fn(&mut World, WatchId, InfoHash); 4] = [
        |w, _, _| w.done(Command::Undo),
        |w, _, _| drop(w.add(from_file(&single("a", 3)))),
        |w, _, hash| drop(w.add(from_magnet(hash))),
        |w, id, _| {
            let mut file = file_of(id, "a.torrent", &single("a", 3), OLD);
            file.again = true;
            assert_eq!(counts(&w.found_one(file)), (1, 0, 0, 0));
        },
    ];
    for bring_back in bring_back {
        let (mut w, id) = world();
        w.found(vec![file_of(id, "a.torrent", &meta, OLD)]);
        w.tick();
        w.remove(hash, RemoveData::Keep);
        w.tick();
        bring_back(&mut w, id, hash);
        assert!(w.is_in_list(hash));
        assert_eq!(w.state.tombstone(hash), None);
        // Removed once more, it stays away once more.
        w.tick();
        w.remove(hash, RemoveData::Keep);
        let reply = w.found_one(file_of(id, "a.torrent", &meta, OLD));
        assert_eq!(counts(&reply), (0, 0, 1, 0));
    }
}

#[test]
fn a_refused_removal_leaves_no_tombstone_and_a_redone_one_leaves_one() {
    let (mut w, id) = world();
    let meta = single("a", 3);
    let hash = meta.info_hash;
    w.found(vec![file_of(id, "a.torrent", &meta, OLD)]);
    w.store.refuse = true;
    w.command(Command::Remove(vec![hash], RemoveData::Keep));
    assert_eq!(w.state.tombstone(hash), None);
    w.store.refuse = false;
    w.remove(hash, RemoveData::Keep);
    w.done(Command::Undo);
    w.done(Command::Redo);
    assert_eq!(w.state.tombstone(hash), Some(w.now));
    w.store.refuse = true;
    w.command(Command::Undo);
    assert_eq!(w.state.tombstone(hash), Some(w.now));
}

#[test]
fn links_of_one_file_each_have_their_fate() {
    let (mut w, id) = world();
    let metas = [single("new", 3), single("there", 3), single("gone", 3)];
    let [new, there, gone] = metas.each_ref().map(|m| m.info_hash);
    w.add(from_file(&metas[1]));
    w.add(from_file(&metas[2]));
    w.remove(gone, RemoveData::Keep);
    let links = [new, there, gone, new].map(from_magnet).to_vec();
    let mut file = file_with(id, "links.magnet", links, OLD);
    file.bad_lines = 2;
    let reply = w.found_one(file);
    assert_eq!(counts(&reply), (1, 1, 1, 2));
    assert_eq!(reply.entry.unwrap().hashes, [new, there, gone]);
    let mut nothing = file_with(id, "x.magnet", vec![], OLD);
    nothing.bad_lines = 9;
    assert_eq!(bad_code(&w.found_one(nothing)), "watch_bad_magnet");
    let empty = file_with(id, "x.magnet", vec![], OLD);
    assert_eq!(bad_code(&w.found_one(empty)), "watch_bad_empty");
}

#[test]
fn what_is_not_watched_any_more_is_left_alone() {
    let (mut w, id) = world();
    let meta = single("a", 3);
    let paused = WatchRules {
        enabled: false,
        ..rules("/in")
    };
    w.put_watch(Some(id), paused);
    let file = || file_of(id, "a.torrent", &meta, OLD);
    assert_eq!(w.found_one(file()), shoal_core::WatchedReply::default());
    let mut asked = file();
    asked.again = true;
    assert_eq!(counts(&w.found_one(asked)), (1, 0, 0, 0));
    w.done(Command::DropWatch(id));
    let mut asked = file();
    asked.again = true;
    assert_eq!(w.found_one(asked), shoal_core::WatchedReply::default());
    let note = WatchNote {
        folder: id,
        file: "b.torrent".into(),
        stamp: WatchStamp::default(),
        outcome: WatchOutcome::Bad {
            code: "watch_bad_link".into(),
            params: vec![],
        },
        after: AfterState::None,
    };
    assert_eq!(
        w.command(Command::NoteWatch(vec![note])),
        Reply::Noted(vec![])
    );
    // Its history stays.
    assert_eq!(w.store.rows.entries.len(), 1);
}

#[test]
fn what_was_asked_for_keeps_what_became_of_its_original_and_is_told_of_only_if_it_is_added() {
    let (mut w, id) = world();
    let there = AfterState::Done(Some("/in/a.torrent.added".into()));
    let mut asked = file_of(id, "a.torrent", &single("a", 3), OLD);
    (asked.again, asked.settled) = (true, Some(there.clone()));
    let reply = w.found_one(asked.clone());
    assert_eq!(reply.entry.unwrap().after, there, "it is not renamed twice");
    asked.torrents.clear();
    assert_eq!(w.found_one(asked), shoal_core::WatchedReply::default());
    assert_eq!(w.store.rows.entries.len(), 1);
}

#[test]
fn a_full_list_makes_the_file_bad_and_nothing_else() {
    let (mut w, id) = world();
    let meta = single("a", 3);
    for n in 0..TORRENTS_MAX {
        let mut hash = [0xee; 20];
        hash[..8].copy_from_slice(&n.to_be_bytes());
        let new = NewTorrent {
            intent: Intent::Stop,
            ..from_magnet(InfoHash(hash))
        };
        // Past the checks of the world, which look at all of them each time.
        let id = shoal_core::CommandId(1_000_000 + n as u64);
        let add = shoal_core::Msg::Command(id, Command::Add(Box::new(new)));
        w.state.handle(add, w.now);
        w.state.handle(shoal_core::Msg::Stored, w.now);
    }
    let files = vec![
        file_of(id, "a.torrent", &meta, OLD),
        file_with(id, "b", vec![from_magnet(InfoHash([0xee; 20]))], OLD),
    ];
    let add = Command::AddWatched(files);
    let add = shoal_core::Msg::Command(shoal_core::CommandId(7_000_000), add);
    let effects = w.state.handle(add, w.now);
    let replies = effects.iter().find_map(|e| match e {
        shoal_core::Effect::Reply(_, Reply::Watched(replies)) => Some(replies),
        _ => None,
    });
    let codes: Vec<&str> = replies.unwrap().iter().map(bad_code).collect();
    assert_eq!(codes, ["watch_bad_full", "watch_bad_full"]);
}

#[test]
fn a_label_that_cannot_be_had_is_no_reason_to_lose_a_torrent() {
    let (mut w, id) = world();
    let meta = single("a", 3);
    let many = (0..40).map(|n| format!("label {n}"));
    let odd = [String::new(), "x".repeat(300), "LABEL 0".to_owned()];
    let new = NewTorrent {
        labels: odd.into_iter().chain(many).collect(),
        ..from_file(&meta)
    };
    let reply = w.found_one(file_with(id, "a.torrent", vec![new], OLD));
    assert_eq!(counts(&reply), (1, 0, 0, 0));
    let labels = &w.torrent(meta.info_hash).record.labels;
    assert_eq!(labels.len(), shoal_core::LABELS_EACH_MAX);
    assert_eq!(labels[0].chars().count(), shoal_core::LABEL_CHARS_MAX);
    assert_eq!(labels[1], "LABEL 0");
}

#[test]
fn what_is_kept_is_due_to_nothing() {
    let mut w = World::ready();
    let id = w.watch(WatchRules {
        after: AfterAdd::Keep,
        ..rules("/in")
    });
    let reply = w.found_one(file_of(id, "a.torrent", &single("a", 3), OLD));
    assert_eq!(reply.entry.unwrap().after, AfterState::None);
}

#[test]
fn a_folder_that_names_no_place_leaves_it_to_labels() {
    let mut w = World::ready();
    w.done(Command::PutLabel(shoal_core::Label {
        name: "films".to_owned(),
        save_path: Some("/data/films".into()),
        matches: vec![shoal_core::LabelMatch {
            name: Some("a*".to_owned()),
            ..shoal_core::LabelMatch::default()
        }],
        ..shoal_core::Label::default()
    }));
    let free = w.watch(WatchRules {
        save_to: None,
        ..rules("/in")
    });
    let (a, b) = (single("aa", 3), single("bb", 3));
    w.found_one(file_of(free, "a.torrent", &a, OLD));
    w.found_one(file_of(free, "b.torrent", &b, OLD));
    let path = |w: &World, hash| w.torrent(hash).record.save_path.clone();
    assert_eq!(path(&w, a.info_hash), std::path::Path::new("/data/films"));
    assert_ne!(path(&w, b.info_hash), std::path::Path::new("/data/films"));
    let fixed = w.watch(WatchRules {
        save_to: Some("/fixed".into()),
        ..rules("/other")
    });
    let c = single("ac", 3);
    w.found_one(file_of(fixed, "c.torrent", &c, OLD));
    assert_ne!(path(&w, c.info_hash), std::path::Path::new("/data/films"));
    assert_eq!(w.torrent(c.info_hash).record.labels, ["films"]);
}
