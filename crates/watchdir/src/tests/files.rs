//! How files come: slowly, in parts, under another name, in the place of one before.

use std::{
    fs,
    time::{Duration, SystemTime},
};

use super::{
    stage::{How, Stage},
    stories,
};
use crate::{After, Known};

stories! {
    files_that_were_there_before_the_start_are_taken,
    a_new_file_is_taken_once_it_was_quiet_for_two_looks,
    a_file_that_grows_is_left_alone_until_it_is_whole,
    a_writer_that_pauses_is_waited_for,
    a_bad_file_is_tried_seven_times_and_then_left,
    a_bad_file_that_changes_is_tried_anew,
    a_file_counts_when_it_gets_its_name,
    an_atomic_save_is_another_file,
    a_file_that_is_replaced_while_it_is_out_is_taken_too,
    clocks_that_are_wrong_change_nothing,
    a_time_that_is_set_back_begins_the_wait_anew,
    a_placeholder_waits_for_its_download,
    patterns_choose,
    a_file_that_went_is_told_of,
    a_retry_by_hand_hands_over_what_was_dealt_with,
    what_more_is_known_of_is_asked_about_and_not_handed_over,
    a_file_that_changes_while_it_waits_for_its_turn_takes_no_room,
    once_it_ends_nothing_is_handed_over_and_nothing_touched,
}

fn files_that_were_there_before_the_start_are_taken(mut stage: Stage) {
    stage.write("b.torrent", "b e");
    stage.write("a.torrent", "a e");
    stage.write("c.txt", "c e");
    stage.write(".hidden.torrent", "h e");
    stage.start();
    stage.assert_handed(&[]);
    assert_eq!(stage.pending(), 2);
    stage.pass(stage.options.look);
    stage.assert_handed(&[("a.torrent", "a e"), ("b.torrent", "b e")]);
    assert_eq!(stage.state(), stage.well());
    assert_eq!(stage.pending(), 0);
    stage.pass_ms(600_000);
    stage.assert_handed(&[]);
}

fn a_new_file_is_taken_once_it_was_quiet_for_two_looks(mut stage: Stage) {
    stage.start();
    stage.write("a.torrent", "a e");
    // The first look comes after a rest, or when it is time for one; the second one a look later.
    let first = match stage.how {
        How::Told => stage.options.look,
        How::Polled => stage.options.poll,
    };
    let nearly = Duration::from_millis(199);
    stage.pass(first + nearly);
    stage.assert_handed(&[]);
    stage.pass(stage.options.look.saturating_sub(nearly));
    stage.assert_handed(&[("a.torrent", "a e")]);
}

fn a_file_that_grows_is_left_alone_until_it_is_whole(mut stage: Stage) {
    stage.start();
    stage.write("a.torrent", "a");
    stage.notice();
    stage.owner.handed.lock().clear();
    // A look never finds it as the one before did.
    for _ in 0..100 {
        stage.append("a.torrent", "bc");
        stage.pass_ms(199);
        stage.assert_handed(&[]);
    }
    stage.append("a.torrent", "e");
    stage.notice();
    let handed = stage.handed();
    assert_eq!(handed.len(), 1);
    assert!(handed[0].1.ends_with("bce"));
}

fn a_writer_that_pauses_is_waited_for(mut stage: Stage) {
    *stage.owner.action.lock() = Some(After::Rename);
    stage.start();
    stage.write("a.torrent", "half");
    stage.notice();
    assert_eq!(stage.handed()[0].1, "half");
    assert_eq!(stage.pending(), 1);
    stage.pass_ms(3_000);
    let tries = stage.handed();
    assert!(!tries.is_empty() && tries.iter().all(|(_, text)| text == "half"));
    stage.append("a.torrent", " and");
    stage.notice();
    stage.append("a.torrent", " e");
    stage.notice();
    assert_eq!(stage.handed().last().unwrap().1, "half and e");
    assert_eq!(stage.names(), ["a.torrent.added"]);
    assert_eq!(stage.pending(), 0);
}

