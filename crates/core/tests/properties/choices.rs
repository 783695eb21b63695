//! The torrents, folders, faults and names that things happen with.

#![allow(unreachable_pub, reason = "used by the test beside it")]
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{path::PathBuf, sync::Arc};

use shoal_core::{
    Command, EngineFault, Fault, InfoHash, Label, Order, Place, QueueTo, Renaming, SettingValue,
};
use shoal_metainfo::Metainfo;

use super::{acts::Act, common::build::*};

pub fn metas() -> Vec<Arc<Metainfo>> {
    vec![
        single("same", 300),
        single("same", 3),
        folder("same", &[65_536, 20_000, -12_768, 5_000_000]),
        folder("d", &[10, 0, 70_000, 9]),
        single("e", 2_000),
        folder("f", &[40_000, -25_536, 0]),
    ]
}

pub fn fault(n: u8) -> Option<Fault> {
    Some(match n {
        0 => Fault::FolderMissing("/downloads".into()),
        1 => Fault::FileInTheWay("/downloads/x".into()),
        2 => Fault::PermissionDenied("/downloads/x".into()),
        3 => Fault::Io("broken".into()),
        4 => Fault::DiskFull {
            needed_bytes: 9,
            volume: "/".into(),
        },
        5 => Fault::VolumeChanged("/downloads".into()),
        6 => Fault::MatchesPartly {
            path: "/downloads/x".into(),
            good_bytes: 1,
            total_bytes: 2,
        },
        _ => return None,
    })
}

pub fn engine_fault(n: u8) -> EngineFault {
    [
        EngineFault::PortTaken,
        EngineFault::DiskFull,
        EngineFault::FolderMissing,
        EngineFault::PermissionDenied,
        EngineFault::FileInTheWay,
        EngineFault::Internal,
        EngineFault::Io,
        EngineFault::FilesChanged,
        EngineFault::ReadOnly,
        EngineFault::FileTooBig,
    ][usize::from(n % 10)]
}

pub fn folder_of(n: u8) -> PathBuf {
    ["/downloads", "/other", "/third", "/half"][usize::from(n % 4)].into()
}

/// Three labels; the last is the second in another case.
pub fn label(n: u8) -> String {
    ["films", "music", "books", "Music"][usize::from(n % 4)].to_owned()
}

/// The commands about labels and how the window is arranged.
pub fn label_command(act: Act, hash: impl Fn(usize) -> InfoHash) -> Command {
    match act {
        Act::Labels(i, l) => Command::SetLabels(vec![hash(i)], vec![label(l)]),
        Act::ChangeLabels(v, add, remove) => Command::ChangeLabels {
            hashes: v.into_iter().map(hash).collect(),
            add: vec![label(add)],
            remove: vec![label(remove)],
        },
        Act::PutLabel(l, colour) => Command::PutLabel(Label {
            name: label(l),
            colour,
            ..Label::default()
        }),
        Act::RenameLabel(l, to) => Command::RenameLabel(label(l), label(to)),
        Act::DropLabel(l) => Command::DropLabel(label(l)),
        Act::Pref(key, set) => Command::SetPref(format!("key.{key}"), set.then(|| "[]".to_owned())),
        _ => Command::Redo,
    }
}

/// The commands about places and orders.
pub fn place_command(act: Act, hash: impl Fn(usize) -> InfoHash) -> Command {
    let all = |v: Vec<usize>| v.into_iter().map(&hash).collect();
    match act {
        Act::Move(v, f) => Command::Move(all(v), folder_of(f)),
        Act::CancelMove(v) => Command::CancelMove(all(v)),
        Act::Rename(i, k) => {
            let names = [(0, format!("new{k}"))].into();
            let new = Renaming {
                name: (k % 3 == 0).then(|| format!("Name {k}")),
                disk_name: (k < 4).then(|| ["same", "d", "e", "other"][usize::from(k)].into()),
                renames: (k > 3).then(|| Arc::new(names)),
            };
            Command::Rename(hash(i), new)
        }
        Act::Locate(i, f) => {
            let place = Place {
                folder: folder_of(f),
                disk_name: "found".into(),
                renames: Arc::default(),
            };
            Command::Locate(hash(i), place)
        }
        Act::Order(i, first) => Command::SetOrder(vec![hash(i)], Order::Sequential, first),
        Act::HoldCheck(i, hold) => Command::HoldCheck(vec![hash(i)], hold),
        Act::Queue(v, to) => {
            let to = match to {
                0 => QueueTo::Top,
                1 => QueueTo::Up,
                2 => QueueTo::Down,
                3 => QueueTo::Bottom,
                n => QueueTo::Before(hash(usize::from(n - 4))),
            };
            Command::QueueMove(all(v), to)
        }
        Act::Slots(downloads, seeds) => {
            let slots = [("queue.downloads", downloads), ("queue.seeds", seeds)];
            let slots = slots.map(|(key, n)| (key.to_owned(), SettingValue::Int(n)));
            Command::SetSettings(slots.into())
        }
        Act::Adopt(i) => Command::Adopt(hash(i)),
        _ => Command::Undo,
    }
}
