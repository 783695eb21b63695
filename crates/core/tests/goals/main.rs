//! Goals of sharing: how far it is, what follows, and what time counts for them.

#![allow(clippy::unwrap_used, reason = "tests")]

mod chance;
#[path = "../common/mod.rs"]
mod common;
mod stories;

use common::{World, build::*};
use shoal_core::{Command, InfoHash, Intent, SettingValue};

const PIECES: u64 = 4;
const BYTES: u64 = PIECES * PIECE;

impl World {
    fn set(&mut self, key: &str, value: SettingValue) {
        self.done(Command::SetSettings([(key.to_owned(), value)].into()));
    }

    fn goal(&mut self, key: &str, value: i64) {
        self.set(&format!("goals.{key}"), SettingValue::Int(value));
    }

    fn then(&mut self, what: &str) {
        self.set("goals.then", SettingValue::Text(what.to_owned()));
    }

    /// A torrent that seeds, from which nobody takes anything.
    fn quiet(&mut self, name: &str) -> InfoHash {
        let hash = self.seeding(&single(name, PIECES));
        self.engine.set_up_bps(hash, 0);
        hash
    }

    /// Somebody takes so much of it.
    fn somebody_takes(&mut self, hash: InfoHash, bytes: u64) {
        self.engine.set_up_bps(hash, bytes);
        self.tick();
        self.engine.set_up_bps(hash, 0);
    }

    fn intent(&self, hash: InfoHash) -> Intent {
        self.torrent(hash).record.intent
    }

    fn seeded_s(&self, hash: InfoHash) -> u64 {
        self.torrent(hash).record.seeded_s
    }

    fn notes(&self, hash: InfoHash, code: &str) -> usize {
        let log = self.store.rows.logs.get(&hash);
        log.map_or(0, |log| log.iter().filter(|n| n.code == code).count())
    }
}