fn a_bad_file_is_tried_seven_times_and_then_left(mut stage: Stage) {
    stage.write("a.torrent", "bad");
    stage.start();
    // It was quiet after one look.
    for (ms, attempt) in [
        (200, 1),
        (700, 2),
        (1_200, 3),
        (2_200, 4),
        (4_200, 5),
        (8_200, 6),
        (16_200, 7),
    ] {
        let at = Duration::from_millis(ms);
        stage.pass(at.saturating_sub(stage.now + Duration::from_millis(1)));
        stage.assert_handed(&[]);
        stage.pass_ms(1);
        let handed = std::mem::take(&mut *stage.owner.handed.lock());
        assert_eq!(handed.len(), 1, "{ms}");
        assert_eq!(handed[0].attempt, attempt);
        assert_eq!(handed[0].last_try, attempt == 7);
    }
    assert_eq!(stage.pending(), 0);
    stage.pass_ms(3_600_000);
    stage.assert_handed(&[]);
    assert_eq!(stage.names(), ["a.torrent"]);
    // Nor in the next run.
    stage.kill();
    stage.start();
    stage.pass_ms(60_000);
    stage.assert_handed(&[]);
}

fn a_bad_file_that_changes_is_tried_anew(mut stage: Stage) {
    let bad = stage.beside.join("bad");
    fs::create_dir(&bad).unwrap();
    *stage.owner.bad_folder.lock() = Some(bad.clone());
    stage.write("a.torrent", "bad");
    stage.start();
    stage.pass_ms(1_000);
    assert_eq!(stage.handed().len(), 2);
    stage.write("a.torrent", "worse!");
    stage.notice();
    let first = stage.owner.handed.lock()[0].clone();
    let last = stage.owner.handed.lock().last().unwrap().clone();
    assert!(first.attempt == 1 || first.content == Ok("bad".to_owned()));
    assert_eq!(
        (last.content, last.last_try),
        (Ok("worse!".to_owned()), false)
    );
    stage.pass_ms(17_000);
    // Moved by the rule for bad ones.
    assert_eq!(stage.names(), Vec::<String>::new());
    assert_eq!(super::stage::names_in(&bad), ["a.torrent"]);
    let done = stage.owner.dones.lock().pop().unwrap();
    assert_eq!(done.action, After::Move(bad.clone()));
    assert_eq!(done.outcome, Ok(Some(bad.join("a.torrent"))));
}

fn a_file_counts_when_it_gets_its_name(mut stage: Stage) {
    stage.start();
    for end in [".part", ".crdownload", ".tmp", ".!qB", ".added"] {
        stage.write(&format!("a.torrent{end}"), "a e");
        stage.notice();
        stage.assert_handed(&[]);
        fs::rename(stage.at(&format!("a.torrent{end}")), stage.at("a.torrent")).unwrap();
        stage.notice();
        stage.assert_handed(&[("a.torrent", "a e")]);
        fs::remove_file(stage.at("a.torrent")).unwrap();
        stage.notice();
    }
    // From elsewhere.
    fs::write(stage.beside.join("b"), "b e").unwrap();
    fs::rename(stage.beside.join("b"), stage.at("b.torrent")).unwrap();
    stage.notice();
    stage.assert_handed(&[("b.torrent", "b e")]);
}

fn an_atomic_save_is_another_file(mut stage: Stage) {
    stage.write("a.torrent", "1 e");
    stage.start();
    stage.notice();
    stage.assert_handed(&[("a.torrent", "1 e")]);
    let stamp = fs::metadata(stage.at("a.torrent")).unwrap();
    stage.write(".a.torrent.swp", "2 e");
    // Even with the same size and time.
    stage.set_time(".a.torrent.swp", stamp.modified().unwrap());
    fs::rename(stage.at(".a.torrent.swp"), stage.at("a.torrent")).unwrap();
    stage.notice();
    stage.assert_handed(&[("a.torrent", "2 e")]);
    assert_eq!(*stage.owner.gone.lock(), ["a.torrent"]);
}

