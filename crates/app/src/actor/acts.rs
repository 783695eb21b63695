//! Carries out one effect: hands it to the engine, the store or the disk worker, with what they need
//! to know of the torrent. Waits for nothing.

use std::path::Path;

use shoal_core::{
    Bitfield, Effect, EngineRequest, InfoHash, Limits, OpId, Prepared, StartSpec, TorrentRecord,
};

use super::Actor;
use crate::{
    desk::Happening,
    disk::{Disk, Kept, MoveJob, PrepareJob, targets},
    programs::Job,
    views,
};

impl Actor {
    pub(super) fn act(&mut self, effect: Effect) {
        match effect {
            // Waited for in `carry_out`.
            Effect::Store(_) => {}
            Effect::StoreSoon(ops) => {
                self.forget(&ops);
                self.parts.store.commit_soon(ops);
            }
            Effect::Engine(request) => {
                if let EngineRequest::Stop { hash, .. } = &request {
                    self.parts.disk.stopped(*hash);
                }
                self.parts.engine.send(request);
            }
            Effect::EngineStart {
                hash,
                op,
                prepared,
                peers,
                limits,
            } => self.start(hash, op, *prepared, (peers, limits)),
            Effect::Reply(id, reply) => {
                if let Some(answer) = self.waiting.remove(&id) {
                    let _ = answer.send(reply);
                }
            }
            Effect::RunProgram { hash, argv, env } => {
                self.parts.programs.push(Job { hash, argv, env });
            }
            Effect::WhenAllDone(kind) => {
                let kind = views::all_done_kind(kind);
                self.parts.hub.board.tell(Happening::AllDone(kind));
            }
            Effect::Watch(_) => self.set_watch(),
            Effect::Publish => self.publish(),
            Effect::Exit => self.ended = true,
            other => self.act_on_disk(other),
        }
    }

    fn act_on_disk(&self, effect: Effect) {
        match effect {
            Effect::Prepare {
                hash,
                op,
                full_check,
                avoid,
                fresh_name,
                adopt,
            } => self.with_record(hash, |disk, record| {
                disk.prepare(PrepareJob {
                    may_make_folder: self.is_own_choice(record.folder()),
                    record,
                    op,
                    full_check,
                    avoid,
                    fresh_name,
                    adopt,
                });
            }),
            Effect::CancelPrepare(hash) => self.parts.disk.cancel_prepare(hash),
            Effect::HoldCheck(hash, held) => self.parts.disk.hold_check(hash, held),
            Effect::Relocate { hash, op, from, to } => self.with_record(hash, |disk, record| {
                disk.relocate(MoveJob {
                    may_make_folder: self.is_own_choice(&to.folder),
                    record,
                    op,
                    from,
                    to,
                });
            }),
            Effect::CancelRelocate(hash) => self.parts.disk.cancel_relocate(hash),
            Effect::Probe(hash) => self.probe(hash),
            Effect::SaveResume { hash, have, owned } => {
                if let Some(kept) = self.kept(hash, have, owned) {
                    self.parts.disk.save_resume(kept);
                }
            }
            Effect::Flush {
                hash,
                op,
                have,
                owned,
            } => {
                if let Some(kept) = self.kept(hash, have, owned) {
                    self.parts.disk.flush(kept, op);
                }
            }
            Effect::Trash(hash) => self.with_record(hash, Disk::trash),
            Effect::Delete(hash) => self.with_record(hash, Disk::delete),
            Effect::Untrash(hash) => self.with_record(hash, Disk::untrash),
            other => tracing::error!(?other, "nobody carries this out"),
        }
    }

    /// Whether a folder is one that Shoal may make: nobody has typed it for one torrent.
    fn is_own_choice(&self, folder: &Path) -> bool {
        let unfinished = &self.parts.state.settings().unfinished_folder;
        folder == self.downloads() || folder == unfinished
    }

    fn probe(&self, hash: InfoHash) {
        let Some(t) = self.parts.state.any_torrent(hash) else {
            return;
        };
        if let Some(trouble) = &t.live.trouble {
            let (record, fault) = (t.record.clone(), trouble.fault.clone());
            self.parts.disk.probe(record, fault);
        }
    }

    fn with_record(&self, hash: InfoHash, act: impl FnOnce(&Disk, TorrentRecord)) {
        if let Some(t) = self.parts.state.any_torrent(hash) {
            act(&self.parts.disk, t.record.clone());
        }
    }

    fn kept(&self, hash: InfoHash, have: Bitfield, owned: Bitfield) -> Option<Kept> {
        let record = self.parts.state.any_torrent(hash)?.record.clone();
        Some(Kept {
            record,
            have,
            owned,
        })
    }

    fn start(
        &self,
        hash: InfoHash,
        op: OpId,
        prepared: Prepared,
        (peers, limits): (Vec<std::net::SocketAddr>, Limits),
    ) {
        let found = self.starting.as_ref();
        let found = found.filter(|found| found.meta.info_hash == hash);
        let (Some(found), Some(t)) = (found, self.parts.state.any_torrent(hash)) else {
            // Cannot happen while preparations leave their metainfo; said rather than passed over.
            tracing::error!(%hash, "a prepared torrent has no metainfo to start with");
            return;
        };
        let record = &t.record;
        let files = targets(record, found, &prepared);
        if prepared.have_bytes >= record.wanted_bytes {
            self.parts.disk.watch(record, prepared.volume, &files);
        }
        let spec = StartSpec {
            op,
            trackers: record.trackers.clone(),
            peers,
            root: record.folder().to_owned(),
            files,
            have: prepared.have,
            meta: found.meta.clone(),
            order: record.order,
            first_last: record.first_last,
            preallocate: self.parts.state.settings().preallocate(),
            down_bps: limits.down_bps,
            up_bps: limits.up_bps,
        };
        self.parts.engine.send(EngineRequest::Start(Box::new(spec)));
    }
}
