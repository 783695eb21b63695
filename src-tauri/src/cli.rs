//! What the shell says on the terminal: help, version, mistakes. The words are the interface here,
//! so this is the one place of the shell that prints.

use std::{
    env,
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use shoal_app::{
    args::{self, Args, Own, Request},
    create,
};

const HELP: &str = "\
Shoal, a BitTorrent client

Usage: shoal [OPTION]... [--] [FILE|MAGNET|URL]...
       shoal create [OPTION]... [--] PATH

Opens the window and offers to add each .torrent file, magnet link or URL given.
When Shoal runs already, that one does it. With create it makes a torrent instead, and needs
no window; shoal create --help says more. A file called create is opened as ./create.

Options:
      --hidden         start without the window; the tray has Shoal. Shows it all the same when
                       there is something to open
      --set KEY=VALUE  change a setting before the network is first used; repeatable
  -h, --help           show this and leave
  -V, --version        show the version and leave

Environment:
  SHOAL_DATA_DIR       folder that Shoal keeps its list and settings in
";

/// The option that starts without the window.
pub(crate) const HIDDEN: &str = "--hidden";

/// What the command line came to.
pub(crate) enum Cli {
    /// Go on.
    Run(Args),
    /// All was said.
    Done(ExitCode),
}

/// Reads this process's command line.
pub(crate) fn read() -> Cli {
    let mut words = env::args_os().skip(1).peekable();
    if words.next_if(|word| word == create::WORD).is_some() {
        return Cli::Done(create::run("shoal", words));
    }
    let cwd = env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let own = Own {
        valued: &[],
        flags: &[HIDDEN],
    };
    match args::parse(words, &cwd, own) {
        Ok(Request::Run(args)) => Cli::Run(args),
        Ok(Request::Help) => {
            say(HELP.trim_end());
            Cli::Done(ExitCode::SUCCESS)
        }
        Ok(Request::Version) => {
            say(concat!("Shoal ", env!("CARGO_PKG_VERSION")));
            Cli::Done(ExitCode::SUCCESS)
        }
        Err(mistake) => {
            complain(&format!("shoal: {mistake}"));
            Cli::Done(ExitCode::from(2))
        }
    }
}

/// One line on standard output. A closed terminal is no reason to fail.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// One line on standard error.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
