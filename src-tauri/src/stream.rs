//! The streams of events to windows: one task per window, which ends with the window or when the
//! page asks anew. A hidden or minimised window gets nothing, and a fresh snapshot when it shows.
//!
//! What only this window gets goes the same way (`tell`), behind the snapshot; with what is to be opened it waits
//! while no page is there, and outlives a window that was put away.
//!
//! The page asks for each event and waits for the answer. Were they sent by running scripts in the page, the answers
//! of these would make `WebKit` keep a script engine in this process as well, which takes some megabytes for ever.
//!
//! A window's first snapshot is made while its page is still being loaded. What the page draws its first picture
//! of is sent as soon as it asks; when that can be seen, it asks again and gets the whole, in pieces.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use shoal_api::{
    Event, Glance, PackedRow, PackedRows, PackedSnapshot, SettingValueView, Snapshot, TorrentRow,
};
use shoal_app::{App, Subscription};
use tauri::{WebviewWindow, async_runtime::JoinHandle};
use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::timeout,
};

use crate::{told::Told, window};

/// How long a hidden window may stay unnoticed when the system does not tell that it shows again.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// How long a page waits for an event before it is told that there is none: no window system waits for ever.
const QUIET: Duration = Duration::from_secs(30);
/// What it is told then.
const NOTHING: &str = r#"{"type":"quiet"}"#;
/// Events that wait for the page; while they do, what happens is merged.
const WAITING_MAX: usize = 4;
/// Rows of a snapshot that the page reads in one go.
const PIECE: usize = 2_000;

/// The streams that run, by window.
#[derive(Default)]
pub(crate) struct Streams {
    running: Mutex<HashMap<String, Stream>>,
    primed: Arc<Mutex<Option<Priming>>>,
    glance: Mutex<Option<oneshot::Receiver<String>>>,
    told: Arc<Told>,
}

/// A first snapshot that is being made for a page that has not asked yet.
type Priming = JoinHandle<Option<Primed>>;

struct Primed {
    events: Subscription,
    lines: Vec<String>,
}

struct Stream {
    task: JoinHandle<()>,
    look: Arc<Notify>,
    /// What the page calls it.
    number: u32,
    lines: Lines,
}

/// What the page has not taken yet. Asked for by one at a time, as it came.
type Lines = Arc<tokio::sync::Mutex<mpsc::Receiver<String>>>;

impl Drop for Stream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Streams {
    /// Makes the first snapshot of a window that is about to be made.
    pub(crate) fn prime(&self, app: &App) {
        let mut events = app.subscribe();
        let (tell, glance) = oneshot::channel();
        let task = tauri::async_runtime::spawn(async move {
            let event = events.next().await?;
            let Event::Snapshot(mut snapshot) = event else {
                return None;
            };
            let rows = std::mem::take(&mut snapshot.torrents);
            if let Some(line) = glance_line(&rows, &snapshot) {
                let _ = tell.send(line);
            }
            let lines = snapshot_lines(&rows, &snapshot).ok()?;
            Some(Primed { events, lines })
        });
        *lock(&self.primed) = Some(task);
        *lock(&self.glance) = Some(glance);
    }

    /// Starts a window's stream, which the page calls by that number, and ends the one before it. `ahead`: the page
    /// has nothing to draw yet, and comes back when it has.
    pub(crate) fn start(&self, app: App, window: WebviewWindow, number: u32, ahead: bool) {
        let (lines, waiting) = mpsc::channel(WAITING_MAX);
        let look = Arc::new(Notify::new());
        let label = window.label().to_owned();
        let glance = lock(&self.glance).take().filter(|_| ahead);
        let page = Page {
            window,
            lines,
            look: look.clone(),
            primed: self.primed.clone(),
            told: self.told.clone(),
        };
        self.told.deaf();
        let task = tauri::async_runtime::spawn(page.follow(app, glance));
        let stream = Stream {
            task,
            look,
            number,
            lines: Arc::new(tokio::sync::Mutex::new(waiting)),
        };
        lock(&self.running).insert(label, stream);
    }

    /// The next event of a window's stream, as JSON; none when it has ended.
    pub(crate) async fn next(&self, label: &str, number: u32) -> Option<String> {
        let lines = match lock(&self.running).get(label) {
            Some(stream) if stream.number == number => stream.lines.clone(),
            _ => return None,
        };
        let mut lines = lines.lock().await;
        match timeout(QUIET, lines.recv()).await {
            Ok(line) => line,
            Err(_) => Some(NOTHING.to_owned()),
        }
    }

    /// Tells the page something that is no part of a snapshot. While no page is there it waits for one, but for
    /// what concerns only the window that is there.
    pub(crate) fn tell(&self, event: Event) {
        self.told.add(event);
    }

    /// Something happened to a window: it may be shown again.
    pub(crate) fn look(&self, label: &str) {
        if let Some(stream) = lock(&self.running).get(label) {
            stream.look.notify_one();
        }
    }

