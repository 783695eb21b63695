//! A folder, the one who watches it, and a clock that goes when it is told to.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File, FileTimes},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use parking_lot::Mutex;
use tempfile::TempDir;

use crate::{
    After, AfterDone, BadFile, FolderSpec, FolderState, Found, Known, Options, PollWhy, Sink,
    Stamp, Verdict,
    mail::Mailbox,
    native::Native,
    worker::{Shared, Worker},
};

/// What a whole file ends with. All else is half.
const WHOLE: &[u8] = b"e";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Told,
    Polled,
}

/// What was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Handed {
    pub(crate) file: String,
    pub(crate) content: Result<String, BadFile>,
    pub(crate) attempt: u32,
    pub(crate) last_try: bool,
}

/// The owner: it remembers as Shoal does, over restarts too.
#[derive(Default)]
pub(crate) struct Owner {
    pub(crate) known: Mutex<HashMap<(PathBuf, Stamp), Known>>,
    pub(crate) skipped: Mutex<HashSet<PathBuf>>,
    pub(crate) action: Mutex<Option<After>>,
    pub(crate) bad_folder: Mutex<Option<PathBuf>>,
    /// Gives no answers.
    pub(crate) silent: Mutex<bool>,
    pub(crate) inbox: Mutex<Vec<Found>>,
    pub(crate) handed: Mutex<Vec<Handed>>,
    pub(crate) dones: Mutex<Vec<AfterDone>>,
    pub(crate) states: Mutex<Vec<(FolderState, u32)>>,
    pub(crate) gone: Mutex<Vec<String>>,
    pub(crate) too_many: Mutex<u32>,
    /// Files handed over and not answered, at most.
    pub(crate) most_out: Mutex<usize>,
}

impl Sink for Owner {
    fn dealt_with(&self, _: u32, file: &Path, stamp: &Stamp) -> Known {
        let known = self.known.lock();
        let key = (file.to_owned(), *stamp);
        known.get(&key).cloned().unwrap_or(Known::No)
    }

    fn skip(&self, _: u32, path: &Path) -> bool {
        self.skipped.lock().contains(path)
    }

    fn found(&self, files: Vec<Found>) {
        let mut inbox = self.inbox.lock();
        inbox.extend(files);
        let mut most = self.most_out.lock();
        *most = inbox.len().max(*most);
    }

    fn after(&self, done: AfterDone) {
        if !done.again && done.outcome.is_ok() {
            let key = (done.file.clone(), done.stamp);
            self.known.lock().insert(key, Known::Yes);
        }
        self.dones.lock().push(done);
    }

    fn state(&self, _: u32, state: FolderState, pending: u32) {
        self.states.lock().push((state, pending));
    }

    fn too_many(&self, _: u32, _: usize) {
        *self.too_many.lock() += 1;
    }

    fn gone(&self, _: u32, file: &Path) {
        self.gone.lock().push(file.display().to_string());
    }
}

impl Owner {
    /// Stores what is to be stored of a file, and answers.
    fn judge(&self, found: &Found) -> Verdict {
        let is_whole = found.content.as_ref().is_ok_and(|c| c.ends_with(WHOLE));
        let key = (found.file.clone(), found.stamp);
        let handed = Handed {
            file: found.file.display().to_string(),
            content: match &found.content {
                Ok(content) => Ok(String::from_utf8_lossy(content).into_owned()),
                Err(bad) => Err(bad.clone()),
            },
            attempt: found.attempt,
            last_try: found.last_try,
        };
        self.handed.lock().push(handed);
        if is_whole {
            let action = self.action.lock().clone().unwrap_or(After::Keep);
            let known = match action {
                After::Keep => Known::Yes,
                _ => Known::After(action.clone()),
            };
            self.known.lock().insert(key, known);
            Verdict::Done(action)
        } else if found.last_try {
            self.known.lock().insert(key, Known::Yes);
            let move_to = self.bad_folder.lock().clone();
            Verdict::Bad { move_to }
        } else {
            Verdict::Retry
        }
    }
}

/// Who watches now; gone between two runs.
struct Run {
    shared: Arc<Shared>,
    mailbox: Arc<Mailbox>,
    worker: Worker,
}

pub(crate) struct Stage {
    pub(crate) how: How,
    /// Beside the watched folder.
    pub(crate) beside: PathBuf,
    /// The watched folder.
    pub(crate) root: PathBuf,
    pub(crate) owner: Arc<Owner>,
    pub(crate) spec: FolderSpec,
    pub(crate) options: Options,
    pub(crate) now: Duration,
    run: Option<Run>,
    _dir: TempDir,
}

