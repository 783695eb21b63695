//! Many files at once: all of them come, few at a time.

use super::{stage::Stage, stories};
use crate::After;

stories! {
    thousands_of_files_come_few_at_a_time,
    large_files_come_one_after_another,
    thousands_that_were_dealt_with_are_not_read_again,
}

fn thousands_of_files_come_few_at_a_time(mut stage: Stage) {
    const FILES: usize = 2_000;
    *stage.owner.action.lock() = Some(After::Delete);
    stage.start();
    for number in 0..FILES {
        stage.write(&format!("{number:04}.torrent"), "e");
    }
    stage.notice();
    let handed = stage.handed();
    assert_eq!(handed.len(), FILES);
    assert!(handed.is_sorted());
    assert_eq!(*stage.owner.most_out.lock(), stage.options.in_flight);
    assert_eq!(stage.names(), Vec::<String>::new());
    assert_eq!(stage.pending(), 0);
}

fn large_files_come_one_after_another(mut stage: Stage) {
    stage.options.in_flight_bytes = 10;
    for file in ["a", "b", "c"] {
        stage.write(&format!("{file}.torrent"), "1234567e");
    }
    stage.write("huge.torrent", "123456789012345678901234567890 e");
    stage.start();
    *stage.owner.silent.lock() = true;
    stage.notice();
    assert_eq!(stage.owner.inbox.lock().len(), 1);
    *stage.owner.silent.lock() = false;
    stage.pass_ms(1_000);
    assert_eq!(stage.handed().len(), 4);
    assert_eq!(*stage.owner.most_out.lock(), 1);
}

fn thousands_that_were_dealt_with_are_not_read_again(mut stage: Stage) {
    const FILES: usize = 2_000;
    for number in 0..FILES {
        stage.write(&format!("{number:04}.torrent"), "e");
    }
    stage.start();
    stage.pass_ms(1_000);
    assert_eq!(stage.handed().len(), FILES);
    stage.kill();
    stage.start();
    stage.pass_ms(1_000);
    stage.assert_handed(&[]);
    assert_eq!(stage.pending(), 0);
}