    /// A window is gone, and whoever reads for it.
    pub(crate) fn end(&self, label: &str) {
        let stream = lock(&self.running).remove(label);
        if let Some(priming) = lock(&self.primed).take() {
            priming.abort();
        }
        drop(stream);
        self.told.forget_window();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A page that listens.
struct Page {
    window: WebviewWindow,
    lines: mpsc::Sender<String>,
    look: Arc<Notify>,
    primed: Arc<Mutex<Option<Priming>>>,
    told: Arc<Told>,
}

/// What a page is sent next.
enum Next {
    Event(Box<Event>),
    /// Something waits in `told`.
    Told,
    End,
}

impl Page {
    async fn follow(self, app: App, glance: Option<oneshot::Receiver<String>>) {
        if let Some(glance) = glance
            && let Ok(line) = glance.await
        {
            // The page asks again when it is drawn.
            self.send_line(line).await;
            return;
        }
        let primed = lock(&self.primed).take();
        let mut primed = match primed {
            Some(task) => task.await.ok().flatten(),
            None => None,
        };
        loop {
            // A window is made to be shown: it misses nothing of what happens until then.
            let is_new = primed.is_some();
            let mut events = match primed.take() {
                Some(Primed { events, lines }) => {
                    if !self.send_lines(lines).await || !self.hear().await {
                        return;
                    }
                    events
                }
                None if until_shown(&self.window, &self.look).await => app.subscribe(),
                None => return,
            };
            if !self.pass_on(&mut events, is_new).await {
                return;
            }
            self.told.deaf();
        }
    }

    /// Sends what happens until the window is hidden; false when the page is gone.
    async fn pass_on(&self, events: &mut Subscription, is_new: bool) -> bool {
        loop {
            let event = match self.next(events).await {
                Next::Event(event) => *event,
                Next::Told if self.send_told().await => continue,
                Next::Told | Next::End => return false,
            };
            // A snapshot does not have these, unlike all else that a hidden window misses.
            let is_offer = matches!(event, Event::OpenRequest { .. });
            let event = if is_offer {
                self.told.keep(event);
                None
            } else {
                Some(event)
            };
            // Asking the window also paces the stream: while its thread is busy, `events` merges.
            match is_shown(&self.window).await {
                None => return false,
                Some(false) if is_new => {
                    if !until_shown(&self.window, &self.look).await {
                        return false;
                    }
                }
                Some(false) => return true,
                Some(true) => (),
            }
            if let Some(theme) = event.as_ref().and_then(theme_in) {
                window::apply_theme(&self.window, theme);
            }
            if let Some(event) = event
                && !self.send(event).await
            {
                return false;
            }
            if !self.hear().await {
                return false;
            }
        }
    }

    async fn next(&self, events: &mut Subscription) -> Next {
        tokio::select! {
            event = events.next() => event.map_or(Next::End, |event| Next::Event(Box::new(event))),
            () = self.told.added.notified() => Next::Told,
        }
    }

    /// From now on the page is told at once; with what has waited for it. False when it is gone.
    async fn hear(&self) -> bool {
        self.told.live();
        self.send_told().await
    }

    async fn send_told(&self) -> bool {
        for event in self.told.take() {
            if !self.send(event).await {
                return false;
            }
        }
        true
    }

    /// Sends one event; false when nobody listens any more.
    async fn send(&self, event: Event) -> bool {
        match lines(event) {
            Ok(lines) => self.send_lines(lines).await,
            Err(error) => {
                tracing::error!(%error, "an event could not be written");
                false
            }
        }
    }

    async fn send_lines(&self, lines: Vec<String>) -> bool {
        for line in lines {
            if !self.send_line(line).await {
                return false;
            }
        }
        true
    }

    async fn send_line(&self, line: String) -> bool {
        self.lines.send(line).await.is_ok()
    }
}

/// Waits until the window can be seen; false when it is gone.
async fn until_shown(window: &WebviewWindow, look: &Notify) -> bool {
    loop {
        match is_shown(window).await {
            None => return false,
            Some(true) => return true,
            Some(false) => {
                let _ = timeout(LOOK_AGAIN, look.notified()).await;
            }
        }
    }
}

/// An event as the page gets it.
fn lines(event: Event) -> serde_json::Result<Vec<String>> {
    match event {
        Event::Snapshot(mut snapshot) => {
            let rows = std::mem::take(&mut snapshot.torrents);
            snapshot_lines(&rows, &snapshot)
        }
        other => Ok(vec![serde_json::to_string(&other)?]),
    }
}

/// A snapshot whose rows were taken out: the rows without their names, in pieces, and all else with the last.
fn snapshot_lines(rows: &[TorrentRow], snapshot: &Snapshot) -> serde_json::Result<Vec<String>> {
    let mut pieces = rows.chunks(PIECE);
    let last = pieces.next_back().unwrap_or_default();
    let mut lines = Vec::new();
    for rows in pieces {
        lines.push(serde_json::to_string(&PackedRows { rows: packed(rows) })?);
    }
    let rows = packed(last);
    lines.push(serde_json::to_string(&PackedSnapshot { rows, snapshot })?);
    Ok(lines)
}

fn packed(rows: &[TorrentRow]) -> Vec<PackedRow<'_>> {
    rows.iter().map(PackedRow).collect()
}

/// What the first picture is drawn of; none when the whole list is.
fn glance_line(rows: &[TorrentRow], snapshot: &Snapshot) -> Option<String> {
    serde_json::to_string(&Glance::of(rows, snapshot)?).ok()
}

/// Whether somebody can see the window; none when it is gone. Asked on the window's own thread, so
/// that no thread of tokio waits for it.
async fn is_shown(window: &WebviewWindow) -> Option<bool> {
    let (tell, told) = oneshot::channel();
    let asked = window.clone();
    let look = move || {
        let visible = asked.is_visible().ok();
        let shown = visible.and_then(|visible| {
            asked
                .is_minimized()
                .ok()
                .map(|minimised| visible && !minimised)
        });
        let _ = tell.send(shown);
    };
    window.run_on_main_thread(look).ok()?;
    told.await.ok().flatten()
}

fn theme_in(event: &Event) -> Option<&str> {
    let settings = match event {
        Event::Snapshot(snapshot) => &snapshot.settings,
        Event::Delta(delta) => delta.settings.as_ref()?,
        _ => return None,
    };
    match settings.get(window::THEME_SETTING)? {
        SettingValueView::Text(theme) => Some(theme),
        SettingValueView::Bool(_) | SettingValueView::Int(_) => None,
    }
}
