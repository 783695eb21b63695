//! Notifications on a bus: what the program that shows them gets, and what comes back when one is pressed.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use shoal_desktop::{
    APP_ID, News,
    bus::Bus,
    notices::{self, Act, Goal, Kinds, Manner, Notices, Pressed},
};
use shoal_testkit::{PrivateBus, Process, hosts::NoticeHost, tools_dir, wait};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

struct Stage {
    _folder: tempfile::TempDir,
    bus: PrivateBus,
    focused: Arc<AtomicBool>,
    notices: Notices,
    pressed: mpsc::Receiver<Pressed>,
    _end: tokio_util::sync::DropGuard,
}

impl Stage {
    fn new() -> Self {
        Self::on(PrivateBus::start)
    }

    fn on(bus: impl FnOnce(&Path) -> PrivateBus) -> Self {
        let folder = Process::dir();
        let bus = bus(folder.path());
        let focused = Arc::new(AtomicBool::new(false));
        let looks = focused.clone();
        let end = CancellationToken::new();
        let (notices, pressed) = notices::spawn(
            &Bus::at(bus.address()),
            Manner::default(),
            Arc::new(move || looks.load(Ordering::Relaxed)),
            &TaskTracker::new(),
            &end,
        );
        Self {
            _folder: folder,
            bus,
            focused,
            notices,
            pressed,
            _end: end.drop_guard(),
        }
    }

    async fn host(&self) -> NoticeHost {
        let host = NoticeHost::on(self.bus.address());
        self.until_shows(true).await;
        host
    }

    async fn until_shows(&self, wanted: bool) {
        let mut shows = self.notices.shows();
        let wait = shows.wait_for(|shows| *shows == wanted);
        let told = tokio::time::timeout(wait::GENEROUS, wait);
        assert!(told.await.is_ok_and(|told| told.is_ok()), "never {wanted}");
    }

    async fn press(&mut self) -> Pressed {
        let pressed = tokio::time::timeout(wait::GENEROUS, self.pressed.recv());
        pressed.await.unwrap().unwrap()
    }

    /// Nothing was pressed, once all that was said is heard.
    async fn nothing_pressed(&mut self, host: &mut NoticeHost, id: u64) {
        // What comes behind it has come.
        host.press(id, "default", "");
        let pressed = self.press().await;
        assert_eq!(pressed.act, Act::Show);
        assert!(self.pressed.try_recv().is_err());
    }
}

