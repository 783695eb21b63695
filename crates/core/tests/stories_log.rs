//! What the logs of torrents tell, and what they keep to themselves.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::Arc;

use common::{World, build::*};
use shoal_core::{
    Bitfield, Command, Effect, EngineFault, Fault, InfoHash, Intent, LogNote, Msg, NewTorrent,
    Place, Priority, RemoveData, Renaming, Source, StoreOp, Timestamp, Tone,
};

/// An entry in one line: its code and its values.
fn line(note: &LogNote) -> String {
    let values = note
        .params
        .iter()
        .map(|(name, value)| format!(" {name}={value}"));
    format!("{}{}", note.code, values.collect::<String>())
}

impl World {
    /// The whole log of a torrent.
    fn log(&self, hash: InfoHash) -> Vec<String> {
        let log = self.store.rows.logs.get(&hash);
        log.into_iter().flatten().map(line).collect()
    }

    /// What was added to it since the last call.
    fn news(&mut self, hash: InfoHash) -> Vec<String> {
        let log = self.store.rows.logs.insert(hash, vec![]);
        log.iter().flatten().map(line).collect()
    }

    fn last(&self, hash: InfoHash) -> &LogNote {
        self.store.rows.logs[&hash].last().unwrap()
    }
}

#[test]
fn a_download_from_its_adding_to_its_end() {
    let mut w = World::ready();
    let meta = single("a", 4);
    let hash = w.seeding(&meta);
    let [added, finished] = &w.store.rows.logs[&hash][..] else {
        panic!("{:?}", w.log(hash));
    };
    assert_eq!(line(added), "log_added_file source=a.torrent");
    assert_eq!((added.tone, finished.tone), (Tone::Neutral, Tone::Good));
    let seconds = finished.at.millis_since(added.at) / 1_000;
    let bytes = 4 * PIECE;
    assert_eq!(
        line(finished),
        format!("log_finished bytes={bytes} seconds={seconds}")
    );
    assert!(added.at > Timestamp(0) && seconds > 0);
    w.news(hash);
    w.stop(hash);
    w.stop(hash);
    w.run(hash);
    w.run(hash);
    w.done(Command::SetIntent(vec![hash], Intent::ForceRun));
    assert_eq!(w.news(hash), ["log_stopped", "log_started", "log_forced"]);
    w.ticks(5);
    w.restart();
    w.ticks(5);
    w.crash();
    w.pump();
    w.ticks(5);
    assert_eq!(w.news(hash), [""; 0], "a start is nothing to tell");
}

#[test]
fn where_it_came_from() {
    let mut w = World::ready();
    let (a, b) = (single("a", 4), single("b", 4));
    w.add(from_magnet(a.info_hash));
    w.add(NewTorrent {
        source: Source::Url("https://one.example/b.torrent".into()),
        intent: Intent::Stop,
        ..from_file(&b)
    });
    assert_eq!(
        w.log(b.info_hash),
        ["log_added_url source=https://one.example/b.torrent"]
    );
    w.add(NewTorrent {
        trackers: vec![vec![
            "http://x.example/a".into(),
            "http://y.example/a".into(),
        ]],
        ..from_file(&a)
    });
    let bytes = 4 * PIECE;
    let metadata = format!("log_metadata files=1 bytes={bytes}");
    assert_eq!(
        w.log(a.info_hash)[..3],
        [
            "log_added_magnet".to_owned(),
            "log_trackers n=2".to_owned(),
            metadata
        ]
    );
}

#[test]
fn a_trouble_is_told_once_and_that_it_is_over() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    w.news(hash);
    w.engine.break_torrent(hash, EngineFault::Io);
    w.pump();
    let bad = w.last(hash).clone();
    assert_eq!((bad.code.as_ref(), bad.tone), ("log_trouble", Tone::Bad));
    assert_eq!(bad.params[0], ("code".into(), "io".to_owned()));
    for _ in 0..3 {
        w.engine.fail_next_start(hash, EngineFault::Io);
        w.pass(300_000);
        w.pump();
    }
    assert_eq!(w.log(hash).len(), 1, "{:?}", w.log(hash));
    w.pass(300_000);
    w.ticks(3);
    assert_eq!(w.log(hash)[1..], ["log_recovered"]);
    assert_eq!(w.last(hash).tone, Tone::Good);
}

#[test]
fn a_drive_that_is_missing_at_every_start_is_told_once() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    w.news(hash);
    let fault = Fault::FolderMissing("/downloads".into());
    w.quit();
    w.disk.faults.insert(hash, fault);
    for _ in 0..3 {
        w.crash();
        w.pump();
        w.ticks(2);
    }
    assert_eq!(
        w.log(hash),
        ["log_trouble code=folder_missing path=/downloads"]
    );
    // It is back at the next start, which does not know of the trouble.
    w.disk.faults.clear();
    w.crash();
    w.pump();
    w.ticks(2);
    w.restart();
    w.ticks(2);
    assert_eq!(w.log(hash)[1..], ["log_recovered"]);
}

