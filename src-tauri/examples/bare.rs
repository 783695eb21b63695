//! The least that Tauri can put on a screen: a window with one coloured page, what `./x bench` compares
//! Shoal's window with. It has no core, no commands and no state. With `--destroy` it lives on when its
//! window was closed, as a program does that has an icon in the panel.

use tauri::{
    RunEvent, WebviewUrl,
    http::Response,
    webview::{PageLoadEvent, WebviewWindowBuilder},
};

/// A page that is one colour as soon as it is painted. The bench looks for exactly this one.
const PAGE: &str =
    r##"<!doctype html><html lang="en"><title>bare</title><body bgcolor="#ff00ff"></body></html>"##;

fn main() -> tauri::Result<()> {
    let lives_on = std::env::args().any(|arg| arg == "--destroy");
    let app = tauri::Builder::default()
        .register_uri_scheme_protocol("bare", |_, _| {
            let mut answer = Response::new(PAGE.as_bytes().to_vec());
            let html = tauri::http::HeaderValue::from_static("text/html");
            answer.headers_mut().insert("content-type", html);
            answer
        })
        .setup(|app| {
            let page = "bare://localhost/".parse()?;
            WebviewWindowBuilder::new(app, "bare", WebviewUrl::CustomProtocol(page))
                .title("bare")
                .inner_size(1280.0, 800.0)
                .visible(false)
                .on_page_load(|window, load| {
                    if load.event() == PageLoadEvent::Finished {
                        let _ = window.show();
                    }
                })
                .build()?;
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(move |_, event| {
        // Without a code: because its last window went.
        if let RunEvent::ExitRequested {
            code: None, api, ..
        } = event
            && lives_on
        {
            api.prevent_exit();
        }
    });
    Ok(())
}
