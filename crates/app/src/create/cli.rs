//! `create` on the command line. Needs no window, no running Shoal and no data folder. The words are
//! the interface here, so this prints.

use std::{
    env,
    ffi::OsString,
    fs::OpenOptions,
    io::{self, ErrorKind, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use shoal_api::CreateRequest;
use shoal_metainfo::{Control, magnet_uri, sanitize::safe_component};

use super::{
    Made,
    args::{self, CreateArgs, Request},
    handed,
    make::{self, Making},
};
use crate::{dirs, handover};

/// The word that asks for it.
pub const WORD: &str = "create";

/// Something was wrong with the command line.
const MISUSED: u8 = 2;
/// The torrent was made, but nobody seeds it.
const NOT_SEEDED: u8 = 3;
/// Most things that are named when they were left out.
const LEFT_OUT_SHOWN: usize = 10;
/// Between two looks at the progress.
const TICK: Duration = Duration::from_millis(200);

const HELP: &str = "\
Makes a torrent of a file or folder

Usage: @ create [OPTION]... [--] PATH

Prints the path of the .torrent file, the info-hash and the magnet link, a line each. Shoal
need not run.

Options:
      --output FILE        where the .torrent file goes; by default into the present folder,
                           called after PATH
      --force              replace a file that is there already
      --tracker URL        a tracker; repeatable
      --tier               the trackers from here on are asked only when those before fail
      --web-seed URL       a web server that has the same files (BEP 19); repeatable
      --node HOST:PORT     a DHT node to begin with (BEP 5); repeatable
      --private            peers only from the trackers (BEP 27)
      --source TEXT        makes the info-hash differ from that of the same files elsewhere
      --comment TEXT       a remark for whoever gets the torrent
      --piece-length N     bytes a piece, such as 262144, 256K or 4M: a power of two from 16K to
                           64M; chosen by size if not given
      --hybrid             also as a version 2 torrent (BEP 52)
      --ignore GLOB        leave files and folders of such names out; repeatable
      --no-date            do not say when it was made, so that the same files give the same bytes
      --seed               have the Shoal that runs add and seed it at once, without a check
  -h, --help               show this and leave

Exit status: 0 when it was made, 1 when not, 2 for a mistake on the command line, 3 when it was
made but could not be given to a running Shoal.
";

/// Does what the words behind [`WORD`] ask. `program` is the name to show.
pub fn run(program: &str, words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cwd = env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let args = match args::parse(words, &cwd) {
        Ok(Request::Create(args)) => *args,
        Ok(Request::Help) => {
            say(HELP.replace('@', program).trim_end());
            return ExitCode::SUCCESS;
        }
        Err(mistake) => {
            complain(&format!("{program} {WORD}: {mistake}"));
            return ExitCode::from(MISUSED);
        }
    };
    match create(&args, &cwd) {
        Ok((made, output)) => {
            tell_left_out(&made);
            say(&output.to_string_lossy());
            say(&made.meta.info_hash.to_string());
            say(&magnet_uri(
                made.meta.info_hash,
                Some(&made.meta.name),
                &made.meta.trackers,
            ));
            if args.seed {
                seed(program, &made, &output)
            } else {
                ExitCode::SUCCESS
            }
        }
        Err(sentence) => {
            complain(&format!("{program} {WORD}: {sentence}"));
            ExitCode::FAILURE
        }
    }
}

fn create(args: &CreateArgs, cwd: &Path) -> Result<(Made, PathBuf), String> {
    let output = match &args.output {
        Some(output) => output.clone(),
        None => default_output(&args.path, cwd)?,
    };
    // Said before hours of reading, not after.
    if !args.force && output.symlink_metadata().is_ok() {
        return Err(taken(&output));
    }
    let folder = output.parent().unwrap_or(cwd);
    if !folder.is_dir() {
        return Err(format!(
            "there is no folder {} for the .torrent file",
            folder.display()
        ));
    }
    let request = request(args);
    let control = Control::new();
    let mut meter = Meter::new();
    let made = make::make(&Making::new(&request), &control, &mut |done, total| {
        meter.show(done, total);
    });
    meter.clear();
    let made = made.map_err(|e| e.sentence)?;
    write(&output, &made.bytes, args.force)?;
    Ok((made, output))
}

fn request(args: &CreateArgs) -> CreateRequest {
    CreateRequest {
        path: args.path.to_string_lossy().into_owned(),
        name: None,
        piece_length: args.piece_length,
        hybrid: args.hybrid,
        private: args.private,
        source: args.source.clone(),
        comment: args.comment.clone(),
        trackers: args.trackers.clone(),
        web_seeds: args.web_seeds.clone(),
        nodes: args.nodes.clone(),
        ignore: args.ignore.clone(),
        leave_out_hidden: false,
        no_creator: false,
        no_date: args.no_date,
        seed: args.seed,
    }
}

fn default_output(path: &Path, cwd: &Path) -> Result<PathBuf, String> {
    let name = path.file_name();
    let name = name.ok_or_else(|| format!("{} has no name; say --output FILE", path.display()))?;
    let name = safe_component(&name.to_string_lossy());
    Ok(cwd.join(safe_component(&format!("{name}.torrent"))))
}

fn taken(output: &Path) -> String {
    format!(
        "{} is there already and was left as it is; --force replaces it, --output names another",
        output.display()
    )
}

/// Writes a new file, or beside the old one and then over it: never half a .torrent.
fn write(output: &Path, bytes: &[u8], force: bool) -> Result<(), String> {
    let failed = |e: &io::Error| format!("{} could not be written: {e}", output.display());
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    let target = if force {
        output.with_file_name(format!(".{name}.{}.new", std::process::id()))
    } else {
        output.to_owned()
    };
    let mut file = match OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&target)
    {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::AlreadyExists => return Err(taken(&target)),
        Err(e) => return Err(failed(&e)),
    };
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file);
    let placed = written.and_then(|()| {
        if force {
            std::fs::rename(&target, output)
        } else {
            Ok(())
        }
    });
    placed.map_err(|e| {
        // Made a moment ago by this very call.
        let _ = std::fs::remove_file(&target);
        failed(&e)
    })
}