#[test]
fn waiting_for_a_turn_is_no_trouble() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    w.news(hash);
    w.engine.break_torrent(hash, EngineFault::TooManyRunning);
    w.pump();
    assert_eq!(w.status(hash).1, "too_many_running");
    assert_eq!(w.news(hash), [""; 0]);
}

#[test]
fn a_check_tells_what_it_found() {
    let mut w = World::ready();
    let meta = single("a", 4);
    let hash = w.seeding(&meta);
    w.news(hash);
    w.done(Command::Recheck(vec![hash]));
    w.ticks(3);
    let all = 4 * PIECE;
    let found = format!("log_checked good={all} total={all}");
    assert_eq!(w.news(hash), ["log_check_started", &found]);
    let mut half = Bitfield::new(4);
    half.set(0, true);
    w.stop(hash);
    w.disk.content.insert(hash, half);
    w.done(Command::Adopt(hash));
    w.ticks(3);
    let found = format!("log_checked good={PIECE} total={all}");
    assert_eq!(w.last(hash).tone, Tone::Warn);
    assert_eq!(w.news(hash), ["log_stopped", "log_adopted", &found]);
}

#[test]
fn places_and_names() {
    let mut w = World::ready();
    let meta = folder("d", &[70_000, 70_000]);
    let hash = w.seeding(&meta);
    w.news(hash);
    w.move_to(hash, "/other");
    w.ticks(3);
    assert_eq!(w.news(hash), ["log_moved from=/downloads to=/other"]);
    let new = Renaming {
        name: Some("Other".into()),
        disk_name: Some("other".into()),
        renames: Some(Arc::new([(1, "x/y".to_owned())].into())),
    };
    w.done(Command::Rename(hash, new));
    w.ticks(3);
    assert_eq!(
        w.news(hash),
        ["log_renamed from=d to=Other", "log_files_renamed n=2"]
    );
    w.done(Command::Undo);
    w.ticks(3);
    assert_eq!(
        w.news(hash),
        ["log_renamed from=Other to=d", "log_files_renamed n=2"]
    );
    w.disk
        .move_faults
        .insert("/third".into(), Fault::PermissionDenied("/third".into()));
    w.move_to(hash, "/third");
    w.ticks(5);
    assert_eq!(w.last(hash).tone, Tone::Warn);
    assert_eq!(
        w.news(hash),
        ["log_trouble code=move_failed path=/third reason=permission_denied"]
    );
    let place = Place {
        folder: "/found".into(),
        disk_name: "d".into(),
        renames: Arc::default(),
    };
    w.done(Command::Locate(hash, place));
    assert_eq!(w.news(hash)[0], "log_located path=/found");
}

#[test]
fn files_labels_and_the_trash() {
    let mut w = World::ready();
    let meta = folder("d", &[70_000, 70_000, 9]);
    let hash = w.seeding(&meta);
    w.news(hash);
    let have = w.engine.have(hash).unwrap();
    w.done(Command::Select(hash, choice(&meta, &[0, 2], &have)));
    w.done(Command::SetPriorities(
        hash,
        Arc::new([(0, Priority::High)].into()),
        None,
    ));
    assert_eq!(
        w.news(hash),
        ["log_files_chosen n=2 total=3", "log_priorities"]
    );
    let names = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
    w.done(Command::SetLabels(vec![hash], names(&["films", "old"])));
    w.done(Command::SetLabels(vec![hash], names(&["films", "old"])));
    w.done(Command::RenameLabel("old".into(), "new".into()));
    w.done(Command::DropLabel("films".into()));
    w.done(Command::SetLabels(vec![hash], vec![]));
    assert_eq!(
        w.news(hash),
        [
            "log_labels labels=films, old",
            "log_labels labels=new",
            "log_no_labels"
        ]
    );
    w.remove(hash, RemoveData::Keep);
    w.done(Command::Undo);
    w.remove(hash, RemoveData::Trash);
    w.ticks(2);
    w.done(Command::Undo);
    w.ticks(2);
    assert_eq!(
        w.news(hash),
        ["log_removed", "log_restored", "log_trashed", "log_restored"]
    );
    w.remove(hash, RemoveData::Delete);
    w.ticks(2);
    w.pass(2 * common::DAY);
    w.ticks(40);
    assert!(!w.store.rows.logs.contains_key(&hash), "it goes with it");
}

#[test]
fn what_was_refused_did_not_happen() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.news(hash);
    w.store.refuse = true;
    w.command(Command::SetIntent(vec![hash], Intent::Stop));
    w.store.refuse = false;
    w.ticks(1);
    assert_eq!(w.news(hash), [""; 0]);
}

#[test]
fn an_entry_goes_with_the_commit_that_it_tells_of_and_makes_none_of_its_own() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    let stop = Command::SetIntent(vec![hash], Intent::Stop);
    let effects = w
        .state
        .handle(Msg::Command(shoal_core::CommandId(99), stop), w.now);
    let logs = |ops: &[StoreOp]| ops.iter().any(|op| matches!(op, StoreOp::Log(..)));
    let soon = |e: &Effect| matches!(e, Effect::StoreSoon(ops) if logs(ops));
    assert!(matches!(&effects[0], Effect::Store(ops) if logs(ops)));
    assert!(!effects.iter().any(soon));
}
