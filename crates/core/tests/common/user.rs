//! What the user does and sees.

use std::sync::Arc;

use shoal_core::{
    Command, CommandId, EngineRequest, InfoHash, Intent, Msg, NewTorrent, Phase, RemoveData, Reply,
    Status, Torrent,
};
use shoal_metainfo::Metainfo;

use super::{World, build};

impl World {
    /// A command and its answer.
    pub fn command(&mut self, command: Command) -> Reply {
        self.next_command += 1;
        let id = CommandId(self.next_command);
        self.feed(Msg::Command(id, command));
        let replies = self.replies.get(&id).cloned().unwrap_or_default();
        assert_eq!(replies.len(), 1, "one answer a command: {replies:?}");
        self.pump();
        replies[0].clone()
    }

    pub fn add(&mut self, new: NewTorrent) -> Reply {
        if let Some(meta) = &new.meta {
            self.metas.insert(new.hash, meta.clone());
        }
        self.command(Command::Add(Box::new(new)))
    }

    /// Adds a torrent from a file and lets it start.
    pub fn running(&mut self, meta: &Arc<Metainfo>) -> InfoHash {
        self.add(build::from_file(meta));
        self.ticks(2);
        assert_eq!(self.phase(meta.info_hash), Phase::Running);
        meta.info_hash
    }

    /// The same, until it seeds.
    pub fn seeding(&mut self, meta: &Arc<Metainfo>) -> InfoHash {
        let hash = self.running(meta);
        self.ticks(4);
        assert_eq!(self.status(hash).0, Status::Seeding);
        hash
    }

    pub fn done(&mut self, command: Command) {
        assert_eq!(self.command(command), Reply::Done);
    }

    pub fn stop(&mut self, hash: InfoHash) {
        self.done(Command::SetIntent(vec![hash], Intent::Stop));
    }

    pub fn run(&mut self, hash: InfoHash) {
        self.done(Command::SetIntent(vec![hash], Intent::Run));
    }

    pub fn remove(&mut self, hash: InfoHash, data: RemoveData) {
        self.done(Command::Remove(vec![hash], data));
    }

    pub fn torrent(&self, hash: InfoHash) -> &Torrent {
        self.state.any_torrent(hash).unwrap()
    }

    pub fn phase(&self, hash: InfoHash) -> Phase {
        self.torrent(hash).live.phase
    }

    pub fn status(&self, hash: InfoHash) -> (Status, &'static str) {
        let (status, said) = self.state.explain(self.torrent(hash));
        (status, said.code)
    }

    /// How often the engine was asked to run something.
    pub fn starts(&self) -> usize {
        let starts = |r: &&EngineRequest| matches!(r, EngineRequest::Start(_));
        self.requests.iter().filter(starts).count()
    }
}