/// What is not in the torrent although nobody asked for that.
fn tell_left_out(made: &Made) {
    for path in made.left_out.iter().take(LEFT_OUT_SHOWN) {
        complain(&format!(
            "Left out, being a link or no plain file: {}",
            path.display()
        ));
    }
    let more = made.left_out.len().saturating_sub(LEFT_OUT_SHOWN);
    if more > 0 {
        complain(&format!("and {more} more"));
    }
}

/// Asks the Shoal that runs to seed it.
fn seed(program: &str, made: &Made, output: &Path) -> ExitCode {
    let done = dirs::data_dir(None).and_then(|dir| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(handover::hand_over_seed(&dir, handed(made, output)))
    });
    let why = match done {
        Ok(true) => return ExitCode::SUCCESS,
        Ok(false) => "Shoal does not run".to_owned(),
        Err(e) => format!("{e:#}"),
    };
    complain(&format!(
        "{program} {WORD}: the torrent was made but is not seeded: {why}. Start Shoal, add {} and save it to {}.",
        output.display(),
        made.content.parent().unwrap_or(&made.content).display()
    ));
    ExitCode::from(NOT_SEEDED)
}

/// The line of progress, on a terminal only.
struct Meter {
    shown: bool,
    next: Instant,
}

impl Meter {
    fn new() -> Self {
        Self {
            shown: false,
            next: Instant::now() + TICK,
        }
    }

    fn show(&mut self, done: u64, total: u64) {
        let now = Instant::now();
        if now < self.next || !io::stderr().is_terminal() {
            return;
        }
        self.next = now + TICK;
        self.shown = true;
        let percent = u128::from(done) * 100 / u128::from(total.max(1));
        let (done, total) = (done / 1_000_000, total / 1_000_000);
        let _ = write!(io::stderr(), "\r{percent:3} %, {done} of {total} MB read ");
    }

    fn clear(&self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

/// One line on standard output. A closed terminal is no reason to fail.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
