//! What is done when a torrent is complete, and when all are.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::ffi::OsString;

use common::{World, build::*};
use shoal_core::{
    AllDoneKind, Command, Done, InfoHash, Label, Msg, PROGRAM_NOT_BEGUN, Phase, SettingValue,
    Status, StoreOp, Timestamp,
};

impl World {
    fn set(&mut self, key: &str, value: &str) {
        let value = SettingValue::Text(value.to_owned());
        self.done(Command::SetSettings([(key.to_owned(), value)].into()));
    }

    fn all_done(&self) -> Option<(AllDoneKind, i64)> {
        let what = self.state.all_done();
        what.map(|what| (what.kind, what.at.0 - self.now.0))
    }

    fn last_note(&self, hash: InfoHash) -> (String, Vec<String>) {
        let note = self.store.rows.logs[&hash].last().unwrap().clone();
        let params = note.params.into_iter().map(|(_, value)| value);
        (note.code.into_owned(), params.collect())
    }
}

fn words(argv: &[OsString]) -> Vec<&str> {
    argv.iter().map(|word| word.to_str().unwrap()).collect()
}

const PROGRAM: &str = "/bin/notify %N\n%N in %F\n%P|%H|%L|%T|%Z\n100%% %x %";

#[test]
fn the_data_is_moved_then_labelled_and_then_a_program_is_run_once() {
    let mut w = World::ready();
    w.set("done.move_to", "/finished");
    w.set("done.label", "Done");
    w.set("done.program", PROGRAM);
    let meta = single("a", 4);
    let hash = w.running(&meta);
    assert!(w.programs.is_empty());
    w.ticks(12);
    w.is_at(hash, "/finished/a");
    let record = w.torrent(hash).record.clone();
    assert_eq!(record.labels, ["Done"]);
    assert!(!record.done_due);
    let (of, argv, env) = w.programs[0].clone();
    assert_eq!(of, hash);
    let line = format!(
        "/finished/a|{hash}|Done|one.example|{}",
        record.wanted_bytes
    );
    let want = ["/bin/notify %N", "a in /finished", &line, "100% %x %"];
    assert_eq!(words(&argv), want, "no torrent says which program it is");
    let path = env.iter().find(|(name, _)| *name == "SHOAL_PATH");
    assert_eq!(path.unwrap().1, "/finished/a");
    w.ticks(20);
    w.restart();
    w.ticks(20);
    assert_eq!(w.programs.len(), 0, "a new world, and nothing due in it");
}

#[test]
fn a_kill_before_the_end_could_be_stored_loses_nothing_that_follows() {
    let mut w = World::ready();
    w.set("done.label", "Done");
    w.set("done.program", "/bin/notify");
    let meta = single("a", 4);
    w.engine.set_down_bps(meta.info_hash, 10_000);
    let hash = w.running(&meta);
    // All of it is there, and the commit that says so is lost.
    let full = shoal_core::Bitfield::full(meta.piece_count);
    w.ticks(1);
    w.store.flush();
    assert_eq!(w.torrent(hash).record.completed_at, None);
    w.crash();
    w.disk.content.insert(hash, full);
    w.pump();
    w.ticks(10);
    assert_eq!(w.status(hash).0, Status::Seeding);
    assert_eq!(w.torrent(hash).record.labels, ["Done"]);
    assert_eq!(w.programs.len(), 1);
    // What was there already is no download, nor what somebody has looked for.
    let there = single("there", 4);
    let full = shoal_core::Bitfield::full(there.piece_count);
    w.disk.content.insert(there.info_hash, full);
    w.add(from_file(&there));
    w.ticks(10);
    assert_eq!(w.status(there.info_hash).0, Status::Seeding);
    assert_eq!(w.torrent(there.info_hash).record.labels, [""; 0]);
    assert_eq!(w.programs.len(), 1);
}

#[test]
fn a_label_wins_over_the_settings_and_a_nearer_one_over_those_above() {
    let mut w = World::ready();
    w.set("done.move_to", "/finished");
    let label = |name: &str, move_to: Option<&str>, program: Option<&str>| Label {
        name: name.into(),
        done: Done {
            move_to: move_to.map(Into::into),
            program: program.map(|p| vec![p.to_owned()]),
            label: None,
        },
        ..Label::default()
    };
    let labels = vec![
        label("films", Some("/films"), Some("films")),
        label("films/hd", Some("/hd"), None),
    ];
    w.done(Command::PutLabels(labels));
    let mut new = from_file(&single("a", 4));
    new.labels = vec!["films/hd".into()];
    let hash = new.hash;
    w.add(new);
    w.ticks(15);
    w.is_at(hash, "/hd/a");
    assert_eq!(words(&w.programs[0].1), ["films"]);
}

#[test]
fn from_the_folder_for_unfinished_ones_it_goes_there_in_one_step() {
    let mut w = World::ready();
    w.unfinished_in("/unfinished");
    w.set("done.move_to", "/finished");
    let meta = single("a", 4);
    w.add(from_file(&meta));
    w.ticks(12);
    w.is_at(meta.info_hash, "/finished/a");
    let moves = w.store.log.iter().filter_map(|op| match op {
        StoreOp::PutTorrent(r) => r.moving.as_ref(),
        _ => None,
    });
    let mut folders = moves.map(|m| m.to.folder.to_str().unwrap());
    assert!(folders.all(|folder| folder == "/finished"));
}

