//! The least that Tauri can put on a screen: a window with one coloured page, what `./x bench` compares
//! Shoal's window with. It has no core, no commands and no state. With `--destroy TIMES` it lives on when its
//! window was closed, as a program does that has an icon in the panel, and shows it so many times in all.

use tauri::{
    AppHandle, RunEvent, WebviewUrl, WindowEvent,
    http::Response,
    webview::{PageLoadEvent, WebviewWindowBuilder},
};

/// A page that is one colour as soon as it is painted. The bench looks for exactly this one.
const PAGE: &str =
    r##"<!doctype html><html lang="en"><title>bare</title><body bgcolor="#ff00ff"></body></html>"##;

fn main() -> tauri::Result<()> {
    let mut arguments = std::env::args().skip_while(|arg| arg != "--destroy");
    let lives_on = arguments.next().is_some();
    let times = arguments.next().and_then(|times| times.parse().ok());
    let mut left: u32 = times.unwrap_or(1);
    let app = tauri::Builder::default()
        .register_uri_scheme_protocol("bare", |_, _| {
            let mut answer = Response::new(PAGE.as_bytes().to_vec());
            let html = tauri::http::HeaderValue::from_static("text/html");
            answer.headers_mut().insert("content-type", html);
            answer
        })
        .setup(|app| {
            show(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(move |app, event| {
        if let RunEvent::WindowEvent {
            event: WindowEvent::Destroyed,
            ..
        } = event
        {
            left = left.saturating_sub(1);
            if left > 0 {
                // Not inside of the window system's own call.
                let app = app.clone();
                std::thread::spawn(move || show(&app).is_ok());
            }
        }
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

fn show(app: &AppHandle) -> Result<(), Box<dyn std::error::Error>> {
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
}
