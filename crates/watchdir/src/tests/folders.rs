//! What folders do: go and come, lie in one another, tell of nothing, hold too much.

use std::{fs, ops::ControlFlow, path::PathBuf, time::Duration};

use super::{
    stage::{How, Stage},
    stories,
};
use crate::{DryEnd, FolderState, Kind, PollWhy, UnreachableWhy, dry_run, names::is_hidden};

stories! {
    a_folder_that_is_not_there_is_looked_for_and_never_made,
    a_folder_that_goes_and_comes_back_is_taken_up_again,
    a_folder_that_is_made_again_at_once_is_watched_again,
    another_folder_in_its_place_is_watched,
    a_file_in_its_place_is_said,
    subfolders_are_looked_into_when_wanted,
    a_subfolder_that_comes_later_is_watched_too,
    a_subfolder_that_is_made_again_is_watched_again,
    what_is_skipped_is_not_looked_at,
    hidden_and_linked_folders_are_not_looked_into,
    folders_too_deep_and_too_full_are_told_of_once,
    other_rules_change_how_it_is_watched,
    a_dry_run_touches_nothing,
    what_comes_and_goes_in_a_folder_too_full_is_not_remembered,
}

fn a_folder_that_is_not_there_is_looked_for_and_never_made(mut stage: Stage) {
    fs::remove_dir(&stage.root).unwrap();
    stage.start();
    let error = UnreachableWhy::Missing;
    assert_eq!(stage.state(), FolderState::Unreachable { error });
    stage.pass_ms(3_600_000);
    assert!(!stage.root.exists());
    assert_eq!(stage.owner.states.lock().len(), 1);
    stage.write("a.torrent", "a e");
    stage.pass_ms(31_000);
    assert_eq!(stage.state(), stage.well());
    stage.assert_handed(&[("a.torrent", "a e")]);
}

fn a_folder_that_goes_and_comes_back_is_taken_up_again(mut stage: Stage) {
    stage.write("a.torrent", "a e");
    stage.write("bad.torrent", "half");
    stage.start();
    stage.notice();
    stage.handed();
    let away = stage.beside.join("away");
    fs::rename(&stage.root, &away).unwrap();
    stage.notice();
    let error = UnreachableWhy::Missing;
    assert_eq!(stage.state(), FolderState::Unreachable { error });
    assert_eq!(stage.pending(), 0);
    fs::write(away.join("b.torrent"), "b e").unwrap();
    fs::rename(&away, &stage.root).unwrap();
    stage.pass_ms(31_000);
    assert_eq!(stage.state(), stage.well());
    // The same files as before, and a new one.
    let handed = stage.handed();
    assert!(handed.contains(&("b.torrent".into(), "b e".into())));
    assert!(handed.iter().all(|(file, _)| file != "a.torrent"));
    stage.write("c.torrent", "c e");
    stage.notice();
    assert!(stage.handed().contains(&("c.torrent".into(), "c e".into())));
}

fn a_folder_that_is_made_again_at_once_is_watched_again(mut stage: Stage) {
    stage.write("a.torrent", "a e");
    stage.start();
    stage.notice();
    stage.handed();
    for round in 0..5 {
        fs::remove_dir_all(&stage.root).unwrap();
        fs::create_dir(&stage.root).unwrap();
        stage.notice();
        assert_eq!(stage.state(), stage.well());
        let (file, text) = (format!("{round}.torrent"), format!("{round} e"));
        stage.write(&file, &text);
        stage.notice();
        stage.assert_handed(&[(&file, &text)]);
    }
}

fn another_folder_in_its_place_is_watched(mut stage: Stage) {
    stage.write("a.torrent", "a e");
    stage.start();
    stage.notice();
    stage.handed();
    // As when a volume is mounted over it.
    let other = stage.beside.join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("b.torrent"), "b e").unwrap();
    fs::rename(&stage.root, stage.beside.join("away")).unwrap();
    fs::rename(&other, &stage.root).unwrap();
    stage.notice();
    stage.assert_handed(&[("b.torrent", "b e")]);
    // Of the files in the one before nobody knows anything.
    assert!(stage.owner.gone.lock().is_empty());
    stage.write("c.torrent", "c e");
    stage.notice();
    stage.assert_handed(&[("c.torrent", "c e")]);
    // The one before is nobody's now.
    fs::write(stage.beside.join("away/d.torrent"), "d e").unwrap();
    stage.notice();
    stage.assert_handed(&[]);
    assert_eq!(stage.state(), stage.well());
}