#[test]
fn a_move_that_does_not_work_holds_up_nothing_behind_it() {
    let mut w = World::ready();
    let other = w.seeding(&single("a", 4));
    w.move_to(other, "/finished");
    w.ticks(6);
    w.set("done.move_to", "/finished");
    w.set("done.program", "run");
    // Another torrent of that name is there.
    let meta = folder("a", &[40_000]);
    let mut new = from_file(&meta);
    new.save_path = "/elsewhere".into();
    w.add(new);
    w.ticks(15);
    assert_eq!(
        w.torrent(meta.info_hash).record.save_path.to_str(),
        Some("/elsewhere")
    );
    assert_eq!(w.programs.len(), 1);
    assert_eq!(w.status(meta.info_hash).1, "move_failed");
}

#[test]
fn a_kill_in_the_middle_loses_nothing_of_it() {
    let mut w = World::ready();
    w.set("done.move_to", "/finished");
    w.set("done.label", "Done");
    w.set("done.program", "run");
    let meta = single("a", 4);
    w.add(from_file(&meta));
    let hash = meta.info_hash;
    // As ticks go, but the move is never begun.
    while w.phase(hash) != Phase::Moving {
        w.now = w.now.plus_millis(1_000);
        w.engine.advance(1_000);
        w.pump();
        w.feed(Msg::Tick(w.state.wall()));
        w.pump();
        if w.phase(hash) != Phase::Moving {
            for job in w.disk.pass() {
                w.run_job(job);
            }
        }
    }
    assert!(w.torrent(hash).record.moving.is_some());
    w.store.flush();
    w.crash();
    w.pump();
    w.ticks(30);
    w.is_at(hash, "/finished/a");
    assert_eq!(w.torrent(hash).record.labels, ["Done"]);
    assert_eq!(w.programs.len(), 1);
}

#[test]
fn what_a_program_said_is_in_the_log() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    let mut end = |outcome: Result<i32, &str>, output: &str| {
        w.feed(Msg::ProgramEnded {
            hash,
            outcome: outcome.map_err(str::to_owned),
            output: output.to_owned(),
        });
        w.last_note(hash)
    };
    assert_eq!(end(Ok(0), ""), ("log_program_ended".into(), vec![]));
    let (code, params) = end(Ok(3), "no such user");
    assert_eq!(code, "log_program_status");
    assert_eq!(params, ["3", "no such user"]);
    let (code, params) = end(Err("timeout"), &"ä".repeat(40_000));
    assert_eq!(code, "log_program_failed");
    assert_eq!((params[0].as_str(), params[1].len()), ("timeout", 65_536));
}

#[test]
fn no_torrents_words_are_an_option_for_the_program() {
    let mut w = World::ready();
    w.set("done.program", "run\n%N\n%N%L\nx%N\n--name=%N\n-%N");
    let mut new = from_file(&single("--delete=-all", 4));
    new.labels = vec!["-rf".into()];
    w.add(new);
    w.ticks(15);
    let (_, argv, env) = &w.programs[0];
    let name = "--delete=-all";
    let want = [
        "run",
        "delete=-all",
        "delete=-all-rf",
        "x--delete=-all",
        "--name=--delete=-all",
    ];
    assert_eq!(words(argv)[..5], want);
    assert_eq!(words(argv)[5], "---delete=-all", "the person's own dash");
    let said = env.iter().find(|(key, _)| *key == "SHOAL_NAME");
    assert_eq!(said.unwrap().1, name);
}

/// The codes of a torrent's log that are about its program.
fn program_notes(w: &World, hash: InfoHash) -> Vec<String> {
    let notes = w.store.rows.logs[&hash].iter();
    let codes = notes.map(|note| note.code.clone().into_owned());
    codes.filter(|code| code.contains("_program_")).collect()
}

fn three(w: &mut World) -> Vec<InfoHash> {
    let metas = ["a", "b", "c"].map(|name| single(name, 4));
    for meta in &metas {
        w.add(from_file(meta));
    }
    metas.iter().map(|meta| meta.info_hash).collect()
}

