//! The list's own order: who comes last, who comes first, and what that decides.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::Arc;

use common::{World, build::*, watch::*};
use shoal_core::{
    Command, CommandId, Effect, EngineEvent, EngineRequest, InfoHash, Intent, Msg, NewTorrent,
    RemoveData, Restored, State, Timestamp,
};

fn add(w: &mut World, name: &str, top: bool) -> InfoHash {
    let meta = single(name, 3);
    w.add(NewTorrent {
        top,
        ..from_file(&meta)
    });
    meta.info_hash
}

/// The torrents of the list in its own order.
fn order(w: &World) -> Vec<InfoHash> {
    let listed = w.state.torrents().filter(|t| t.is_listed());
    let mut all: Vec<_> = listed.map(|t| (t.record.rank, t.record.hash)).collect();
    all.sort_unstable();
    all.into_iter().map(|(_, hash)| hash).collect()
}

#[test]
#[allow(
    clippy::many_single_char_names,
    reason = "that is what they are called"
)]
fn new_ones_come_last_those_for_the_top_first_and_all_keep_their_place() {
    let mut w = World::ready();
    let [a, b, c, d] = [("a", false), ("b", false), ("c", true), ("d", true)]
        .map(|(name, top)| add(&mut w, name, top));
    assert_eq!(order(&w), [d, c, a, b]);
    w.restart();
    let e = add(&mut w, "e", false);
    assert_eq!(order(&w), [d, c, a, b, e]);
    // Brought back, it is where it was; added anew, it is the last.
    w.remove(c, RemoveData::Keep);
    w.done(Command::Undo);
    assert_eq!(order(&w), [d, c, a, b, e]);
    w.remove(c, RemoveData::Keep);
    add(&mut w, "c", false);
    assert_eq!(order(&w), [d, a, b, e, c]);
    // One that is there stays where it is.
    add(&mut w, "b", true);
    assert_eq!(order(&w), [d, a, b, e, c]);
    // What was refused has taken nobody's place.
    w.store.refuse = true;
    add(&mut w, "f", true);
    w.store.refuse = false;
    let g = add(&mut w, "g", true);
    w.crash();
    assert_eq!(order(&w), [g, d, a, b, e, c]);
}

#[test]
fn who_waits_begins_in_the_order_of_the_list() {
    let mut w = World::ready();
    for n in 0..40_u8 {
        add(&mut w, &n.to_string(), n % 3 == 0);
    }
    w.quit();
    let (mut state, _) = State::restore(w.store.rows.restored(), w.now);
    let ready = Msg::Engine(EngineEvent::Ready { port: 6_881 });
    let effects = state.handle(ready, w.now);
    let begun: Vec<InfoHash> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Prepare { hash, .. } => Some(*hash),
            _ => None,
        })
        .collect();
    assert_eq!(begun, order(&w));
}

/// A state with so many torrents in one folder, all with a name on disk, and one watch folder.
fn crowd(count: u32) -> State {
    let mut w = World::ready();
    let meta = single("one", 3);
    w.add(NewTorrent {
        intent: Intent::Stop,
        ..from_file(&meta)
    });
    w.watch(rules("/in"));
    let mut rows = w.store.rows.restored();
    let one = rows.torrents[0].clone();
    rows.torrents = (1..=count)
        .map(|n| {
            let mut record = one.clone();
            record.hash.0[..4].copy_from_slice(&n.to_be_bytes());
            record.disk_name = format!("name {n}");
            record.rank = i64::from(n);
            record
        })
        .collect();
    let (mut state, _) = State::restore(rows, w.now);
    let ready = Msg::Engine(EngineEvent::Ready { port: 6_881 });
    state.handle(ready, w.now);
    state
}

#[test]
fn a_batch_beside_ten_thousand_looks_through_them_once() {
    let mut state = crowd(10_000);
    let folder = state.watch_folders().next().unwrap().id;
    let metas: Vec<_> = (0..32).map(|n| single(&format!("new {n}"), 3)).collect();
    let file = |m| file_of(folder, "x.torrent", m, 1_000);
    let files = metas.iter().map(file).collect();
    let add = Msg::Command(CommandId(1), Command::AddWatched(files));
    let effects = state.handle(add, Timestamp(9));
    let avoided: Vec<&Arc<Vec<String>>> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Prepare { avoid, .. } => Some(avoid),
            _ => None,
        })
        .collect();
    assert_eq!((avoided.len(), avoided[0].len()), (32, 10_000));
    assert!(avoided.iter().all(|list| Arc::ptr_eq(list, avoided[0])));
    // The next transaction looks anew.
    state.handle(Msg::Stored, Timestamp(9));
    let one = Command::Add(Box::new(from_file(&single("another", 3))));
    let effects = state.handle(Msg::Command(CommandId(2), one), Timestamp(9));
    let anew = effects.iter().find_map(|effect| match effect {
        Effect::Prepare { avoid, .. } => Some(avoid),
        _ => None,
    });
    assert!(!Arc::ptr_eq(anew.unwrap(), avoided[0]));
}

#[test]
fn of_what_was_removed_the_oldest_is_forgotten_first_and_a_refused_commit_forgets_nothing() {
    let state = crowd(10_000);
    let records = state.torrents().map(|t| t.record.clone()).collect();
    let tombstones = (0..100_000_u32).map(|n| {
        let mut hash = [7; 20];
        hash[..4].copy_from_slice(&n.to_be_bytes());
        (InfoHash(hash), Timestamp(i64::from(n)))
    });
    let watch = shoal_core::WatchMemory {
        tombstones: tombstones.collect(),
        ..shoal_core::WatchMemory::default()
    };
    let restored = Restored {
        torrents: records,
        watch,
        ..Restored::default()
    };
    let (mut state, effects) = State::restore(restored, Timestamp(9));
    let configured = |e: &Effect| matches!(e, Effect::Engine(EngineRequest::Configure(_)));
    assert!(effects.iter().any(configured));
    // At the limit the oldest go, some at a time.
    let all: Vec<InfoHash> = state.torrents().map(|t| t.record.hash).collect();
    let remove = Command::Remove(all.clone(), RemoveData::Keep);
    state.handle(Msg::Command(CommandId(1), remove), Timestamp(200_000));
    assert!(state.tombstone_count() <= shoal_core::TOMBSTONES_MAX);
    assert!(all.iter().all(|hash| state.tombstone(*hash).is_some()));
    state.handle(Msg::StoreFailed("full".into()), Timestamp(9));
    assert_eq!(state.tombstone_count(), 100_000);
    assert!(all.iter().all(|hash| state.tombstone(*hash).is_none()));
}
