//! A run that ends anywhere, as if killed, and another one that begins with what was stored.

use std::{fs, time::Duration};

use super::{
    stage::{Stage, names_in},
    stories,
};
use crate::After;

stories! {
    a_run_that_ends_anywhere_loses_nothing_and_does_nothing_twice,
    a_removed_torrent_does_not_come_back_from_a_file_that_was_kept,
}

const FILES: usize = 5;

/// Ends the run after so many steps. Gives whether there was more to do.
fn run_for(stage: &mut Stage, steps: u32) -> bool {
    for _ in 0..steps {
        let due = stage.step();
        if stage.owner.dones.lock().len() == FILES {
            return false;
        }
        if let Some(due) = due {
            stage.now = stage.now.max(due);
        }
    }
    true
}

fn a_run_that_ends_anywhere_loses_nothing_and_does_nothing_twice(mut stage: Stage) {
    let done = stage.beside.join("done");
    for action in [After::Rename, After::Move(done.clone()), After::Delete] {
        let mut steps = 0;
        let mut more = true;
        while more {
            let owner = &stage.owner;
            *owner.action.lock() = Some(action.clone());
            owner.known.lock().clear();
            owner.dones.lock().clear();
            owner.handed.lock().clear();
            let _ = fs::remove_dir_all(&done);
            fs::create_dir(&done).unwrap();
            fs::remove_dir_all(&stage.root).unwrap();
            for number in 0..FILES {
                stage.write(&format!("{number}.torrent"), "e");
            }
            // Room for two, so that they come in parts.
            stage.options.in_flight = 2;
            stage.start();
            more = run_for(&mut stage, steps);
            stage.kill();
            stage.start();
            stage.pass(Duration::from_secs(20));
            stage.kill();
            check(&stage, &action);
            steps += 1;
        }
        assert!(steps > 5, "it ended at {steps} places only");
    }
}

fn check(stage: &Stage, action: &After) {
    let mut handed: Vec<String> = stage.handed().into_iter().map(|(file, _)| file).collect();
    let dones = stage.owner.dones.lock();
    assert_eq!(dones.len(), FILES, "{dones:?}");
    assert!(dones.iter().all(|done| done.outcome.is_ok()), "{dones:?}");
    // The owner stored each when it answered; what it had not answered came once more.
    handed.sort();
    handed.dedup();
    assert_eq!(handed.len(), FILES);
    let (left, moved) = match action {
        After::Rename => (FILES, 0),
        After::Move(_) => (0, FILES),
        _ => (0, 0),
    };
    let names = stage.names();
    assert_eq!(names.len(), left, "{names:?}");
    assert!(names.iter().all(|name| name.ends_with(".torrent.added")));
    assert_eq!(names_in(&stage.beside.join("done")).len(), moved);
}

fn a_removed_torrent_does_not_come_back_from_a_file_that_was_kept(mut stage: Stage) {
    stage.write("a.torrent", "a e");
    for _ in 0..3 {
        stage.start();
        stage.notice();
        stage.kill();
    }
    stage.assert_handed(&[("a.torrent", "a e")]);
}
