//! What the page may call: any API command by name, and the stream of events. Only hands over.

use std::sync::Arc;

use serde_json::Value;
use shoal_api::ApiResult;
use shoal_app::Caller;
use tauri::{State, WebviewWindow, ipc::Response};

use crate::{gate::Gate, stream::Streams};

/// Runs one API command.
#[tauri::command]
pub(crate) async fn call(gate: State<'_, Gate>, name: String, request: Value) -> ApiResult<Value> {
    let app = gate.app().await;
    app.call(Caller::Desktop, &name, request).await
}

/// With `ahead`: begins this window's stream of events, which the page calls by a number of its own, as soon as Shoal
/// runs; an earlier stream ends. If it is true, a window that is new and has a long list first gets what to draw, and
/// nothing more until it begins another one. With and without: waits for the next event of that stream, and answers
/// null when it has ended.
#[tauri::command]
pub(crate) async fn subscribe(
    gate: State<'_, Gate>,
    streams: State<'_, Arc<Streams>>,
    window: WebviewWindow,
    stream: u32,
    ahead: Option<bool>,
) -> ApiResult<Response> {
    if let Some(ahead) = ahead {
        streams.start(gate.app().await, window.clone(), stream, ahead);
    }
    let line = streams.next(window.label(), stream).await;
    Ok(Response::new(line.unwrap_or_else(|| "null".to_owned())))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use serde_json::Value;

    fn security() -> Value {
        let conf: Value = serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
        conf["app"]["security"].clone()
    }

    #[test]
    fn the_page_may_call_ten_commands_and_nothing_of_the_system() {
        let capabilities = security()["capabilities"].clone();
        assert_eq!(capabilities.as_array().unwrap().len(), 1);
        let one = &capabilities[0];
        assert_eq!(one["windows"], serde_json::json!(["main"]));
        assert!(one.get("remote").is_none());
        let expected = [
            "allow-call",
            "allow-subscribe",
            "allow-pick-torrents",
            "allow-pick-folder",
            "allow-pick-content",
            "allow-save-file",
            "allow-open",
            "allow-reveal",
            "allow-reveal-watched",
            "allow-desk",
        ];
        assert_eq!(one["permissions"], serde_json::json!(expected));
    }

    #[test]
    fn the_page_is_fenced() {
        let security = security();
        let csp = security["csp"].as_str().unwrap();
        assert!(csp.starts_with("default-src 'none'; script-src 'self';"));
        for loose in ["unsafe", "*", "https:", "blob:"] {
            assert!(!csp.contains(loose), "{csp} has {loose}");
        }
        assert_eq!(security["freezePrototype"], true);
        assert_eq!(security["assetProtocol"]["enable"], false);
    }
}
