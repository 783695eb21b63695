//! Where the system tells of nothing, of no more, or forgot to tell.

use std::{fs, sync::Arc, time::Duration};

use super::stage::{How, Stage};
use crate::{FolderState, PollWhy};

/// As on a share: the system would tell, but of what this machine does alone.
#[test]
fn a_share_is_polled_and_its_files_are_waited_for_longer() {
    let mut stage = Stage::new(How::Told);
    stage.options.silent = |path| path.ends_with("watched");
    stage.start();
    let (every, why) = (stage.options.poll, PollWhy::Network);
    assert_eq!(stage.state(), FolderState::Polling { every, why });
    assert!(!stage.hears_of(&stage.root));
    stage.write("a.torrent", "a e");
    // A server may answer from memory for a while.
    stage.pass(stage.options.poll + Duration::from_millis(1_999));
    stage.assert_handed(&[]);
    stage.pass_ms(1);
    stage.assert_handed(&[("a.torrent", "a e")]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_share_that_is_mounted_in_it_is_polled_too() {
    use std::{os::unix::fs::MetadataExt as _, path::Path};
    let device = |path: &str| fs::metadata(path).ok().map(|meta| meta.dev());
    if device("/dev") == device("/dev/shm") || device("/dev/shm").is_none() {
        // Nothing is mounted in a folder that everybody has.
        return;
    }
    let mut stage = Stage::new(How::Told);
    stage.spec.path = "/dev".into();
    stage.spec.include = vec!["nothing of anybody".to_owned()];
    stage.options.silent = |path| path == Path::new("/dev/shm");
    stage.start();
    assert_eq!(stage.state(), FolderState::Watching);
    stage.spec.subfolders = true;
    stage.mailbox().spec(stage.spec.clone());
    stage.pass_ms(1_000);
    let (every, why) = (stage.options.poll, PollWhy::Network);
    assert_eq!(stage.state(), FolderState::Polling { every, why });
}

#[test]
fn where_the_system_tells_of_no_more_the_folder_is_polled() {
    let mut stage = Stage::new(How::Told);
    stage.spec.subfolders = true;
    stage.options.watches = 3;
    stage.write("one/a.torrent", "a e");
    stage.write("two/b.torrent", "b e");
    stage.start();
    assert_eq!(stage.state(), FolderState::Watching);
    fs::create_dir(stage.at("three")).unwrap();
    stage.notice();
    let (every, why) = (stage.options.poll, PollWhy::Limit);
    assert_eq!(stage.state(), FolderState::Polling { every, why });
    stage.handed();
    stage.write("three/c.torrent", "c e");
    stage.pass(stage.options.poll + stage.options.look * 4);
    stage.assert_handed(&[("three/c.torrent", "c e")]);
    // Said once, also when there is room again.
    fs::remove_dir_all(stage.at("one")).unwrap();
    stage.pass_ms(600_000);
    let states = stage.owner.states.lock();
    let limited = |(state, _): &&(FolderState, u32)| *state == FolderState::Polling { every, why };
    let first = states.iter().position(|state| limited(&state)).unwrap();
    assert!(states[first..].iter().all(|state| limited(&state)));
}

#[test]
fn an_event_that_was_lost_costs_a_delay_and_no_file() {
    let mut stage = Stage::new(How::Told);
    stage.write("a.torrent", "a e");
    stage.start();
    stage.pass_ms(1_000);
    stage.handed();
    let deafen = |stage: &Stage| {
        let (mine, nobody) = (stage.root.clone(), Arc::default());
        stage.shared().native.watch(&mine, false, &nobody).unwrap();
    };
    deafen(&stage);
    stage.write("b.torrent", "b e");
    stage.pass_ms(500);
    stage.assert_handed(&[]);
    stage.pass_ms(60_000);
    stage.assert_handed(&[("b.torrent", "b e")]);
    // The subscription was renewed with that look.
    stage.write("c.torrent", "c e");
    stage.notice();
    stage.assert_handed(&[("c.torrent", "c e")]);
    // And renewed also when nothing has changed meanwhile.
    stage.pass_ms(300_000);
    deafen(&stage);
    stage.pass_ms(61_000);
    stage.write("d.torrent", "d e");
    stage.notice();
    stage.assert_handed(&[("d.torrent", "d e")]);
    // Also a change that no name tells of is found in the end.
    stage.pass_ms(300_000);
    stage.append("a.torrent", "e");
    stage.hear();
    stage.mailbox().take();
    stage.pass_ms(11 * 60_000);
    stage.assert_handed(&[("a.torrent", "a ee")]);
}

#[test]
fn a_look_that_took_long_is_followed_by_a_rest() {
    let mut stage = Stage::new(How::Told);
    // However short it was, it was long by this.
    stage.options.rest = u32::MAX;
    stage.start();
    stage.write("a.torrent", "a e");
    stage.pass_ms(2_000 + 199);
    stage.assert_handed(&[]);
    stage.pass_ms(1);
    stage.assert_handed(&[("a.torrent", "a e")]);
}
