//! The tray's icon on systems that have their own way, macOS and Windows, by tauri: the same model, the same
//! wishes as on Linux. Everything of it happens on the main thread, and nobody waits for it.

use std::sync::{Arc, Mutex, PoisonError};

use shoal_desktop::{
    Summary,
    host::Host,
    tray::{Entry, Model, State, TrayEvent, Wish, model},
    words::Words,
};
use tauri::{
    AppHandle, Wry,
    image::Image,
    menu::{CheckMenuItem, Menu, MenuItem, PredefinedMenuItem},
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
};
use tokio::sync::{mpsc, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::system::System;

const ID: &str = "shoal";

/// Clicks that nobody has read yet.
const EVENTS: usize = 16;

/// A click on the icon opens its menu there, as every icon's does.
const HAS_MENU_ON_CLICK: bool = cfg!(target_os = "macos");

/// What menu entries are called by the system.
const WISHES: &[(&str, Wish)] = &[
    ("open", Wish::Open),
    ("hide", Wish::Hide),
    ("add", Wish::Add),
    ("paste", Wish::Paste),
    ("stop_all", Wish::StopAll),
    ("start_all", Wish::StartAll),
    ("slow", Wish::Slow),
    ("attention", Wish::Attention),
    ("settings", Wish::Settings),
    ("quit", Wish::Quit),
];

/// The icon. None is seen before [`Tray::switch`] and [`Tray::update`].
#[derive(Clone)]
pub(crate) struct Tray {
    system: System,
    events: mpsc::Sender<TrayEvent>,
    host: watch::Sender<Host>,
    state: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    is_on: Option<bool>,
    model: Option<Model>,
    seat: Option<Seat>,
}

/// The icon on the panel, and what it shows there.
struct Seat {
    icon: TrayIcon<Wry>,
    model: Model,
    /// The entries in sight, without separators.
    items: Vec<Line>,
}

/// An entry as the system has it.
enum Line {
    Plain(MenuItem<Wry>),
    Switch(CheckMenuItem<Wry>),
}

/// Starts to keep the icon, until `end`. Clicks come out of the channel.
pub(crate) fn spawn(
    system: &System,
    tasks: &TaskTracker,
    end: &CancellationToken,
) -> (Tray, mpsc::Receiver<TrayEvent>) {
    let (events, clicks) = mpsc::channel(EVENTS);
    let tray = Tray {
        system: system.clone(),
        events,
        host: watch::Sender::new(Host::Unknown),
        state: Arc::default(),
    };
    let (kept, end) = (tray.clone(), end.clone());
    tasks.spawn(async move {
        end.cancelled().await;
        // An icon that is left there stays until somebody points at it.
        kept.switch(false);
    });
    (tray, clicks)
}

impl Tray {
    /// What there is to show.
    pub(crate) fn update(&self, summary: &Summary, words: Words, is_window_shown: bool) {
        let model = model(summary, words, is_window_shown);
        let is_news = {
            let mut kept = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let is_news = kept.model.as_ref() != Some(&model);
            kept.model = Some(model);
            is_news
        };
        if is_news {
            self.refresh();
        }
    }

    /// Whether there is to be an icon at all.
    pub(crate) fn switch(&self, is_on: bool) {
        let is_news = {
            let mut kept = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            kept.is_on.replace(is_on) != Some(is_on)
        };
        if is_news {
            self.refresh();
        }
    }

    /// Whether somebody can see it.
    pub(crate) fn host(&self) -> watch::Receiver<Host> {
        self.host.subscribe()
    }

    fn refresh(&self) {
        let tray = self.clone();
        let is_asked = self.system.run_on_main(move || {
            if let Err(e) = tray.put() {
                tracing::warn!(error = %e, "the tray's icon could not be shown");
                tray.tell(Host::None);
            }
        });
        if !is_asked {
            tracing::debug!("the tray's icon is not shown any more");
        }
    }

    /// On the main thread only.
    fn put(&self) -> tauri::Result<()> {
        let Some(tauri) = self.system.handle() else {
            return Ok(());
        };
        let mut kept = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = kept.model.clone().filter(|_| kept.is_on == Some(true));
        let Some(model) = wanted else {
            if kept.seat.take().is_some() {
                tauri.remove_tray_by_id(ID);
            }
            if kept.is_on == Some(false) {
                self.tell(Host::None);
            }
            return Ok(());
        };
        match &mut kept.seat {
            Some(seat) => seat.show(&tauri, model)?,
            None => kept.seat = Some(self.sit(&tauri, model)?),
        }
        self.tell(Host::Here);
        Ok(())
    }

    fn sit(&self, tauri: &AppHandle, model: Model) -> tauri::Result<Seat> {
        let (menu, items) = menu_of(tauri, &model)?;
        let (chosen, clicked) = (self.events.clone(), self.events.clone());
        let icon = TrayIconBuilder::with_id(ID)
            .icon(picture(model.state)?)
            .icon_as_template(cfg!(target_os = "macos"))
            .tooltip(tooltip(&model))
            .menu(&menu)
            .show_menu_on_left_click(HAS_MENU_ON_CLICK)
            .on_menu_event(move |_, event| {
                let id: &str = event.id().as_ref();
                if let Some(&(_, wish)) = WISHES.iter().find(|(name, _)| *name == id) {
                    tell(&chosen, wish);
                }
            })
            .on_tray_icon_event(move |_, event| {
                let TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    ..
                } = event
                else {
                    return;
                };
                if !HAS_MENU_ON_CLICK {
                    tell(&clicked, Wish::Toggle);
                }
            })
            .build(tauri)?;
        Ok(Seat { icon, model, items })
    }

    fn tell(&self, host: Host) {
        self.host.send_if_modified(|told| {
            let is_news = *told != host;
            *told = host;
            is_news
        });
    }
}

