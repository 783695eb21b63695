//! What the state machine wants done, carried out by the store, the disk and the engine of the tests.

use std::collections::VecDeque;

use shoal_core::{
    Effect, Engine, EngineRequest, FileTarget, InfoHash, Limits, Msg, OpId, Preallocate, Prepared,
    StartSpec, StoreOp,
};

use super::{
    World,
    disk::{Disk, Job},
};

impl World {
    pub(super) fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut queue = VecDeque::from(effects);
        while let Some(effect) = queue.pop_front() {
            self.note_loose(&effect);
            if let Effect::Store(ops) = effect {
                assert!(!ops.is_empty(), "a commit of nothing");
                let msg = match self.store.commit(ops) {
                    Ok(()) => Msg::Stored,
                    Err(error) => {
                        queue.clear();
                        Msg::StoreFailed(error)
                    }
                };
                // What only now can be done comes after what waited for it.
                queue.extend(self.state.handle(msg, self.now));
            } else {
                self.act(effect);
            }
        }
    }

    /// What is forgotten of a torrent is not looked for where it was.
    fn note_loose(&mut self, effect: &Effect) {
        let (Effect::Store(ops) | Effect::StoreSoon(ops)) = effect else {
            return;
        };
        for op in ops {
            if let StoreOp::DropTorrent(hash) | StoreOp::PutResume(hash, _) = op {
                self.disk.loose.insert(*hash);
            }
        }
    }

    fn act(&mut self, effect: Effect) {
        match effect {
            Effect::Store(_) | Effect::Publish => {}
            Effect::Watch(folders) => self.watched = folders,
            Effect::StoreSoon(ops) => self.store.commit_soon(ops),
            Effect::Engine(request) => {
                self.requests.push(request.clone());
                self.engine.send(request);
            }
            Effect::Prepare {
                hash,
                op,
                full_check: full,
                avoid,
                fresh_name: fresh,
                adopt,
            } => self.disk.ask(Job::Prepare {
                hash,
                op,
                full,
                avoid,
                fresh,
                adopt,
            }),
            Effect::CancelPrepare(hash) => self.disk.cancel(hash),
            Effect::EngineStart {
                hash,
                op,
                prepared,
                peers,
                limits,
            } => self.start(hash, op, *prepared, peers, limits),
            Effect::RunProgram { hash, argv, env } => self.programs.push((hash, argv, env)),
            Effect::WhenAllDone(kind) => self.rested.push(kind),
            Effect::SaveResume { hash, have, .. } => {
                self.disk.content.insert(hash, have.clone());
                Disk::keep(hash, have, &mut self.store);
            }
            Effect::Flush { hash, op, have, .. } => {
                self.disk.content.insert(hash, have.clone());
                self.disk.ask(Job::Flush { hash, op, have });
            }
            Effect::Trash(hash) => self.disk.ask(Job::Trash(hash)),
            Effect::Delete(hash) => self.disk.ask(Job::Delete(hash)),
            Effect::Untrash(hash) => self.disk.ask(Job::Untrash(hash)),
            Effect::HoldCheck(hash, hold) => self.held.push((hash, hold)),
            Effect::Relocate { hash, op, from, to } => {
                self.check_relocate(hash, &from, &to);
                self.disk.ask(Job::Relocate { hash, op, from, to });
            }
            Effect::CancelRelocate(hash) => self.disk.cancel_relocate(hash),
            Effect::Probe(hash) => self.disk.ask(Job::Probe(hash)),
            Effect::Reply(id, reply) => self.replies.entry(id).or_default().push(reply),
            Effect::Exit => {
                assert!(self.down, "left before the engine was down");
                self.exits += 1;
            }
        }
    }

    fn start(
        &mut self,
        hash: InfoHash,
        op: OpId,
        prepared: Prepared,
        peers: Vec<std::net::SocketAddr>,
        limits: Limits,
    ) {
        self.check_start(hash, &prepared);
        let before = self.started.insert(hash, op);
        assert_eq!(before, None, "{hash} was started twice");
        let record = self.state.any_torrent(hash).unwrap().record.clone();
        self.disk.put(&record);
        let meta = self.metas[&hash].clone();
        let path = record.content_path().unwrap();
        let target = |(i, f): (usize, &shoal_metainfo::FileEntry)| FileTarget {
            path: f.on_disk().then(|| path.join(i.to_string())),
            length: f.length,
            wanted: record.selection.wants(i),
            owned: true,
            temp_path: None,
            stamp: None,
            priority: u32::try_from(i)
                .ok()
                .and_then(|i| record.priorities.get(&i).copied())
                .unwrap_or_default(),
        };
        let spec = StartSpec {
            op,
            trackers: record.trackers.clone(),
            peers,
            root: record.folder().to_owned(),
            files: meta.files.iter().enumerate().map(target).collect(),
            have: prepared.have,
            meta,
            order: record.order,
            first_last: record.first_last,
            preallocate: Preallocate::None,
            down_bps: limits.down_bps,
            up_bps: limits.up_bps,
        };
        let request = EngineRequest::Start(Box::new(spec));
        self.requests.push(request.clone());
        self.engine.send(request);
    }
}
