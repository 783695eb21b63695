#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;
use crate::links::Links;

const ALL: Wanted = Wanted {
    magnets: true,
    torrents: true,
    autostart: true,
};
const NONE: Wanted = Wanted {
    magnets: false,
    torrents: false,
    autostart: false,
};

/// A person's folders, with a system that has one other program.
struct Home {
    dir: TempDir,
    places: Places,
}

impl Home {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let at = |folder: &str| dir.path().join(folder);
        let places = Places {
            config_home: at("config"),
            config_dirs: vec![at("etc")],
            data_home: at("data"),
            data_dirs: vec![at("usr")],
            desktops: vec!["kde".to_owned()],
            locales: vec!["de_DE".to_owned(), "de".to_owned()],
            program: PathBuf::from("/opt/shoal"),
            sandboxed: false,
        };
        let home = Self { dir, places };
        home.put(
            "usr/applications/other.desktop",
            "[Desktop Entry]\nName=Other\nName[de]=Anderes\u{202e}\n",
        );
        home.put(
            "usr/applications/mimeinfo.cache",
            "[MIME Cache]\nx-scheme-handler/magnet=gone.desktop;other.desktop;\n",
        );
        home
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn get(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.dir.path().join(path)).ok()
    }

    /// Every file with its text.
    fn all(&self) -> Vec<(PathBuf, String)> {
        let mut found = Vec::new();
        let mut folders = vec![self.dir.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let text = fs::read_to_string(&path).unwrap();
                    found.push((path, text));
                }
            }
        }
        found.sort();
        found
    }
}

const LIST: &str = "config/mimeapps.list";
const START: &str = "config/autostart/io.github.shoalbt.Shoal.desktop";
const OFFER: &str = "data/applications/io.github.shoalbt.Shoal.desktop";

#[test]
fn on_and_off_leave_the_files_as_they_were() {
    let home = Home::new();
    home.put(
        LIST,
        "[Default Applications]\nx-scheme-handler/magnet=other.desktop\n",
    );
    let before = home.all();
    let other = || Handler::Other {
        name: "Anderes".to_owned(),
    };
    assert_eq!(home.places.state().magnets, other());
    home.places.apply(NONE, None);
    assert_eq!(home.all(), before, "nothing is wanted: nothing is touched");

    home.places.apply(ALL, Some(&NONE));
    let state = home.places.state();
    assert_eq!(
        (state.magnets, state.torrents),
        (Handler::Ours, Handler::Ours)
    );
    assert!(state.autostart);
    assert!(
        home.get(START)
            .unwrap()
            .contains("Exec=/opt/shoal --hidden\n")
    );
    assert!(home.get(OFFER).unwrap().contains("Exec=/opt/shoal %U\n"));

    home.places.apply(NONE, Some(&ALL));
    assert_eq!(home.all(), before);
    let state = home.places.state();
    assert_eq!((state.magnets, state.torrents), (other(), Handler::Nobody));
    assert!(!state.autostart);
}

#[test]
fn one_kind_alone_is_offered_alone() {
    let home = Home::new();
    let magnets = Wanted {
        magnets: true,
        ..NONE
    };
    home.places.apply(magnets, None);
    assert_eq!(home.places.state().magnets, Handler::Ours);
    assert_eq!(home.places.state().torrents, Handler::Nobody);
    assert!(
        home.get(OFFER)
            .unwrap()
            .contains("MimeType=x-scheme-handler/magnet;\n")
    );
    home.places.apply(NONE, Some(&magnets));
    assert_eq!((home.get(OFFER), home.get(LIST)), (None, None));
}

#[test]
fn a_start_does_not_fight_a_program_that_was_chosen_since() {
    let home = Home::new();
    home.places.apply(ALL, Some(&NONE));
    let chosen = home.get(LIST).unwrap().replacen(
        &format!("x-scheme-handler/magnet={ID};"),
        &format!("x-scheme-handler/magnet=other.desktop;{ID};"),
        1,
    );
    home.put(LIST, &chosen);
    home.places.apply(ALL, None);
    assert_eq!(home.get(LIST).unwrap(), chosen);
    assert!(matches!(home.places.state().magnets, Handler::Other { .. }));
    // Whoever switches it on again means it.
    home.places.apply(
        Wanted {
            magnets: false,
            ..ALL
        },
        Some(&ALL),
    );
    home.places.apply(
        ALL,
        Some(&Wanted {
            magnets: false,
            ..ALL
        }),
    );
    assert_eq!(home.places.state().magnets, Handler::Ours);
}

#[test]
fn a_start_with_all_off_leaves_a_default_that_a_person_chose_by_hand() {
    let home = Home::new();
    home.put(
        &format!("usr/applications/{ID}"),
        "[Desktop Entry]\nName=Shoal\n",
    );
    home.put(
        LIST,
        &format!("[Default Applications]\nx-scheme-handler/magnet={ID}\n"),
    );
    let before = home.all();
    home.places.apply(NONE, None);
    assert_eq!(home.all(), before);
    assert_eq!(home.places.state().magnets, Handler::Ours);
}

#[test]
fn what_a_killed_shoal_left_is_taken_back_at_the_start() {
    let home = Home::new();
    let before = home.all();
    home.places.apply(ALL, Some(&NONE));
    home.places.apply(NONE, None);
    assert_eq!(home.all(), before);
}

