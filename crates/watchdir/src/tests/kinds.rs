//! What bears the name of a torrent: files, and what is none.

use std::fs;

use super::{stage::Stage, stories};
use crate::{BadFile, Kind};

stories! {
    links_pipes_and_giants_are_told_of_once,
    a_name_that_is_a_folder_is_nothing,
    magnets_are_told_from_torrents,
    what_may_not_be_read_is_tried_again,
    names_need_not_be_text,
}

fn links_pipes_and_giants_are_told_of_once(mut stage: Stage) {
    fs::write(stage.beside.join("secret"), "s e").unwrap();
    stage.start();
    stage.write("giant.magnet", "");
    let giant = fs::File::options()
        .write(true)
        .open(stage.at("giant.magnet"));
    giant.unwrap().set_len(Kind::Magnets.limit() + 1).unwrap();
    let mut expected = vec![(
        "giant.magnet",
        format!("{:?}", BadFile::TooBig { limit: 1024 * 1024 }),
    )];
    #[cfg(unix)]
    {
        use std::os::unix::{fs::symlink, net::UnixListener};
        symlink(stage.beside.join("secret"), stage.at("link.torrent")).unwrap();
        symlink(stage.beside.join("nowhere"), stage.at("nowhere.torrent")).unwrap();
        symlink(&stage.beside, stage.at("around")).unwrap();
        let pipe = stage.at("pipe.torrent");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        drop(UnixListener::bind(stage.at("socket.torrent")).unwrap());
        let link = || format!("{:?}", BadFile::Link);
        let other = || format!("{:?}", BadFile::NotAFile);
        expected.extend([
            ("link.torrent", link()),
            ("nowhere.torrent", link()),
            ("pipe.torrent", other()),
            ("socket.torrent", other()),
        ]);
    }
    stage.spec.subfolders = true;
    stage.mailbox().spec(stage.spec.clone());
    *stage.owner.bad_folder.lock() = None;
    stage.notice();
    let expected: Vec<(&str, &str)> = expected.iter().map(|(f, t)| (*f, t.as_str())).collect();
    stage.assert_handed(&expected);
    let before = stage.names();
    // They are nobody's to move either.
    *stage.owner.bad_folder.lock() = Some(stage.beside.clone());
    for (file, _) in &expected[1..] {
        stage.mailbox().retry((*file).into());
    }
    stage.pass_ms(60_000);
    stage.assert_handed(&expected[1..]);
    assert!(stage.owner.dones.lock().is_empty());
    assert_eq!(stage.names(), before);
    assert_eq!(stage.pending(), 0);
}

fn a_name_that_is_a_folder_is_nothing(mut stage: Stage) {
    stage.write("folder.torrent/inner.torrent", "i e");
    stage.start();
    stage.pass_ms(60_000);
    stage.assert_handed(&[]);
    assert_eq!(stage.pending(), 0);
    fs::remove_dir_all(stage.at("folder.torrent")).unwrap();
    stage.write("folder.torrent", "f e");
    stage.notice();
    stage.assert_handed(&[("folder.torrent", "f e")]);
}

fn magnets_are_told_from_torrents(mut stage: Stage) {
    stage.write("a.MAGNET", "e");
    stage.write("b.Torrent", "e");
    stage.start();
    *stage.owner.silent.lock() = true;
    stage.notice();
    let inbox = stage.owner.inbox.lock();
    let kinds: Vec<Kind> = inbox.iter().map(|found| found.kind).collect();
    assert_eq!(kinds, [Kind::Magnets, Kind::Torrent]);
}

#[cfg(not(unix))]
fn what_may_not_be_read_is_tried_again(_: Stage) {}

#[cfg(unix)]
fn what_may_not_be_read_is_tried_again(mut stage: Stage) {
    use std::os::unix::fs::PermissionsExt as _;
    stage.write("a.torrent", "a e");
    fs::set_permissions(stage.at("a.torrent"), fs::Permissions::from_mode(0o0)).unwrap();
    // Some may read everything.
    let denied = fs::read(stage.at("a.torrent")).is_err();
    stage.start();
    stage.pass_ms(1_000);
    if denied {
        let text = format!("{:?}", BadFile::Denied);
        stage.assert_handed(&[("a.torrent", &text), ("a.torrent", &text)]);
        fs::set_permissions(stage.at("a.torrent"), fs::Permissions::from_mode(0o600)).unwrap();
        stage.pass_ms(16_000);
    }
    stage.assert_handed(&[("a.torrent", "a e")]);
}

#[cfg(not(unix))]
fn names_need_not_be_text(_: Stage) {}

#[cfg(unix)]
fn names_need_not_be_text(mut stage: Stage) {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
    *stage.owner.action.lock() = Some(crate::After::Rename);
    let path = stage.root.join(OsStr::from_bytes(b"\xff.TORRENT"));
    if fs::write(&path, "a e").is_err() {
        // This file system wants text.
        return;
    }
    stage.start();
    stage.notice();
    assert_eq!(stage.handed().len(), 1);
    assert!(!path.exists());
    let added = stage.root.join(OsStr::from_bytes(b"\xff.TORRENT.added"));
    assert_eq!(fs::read(added).unwrap(), b"a e");
}