fn a_file_that_is_replaced_while_it_is_out_is_taken_too(mut stage: Stage) {
    for action in [After::Keep, After::Delete] {
        *stage.owner.action.lock() = Some(action);
        stage.write("a.torrent", "1 e");
        stage.start();
        *stage.owner.silent.lock() = true;
        stage.pass_ms(1_000);
        assert_eq!(stage.owner.inbox.lock().len(), 1);
        stage.write("b", "2 e");
        fs::rename(stage.at("b"), stage.at("a.torrent")).unwrap();
        stage.pass_ms(30_000);
        *stage.owner.silent.lock() = false;
        // Without another look at the folder: nothing tells of the change any more.
        stage.pass_ms(1_000);
        stage.assert_handed(&[("a.torrent", "1 e"), ("a.torrent", "2 e")]);
    }
    let dones = stage.owner.dones.lock();
    assert_eq!(dones[0].outcome, Err(crate::AfterError::Changed));
    assert_eq!(dones[1].outcome, Ok(None));
    assert_eq!(stage.names(), Vec::<String>::new());
}

fn clocks_that_are_wrong_change_nothing(mut stage: Stage) {
    const YEARS: Duration = Duration::from_secs(60 * 365 * 24 * 3_600);
    stage.start();
    stage.write("future.torrent", "f e");
    stage.set_time("future.torrent", SystemTime::UNIX_EPOCH + YEARS * 2);
    stage.write("past.torrent", "p e");
    stage.set_time("past.torrent", SystemTime::UNIX_EPOCH - YEARS);
    stage.notice();
    stage.assert_handed(&[("future.torrent", "f e"), ("past.torrent", "p e")]);
    stage.pass_ms(600_000);
    stage.assert_handed(&[]);
    // Changed with an older time than before: changed all the same.
    stage.write("future.torrent", "g e");
    stage.notice();
    stage.assert_handed(&[("future.torrent", "g e")]);
}

fn a_time_that_is_set_back_begins_the_wait_anew(mut stage: Stage) {
    stage.write("a.torrent", "a e");
    stage.start();
    for days in 1..20 {
        stage.pass_ms(199);
        let back = Duration::from_secs(days * 86_400);
        stage.set_time("a.torrent", SystemTime::UNIX_EPOCH + back);
        stage.assert_handed(&[]);
    }
    stage.notice();
    stage.assert_handed(&[("a.torrent", "a e")]);
}

fn a_placeholder_waits_for_its_download(mut stage: Stage) {
    stage.start();
    stage.write("a.torrent", "");
    stage.write("a.torrent.part", "a");
    stage.write("empty.torrent", "");
    stage.pass_ms(60_000);
    let handed = stage.handed();
    assert!(!handed.is_empty() && handed.iter().all(|(file, _)| file == "empty.torrent"));
    assert_eq!(stage.pending(), 1);
    stage.append("a.torrent.part", " e");
    fs::rename(stage.at("a.torrent.part"), stage.at("a.torrent")).unwrap();
    stage.notice();
    stage.assert_handed(&[("a.torrent", "a e")]);
}

fn patterns_choose(mut stage: Stage) {
    stage.spec.include = vec!["*linux*".to_owned()];
    stage.spec.exclude = vec!["*beta*".to_owned()];
    for file in ["linux.torrent", "linux-beta.torrent", "other.torrent"] {
        stage.write(file, "e");
    }
    stage.start();
    stage.notice();
    stage.assert_handed(&[("linux.torrent", "e")]);
    // Other rules: what they let in now is looked at.
    stage.spec.include.clear();
    stage.mailbox().spec(stage.spec.clone());
    stage.notice();
    stage.assert_handed(&[("other.torrent", "e")]);
}