fn a_file_in_its_place_is_said(mut stage: Stage) {
    stage.start();
    fs::remove_dir(&stage.root).unwrap();
    fs::write(&stage.root, "e").unwrap();
    stage.notice();
    let error = UnreachableWhy::NotAFolder;
    assert_eq!(stage.state(), FolderState::Unreachable { error });
    fs::remove_file(&stage.root).unwrap();
    fs::create_dir(&stage.root).unwrap();
    // A look by hand need not wait for the next one.
    stage.mailbox().look();
    stage.pass_ms(0);
    assert_eq!(stage.state(), stage.well());
}

fn subfolders_are_looked_into_when_wanted(mut stage: Stage) {
    stage.write("one/two/a.torrent", "a e");
    stage.start();
    stage.notice();
    stage.assert_handed(&[]);
    stage.spec.subfolders = true;
    stage.mailbox().spec(stage.spec.clone());
    stage.notice();
    let file = PathBuf::from("one").join("two").join("a.torrent");
    stage.assert_handed(&[(file.to_str().unwrap(), "a e")]);
}

fn a_subfolder_that_comes_later_is_watched_too(mut stage: Stage) {
    stage.spec.subfolders = true;
    stage.start();
    fs::create_dir_all(stage.at("one/two")).unwrap();
    stage.notice();
    stage.write("one/two/a.torrent", "a e");
    stage.notice();
    stage.assert_handed(&[("one/two/a.torrent", "a e")]);
    // Moved in from elsewhere, with what is in it.
    let other = stage.beside.join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("b.torrent"), "b e").unwrap();
    fs::rename(&other, stage.at("other")).unwrap();
    stage.notice();
    stage.assert_handed(&[("other/b.torrent", "b e")]);
    stage.write("other/c.torrent", "c e");
    stage.notice();
    stage.assert_handed(&[("other/c.torrent", "c e")]);
    fs::rename(stage.at("one"), stage.at("uno")).unwrap();
    stage.notice();
    stage.assert_handed(&[("uno/two/a.torrent", "a e")]);
    stage.write("uno/two/d.torrent", "d e");
    stage.notice();
    stage.assert_handed(&[("uno/two/d.torrent", "d e")]);
}

fn a_subfolder_that_is_made_again_is_watched_again(mut stage: Stage) {
    stage.spec.subfolders = true;
    stage.write("sub/a.torrent", "a e");
    stage.start();
    stage.notice();
    stage.handed();
    for round in 0..5 {
        fs::remove_dir_all(stage.at("sub")).unwrap();
        fs::create_dir(stage.at("sub")).unwrap();
        stage.notice();
        let (file, text) = (format!("sub/{round}.torrent"), format!("{round} e"));
        stage.write(&file, &text);
        stage.notice();
        stage.assert_handed(&[(&file, &text)]);
    }
    // Gone for a while, it is not missed.
    fs::remove_dir_all(stage.at("sub")).unwrap();
    stage.notice();
    assert_eq!(stage.state(), stage.well());
}

fn what_is_skipped_is_not_looked_at(mut stage: Stage) {
    stage.spec.subfolders = true;
    // Another watched folder, a torrent's folder, a torrent's own file.
    for path in ["inner", "download", "own.torrent"] {
        let path = stage.at(path);
        stage.owner.skipped.lock().insert(path);
    }
    for file in [
        "inner/a.torrent",
        "inner/sub/b.torrent",
        "download/c.torrent",
        "own.torrent",
        "d.torrent",
    ] {
        stage.write(file, "e");
    }
    stage.start();
    stage.notice();
    stage.assert_handed(&[("d.torrent", "e")]);
    // Not skipped any more: found at the next look.
    stage.owner.skipped.lock().clear();
    stage.mailbox().look();
    stage.notice();
    assert_eq!(stage.handed().len(), 4);
    let told = stage.how == How::Told;
    assert_eq!(stage.hears_of(&stage.at("download")), told);
    // Skipped again: the system is not asked about it any longer than needed.
    stage.owner.skipped.lock().insert(stage.at("download"));
    stage.mailbox().look();
    stage.notice();
    assert!(!stage.hears_of(&stage.at("download")));
    assert_eq!(stage.hears_of(&stage.at("inner/sub")), told);
    stage.spec.subfolders = false;
    stage.mailbox().spec(stage.spec.clone());
    stage.notice();
    assert!(!stage.hears_of(&stage.at("inner/sub")));
    assert_eq!(stage.hears_of(&stage.root), told);
}

fn hidden_and_linked_folders_are_not_looked_into(mut stage: Stage) {
    stage.spec.subfolders = true;
    assert!(is_hidden(".git".as_ref()));
    stage.write(".git/a.torrent", "e");
    stage.write("plain/b.torrent", "e");
    #[cfg(unix)]
    std::os::unix::fs::symlink(stage.at("plain"), stage.at("linked")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&stage.root, stage.at("plain/around")).unwrap();
    stage.start();
    stage.notice();
    stage.assert_handed(&[("plain/b.torrent", "e")]);
}

