//! The icon's place on a panel: taken when a panel comes, kept up to date there, taken again when it was lost.
//! The item registers with a new panel by itself; what it cannot is begin with one that refused it.

use std::{sync::Arc, time::Duration};

use ksni::{Handle, TrayMethods as _};
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};

use super::{Model, item::Item};
use crate::{
    bus::{PATIENCE, RETRY},
    host::Panel,
};

/// The icon changes at most this often.
const PACE: Duration = Duration::from_secs(1);

pub(super) struct Seat {
    item: Option<Handle<Item>>,
    /// Whether the panel has taken the item.
    is_listed: watch::Sender<bool>,
    /// What is to be seen now, and since when.
    shown: Option<(Arc<Model>, Instant)>,
    /// The panel that was last asked to take it, and when.
    asked: Option<(Panel, Instant)>,
}

impl Seat {
    pub(super) fn new() -> Self {
        Self {
            item: None,
            is_listed: watch::Sender::new(false),
            shown: None,
            asked: None,
        }
    }

    /// Changes when the panel takes the item, or loses it.
    pub(super) fn listed(&self) -> watch::Receiver<bool> {
        self.is_listed.subscribe()
    }

    pub(super) fn is_taken(&self) -> bool {
        self.item.is_some() && *self.is_listed.borrow()
    }

    /// Sees to it that `panel` has the item. `make` is given what the item tells whether it is listed.
    pub(super) async fn take(
        &mut self,
        panel: &Panel,
        is_sandboxed: bool,
        make: impl FnOnce(watch::Sender<bool>) -> Item,
    ) {
        if panel.owner.is_none() {
            self.asked = None;
            return;
        }
        if self.is_taken() {
            return;
        }
        let now = Instant::now();
        match &self.asked {
            Some((asked, at)) if asked == panel && now < *at + RETRY => return,
            Some((asked, _)) if asked.owner == panel.owner => {}
            // It has heard of the new panel, too, and is registering.
            _ if self.item.is_some() => {
                self.asked = Some((panel.clone(), now));
                return;
            }
            _ => {}
        }
        self.asked = Some((panel.clone(), now));
        self.leave().await;
        let item = make(self.is_listed.clone());
        let shown = item.model.clone();
        // The item only says so when it is refused.
        self.is_listed.send_replace(true);
        let builder = item.disable_dbus_name(is_sandboxed);
        // What takes it may have gone meanwhile; the item waits then.
        let spawning = builder.assume_sni_available(true).spawn();
        match timeout(PATIENCE, spawning).await {
            Ok(Ok(handle)) => {
                self.item = Some(handle);
                self.shown = Some((shown, now));
            }
            Ok(Err(e)) => {
                tracing::debug!(error = %e, "the panel did not take the tray's icon");
                self.is_listed.send_replace(false);
            }
            Err(_) => {
                tracing::debug!("the panel did not answer for the tray's icon");
                self.is_listed.send_replace(false);
            }
        }
    }

    /// When to ask a panel again that did not take it.
    pub(super) fn again(&self) -> Option<Instant> {
        let (_, at) = self.asked.as_ref()?;
        (!self.is_taken()).then(|| *at + RETRY)
    }

    /// When `model` may be shown, unless it is already.
    pub(super) fn due(&self, model: &Arc<Model>) -> Option<Instant> {
        self.item.as_ref()?;
        let (shown, at) = self.shown.as_ref()?;
        (shown != model).then(|| *at + PACE)
    }

    pub(super) async fn refresh(&mut self, model: Arc<Model>) {
        let Some(item) = &self.item else { return };
        self.shown = Some((model.clone(), Instant::now()));
        // It tells the bus, which does not answer.
        let _ = timeout(PATIENCE, item.update(|item| item.model = model)).await;
    }

    pub(super) async fn leave(&mut self) {
        if let Some(item) = self.item.take() {
            let _ = timeout(PATIENCE, item.shutdown()).await;
        }
        self.is_listed.send_replace(false);
    }
}
