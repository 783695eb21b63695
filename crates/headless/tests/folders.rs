//! Watch folders with the real program: kill -9 at seeded moments, a thousand files at once, hostile
//! ones, no room, folders that vanish, folders in folders. Nothing is lost, doubled or taken early.
//! `SHOAL_SEED` repeats a run, `SHOAL_SOAK` makes it long.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(
    clippy::print_stdout,
    reason = "where it was killed and what it took belong beside the test's output"
)]
#![cfg(unix)]

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use common::{
    Home, Shoal,
    dice::{Dice, rounds},
    volume::Volume,
    watch::{drop_into, ends, names, small},
};
use serde_json::json;
use shoal_testkit::{Site, Torrent, wait};

/// Files dropped between two kills.
const A_ROUND: u64 = 120;

/// What was dropped, and what is to be in the list for it.
#[derive(Default)]
struct Dropped {
    /// By the name of its file.
    all: BTreeMap<String, Torrent>,
    /// Those that the person removed.
    removed: BTreeSet<String>,
}

impl Dropped {
    fn wanted(&self) -> impl Iterator<Item = &Torrent> {
        let all = self.all.iter();
        all.filter(|(file, _)| !self.removed.contains(*file))
            .map(|(_, torrent)| torrent)
    }

    /// Each original lies there once, whole: under its name, or under that of the rule.
    fn assert_whole(&self, folder: &Path) {
        let there = names(folder);
        for (file, torrent) in &self.all {
            let added = format!("{file}.added");
            let found: Vec<_> = [file, &added]
                .into_iter()
                .filter(|one| there.contains(*one))
                .collect();
            let [one] = found[..] else {
                panic!("{file} lies there as {found:?}: {there:?}");
            };
            assert!(
                fs::read(folder.join(one)).unwrap() == torrent.bytes,
                "{one}"
            );
        }
        assert_eq!(
            there.len(),
            self.all.len(),
            "more than was dropped: {there:?}"
        );
    }
}

#[test]
fn killed_at_any_moment_each_file_is_added_once_and_what_was_removed_stays_away() {
    let mut dice = Dice::new();
    let site = Site::new();
    let host = site.host("shoal");
    let home = Home::new();
    let folder = home.folder("in");
    let mut shoal = Shoal::start(&host, &home);
    shoal.watch(&folder, &json!({}));
    let mut dropped = Dropped::default();
    for round in 0..rounds(4, 60) {
        for i in 0..A_ROUND {
            let file = format!("{round}-{i}.torrent");
            let torrent = small(&file);
            drop_into(&folder, &file, &torrent);
            dropped.all.insert(file, torrent);
        }
        for _ in 0..=dice.roll(2) {
            wait_some(&shoal, &folder, &dropped, &mut dice);
            shoal.kill();
            dropped.assert_whole(&folder);
            shoal = Shoal::start(&host, &home);
        }
        shoal.wait_listed(dropped.wanted());
        wait::until(wait::GENEROUS, "all originals to be renamed", || {
            let left = |name: &String| ends(name, "torrent") && !dropped.removed.contains(name);
            (!names(&folder).iter().any(left)).then_some(())
        });
        dropped.assert_whole(&folder);
        remove_one(&shoal, &folder, &mut dropped, &mut dice);
    }
    // However often it was killed: each was added once, and never found to be there already.
    wait::until(wait::GENEROUS, "the last one that was removed", || {
        let removed = |said: &Vec<String>| said.len() == 2;
        let count = shoal.said().values().filter(|said| removed(said)).count();
        (count >= dropped.removed.len()).then_some(())
    });
    shoal.wait_listed(dropped.wanted());
    for (file, said) in shoal.said() {
        let again = usize::from(dropped.removed.contains(&file));
        let wanted = [&["watch_removed"][..again], &["watch_added"]].concat();
        assert_eq!(said, wanted, "{file}");
    }
    shoal.quit();
}

/// Waits until some of the last round are in the list, or until some of their originals are renamed.
fn wait_some(shoal: &Shoal, folder: &Path, dropped: &Dropped, dice: &mut Dice) {
    let before = dropped.all.len() as u64 - A_ROUND - dropped.removed.len() as u64;
    let (goal, by_name) = (before + dice.roll(A_ROUND), dice.roll(2) == 0);
    let renamed = || {
        let there = names(folder).into_iter();
        there.filter(|name| ends(name, "added")).count()
    };
    wait::until(wait::GENEROUS, "some to be added", || {
        let count = if by_name {
            renamed()
        } else {
            shoal.listed().len()
        };
        (count as u64 >= goal).then_some(())
    });
    println!(
        "killed with {} originals renamed of {}",
        renamed(),
        dropped.all.len()
    );
}