impl Stage {
    pub(crate) fn new(how: How) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("watched");
        fs::create_dir(&root).unwrap();
        let spec = FolderSpec {
            id: 7,
            path: root.clone(),
            subfolders: false,
            include: Vec::new(),
            exclude: Vec::new(),
            always_poll: how == How::Polled,
        };
        Self {
            how,
            beside: dir.path().to_owned(),
            root,
            owner: Arc::default(),
            spec,
            options: Options {
                // How long a look takes is the machine's affair, and no story's.
                rest: 0,
                ..Options::default()
            },
            now: Duration::ZERO,
            run: None,
            _dir: dir,
        }
    }

    /// Begins to watch, and lets the first look happen.
    pub(crate) fn start(&mut self) {
        let owner: Arc<dyn Sink> = Arc::<Owner>::clone(&self.owner);
        let shared = Arc::new(Shared::new(self.options.clone(), owner));
        let mailbox = Arc::new(Mailbox::default());
        let times = (self.options.look, self.options.poll);
        let worker = Worker::new(
            Arc::clone(&shared),
            Arc::clone(&mailbox),
            self.spec.clone(),
            times,
        );
        // The clock of a new run begins anew.
        self.now = Duration::ZERO;
        self.run = Some(Run {
            shared,
            mailbox,
            worker,
        });
        self.pass(Duration::ZERO);
    }

    /// Ends at once, as if killed: answers that were not taken are lost.
    pub(crate) fn kill(&mut self) {
        self.run = None;
        self.owner.inbox.lock().clear();
    }

    pub(crate) fn mailbox(&self) -> &Mailbox {
        &self.run.as_ref().unwrap().mailbox
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.run.as_ref().unwrap().shared
    }

    /// Waits until the system has told of all that happened until now.
    pub(crate) fn hear(&self) {
        if self.how == How::Polled || self.run.is_none() {
            return;
        }
        until_told(&self.shared().native, &self.beside);
    }

    /// Whether the system tells of a folder.
    pub(crate) fn hears_of(&self, folder: &Path) -> bool {
        let run = self.run.as_ref().unwrap();
        run.shared.native.has(folder, &run.mailbox)
    }

    /// Files that the watcher remembers as dealt with.
    pub(crate) fn remembered(&self) -> usize {
        self.run.as_ref().unwrap().worker.remembered()
    }

    /// One step of the watcher, and of the owner. Gives when the next one is due.
    pub(crate) fn step(&mut self) -> Option<Duration> {
        let run = self.run.as_mut().unwrap();
        run.worker.take(run.mailbox.take(), self.now);
        let due = run.worker.step(self.now);
        if *self.owner.silent.lock() {
            return due;
        }
        let inbox = std::mem::take(&mut *self.owner.inbox.lock());
        let answered = !inbox.is_empty();
        for found in inbox {
            let verdict = self.owner.judge(&found);
            run.mailbox.answer(found.ticket, verdict);
        }
        if answered { Some(self.now) } else { due }
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, time: Duration) {
        self.hear();
        let end = self.now + time;
        loop {
            match self.step() {
                Some(due) if due <= self.now => {}
                Some(due) if due <= end => self.now = due,
                _ => break,
            }
        }
        self.now = end;
        self.hear();
    }

    pub(crate) fn pass_ms(&mut self, ms: u64) {
        self.pass(Duration::from_millis(ms));
    }

    /// Lets as much time pass as it may take until a change is noticed and dealt with.
    pub(crate) fn notice(&mut self) {
        let slack = self.options.look * 4;
        match self.how {
            How::Told => self.pass(slack),
            How::Polled => self.pass(self.options.poll + slack),
        }
    }

    /// How the folder is watched when all is well.
    pub(crate) fn well(&self) -> FolderState {
        match self.how {
            How::Told => FolderState::Watching,
            How::Polled => FolderState::Polling {
                every: self.options.poll,
                why: PollWhy::Asked,
            },
        }
    }

    pub(crate) fn state(&self) -> FolderState {
        self.owner.states.lock().last().unwrap().0.clone()
    }

    pub(crate) fn pending(&self) -> u32 {
        self.owner.states.lock().last().unwrap().1
    }

    pub(crate) fn at(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// Writes a file, with the folders above it.
    pub(crate) fn write(&self, file: &str, content: &str) {
        let path = self.at(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn append(&self, file: &str, content: &str) {
        use std::io::Write as _;
        let mut opened = File::options().append(true).open(self.at(file)).unwrap();
        opened.write_all(content.as_bytes()).unwrap();
    }

    pub(crate) fn set_time(&self, file: &str, time: SystemTime) {
        let opened = File::options().write(true).open(self.at(file)).unwrap();
        let times = FileTimes::new().set_modified(time);
        opened.set_times(times).unwrap();
    }

    /// Names that were handed over since the last time, with their content or the reason.
    pub(crate) fn handed(&self) -> Vec<(String, String)> {
        let handed = std::mem::take(&mut *self.owner.handed.lock());
        let text = |content| match content {
            Ok(text) => text,
            Err(bad) => format!("{bad:?}"),
        };
        let both = |h: Handed| (h.file, text(h.content));
        handed.into_iter().map(both).collect()
    }

    /// Asserts what was handed over since the last time: names and content.
    #[track_caller]
    pub(crate) fn assert_handed(&self, expected: &[(&str, &str)]) {
        let handed = self.handed();
        let handed: Vec<(&str, &str)> = handed
            .iter()
            .map(|(file, text)| (file.as_str(), text.as_str()))
            .collect();
        assert_eq!(handed, expected);
    }

    /// All names in the watched folder, with those in the folders in it, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        names_in(&self.root)
    }
}

/// Waits until the system has told of all that happened until now: it tells in one row, and last of
/// a folder that goes now, `beside` all others.
pub(crate) fn until_told(native: &Native, beside: &Path) {
    let (folder, bell) = (beside.join("bell"), Arc::default());
    fs::create_dir(&folder).unwrap();
    native.watch(&folder, false, &bell).unwrap();
    fs::remove_dir(&folder).unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    while native.has(&folder, &bell) {
        assert!(Instant::now() < until, "the system tells of nothing");
        bell.wait(Some(until));
    }
}

pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
