//! What is done when a torrent is complete, and when all are.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::ffi::OsString;

use common::{World, build::*};
use shoal_core::{
    AllDoneKind, Command, Done, InfoHash, Label, Msg, Phase, SettingValue, Status, StoreOp,
    Timestamp,
};

impl World {
    fn set(&mut self, key: &str, value: &str) {
        let value = SettingValue::Text(value.to_owned());
        self.done(Command::SetSettings([(key.to_owned(), value)].into()));
    }

    fn program_ends(&mut self, hash: InfoHash) {
        self.feed(Msg::ProgramEnded {
            hash,
            outcome: Ok(0),
            output: String::new(),
        });
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
    w.program_ends(hash);
    w.ticks(62);
    assert_eq!(w.rested, [AllDoneKind::Quit]);
}