fn a_file_that_went_is_told_of(mut stage: Stage) {
    stage.write("a.torrent", "a e");
    stage.write("b.torrent", "bad");
    stage.start();
    stage.notice();
    fs::remove_file(stage.at("a.torrent")).unwrap();
    fs::remove_file(stage.at("b.torrent")).unwrap();
    stage.notice();
    assert_eq!(*stage.owner.gone.lock(), ["a.torrent"]);
    assert_eq!(stage.pending(), 0);
}

fn a_retry_by_hand_hands_over_what_was_dealt_with(mut stage: Stage) {
    stage.write("a.torrent", "a e");
    stage.write("b.torrent", "bad");
    stage.start();
    stage.pass_ms(20_000);
    stage.handed();
    stage.mailbox().retry("a.torrent".into());
    stage.mailbox().retry("b.torrent".into());
    stage.mailbox().retry("gone.torrent".into());
    stage.mailbox().retry("../secret.torrent".into());
    stage.pass_ms(400);
    stage.assert_handed(&[("a.torrent", "a e"), ("b.torrent", "bad")]);
    assert_eq!(*stage.owner.gone.lock(), ["gone.torrent"]);
    stage.pass_ms(60_000);
    assert_eq!(stage.handed().len(), 6);
    // A look by hand tries at once what waits for another try.
    stage.append("b.torrent", "!");
    stage.notice();
    stage.pass_ms(9_000);
    stage.handed();
    stage.mailbox().look();
    stage.pass_ms(0);
    stage.assert_handed(&[("b.torrent", "bad!")]);
}

fn what_more_is_known_of_is_asked_about_and_not_handed_over(mut stage: Stage) {
    for file in ["a.torrent", "b.torrent"] {
        stage.write(file, "e");
    }
    stage.start();
    stage.notice();
    assert_eq!(stage.handed().len(), 2);
    for known in stage.owner.known.lock().values_mut() {
        *known = Known::After(After::Rename);
    }
    stage.mailbox().ask_again("other.torrent".into());
    stage.pass_ms(1_000);
    assert_eq!(stage.names(), ["a.torrent", "b.torrent"]);
    stage.mailbox().ask_again("a.torrent".into());
    stage.pass_ms(1_000);
    assert_eq!(stage.names(), ["a.torrent.added", "b.torrent"]);
    // With other rules all are asked about.
    stage.spec.exclude = vec!["nothing".to_owned()];
    stage.mailbox().spec(stage.spec.clone());
    stage.pass_ms(1_000);
    assert_eq!(stage.names(), ["a.torrent.added", "b.torrent.added"]);
    stage.assert_handed(&[]);
    assert!(stage.owner.gone.lock().is_empty());
}

fn a_file_that_changes_while_it_waits_for_its_turn_takes_no_room(mut stage: Stage) {
    stage.options.in_flight = 1;
    stage.write("a.torrent", "a e");
    stage.write("b.torrent", "b e");
    stage.start();
    *stage.owner.silent.lock() = true;
    stage.pass_ms(1_000);
    stage.append("b.torrent", "e");
    *stage.owner.silent.lock() = false;
    stage.notice();
    stage.assert_handed(&[("a.torrent", "a e"), ("b.torrent", "b ee")]);
}

fn once_it_ends_nothing_is_handed_over_and_nothing_touched(mut stage: Stage) {
    stage.options.in_flight = 1;
    *stage.owner.action.lock() = Some(After::Delete);
    stage.write("a.torrent", "a e");
    stage.write("b.torrent", "b e");
    stage.start();
    *stage.owner.silent.lock() = true;
    stage.pass_ms(1_000);
    *stage.owner.silent.lock() = false;
    // The owner answers while the end comes.
    stage.step();
    stage.assert_handed(&[("a.torrent", "a e")]);
    stage.mailbox().stop();
    for _ in 0..10 {
        stage.step();
        stage.now += stage.options.look;
    }
    stage.assert_handed(&[]);
    assert_eq!(stage.names(), ["a.torrent", "b.torrent"]);
    assert!(stage.owner.dones.lock().is_empty());
}