fn finished(n: u32, name: &str) -> News {
    News::Finished {
        hash: format!("{n:040}"),
        name: name.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_download_is_told_with_all_that_the_system_wants_and_its_press_comes_back() {
    let mut stage = Stage::new();
    let mut host = stage.host().await;
    stage.notices.tell(finished(1, "film & <b>more</b>"));
    let shown = host.wait(1);
    assert_eq!(shown.title, "Download finished");
    assert_eq!(shown.body, "film &amp; &lt;b&gt;more&lt;/b&gt;");
    let keys: Vec<&str> = shown.actions.iter().map(|(key, _)| &**key).collect();
    assert_eq!(keys, ["default", "open", "folder"]);
    assert_eq!((&*shown.icon, shown.replaces), (APP_ID, 0));
    assert_eq!(shown.hints["desktop-entry"], APP_ID);
    assert_eq!(shown.hints["category"], "transfer.complete");
    assert_eq!(shown.hints["urgency"], 1);

    host.press(shown.id, "folder", "");
    let pressed = Pressed {
        act: Act::Folder,
        goal: Goal::Torrent(format!("{:040}", 1)),
        token: None,
    };
    assert_eq!(stage.press().await, pressed);
    host.press(shown.id, "default", "a-token");
    let pressed = stage.press().await;
    assert_eq!(
        (pressed.act, pressed.token.as_deref()),
        (Act::Show, Some("a-token"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_others_say_on_the_bus_presses_nothing() {
    let mut stage = Stage::new();
    let mut host = stage.host().await;
    stage.notices.tell(finished(1, "film"));
    let id = host.wait(1).id;
    host.forge(id, "open");
    host.press(id + 7, "default", "");
    host.press(id, "rm -rf", "");
    stage.nothing_pressed(&mut host, id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_become_one_that_takes_the_last_ones_place() {
    let mut stage = Stage::new();
    let mut host = stage.host().await;
    for n in 0..5 {
        stage.notices.tell(finished(n, &format!("t{n}")));
    }
    stage.notices.forget(format!("{:040}", 4));
    let first = host.wait(1);
    assert_eq!(first.title, "4 downloads finished");
    assert_eq!(first.body, "t0\nt1\nt2\nand 1 more");
    stage.notices.tell(finished(9, "later"));
    let second = host.wait(2);
    assert_eq!((second.id, second.replaces), (first.id, first.id));
    assert_eq!(second.title, "5 downloads finished");
    host.press(second.id, "default", "");
    assert_eq!(stage.press().await.goal, Goal::Finished);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_the_window_in_front_or_does_not_want_it_is_not_told() {
    let stage = Stage::new();
    let mut host = stage.host().await;
    stage.notices.tell(finished(1, "waits"));
    stage.focused.store(true, Ordering::Relaxed);
    stage.notices.tell(finished(2, "seen"));
    // It came to the front: what waited is seen, too. This is told nevertheless, behind it.
    assert!(stage.notices.runs_on(true).await);
    stage.focused.store(false, Ordering::Relaxed);
    stage.notices.set_manner(Manner {
        kinds: Kinds {
            finished: false,
            ..Kinds::default()
        },
        ..Manner::default()
    });
    stage.notices.tell(finished(3, "unwanted"));
    stage.notices.tell(News::Failed {
        hash: format!("{:040}", 4),
        name: "broken".to_owned(),
        sentence: shoal_api::Sentence {
            code: "io".to_owned(),
            params: std::collections::BTreeMap::new(),
        },
    });
    let shown = host.wait(2);
    assert_eq!(shown.title, "A torrent failed");
    assert!(shown.body.starts_with("broken\n"), "{}", shown.body);
    assert_eq!(shown.hints["category"], "transfer.error");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_program_that_shows_it_nothing_is_taken_and_a_new_one_is_found() {
    let mut stage = Stage::new();
    assert!(!stage.notices.runs_on(false).await, "nobody is there");
    let mut host = stage.host().await;
    assert!(stage.notices.runs_on(false).await);
    let shown = host.wait(1);
    assert_eq!(shown.title, "Shoal keeps running in the background");
    assert_eq!(shown.hints["urgency"], 0);
    // The window is there again: it need not be said any more how to get it.
    stage.notices.seen();
    host.wait_closed(shown.id);
    drop(host);
    stage.until_shows(false).await;
    let mut host = NoticeHost::able(stage.bus.address(), "body");
    stage.until_shows(true).await;
    stage.notices.tell(finished(1, "a & b"));
    let shown = host.wait(1);
    assert_eq!((&*shown.body, &*shown.actions), ("a & b", &[][..]));
    host.press(shown.id, "default", "");
    assert_eq!(stage.press().await.act, Act::Show);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn that_there_is_no_icon_is_taken_back_when_there_is_one() {
    let stage = Stage::new();
    let mut host = stage.host().await;
    assert!(stage.notices.runs_on(true).await);
    let in_tray = host.wait(1);
    stage.notices.in_tray();
    // As behind a locked screen, where some panels are not.
    assert!(stage.notices.runs_on(false).await);
    let gone = host.wait(2);
    assert_eq!(gone.replaces, in_tray.id, "nobody took it away before");
    stage.notices.in_tray();
    host.wait_closed(gone.id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_notification_of_a_program_that_is_started_for_it_can_be_pressed() {
    // By itself it presses each notification a moment after it has shown it.
    let program = tools_dir().join("notif_host.py");
    let program = format!("/usr/bin/python3 {}", program.display());
    let name = "org.freedesktop.Notifications";
    let mut stage = Stage::on(|folder| PrivateBus::that_starts(folder, name, &program));
    stage.until_shows(true).await;
    stage.notices.tell(finished(1, "film"));
    let pressed = stage.press().await;
    assert_eq!(pressed.goal, Goal::Torrent(format!("{:040}", 1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bus_that_is_not_there_costs_nothing() {
    let folder = Process::dir();
    let nowhere = format!("unix:path={}", folder.path().join("none").display());
    let tasks = TaskTracker::new();
    let end = CancellationToken::new();
    let looks = Arc::new(|| false);
    let bus = Bus::at(&nowhere);
    let (notices, _pressed) = notices::spawn(&bus, Manner::default(), looks, &tasks, &end);
    notices.tell(finished(1, "a"));
    assert!(!notices.runs_on(true).await);
    assert!(!*notices.shows().borrow());
    end.cancel();
    tasks.close();
    assert!(
        tokio::time::timeout(wait::GENEROUS, tasks.wait())
            .await
            .is_ok()
    );
}
