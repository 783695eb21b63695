//! What the user does and sees.

use std::{path::Path, sync::Arc};

use shoal_core::{
    Command, CommandId, EngineRequest, InfoHash, Intent, Msg, NewTorrent, Phase, RemoveData,
    Renaming, Reply, SettingValue, Status, Torrent,
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

    /// The same, with a disk that takes its time.
    pub fn seeding_slowly(&mut self, meta: &Arc<Metainfo>) -> InfoHash {
        self.add(build::from_file(meta));
        self.ticks(12);
        assert_eq!(self.status(meta.info_hash).0, Status::Seeding);
        meta.info_hash
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

    pub fn move_to(&mut self, hash: InfoHash, folder: &str) {
        self.done(Command::Move(vec![hash], folder.into()));
    }

    pub fn rename(&mut self, hash: InfoHash, disk_name: &str) -> Reply {
        let new = Renaming {
            disk_name: Some(disk_name.into()),
            ..Renaming::default()
        };
        self.command(Command::Rename(hash, new))
    }

    /// Torrents that are added from now on lie in `folder` until they are complete.
    pub fn unfinished_in(&mut self, folder: &str) {
        let key = "downloads.unfinished_folder".to_owned();
        let value = SettingValue::Text(folder.into());
        self.done(Command::SetSettings([(key, value)].into()));
    }

    /// So many torrents download and seed at once; 0 for no limit.
    pub fn slots(&mut self, downloads: i64, seeds: i64) {
        let settings = [("queue.downloads", downloads), ("queue.seeds", seeds)];
        let settings = settings.map(|(key, n)| (key.to_owned(), SettingValue::Int(n)));
        self.done(Command::SetSettings(settings.into()));
    }

    /// All of a torrent lies at `path`, and it knows.
    pub fn is_at(&self, hash: InfoHash, path: &str) {
        let record = &self.torrent(hash).record;
        assert_eq!(record.content_path().unwrap(), Path::new(path));
        assert_eq!(record.moving, None);
        assert_eq!(self.disk.places[&hash], [record.place()]);
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
