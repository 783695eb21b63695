//! The life of one torrent in the loop: add, run, select, finish, leave. Each step only begins
//! something in a task or reacts to its note.

use std::{
    collections::HashSet,
    mem,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use librqbit::Session;
use shoal_core::{EngineEvent, EngineFault, OpId, StartSpec, Transferred};
use shoal_metainfo::{Bitfield, InfoHash};
use tokio::{
    task::{JoinHandle, spawn_blocking},
    time::timeout,
};

use super::{Runner, limits};
use crate::{
    entry::{Entry, Phase},
    fault::Fault,
    note::{Handle, Note},
    reunion::Reunion,
    start,
    steer::{Heading, Helm, Wishes},
    storage::TorrentFiles,
};

/// How long a stop waits for what was written to be on the disk.
const FLUSH_DEADLINE: Duration = Duration::from_secs(5);
/// How long the engine may take to part with peers once it is complete.
const PARTING: Duration = Duration::from_millis(500);

impl Runner {
    pub(super) fn start(&mut self, spec: Box<StartSpec>) {
        let hash = spec.meta.info_hash;
        if let Some(entry) = self.entries.get_mut(&hash) {
            entry.next = Some(spec);
            self.leave(hash);
        } else {
            self.begin(spec);
        }
    }

    pub(super) fn begin(&mut self, mut spec: Box<StartSpec>) {
        self.recall_peers(&mut spec);
        let (hash, op) = (spec.meta.info_hash, spec.op);
        self.count += 1;
        let run = self.count;
        match self.spawn_add(spec, run) {
            Ok(entry) => {
                self.entries.insert(hash, entry);
            }
            Err(fault) => self.emit(EngineEvent::TorrentFailed {
                hash,
                op,
                fault: fault.kind,
                detail: fault.detail,
                have: None,
                owned: None,
                transferred: Transferred::default(),
            }),
        }
    }

    pub(super) fn spawn_add(&self, spec: Box<StartSpec>, run: u64) -> Result<Entry, Fault> {
        let (Some(open), Some(net)) = (&self.open, &self.net) else {
            return Err(Fault::internal("the engine is not ready"));
        };
        let most = self.storage.most_torrents();
        if self.entries.len() >= most {
            let text = format!("{most} torrents run, and the limit on open files allows no more");
            return Err(Fault::new(EngineFault::TooManyRunning, text));
        }
        let (hash, op) = (spec.meta.info_hash, spec.op);
        let (scratch, notes) = (&self.config.scratch, self.notes.clone());
        let files = TorrentFiles::new(&spec, scratch, self.storage.clone(), notes, run)?;
        let files = Arc::new(files);
        files.known_as();
        self.factory.register(&files);
        let heading = Heading::of(&spec);
        let limits = limits::of(&spec);
        let given_up = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(start::run(start::Job {
            door: start::Door {
                session: open.session.clone(),
                turn: self.turn.clone(),
                files: files.clone(),
                net: net.clone(),
                scratch: scratch.clone(),
                limits,
                given_up: given_up.clone(),
            },
            spec,
        }));
        let mut entry = Entry::new(op, run, files, given_up, task.abort_handle());
        entry.heading = Some(heading);
        entry.limits = limits;
        self.tell_added(hash, run, task);
        Ok(entry)
    }

    /// Lets the loop know how an add ended.
    pub(super) fn tell_added(
        &self,
        hash: InfoHash,
        run: u64,
        task: JoinHandle<Result<Handle, Fault>>,
    ) {
        let notes = self.notes.clone();
        tokio::spawn(async move {
            // A panic inside the engine costs this torrent, not the program.
            let result = task
                .await
                .unwrap_or_else(|e| Err(Fault::internal(e.to_string())));
            let _ = notes.send(Note::Added { hash, run, result });
        });
    }

    pub(super) fn stop(&mut self, hash: InfoHash, op: OpId) {
        if let Some(entry) = self.entries.get_mut(&hash) {
            entry.next = None;
            entry.stops.push(op);
            self.leave(hash);
        } else {
            self.emit(EngineEvent::Stopped {
                hash,
                op,
                have: None,
                owned: None,
                transferred: Transferred::default(),
            });
        }
    }

    /// Begins to take a torrent out; an add under way is waited for.
    pub(super) fn leave(&mut self, hash: InfoHash) {
        self.keep_peers(hash);
        let Some(entry) = self.entries.get_mut(&hash) else {
            return;
        };
        entry.give_up();
        let Phase::Running(_) = entry.phase else {
            return;
        };
        entry.phase = Phase::Leaving;
        let (run, entry_files) = (entry.run, entry.files.clone());
        let counter = entry.watch.counter();
        self.helm.forget(hash);
        let Some(session) = self.session() else {
            return;
        };
        let (notes, files) = (self.notes.clone(), entry_files);
        let task = tokio::spawn(async move { start::leave(&session, hash).await });
        tokio::spawn(async move {
            let _ = task.await;
            if let Some(counter) = counter {
                counter.settled().await;
            }
            // What is told as verified is to be believed after a power cut, too.
            if timeout(FLUSH_DEADLINE, spawn_blocking(move || files.flush()))
                .await
                .is_err()
            {
                tracing::warn!(%hash, "not all that was written is on the disk yet");
            }
            let _ = notes.send(Note::Left { hash, run });
        });
    }

    pub(super) fn select(&mut self, hash: InfoHash, wanted: Bitfield) {
        let Some(session) = self.session() else {
            return;
        };
        let Some(entry) = self.entries.get_mut(&hash) else {
            return;
        };
        let Phase::Running(handle) = &entry.phase else {
            entry.selection = Some(wanted);
            return;
        };
        let (files, run, handle) = (entry.files.clone(), entry.run, handle.clone());
        let (turn, notes) = (entry.selecting.clone(), self.notes.clone());
        let helm = self.helm.clone();
        tokio::spawn(async move {
            let _turn = turn.lock().await;
            match apply_selection(&session, &handle, files, wanted, &helm).await {
                Ok(true) => {
                    let _ = notes.send(Note::Complete { hash, run });
                }
                Ok(false) => {}
                Err(fault) => {
                    let _ = notes.send(Note::Fault { hash, run, fault });
                }
            }
        });
    }

    /// Changes which pieces come first.
    pub(super) fn steer(&mut self, hash: InfoHash, wishes: Wishes) {
        let waiting = self.entries.get_mut(&hash).and_then(|e| e.heading.as_mut());
        if let Some(heading) = waiting {
            heading.wishes = wishes;
        } else {
            self.helm.steer(hash, wishes);
        }
    }

    pub(super) fn on_added(&mut self, hash: InfoHash, run: u64, result: Result<Handle, Fault>) {
        let helm = self.helm.clone();
        let Some(entry) = self.current(hash, run) else {
            return;
        };
        match result {
            Ok(handle) => {
                entry.phase = Phase::Running(handle.clone());
                entry.watch.begin(&handle);
                if entry.is_given_up() {
                    return self.leave(hash);
                }
                let op = entry.op;
                let (early, told) = (mem::take(&mut entry.complete_early), entry.told);
                if let Some(heading) = entry.heading.take() {
                    helm.launch(run, handle, entry.files.clone(), heading);
                } else {
                    helm.resume(hash, handle);
                }
                if !told {
                    entry.told = true;
                    entry.reunion = Reunion::of(&entry.files);
                }
                let selection = entry.selection.take();
                if !told {
                    self.emit(EngineEvent::Started { hash, op });
                }
                if early {
                    self.on_complete(hash, run);
                }
                if let Some(wanted) = selection {
                    self.select(hash, wanted);
                }
            }
            Err(fault) => {
                if !entry.is_given_up() {
                    entry.failure = Some(fault);
                }
                self.finish(hash);
            }
        }
    }

    /// Files are whole: off this thread they get their final names.
    pub(super) fn on_whole(&mut self, hash: InfoHash, run: u64) {
        let notes = self.notes.clone();
        let Some(entry) = self.current(hash, run) else {
            return;
        };
        let files = entry.files.clone();
        spawn_blocking(move || {
            if let Err(fault) = files.settle() {
                let _ = notes.send(Note::Fault { hash, run, fault });
            }
        });
    }

    pub(super) fn on_complete(&mut self, hash: InfoHash, run: u64) {
        let notes = self.notes.clone();
        let Some(entry) = self.current(hash, run) else {
            return;
        };
        if matches!(entry.phase, Phase::Adding) {
            entry.complete_early = true;
            return;
        }
        let files = entry.files.clone();
        self.helm.rest(hash);
        spawn_blocking(move || {
            let made = files.make_empty_files().and_then(|()| files.settle());
            let _ = notes.send(match made {
                Ok(()) => Note::Finished { hash, run },
                Err(fault) => Note::Fault { hash, run, fault },
            });
        });
    }

    /// A torrent is out: close its files, tell everyone, and start it again if asked meanwhile.
    pub(super) fn finish(&mut self, hash: InfoHash) {
        let Some(mut entry) = self.entries.remove(&hash) else {
            return;
        };
        entry.files.close();
        self.factory.forget(&entry.files);
        for event in entry.farewell(hash, false) {
            self.emit(event);
        }
        if let Some(mut spec) = entry.next.take() {
            take_over(&mut spec, &entry);
            self.begin(spec);
        }
    }
}

/// What a run has learnt, its successor must not lose.
fn take_over(spec: &mut StartSpec, entry: &Entry) {
    let (have, owned) = (entry.files.have(), entry.files.owned());
    if have.len() == spec.have.len() {
        for piece in have.iter_ones() {
            spec.have.set(piece, true);
        }
    }
    for (file, index) in spec.files.iter_mut().zip(0..) {
        file.owned |= owned.get(index);
    }
}

async fn apply_selection(
    session: &Arc<Session>,
    handle: &Handle,
    files: Arc<TorrentFiles>,
    wanted: Bitfield,
    helm: &Helm,
) -> Result<bool, Fault> {
    let only: HashSet<usize> = wanted.iter_ones().map(|i| i as usize).collect();
    if files.progress().1 {
        // The engine is parting with peers that have everything. One that is called back before
        // its old connection ended is forgotten as a bug.
        tokio::time::sleep(PARTING).await;
    }
    let hash = InfoHash(handle.info_hash().0);
    let chosen = wanted.clone();
    let moved = spawn_blocking(move || files.select(&wanted)).await;
    let complete = moved.map_err(|e| Fault::internal(e.to_string()))??;
    // A stream would go on asking for a file that is no longer wanted.
    helm.rest(hash);
    let told = session.update_only_files(handle, &only).await;
    told.map_err(|e| Fault::internal(format!("{e:#}")))?;
    helm.choose(hash, chosen);
    Ok(complete)
}