/// The person removes a torrent, and somebody saves its file anew from the original that was kept.
fn remove_one(shoal: &Shoal, folder: &Path, dropped: &mut Dropped, dice: &mut Dice) {
    let all: Vec<String> = dropped.all.keys().cloned().collect();
    let at = usize::try_from(dice.roll(all.len() as u64)).unwrap();
    let file = &all[at];
    if !dropped.removed.insert(file.clone()) {
        return;
    }
    let torrent = &dropped.all[file];
    shoal.call(
        "remove",
        &json!({"hashes": [torrent.hex()], "data": "keep"}),
    );
    fs::remove_file(folder.join(format!("{file}.added"))).unwrap();
    drop_into(folder, file, torrent);
}

/// What other commands may take while a folder is full of work.
const ANSWER: Duration = Duration::from_secs(5);
/// Most that memory may grow by, in bytes: at all, and for each torrent that is in the list then.
const GROWTH_MAX: u64 = 48 << 20;
const GROWTH_EACH_MAX: u64 = 20 << 10;

#[test]
fn a_thousand_files_at_once_are_all_added_while_others_are_answered() {
    let count = rounds(1_000, 10_000) as usize;
    let site = Site::new();
    let home = Home::new();
    let (folder, aside) = (home.folder("in"), home.folder("aside"));
    let torrents: Vec<_> = (0..count).map(|i| small(&format!("t{i}"))).collect();
    for (i, torrent) in torrents.iter().enumerate() {
        drop_into(&aside, &format!("{i}.torrent"), torrent);
    }
    let shoal = Shoal::start(&site.host("shoal"), &home);
    let id = shoal.watch(&folder, &json!({}));
    shoal.wait_watched(id, "watching");
    let before = shoal.memory_bytes();
    let begun = Instant::now();
    for name in names(&aside) {
        fs::rename(aside.join(&name), folder.join(&name)).unwrap();
    }
    let (mut slowest, mut added_meanwhile, mut peak) = (Duration::ZERO, None, before);
    let newest = json!({"before": null, "folder": null, "problems": false});
    let link = "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567";
    wait::until(wait::GENEROUS * rounds(2, 20), "all of them", || {
        let listed = shoal.listed().len();
        let asked = Instant::now();
        shoal.call("watch_history", &newest);
        if added_meanwhile.is_none() && listed > 0 {
            shoal.add_text(link, &json!({"start": false}));
            added_meanwhile = Some(listed);
        }
        slowest = slowest.max(asked.elapsed());
        peak = peak.max(shoal.memory_bytes());
        (listed == count + 1).then_some(())
    });
    println!(
        "{count} files in {:?}; the slowest answer took {slowest:?}; {} MiB before, {} MiB at most",
        begun.elapsed(),
        before >> 20,
        peak >> 20
    );
    assert!(added_meanwhile < Some(count), "nothing else got its turn");
    assert!(slowest < ANSWER, "an answer took {slowest:?}");
    assert!(
        peak < before + GROWTH_MAX + GROWTH_EACH_MAX * count as u64,
        "{} MiB",
        peak >> 20
    );
    wait::until(wait::GENEROUS * 2, "all originals to be renamed", || {
        names(&folder)
            .iter()
            .all(|name| ends(name, "added"))
            .then_some(())
    });
    assert_eq!(names(&folder).len(), count);
    assert_eq!(shoal.watched(id)["added_today"], count);
    assert_eq!(shoal.history().len(), count);
    shoal.quit();
}

/// What the files of the corpus are, by the list that the parser is held to: none for a good one.
fn corpus() -> BTreeMap<PathBuf, Option<String>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../metainfo/tests/corpus");
    let verdicts = fs::read_to_string(corpus.join("verdicts.tsv")).unwrap();
    let mut all = BTreeMap::new();
    for line in verdicts.lines() {
        if let [name, verdict, code] = line.split('\t').collect::<Vec<_>>()[..] {
            let file = corpus.join("torrents").join(name);
            if file.is_file() {
                all.insert(file, (verdict == "reject").then(|| code.to_owned()));
            }
        }
    }
    all
}