impl Seat {
    fn show(&mut self, tauri: &AppHandle, model: Model) -> tauri::Result<()> {
        if model.state != self.model.state {
            let is_template = cfg!(target_os = "macos");
            self.icon
                .set_icon_with_as_template(Some(picture(model.state)?), is_template)?;
        }
        if model.tooltip != self.model.tooltip {
            self.icon.set_tooltip(Some(tooltip(&model)))?;
        }
        let (before, now) = (in_sight(&self.model), in_sight(&model));
        let has_same =
            before.len() == now.len() && before.iter().zip(&now).all(|(a, b)| a.wish == b.wish);
        if has_same {
            // One that is open stays open.
            for ((item, before), now) in self.items.iter().zip(before).zip(now) {
                item.show(before, now)?;
            }
        } else {
            let (menu, items) = menu_of(tauri, &model)?;
            self.icon.set_menu(Some(menu))?;
            self.items = items;
        }
        self.model = model;
        Ok(())
    }
}

impl Line {
    fn show(&self, before: &Entry, now: &Entry) -> tauri::Result<()> {
        if before.label != now.label {
            match self {
                Self::Plain(item) => item.set_text(written(now))?,
                Self::Switch(item) => item.set_text(written(now))?,
            }
        }
        if before.is_enabled != now.is_enabled {
            match self {
                Self::Plain(item) => item.set_enabled(now.is_enabled)?,
                Self::Switch(item) => item.set_enabled(now.is_enabled)?,
            }
        }
        // The system turns it over at a click, whatever came of that.
        if let (Self::Switch(item), Some(on)) = (self, now.is_on) {
            item.set_checked(on)?;
        }
        Ok(())
    }
}

/// The entries that have words and are in sight.
fn in_sight(model: &Model) -> Vec<&Entry> {
    let entries = model.entries.iter().filter(|entry| entry.is_visible);
    entries.filter(|entry| !entry.label.is_empty()).collect()
}

fn menu_of(tauri: &AppHandle, model: &Model) -> tauri::Result<(Menu<Wry>, Vec<Line>)> {
    let menu = Menu::new(tauri)?;
    let mut items = Vec::new();
    for entry in model.entries.iter().filter(|entry| entry.is_visible) {
        if entry.label.is_empty() {
            menu.append(&PredefinedMenuItem::separator(tauri)?)?;
            continue;
        }
        let name = WISHES.iter().find(|(_, wish)| Some(*wish) == entry.wish);
        let name = name.map_or("line", |(name, _)| *name);
        let (words, enabled) = (written(entry), entry.is_enabled);
        items.push(match entry.is_on {
            None => {
                let item = MenuItem::with_id(tauri, name, words, enabled, None::<&str>)?;
                menu.append(&item)?;
                Line::Plain(item)
            }
            Some(on) => {
                let item = CheckMenuItem::with_id(tauri, name, words, enabled, on, None::<&str>)?;
                menu.append(&item)?;
                Line::Switch(item)
            }
        });
    }
    Ok((menu, items))
}

/// One ampersand would mark a key.
fn written(entry: &Entry) -> String {
    entry.label.replace('&', "&&")
}

fn tooltip(model: &Model) -> String {
    format!("Shoal\n{}", model.tooltip)
}

/// Who clicks faster than anything happens loses a click.
fn tell(events: &mpsc::Sender<TrayEvent>, wish: Wish) {
    let _ = events.try_send(TrayEvent { wish, token: None });
}

macro_rules! drawing {
    ($state:literal) => {
        if cfg!(target_os = "macos") {
            // The system colours the shape.
            include_bytes!(concat!("../../icons/tray/", $state, "-template.png")).as_slice()
        } else {
            include_bytes!(concat!("../../icons/tray/", $state, "-44.png")).as_slice()
        }
    };
}

fn picture(state: State) -> tauri::Result<Image<'static>> {
    Image::from_bytes(match state {
        State::Idle => drawing!("idle"),
        State::Active => drawing!("active"),
        State::Slowed => drawing!("slowed"),
        State::Paused => drawing!("paused"),
        State::Attention => drawing!("attention"),
    })
}
