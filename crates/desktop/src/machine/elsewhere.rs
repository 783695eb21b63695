//! macOS and Windows, by the programs that the systems have for it.

use std::process::Command;

use shoal_api::{Rest, WhyAwake};

use crate::bus::Bus;

/// These programs do not say why they refuse.
pub(super) async fn ask(_system: &Bus, what: Rest) -> Result<(), (WhyAwake, String)> {
    let asked = run(what).await;
    asked.map_err(|error| (WhyAwake::Unknown, error))
}

async fn run(what: Rest) -> Result<(), String> {
    let (program, args) = words(what);
    let run = move || Command::new(program).args(args).status();
    let ended = tokio::task::spawn_blocking(run).await;
    match ended {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(status.to_string()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(target_os = "macos")]
fn words(what: Rest) -> (&'static str, &'static [&'static str]) {
    match what {
        Rest::Sleep => ("/usr/bin/pmset", &["sleepnow"]),
        Rest::Shutdown => (
            "/usr/bin/osascript",
            &["-e", "tell application \"System Events\" to shut down"],
        ),
    }
}

#[cfg(not(target_os = "macos"))]
fn words(what: Rest) -> (&'static str, &'static [&'static str]) {
    match what {
        Rest::Sleep => ("rundll32.exe", &["powrprof.dll,SetSuspendState", "0,1,0"]),
        Rest::Shutdown => ("shutdown.exe", &["/s", "/t", "0"]),
    }
}
