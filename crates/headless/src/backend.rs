//! What the server needs of Shoal, so that it can be tested without one.

use serde_json::Value;
use shoal_api::{ApiResult, Event};
use shoal_app::{App, Caller, Subscription};

/// Answers commands and tells what changes.
pub trait Backend: Send + Sync + 'static {
    /// A stream for one browser.
    type Events: Events;

    /// Runs one command by name.
    fn call(&self, name: &str, request: Value) -> impl Future<Output = ApiResult<Value>> + Send;

    /// Opens a stream: a snapshot first, then deltas.
    fn subscribe(&self) -> Self::Events;
}

/// A stream of events that merges what a slow reader has not fetched.
pub trait Events: Send + 'static {
    /// The next event; none when there will be no more.
    fn next(&mut self) -> impl Future<Output = Option<Event>> + Send;
}

impl Backend for App {
    type Events = Subscription;

    async fn call(&self, name: &str, request: Value) -> ApiResult<Value> {
        App::call(self, Caller::Http, name, request).await
    }

    fn subscribe(&self) -> Subscription {
        App::subscribe(self)
    }
}

impl Events for Subscription {
    async fn next(&mut self) -> Option<Event> {
        Subscription::next(self).await
    }
}
