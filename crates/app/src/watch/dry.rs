//! What rules would do to the files that are there now: read as the worker reads them, asked of core as
//! it decides, and not touched.

use std::{
    collections::HashSet,
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use shoal_api::{ApiError, ApiResult, LogTone, Sentence, WatchDryFile, WatchDryRun};
use shoal_core::{InfoHash, State, Timestamp, WatchFate, WatchId, WatchRules, WatchedFile};
use shoal_watchdir::{DryEnd, DryFile, UnreachableWhy, dry_run};

use super::{
    Folders,
    book::{self, Setup},
    read::{self, Bad, Holds, Way},
    seen,
    views::said,
};
use crate::{Inner, actor, dirs::shown};

/// Most files that are told of.
const SHOWN_MAX: usize = 500;
/// Most files that are looked at, and for how long.
const LOOKED_MAX: u32 = 10_000;
const TIME: Duration = Duration::from_secs(10);

/// What is found out about a file before core is asked.
enum Looked {
    Excluded,
    /// It was dealt with.
    Known,
    Bad(Bad),
    /// Core is asked of each torrent.
    Holds(Box<Held>),
}

struct Held {
    /// As core is given it, without the torrents.
    file: WatchedFile,
    hashes: Vec<InfoHash>,
    /// Of the first torrent.
    name: String,
    labels: String,
    save_to: String,
}

struct File {
    path: PathBuf,
    size: u64,
    looked: Looked,
}

/// How a listing went.
struct Listed {
    files: Vec<File>,
    end: DryEnd,
}

/// What a listing needs.
struct Plan {
    id: Option<WatchId>,
    rules: WatchRules,
    setup: Setup,
    /// These are the rules that the folder has: what was dealt with by them stays so.
    same_rules: bool,
}

impl Inner {
    /// What `rules`, which core has checked, would do; `id` is the folder that gets them.
    pub(crate) async fn dry_run(
        &self,
        id: Option<WatchId>,
        rules: WatchRules,
    ) -> ApiResult<WatchDryRun> {
        let default = self.downloads.clone();
        let setup = self.ask(move |state| Setup::of(state, &default)).await?;
        let is_it = |folder: &shoal_core::WatchFolder| Some(folder.id) == id;
        let old = setup.folders.iter().find(|folder| is_it(folder));
        let plan = Plan {
            id,
            same_rules: old.is_some_and(|folder| folder.rules == rules),
            setup,
            rules,
        };
        let (watch, path) = (self.watch.clone(), plan.rules.path.clone());
        let listed = crate::calls::in_time(&path, move || Ok(watch.list(&plan))).await?;
        let now = actor::now();
        let more = listed.end == DryEnd::More;
        if let DryEnd::Unreachable(why) = &listed.end {
            return Err(away(why, &path));
        }
        self.ask(move |state| sum_up(state, listed.files, more, now))
            .await
    }
}

fn away(why: &UnreachableWhy, path: &Path) -> ApiError {
    let detail = match why {
        UnreachableWhy::Missing => return ApiError::new("file_missing").with("path", shown(path)),
        UnreachableWhy::NotAFolder => "not a folder",
        UnreachableWhy::Denied => "permission denied",
        UnreachableWhy::Io(detail) => detail,
    };
    ApiError::new("file_unreadable")
        .with("name", shown(path))
        .with("detail", detail)
}

impl Folders {
    /// Lists and reads; waits for the disk.
    fn list(&self, plan: &Plan) -> Listed {
        let id = plan.id.map_or(u32::MAX, |id| id.0);
        let spec = book::spec(id, &plan.rules);
        let mut taken = plan.setup.without(plan.id).taken();
        taken.extend(book::used_by(&plan.rules).cloned());
        let skip = |path: &Path| {
            path != plan.rules.path && (taken.contains(path) || self.desk.places.is_taken(path))
        };
        let way = Way {
            rules: &plan.rules,
            downloads: &plan.setup.downloads,
        };
        let (mut files, mut count) = (vec![], 0);
        let begun = Instant::now();
        let end = dry_run(&spec, &skip, &mut |found: DryFile| {
            if count >= LOOKED_MAX || begun.elapsed() > TIME {
                return ControlFlow::Break(());
            }
            count += 1;
            files.push(self.look_into(found, plan, &way));
            ControlFlow::Continue(())
        });
        Listed { files, end }
    }

    fn look_into(&self, found: DryFile, plan: &Plan, way: &Way<'_>) -> File {
        let DryFile {
            file,
            stamp,
            kind,
            excluded,
            content,
        } = found;
        let known = plan.id.filter(|_| !excluded);
        let (mut hashes, mut dealt) = (vec![], false);
        if let Some(id) = known {
            let book = self.desk.book.lock();
            if let Some(seen) = book.seen.get(id.0, &file) {
                hashes.clone_from(&seen.hashes);
                let same = seen::is_same(&seen.stamp, &stamp);
                let bad_by_other_rules = seen.bad && !plan.same_rules;
                dealt = same && !seen.again && !bad_by_other_rules;
            }
        }
        let size = stamp.size;
        let looked = if excluded {
            Looked::Excluded
        } else if dealt {
            Looked::Known
        } else {
            match read::read(way, &file, kind, size, content) {
                Err(bad) => Looked::Bad(bad),
                Ok(holds) => {
                    let watched = WatchedFile {
                        folder: plan.id.unwrap_or_default(),
                        file: file.clone(),
                        stamp: seen::stamp(stamp),
                        torrents: vec![],
                        bad_lines: holds.bad_lines,
                        known: hashes,
                        again: false,
                        settled: None,
                    };
                    Looked::Holds(Box::new(held(watched, &holds)))
                }
            }
        };
        File {
            path: file,
            size,
            looked,
        }
    }
}

fn held(file: WatchedFile, holds: &Holds) -> Held {
    let first = holds.torrents.first();
    Held {
        file,
        hashes: holds.torrents.iter().map(|t| t.hash).collect(),
        name: first.map(|t| t.name.clone()).unwrap_or_default(),
        labels: first.map(|t| t.labels.join(", ")).unwrap_or_default(),
        save_to: first.map(|t| shown(&t.save_path)).unwrap_or_default(),
    }
}

/// Counts of the torrents of one file, by what would come of them.
#[derive(Default)]
struct Tally {
    add: u32,
    merge: u32,
    stay_away: u32,
}

fn sum_up(state: &State, files: Vec<File>, more: bool, now: Timestamp) -> WatchDryRun {
    let mut run = WatchDryRun {
        files: vec![],
        looked_at: u32::try_from(files.len()).unwrap_or(u32::MAX),
        would_add: 0,
        more,
    };
    let mut planned = HashSet::new();
    for File { path, size, looked } in files {
        let (tone, sentence) = match looked {
            Looked::Excluded => (LogTone::Neutral, said("watch_would_not_excluded", &[])),
            Looked::Known => (LogTone::Neutral, said("watch_would_not_again", &[])),
            Looked::Bad(bad) => (LogTone::Bad, bad.sentence()),
            Looked::Holds(held) => {
                let tally = tally(state, &held, &mut planned, now);
                run.would_add += tally.add;
                fate(&tally, &held)
            }
        };
        if run.files.len() < SHOWN_MAX {
            run.files.push(WatchDryFile {
                file: shown(&path),
                size,
                tone,
                sentence,
            });
        } else {
            run.more = true;
        }
    }
    run
}

fn tally(state: &State, held: &Held, planned: &mut HashSet<InfoHash>, now: Timestamp) -> Tally {
    let (mut tally, mut own) = (Tally::default(), HashSet::new());
    for hash in held.hashes.iter().filter(|hash| own.insert(**hash)) {
        if planned.contains(hash) {
            tally.merge += 1;
            continue;
        }
        match state.watch_fate(*hash, &held.file, now) {
            WatchFate::Added => {
                planned.insert(*hash);
                tally.add += 1;
            }
            WatchFate::Merged => tally.merge += 1,
            WatchFate::Removed(_) => tally.stay_away += 1,
        }
    }
    tally
}

fn fate(tally: &Tally, held: &Held) -> (LogTone, Sentence) {
    let name = &held.name;
    match (tally.add, tally.merge + tally.stay_away) {
        (1, 0) => {
            let params: [(&str, &dyn ToString); 3] = [
                ("name", name),
                ("labels", &held.labels),
                ("save_to", &held.save_to),
            ];
            (LogTone::Good, said("watch_would_add", &params))
        }
        (n, _) if n > 0 => (LogTone::Good, said("watch_would_add_many", &[("n", &n)])),
        _ if tally.merge > 0 => (
            LogTone::Neutral,
            said("watch_would_merge", &[("name", name)]),
        ),
        _ => (
            LogTone::Warn,
            said("watch_would_not_removed", &[("name", name)]),
        ),
    }
}
