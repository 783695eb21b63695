//! Opening what was downloaded, with a program in place of the desktop's own that notes what it was
//! given. The session's bus has no file manager, so that a folder is opened instead.

use std::{fmt::Write as _, fs, os::unix::fs::PermissionsExt as _, path::Path};

use serde_json::{Value, json};
use shoal_testkit::{Site, wait};

use crate::{
    stage::{Stage, turn},
    window::Window,
};

/// Notes the number of its arguments and the first of them, and what of Shoal's own variables it has got.
const NOTE: &str = "#!/bin/sh\nprintf '%s %s%s\\n' \"$#\" \"$1\" \"$GDK_GL$WEBKIT_WEB_RENDER_DEVICE_FILE\" \
                    >>\"${0%/*}/opened\"\n";

const INVOKE: &str = "
    const [command, args, done] = arguments;
    window.__TAURI_INTERNALS__.invoke(command, args).then(
        () => done({}),
        (refusal) => done({ refusal }),
    );
";

/// Runs a command of the shell; tells the refusal.
fn invoke(window: &Window<'_>, command: &str, args: &Value) -> Value {
    let arguments = vec![json!(command), args.clone()];
    let answer =
        window.drive(|driver| async move { driver.execute_async(INVOKE, arguments).await });
    answer.unwrap().json()["refusal"].clone()
}

/// A torrent of `folder`, seeded at once.
fn made(window: &Window<'_>, folder: &Path) -> String {
    let request = json!({"path": folder, "seed": true});
    let job = window.try_call("create_start", &request).unwrap()["job"].clone();
    wait::until(wait::GENEROUS, "the torrent", || {
        let status = window
            .try_call("create_status", &json!({ "job": job }))
            .unwrap();
        Some(status["result"]["hash"].as_str()?.to_owned())
    })
}

#[test]
fn files_are_opened_by_the_desktop_and_what_could_run_only_when_that_is_sure() {
    let _turn = turn();
    let site = Site::new();
    let mut stage = Stage::new(&site.host("shoal"));
    let bin = stage.path().join("bin");
    fs::create_dir(&bin).unwrap();
    fs::write(bin.join("xdg-open"), NOTE).unwrap();
    fs::set_permissions(bin.join("xdg-open"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    stage.env("PATH", &format!("{}:{path}", bin.display()));
    let folder = stage.downloads().join("t");
    fs::create_dir(&folder).unwrap();
    for name in ["-a $(id).txt", "b.exe"] {
        fs::write(folder.join(name), vec![7; 20_000]).unwrap();
    }
    let window = stage.open();
    let hash = made(&window, &folder);
    let opened = || fs::read_to_string(bin.join("opened")).unwrap_or_default();
    let open = |file: u32, sure: bool| {
        let args = json!({"hash": hash, "file": file, "sure": sure});
        invoke(&window, "open", &args)
    };
    assert_eq!(open(0, false), Value::Null);
    let mut expected = format!("1 {}\n", folder.join("-a $(id).txt").display());
    wait::until(wait::GENEROUS, "the file", || {
        (opened() == expected).then_some(())
    });

    let refused = open(1, false);
    assert_eq!(refused["code"], "open_risky", "{refused}");
    assert_eq!(refused["params"]["name"], "b.exe");
    assert_eq!(opened(), expected, "nothing was opened");
    assert_eq!(open(1, true), Value::Null);
    writeln!(expected, "1 {}", folder.join("b.exe").display()).unwrap();
    wait::until(wait::GENEROUS, "the program", || {
        (opened() == expected).then_some(())
    });

    let args = json!({"hash": hash, "file": 0});
    assert_eq!(invoke(&window, "reveal", &args), Value::Null);
    writeln!(expected, "1 {}", folder.display()).unwrap();
    wait::until(wait::GENEROUS, "the folder", || {
        (opened() == expected).then_some(())
    });
    let path = json!({"hash": hash, "file": folder.join("b.exe"), "sure": true});
    assert!(
        !invoke(&window, "open", &path).is_null(),
        "a path is no number of a file"
    );
    window.close();
}