fn folders_too_deep_and_too_full_are_told_of_once(mut stage: Stage) {
    stage.spec.subfolders = true;
    let deepest = "d/".repeat(16);
    stage.write(&format!("{deepest}in.torrent"), "e");
    stage.write(&format!("{deepest}d/out.torrent"), "e");
    stage.start();
    stage.pass_ms(200_000);
    stage.assert_handed(&[(&format!("{deepest}in.torrent"), "e")]);
    assert_eq!(*stage.owner.too_many.lock(), 1);
    fs::remove_dir_all(stage.at("d")).unwrap();
    stage.kill();
    stage.options.entries = 10;
    for number in 0..15 {
        stage.write(&format!("{number}.torrent"), "e");
    }
    stage.start();
    stage.pass_ms(200_000);
    assert_eq!(stage.handed().len(), 10);
    assert_eq!(*stage.owner.too_many.lock(), 2);
    // Made room: the others come.
    for number in 0..15 {
        let path = stage.at(&format!("{number}.torrent"));
        let known = stage.owner.known.lock();
        if known.keys().any(|(file, _)| path.ends_with(file)) {
            fs::remove_file(path).unwrap();
        }
    }
    stage.notice();
    assert_eq!(stage.handed().len(), 5);
}

fn other_rules_change_how_it_is_watched(mut stage: Stage) {
    stage.start();
    let polled = FolderState::Polling {
        every: stage.options.poll,
        why: PollWhy::Asked,
    };
    for always_poll in [true, false, true] {
        stage.spec.always_poll = always_poll;
        stage.mailbox().spec(stage.spec.clone());
        stage.pass_ms(0);
        let expected = if always_poll {
            polled.clone()
        } else {
            FolderState::Watching
        };
        assert_eq!(stage.state(), expected);
        assert_eq!(stage.hears_of(&stage.root), !always_poll);
    }
    let (look, poll) = (stage.options.look, Duration::from_secs(3));
    stage.mailbox().times(look, poll);
    stage.pass_ms(0);
    stage.write("a.torrent", "e");
    stage.pass_ms(3_400);
    stage.assert_handed(&[("a.torrent", "e")]);
}

fn a_dry_run_touches_nothing(mut stage: Stage) {
    stage.spec.exclude = vec!["*beta*".to_owned()];
    for file in [
        "b.torrent",
        "a.magnet",
        "beta.torrent",
        ".h.torrent",
        "c.torrent.part",
        "sub/d.torrent",
    ] {
        stage.write(file, file);
    }
    let run = |stage: &Stage, most: usize| {
        let mut files = Vec::new();
        let end = dry_run(
            &stage.spec,
            &|path| path.ends_with("skipped.torrent"),
            &mut |file| {
                let content = String::from_utf8(file.content.unwrap()).unwrap();
                files.push((
                    file.file.display().to_string(),
                    file.kind,
                    file.excluded,
                    content,
                ));
                if files.len() == most {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        );
        (files, end)
    };
    let expected =
        |name: &str, kind, excluded, text: &str| (name.to_owned(), kind, excluded, text.to_owned());
    let all = [
        expected("a.magnet", Kind::Magnets, false, "a.magnet"),
        expected("b.torrent", Kind::Torrent, false, "b.torrent"),
        expected("beta.torrent", Kind::Torrent, true, ""),
    ];
    let before = stage.names();
    assert_eq!(run(&stage, 100), (all.to_vec(), DryEnd::Whole));
    assert_eq!(run(&stage, 2), (all[..2].to_vec(), DryEnd::More));
    assert_eq!(stage.names(), before);
    stage.write("skipped.torrent", "e");
    stage.spec.subfolders = true;
    let (files, _) = run(&stage, 100);
    assert_eq!(files.len(), 4);
    stage.spec.path = stage.beside.join("nowhere");
    let missing = DryEnd::Unreachable(UnreachableWhy::Missing);
    assert_eq!(run(&stage, 100), (Vec::new(), missing));
}

fn what_comes_and_goes_in_a_folder_too_full_is_not_remembered(mut stage: Stage) {
    stage.options.entries = 3;
    for number in 0..4 {
        stage.write(&format!("{number}.txt"), "");
    }
    fs::remove_file(stage.at("0.txt")).unwrap();
    stage.start();
    for round in 0..40 {
        fs::remove_file(stage.at("1.txt")).ok();
        stage.write(&format!("{round}.torrent"), "e");
        stage.write("1.txt", "");
        stage.mailbox().look();
        stage.pass_ms(2_000);
        fs::remove_file(stage.at(&format!("{round}.torrent"))).unwrap();
    }
    assert!(stage.remembered() <= stage.options.entries + 1);
}
