//! Drags as GTK sees them. What they hold is asked for as soon as they enter, and every drag that is taken here is
//! kept from the page: the web engine's own handlers do not run for it.

use std::{cell::RefCell, rc::Rc, time::Instant};

use gtk::{
    gdk::{Atom, DragAction, DragContext, DragProtocol, ModifierType},
    glib,
    prelude::*,
};
use shoal_app::dropped::Drag;
use tauri::{AppHandle, Manager as _, WebviewWindow};

use super::{Hover, Start};

/// What is asked for, the best first.
const KINDS: &[(&str, Kind)] = &[
    ("text/uri-list", Kind::List),
    ("text/plain;charset=utf-8", Kind::Text),
    ("UTF8_STRING", Kind::Text),
    ("text/plain", Kind::Text),
];

#[derive(Clone, Copy)]
enum Kind {
    List,
    Text,
}

/// The drag over the window.
struct Dragged {
    context: DragContext,
    kind: Kind,
    entered: Instant,
    /// GTK says that a drag left also right before it says that it was dropped.
    has_left: bool,
    holds: Holds,
}

/// What is known of what it holds.
enum Holds {
    /// The source has not answered yet.
    Asked,
    /// Nor had it when it was dropped, at that time of the display's.
    AskedAndDropped(Start, u32),
    /// This is being read.
    Something(Hover),
    /// Nothing.
    Nothing,
}

type Now = Rc<RefCell<Option<Dragged>>>;

/// Takes over what is dragged over the window's page.
pub(crate) fn attach(window: &WebviewWindow) {
    let tauri = window.app_handle().clone();
    let attached = window.with_webview(move |page| connect(page.inner().upcast_ref(), tauri));
    if let Err(error) = attached {
        tracing::warn!(%error, "nothing can be dropped on the window");
    }
}

fn connect(page: &gtk::Widget, tauri: AppHandle) {
    let now = Now::default();
    let at = now.clone();
    page.connect_drag_motion(move |page, context, _, _, time| motion(&at, page, context, time));
    let at = now.clone();
    page.connect_drag_data_received(move |_, context, _, _, data, _, time| {
        // A source that did not answer gave less than nothing.
        let data = if data.length() > 0 {
            data.data()
        } else {
            vec![]
        };
        received(&at, &tauri, context, &data, time);
    });
    let at = now.clone();
    page.connect_drag_leave(move |_, context, _| leave(&at, context));
    page.connect_drag_drop(move |page, context, _, _, time| drop_on(&now, page, context, time));
}

/// A drag moved; true when it is taken.
fn motion(now: &Now, page: &gtk::Widget, context: &DragContext, time: u32) -> bool {
    let mut at = now.borrow_mut();
    let is_known = match at.as_mut() {
        Some(dragged) if dragged.context == *context => {
            dragged.has_left = false;
            true
        }
        _ => false,
    };
    if !is_known {
        // What is dragged inside of the page is the page's.
        if context.drag_get_source_widget().is_some() {
            return false;
        }
        let Some((target, kind)) = target(context) else {
            return false;
        };
        let before = at.replace(Dragged {
            context: context.clone(),
            kind,
            entered: Instant::now(),
            has_left: false,
            holds: Holds::Asked,
        });
        drop(at);
        drop(before);
        page.drag_get_data(context, &target, time);
    }
    context.drag_status(action(context), time);
    true
}

fn target(context: &DragContext) -> Option<(Atom, Kind)> {
    let offered = context.list_targets();
    KINDS.iter().find_map(|(name, kind)| {
        let found = offered.iter().find(|offered| offered.name() == *name)?;
        Some((*found, *kind))
    })
}

/// What the source is told will be done: its files are only looked at. Under X11 Shift makes it offer nothing but
/// to move; under Wayland a move would make it delete them.
fn action(context: &DragContext) -> DragAction {
    let offered = context.actions();
    if offered.contains(DragAction::COPY) {
        DragAction::COPY
    } else if context.protocol() != DragProtocol::Wayland {
        context.suggested_action()
    } else {
        offered & DragAction::LINK
    }
}

/// The source says what it holds.
fn received(now: &Now, tauri: &AppHandle, context: &DragContext, data: &[u8], time: u32) {
    let mut at = now.borrow_mut();
    let Some(dragged) = at.as_mut().filter(|dragged| dragged.context == *context) else {
        return;
    };
    let dropped = match dragged.holds {
        Holds::Asked => None,
        Holds::AskedAndDropped(start, time) => Some((start, time)),
        Holds::Something(_) | Holds::Nothing => return,
    };
    let host = glib::host_name();
    let drag = match dragged.kind {
        Kind::List => Drag::of_list(data, &host),
        Kind::Text => Drag::of_text(&String::from_utf8_lossy(data), &host),
    };
    if drag.things.is_empty() {
        dragged.holds = Holds::Nothing;
        context.drag_status(DragAction::empty(), time);
        if let Some((_, time)) = dropped {
            *at = None;
            context.drop_finish(false, time);
        }
        return;
    }
    let modifiers = drag.has_paths() && context.actions().contains(DragAction::MOVE);
    let hover = Hover::new(tauri, drag, dragged.entered, modifiers);
    match dropped {
        None => dragged.holds = Holds::Something(hover),
        Some((start, time)) => {
            *at = None;
            hover.land(start);
            context.drop_finish(true, time);
        }
    }
}

/// A drag left, or is about to be dropped.
fn leave(now: &Now, context: &DragContext) {
    let mut at = now.borrow_mut();
    let Some(dragged) = at.as_mut().filter(|dragged| dragged.context == *context) else {
        return;
    };
    dragged.has_left = true;
    let now = now.clone();
    glib::idle_add_local_once(move || {
        let gone = now.borrow_mut().take_if(|dragged| dragged.has_left);
        drop(gone);
    });
}

/// A drag was dropped; true when it was taken.
fn drop_on(now: &Now, page: &gtk::Widget, context: &DragContext, time: u32) -> bool {
    let mut at = now.borrow_mut();
    let Some(mut dragged) = at.take_if(|dragged| dragged.context == *context) else {
        return false;
    };
    let start = start(page, context);
    match dragged.holds {
        Holds::Something(hover) => {
            drop(at);
            hover.land(start);
            context.drop_finish(true, time);
        }
        Holds::Asked | Holds::AskedAndDropped(..) => {
            dragged.has_left = false;
            dragged.holds = Holds::AskedAndDropped(start, time);
            *at = Some(dragged);
        }
        Holds::Nothing => context.drop_finish(false, time),
    }
    true
}

/// What the keys that are held say.
fn start(page: &gtk::Widget, context: &DragContext) -> Start {
    let (.., held) = page.window()?.device_position(&context.device());
    let shift = held.contains(ModifierType::SHIFT_MASK);
    let alt = held.contains(ModifierType::MOD1_MASK);
    (shift != alt).then_some(shift)
}
