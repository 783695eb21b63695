//! The item on the bus: what a panel reads of it, and what it says when somebody clicks. Its functions run
//! while the item is locked: they only look, or put something into a channel.

use std::sync::Arc;

use ksni::{
    Icon, MenuItem, OfflineReason, Status, TextDirection, ToolTip,
    menu::{CheckmarkItem, StandardItem},
};
use tokio::sync::{mpsc, watch};

use super::{Entry, Model, State, TrayEvent, Wish, icons};
use crate::APP_ID;

const TITLE: &str = "Shoal";

/// What the panel shows.
pub(super) struct Item {
    pub(super) model: Arc<Model>,
    /// Beside the themes; empty for nowhere, none when no drawing lies in a theme.
    pub(super) theme_path: Option<String>,
    pub(super) events: mpsc::Sender<TrayEvent>,
    /// Whether the panel's list has it.
    pub(super) is_listed: watch::Sender<bool>,
}

impl Item {
    /// Who clicks faster than anything happens loses a click.
    fn tell(&self, wish: Wish) {
        let token = ksni::current_xdg_activation_token();
        let _ = self.events.try_send(TrayEvent { wish, token });
    }

    fn icon_name_of(&self, state: State) -> String {
        let name = || icons::name(state);
        self.theme_path.as_ref().map(|_| name()).unwrap_or_default()
    }
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        APP_ID.to_owned()
    }

    fn title(&self) -> String {
        TITLE.to_owned()
    }

    fn status(&self) -> Status {
        match self.model.state {
            State::Attention => Status::NeedsAttention,
            _ => Status::Active,
        }
    }

    fn icon_theme_path(&self) -> String {
        self.theme_path.clone().unwrap_or_default()
    }

    fn icon_name(&self) -> String {
        self.icon_name_of(self.model.state)
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        icons::pixels(self.model.state)
    }

    fn attention_icon_name(&self) -> String {
        self.icon_name_of(State::Attention)
    }

    fn attention_icon_pixmap(&self) -> Vec<Icon> {
        icons::pixels(State::Attention)
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip {
            title: TITLE.to_owned(),
            description: self.model.tooltip.clone(),
            ..ToolTip::default()
        }
    }

    fn text_direction(&self) -> TextDirection {
        if self.model.is_rtl {
            TextDirection::RightToLeft
        } else {
            TextDirection::LeftToRight
        }
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        self.model.entries.iter().map(menu_item).collect()
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        self.tell(Wish::Toggle);
    }

    fn watcher_online(&self) {
        self.is_listed.send_replace(true);
    }

    fn watcher_offline(&self, reason: OfflineReason) -> bool {
        if let OfflineReason::Error(e) = reason {
            tracing::debug!(error = %e, "the panel does not take the tray's icon");
        }
        self.is_listed.send_replace(false);
        // It registers again when a panel comes.
        true
    }
}

fn menu_item(entry: &Entry) -> MenuItem<Item> {
    if entry.label.is_empty() {
        return MenuItem::Separator;
    }
    let wish = entry.wish;
    // One underline would mark a key.
    let label = entry.label.replace('_', "__");
    let activate = Box::new(move |item: &mut Item| {
        if let Some(wish) = wish {
            item.tell(wish);
        }
    });
    match entry.is_on {
        None => StandardItem {
            label,
            enabled: entry.is_enabled,
            visible: entry.is_visible,
            activate,
            ..StandardItem::default()
        }
        .into(),
        Some(checked) => CheckmarkItem {
            label,
            enabled: entry.is_enabled,
            visible: entry.is_visible,
            checked,
            activate,
            ..CheckmarkItem::default()
        }
        .into(),
    }
}