/// Copies the corpus into a folder, with what is no file, no torrent or too large. Gives what is to be
/// said of each bad one, and a torrent that only a link leads to.
fn fill_with_hostile(
    home: &Home,
    folder: &Path,
    corpus: &BTreeMap<PathBuf, Option<String>>,
) -> (BTreeMap<String, &'static str>, Torrent) {
    let mut bad = BTreeMap::new();
    for (file, code) in corpus {
        let name = file.file_name().unwrap().to_str().unwrap();
        fs::copy(file, folder.join(name)).unwrap();
        if code.is_some() {
            bad.insert(name.to_owned(), "watch_bad_torrent");
        }
    }
    assert!(bad.len() > 20 && corpus.len() > bad.len() + 20);
    let outside = small("outside");
    let target = drop_into(&home.folder("outside"), "outside.torrent", &outside);
    std::os::unix::fs::symlink(&target, folder.join("link.torrent")).unwrap();
    bad.insert("link.torrent".to_owned(), "watch_bad_link");
    std::os::unix::net::UnixListener::bind(folder.join("socket.torrent")).unwrap();
    fs::create_dir(folder.join("folder.torrent")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(folder.join("fifo.torrent"))
        .status();
    assert!(made.unwrap().success());
    for name in ["socket.torrent", "fifo.torrent"] {
        bad.insert(name.to_owned(), "watch_bad_kind");
    }
    fs::File::create(folder.join("huge.torrent"))
        .unwrap()
        .set_len(3 << 40)
        .unwrap();
    bad.insert("huge.torrent".to_owned(), "watch_bad_size");
    fs::write(
        folder.join("lies.magnet"),
        "javascript:alert(1)\n../../etc/passwd\n",
    )
    .unwrap();
    bad.insert("lies.magnet".to_owned(), "watch_bad_magnet");
    (bad, outside)
}

#[test]
fn hostile_files_are_each_named_once_and_stay_where_they_are() {
    let site = Site::new();
    let home = Home::new();
    let folder = home.folder("in");
    let corpus = corpus();
    let (bad, outside) = fill_with_hostile(&home, &folder, &corpus);
    let shoal = Shoal::start(&site.host("shoal"), &home);
    let before = shoal.memory_bytes();
    let id = shoal.watch(&folder, &json!({}));
    let mut waiting = 0;
    wait::until_or_dump(
        wait::GENEROUS * 2,
        "each bad file to be named",
        || {
            let page = shoal.watched(id);
            waiting = page["pending"].as_u64().unwrap();
            (waiting == 0 && page["problems"] == bad.len()).then_some(())
        },
        || format!("{bad:#?}\n{:#?}", shoal.said()),
    );
    // Looked through again, and a good one beside them.
    let good = small("good");
    drop_into(&folder, "good.torrent", &good);
    shoal.call("watch_look", &json!({"id": id}));
    wait::until(wait::GENEROUS, "the good one", || {
        shoal.listed().contains(&good.hex()).then_some(())
    });
    assert!(
        !shoal.listed().contains(&outside.hex()),
        "a link was followed"
    );
    assert_eq!(shoal.watched(id)["problems"], bad.len());
    let there = names(&folder);
    let said = shoal.said();
    for (name, code) in &bad {
        assert_eq!(said[name], [*code], "{name}");
        assert!(there.contains(name), "{name} was touched");
    }
    for (file, _) in corpus.iter().filter(|(_, code)| code.is_none()) {
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(
            there.contains(&format!("{name}.added")),
            "{name}: {:?}",
            said[name]
        );
    }
    let grown = shoal.memory_bytes().saturating_sub(before);
    assert!(grown < GROWTH_MAX, "{} MiB more", grown >> 20);
    assert!(!there.iter().any(|name| name.starts_with("folder.torrent.")));
    shoal.quit();
}

#[test]
fn no_room_for_the_list_loses_nothing_and_what_waits_is_added_when_there_is_some() {
    let site = Site::new();
    let home = Home::new();
    let Some(volume) = Volume::mount(&home.data(), 16) else {
        return;
    };
    let folder = home.folder("in");
    let shoal = Shoal::start(&site.host("shoal"), &home);
    let id = shoal.watch(&folder, &json!({}));
    shoal.wait_watched(id, "watching");
    volume.fill();
    let torrents: Vec<_> = (0..200).map(|i| small(&format!("t{i}"))).collect();
    for torrent in &torrents {
        drop_into(&folder, &format!("{}.torrent", torrent.name), torrent);
    }
    // Some may still find room; of the others none is touched.
    let tried = json!({"before": null, "folder": id, "problems": false});
    wait::until(wait::GENEROUS, "the store to refuse one", || {
        let page = shoal.call("watch_history", &tried);
        let mut pending = page["pending"].as_array().unwrap().iter();
        pending
            .any(|one| one["sentence"]["code"] == "watch_trying")
            .then_some(())
    });
    let (listed, there) = (shoal.listed(), names(&folder));
    assert_eq!(there.len(), torrents.len());
    for torrent in &torrents {
        let file = format!("{}.torrent", torrent.name);
        assert!(
            there.contains(&file) || listed.contains(&torrent.hex()),
            "{file} is lost"
        );
    }
    volume.make_room();
    shoal.wait_listed(&torrents);
    wait::until(wait::GENEROUS, "all originals to be renamed", || {
        names(&folder)
            .iter()
            .all(|name| ends(name, "added"))
            .then_some(())
    });
    shoal.quit();
    let shoal = Shoal::start(&site.host("shoal again"), &home);
    assert_eq!(shoal.listed().len(), torrents.len());
    shoal.quit();
}