#[test]
fn a_package_offers_shoal_itself() {
    let home = Home::new();
    home.places.apply(ALL, Some(&NONE));
    home.put(
        &format!("usr/applications/{ID}"),
        "[Desktop Entry]\nName=Shoal\n",
    );
    home.places.apply(ALL, None);
    assert_eq!(
        home.get(OFFER),
        None,
        "the package's is the one that counts"
    );
    assert_eq!(home.places.state().magnets, Handler::Ours);
}

#[test]
fn a_program_that_moved_is_started_where_it_is() {
    let mut home = Home::new();
    home.places.apply(ALL, Some(&NONE));
    home.places.program = PathBuf::from("/opt/new/shoal");
    home.places.apply(ALL, None);
    assert!(
        home.get(OFFER)
            .unwrap()
            .contains("Exec=/opt/new/shoal %U\n")
    );
    assert!(
        home.get(START)
            .unwrap()
            .contains("Exec=/opt/new/shoal --hidden\n")
    );
}

#[test]
fn files_of_others_are_neither_changed_nor_removed() {
    let home = Home::new();
    home.put(OFFER, "[Desktop Entry]\nName=My Shoal\n");
    home.put(START, "[Desktop Entry]\nName=My Shoal\nHidden=true\n");
    let (offer, start) = (home.get(OFFER), home.get(START));
    home.places.apply(ALL, Some(&NONE));
    assert!(!home.places.state().autostart);
    home.places.apply(NONE, Some(&ALL));
    assert_eq!((home.get(OFFER), home.get(START)), (offer, start));
}

#[test]
fn a_no_from_elsewhere_outlives_a_start_and_not_a_yes() {
    for no in ["Hidden=true", "X-GNOME-Autostart-enabled=false"] {
        let home = Home::new();
        home.places.apply(ALL, Some(&NONE));
        let refused = format!("{}{no}\n", home.get(START).unwrap());
        home.put(START, &refused);
        assert!(!home.places.state().autostart);
        home.places.apply(ALL, None);
        assert_eq!(home.get(START).unwrap(), refused);
        home.places.apply(ALL, Some(&NONE));
        assert!(home.places.state().autostart);
    }
}

#[test]
fn a_link_is_followed_to_its_file() {
    let home = Home::new();
    home.put(
        "dotfiles/list",
        "[Default Applications]\na/b=other.desktop\n",
    );
    fs::create_dir_all(&home.places.config_home).unwrap();
    let link = home.dir.path().join(LIST);
    symlink(home.dir.path().join("dotfiles/list"), &link).unwrap();
    home.places.apply(ALL, None);
    assert!(link.is_symlink());
    assert!(home.get("dotfiles/list").unwrap().contains(ID));
}

#[test]
fn a_list_that_cannot_be_read_is_left_alone() {
    let home = Home::new();
    fs::create_dir_all(home.dir.path().join(LIST)).unwrap();
    home.places.apply(ALL, None);
    assert!(home.dir.path().join(LIST).is_dir());
    assert!(home.places.state().autostart, "the rest is done");
}

#[test]
fn a_sandbox_decides_itself() {
    let mut home = Home::new();
    home.places.sandboxed = true;
    let before = home.all();
    home.places.apply(ALL, None);
    assert_eq!(home.all(), before);
    assert_eq!(home.places.state(), State::unknown(true));
}

#[test]
fn the_desktops_own_list_comes_first_and_programs_that_are_gone_do_not_count() {
    let home = Home::new();
    home.put(
        LIST,
        "[Default Applications]\nx-scheme-handler/magnet=gone.desktop;\n",
    );
    assert!(matches!(home.places.state().magnets, Handler::Other { .. }));
    home.put(
        "usr/applications/kde/mine.desktop",
        "[Desktop Entry]\nName=Mine\n",
    );
    home.put(
        "config/kde-mimeapps.list",
        "[Default Applications]\nx-scheme-handler/magnet=kde-mine.desktop\n",
    );
    let mine = Handler::Other {
        name: "Mine".to_owned(),
    };
    assert_eq!(home.places.state().magnets, mine);
}

#[test]
fn an_association_that_a_person_removed_does_not_count() {
    let home = Home::new();
    home.put(
        LIST,
        "[Removed Associations]\nx-scheme-handler/magnet=other.desktop;\n",
    );
    assert_eq!(home.places.state().magnets, Handler::Nobody);
}

#[test]
fn a_write_that_somebody_else_was_quicker_with_is_given_up() {
    let home = Home::new();
    home.put(LIST, "theirs");
    let path = home.dir.path().join(LIST);
    let written = file::write(&path, Some(b"what it was"), b"ours");
    assert_eq!(written.unwrap_err().kind(), io::ErrorKind::ResourceBusy);
    assert_eq!(home.get(LIST).unwrap(), "theirs");
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}

#[tokio::test]
async fn what_is_wanted_is_done_in_the_background_and_counted() {
    use tokio_util::{sync::CancellationToken, task::TaskTracker};

    let home = Home::new();
    let (tasks, end) = (TaskTracker::new(), CancellationToken::new());
    let links: Links = crate::links::spawn(Some(home.places.clone()), &tasks, &end);
    let mut changes = links.changes();
    links.set(ALL);
    changes.wait_for(|count| *count == 1).await.unwrap();
    assert_eq!(links.state().await.magnets, Handler::Ours);
    links.set(ALL);
    links.set(NONE);
    changes.wait_for(|count| *count == 2).await.unwrap();
    assert_eq!(links.state().await.torrents, Handler::Nobody);
    end.cancel();
    tasks.close();
    tasks.wait().await;
}
