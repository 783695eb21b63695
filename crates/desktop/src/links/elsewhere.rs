//! macOS and Windows: who opens what is decided by the installed program; only the start at log-in is ours.

use auto_launch::{AutoLaunch, AutoLaunchBuilder};

use super::{State, Wanted};

/// What starts Shoal.
#[derive(Clone, Debug)]
pub struct Places {
    program: String,
}

impl Places {
    /// The program that runs. None when its path cannot be written down.
    pub fn of_this_person() -> Option<Self> {
        let program = std::env::current_exe().ok()?;
        let program = program.to_str()?.to_owned();
        Some(Self { program })
    }

    fn start(&self) -> auto_launch::Result<AutoLaunch> {
        // Windows keeps one command line, in which a space would end the program's path.
        let program = if cfg!(windows) {
            format!("\"{}\"", self.program)
        } else {
            self.program.clone()
        };
        let mut builder = AutoLaunchBuilder::new();
        builder
            .set_app_name("Shoal")
            .set_app_path(&program)
            .set_windows_enable_mode(auto_launch::WindowsEnableMode::CurrentUser)
            .set_args(&["--hidden"]);
        builder.build()
    }

    pub(super) fn state(&self) -> State {
        let on = self.start().and_then(|start| start.is_enabled());
        State {
            autostart: on.unwrap_or(false),
            ..State::unknown(false)
        }
    }

    /// Makes it so. At the start nothing is done: what a person switched off elsewhere stays off.
    pub(super) fn apply(&self, wanted: Wanted, before: Option<&Wanted>) {
        if before.is_none_or(|before| before.autostart == wanted.autostart) {
            return;
        }
        let done = self.start().and_then(|start| {
            if wanted.autostart {
                start.enable()
            } else {
                start.disable()
            }
        });
        if let Err(e) = done {
            tracing::warn!(error = %e, "the start at log-in could not be changed");
        }
    }
}