#[test]
fn one_program_runs_at_a_time_and_a_kill_loses_none_whose_turn_has_not_come() {
    let mut w = World::ready();
    w.set("done.label", "Done");
    w.set("done.program", "run %N");
    let all = three(&mut w);
    w.ticks(30);
    let first = w.program_runs().unwrap();
    assert_eq!(w.programs.len(), 1);
    let due = |w: &World, hash: InfoHash| w.torrent(hash).record.done_due;
    assert!(all.iter().all(|hash| due(&w, *hash) == (*hash != first)));
    w.store.flush();
    w.crash();
    w.pump();
    assert_eq!(program_notes(&w, first), ["log_program_begins"]);
    w.ticks(30);
    // Its own is not begun again, whatever came of it.
    let second = w.program_runs().unwrap();
    assert_ne!(second, first);
    w.program_ends(Ok(0));
    let third = w.program_runs().expect("the next one begins at once");
    w.program_ends(Err("timeout"));
    w.ticks(30);
    let mut ran = [first, second, third];
    let mut all_of_them = all.clone();
    ran.sort_unstable();
    all_of_them.sort_unstable();
    assert_eq!(
        (ran.as_slice(), w.program_runs()),
        (all_of_them.as_slice(), None)
    );
    let ended = ["log_program_begins", "log_program_failed"];
    assert_eq!(program_notes(&w, third), ended);
    assert!(all.iter().all(|hash| !due(&w, *hash)));
    assert!(
        all.iter()
            .all(|hash| w.torrent(*hash).record.labels == ["Done"])
    );
}

#[test]
fn quitting_waits_for_the_programs_last_word_and_one_that_nobody_began_is_begun_after_the_next_start()
 {
    let mut w = World::ready();
    w.set("done.program", "run");
    let all = three(&mut w);
    w.ticks(30);
    let first = w.program_runs().unwrap();
    w.quit();
    let ended = ["log_program_begins", "log_program_failed"];
    assert_eq!(program_notes(&w, first), ended);
    w.crash();
    w.pump();
    w.ticks(30);
    let second = w.program_runs().unwrap();
    assert_ne!(second, first);
    w.ended.at_quit = PROGRAM_NOT_BEGUN;
    w.restart();
    w.ticks(30);
    let mut begun = vec![];
    while let Some(hash) = w.program_runs() {
        begun.push(hash);
        w.program_ends(Ok(0));
        w.ticks(3);
    }
    begun.sort_unstable();
    let mut rest: Vec<_> = all.into_iter().filter(|hash| *hash != first).collect();
    rest.sort_unstable();
    assert_eq!(begun, rest);
}

#[test]
fn when_all_is_done_it_is_said_for_a_minute_and_then_done_once() {
    let mut w = World::ready();
    w.set("done.all", "sleep");
    w.ticks(100);
    assert_eq!(w.all_done(), None, "nothing has become complete");
    let slow = w.running(&single("slow", 1_000));
    w.engine.set_down_bps(slow, 1_000);
    let quick = w.seeding(&single("quick", 4));
    assert_eq!(w.status(quick).0, Status::Seeding);
    w.ticks(10);
    assert_eq!(w.all_done(), None, "one still downloads");
    w.stop(slow);
    w.tick();
    assert_eq!(w.all_done(), Some((AllDoneKind::Sleep, 60_000)));
    // What a clock does is no time that passes.
    w.now = Timestamp(w.now.0 + 3_600_000);
    w.tick();
    w.ticks(30);
    let (kind, left) = w.all_done().unwrap();
    assert_eq!(kind, AllDoneKind::Sleep);
    assert!((28_000..=31_000).contains(&left), "{left}");
    // Something to do comes up: it can wait.
    w.run(slow);
    w.tick();
    assert_eq!(w.all_done(), None);
    w.stop(slow);
    w.ticks(62);
    assert_eq!(w.rested, [AllDoneKind::Sleep]);
    assert_eq!(w.state.settings().done_all, "nothing");
    w.ticks(200);
    assert_eq!(w.rested.len(), 1);
}

#[test]
fn who_says_no_is_not_asked_again() {
    let mut w = World::ready();
    w.set("done.all", "shutdown");
    w.seeding(&single("a", 4));
    w.ticks(3);
    assert_eq!(w.all_done().map(|d| d.0), Some(AllDoneKind::Shutdown));
    w.done(Command::CancelAllDone);
    assert_eq!(w.all_done(), None);
    w.ticks(100);
    assert!(w.rested.is_empty());
    assert_eq!(w.state.settings().done_all, "nothing");
}

#[test]
fn a_program_that_runs_is_waited_for() {
    let mut w = World::ready();
    w.set("done.all", "quit");
    w.set("done.program", "run");
    // A store that refuses runs no program, and it is asked for again.
    let hash = w.running(&single("a", 4));
    w.store.refuse = true;
    w.ticks(10);
    assert_eq!((w.programs.len(), w.all_done()), (0, None));
    w.store.refuse = false;
    w.ticks(100);
    assert_eq!((w.programs.len(), w.all_done()), (1, None));
    assert_eq!(w.program_runs(), Some(hash));
    w.program_ends(Ok(0));
    w.ticks(62);
    assert_eq!(w.rested, [AllDoneKind::Quit]);
}

#[test]
fn a_move_that_the_store_refused_is_asked_for_again() {
    let mut w = World::ready();
    w.set("done.move_to", "/finished");
    w.set("done.program", "run");
    let hash = w.running(&single("a", 4));
    w.store.refuse = true;
    w.ticks(12);
    w.store.refuse = false;
    w.ticks(20);
    w.is_at(hash, "/finished/a");
    let (_, argv, _) = w.programs[0].clone();
    assert_eq!((words(&argv), w.programs.len()), (vec!["run"], 1));
}
