//! The binary `shoal`: the window, or a word on the command line. Everything it does is in the
//! library beside it.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    shoal_shell::run()
}
