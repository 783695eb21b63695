//! What can happen to Shoal, and how often.

#![allow(unreachable_pub, reason = "used by the test beside it")]

use proptest::prelude::*;

use super::common::DAY;

/// A file in a watch folder: the folder, its name, its torrent; whether it is new, and asked for.
pub type File = (u8, u8, usize, bool, bool);

/// What can happen. Torrents are told by number.
#[derive(Clone, Debug)]
pub enum Act {
    Add(usize, bool, bool, u8),
    Magnet(usize, bool),
    Serve(usize, bool),
    Intent(usize, u8),
    Remove(Vec<usize>, bool),
    Select(usize, Vec<u32>),
    Recheck(usize),
    Beside(usize),
    Move(Vec<usize>, u8),
    CancelMove(Vec<usize>),
    Rename(usize, u8),
    Locate(usize, u8),
    Adopt(usize),
    Order(usize, bool),
    HoldCheck(usize, bool),
    Unfinished(bool),
    Labels(usize, u8),
    ChangeLabels(Vec<usize>, u8, u8),
    PutLabel(u8, u8),
    RenameLabel(u8, u8),
    DropLabel(u8),
    Pref(u8, bool),
    Setting(u8, bool),
    Queue(Vec<usize>, u8),
    Slots(i64, i64),
    Watch(u8, u8),
    Unwatch(u8),
    Found(Vec<File>),
    Undo,
    Redo,
    Break(usize, u8),
    BreakStart(usize),
    BreakSession,
    BreakConfigure,
    Ready,
    Stale(usize, u64, u8),
    Sample(usize, u64, bool),
    Events(u8),
    Hold(bool),
    Ticks(u8),
    Jump(i64),
    DiskFault(usize, u8),
    DiskDelay(u32),
    MoveFault(u8, u8),
    Changed(usize),
    Probed(usize, bool),
    Late(bool),
    Lose(usize),
    FlushFails(bool),
    TrashFails(bool),
    Refuse(bool),
    Crash,
    Restart,
}

pub fn act() -> impl Strategy<Value = Act> {
    let n = || 0..6_usize;
    let user = prop_oneof![
        6 => (n(), any::<bool>(), any::<bool>(), 0..3_u8).prop_map(|(i, run, other, l)| Act::Add(i, run, other, l)),
        3 => (n(), any::<bool>()).prop_map(|(i, c)| Act::Magnet(i, c)),
        6 => (n(), 0..3_u8).prop_map(|(i, k)| Act::Intent(i, k)),
        4 => (prop::collection::vec(n(), 1..3), any::<bool>()).prop_map(|(v, t)| Act::Remove(v, t)),
        4 => (n(), prop::collection::vec(0..4_u32, 0..4)).prop_map(|(i, v)| Act::Select(i, v)),
        2 => n().prop_map(Act::Recheck),
        1 => n().prop_map(Act::Beside),
        8 => (prop::collection::vec(n(), 1..4), 0..4_u8).prop_map(|(v, f)| Act::Move(v, f)),
        3 => prop::collection::vec(n(), 1..4).prop_map(Act::CancelMove),
        4 => (n(), 0..6_u8).prop_map(|(i, k)| Act::Rename(i, k)),
        2 => (n(), 0..4_u8).prop_map(|(i, f)| Act::Locate(i, f)),
        2 => n().prop_map(Act::Adopt),
        2 => (n(), any::<bool>()).prop_map(|(i, f)| Act::Order(i, f)),
        1 => (n(), any::<bool>()).prop_map(|(i, h)| Act::HoldCheck(i, h)),
        2 => any::<bool>().prop_map(Act::Unfinished),
        2 => (n(), 0..4_u8).prop_map(|(i, l)| Act::Labels(i, l)),
        3 => (prop::collection::vec(n(), 1..4), 0..4_u8, 0..4_u8).prop_map(|(v, a, r)| Act::ChangeLabels(v, a, r)),
        1 => (0..4_u8, 0..7_u8).prop_map(|(l, c)| Act::PutLabel(l, c)),
        2 => (0..4_u8, 0..4_u8).prop_map(|(l, to)| Act::RenameLabel(l, to)),
        1 => (0..4_u8).prop_map(Act::DropLabel),
        1 => (0..3_u8, any::<bool>()).prop_map(|(k, set)| Act::Pref(k, set)),
        2 => (0..4_u8, any::<bool>()).prop_map(|(k, on)| Act::Setting(k, on)),
        4 => (prop::collection::vec(n(), 1..4), 0..10_u8).prop_map(|(v, to)| Act::Queue(v, to)),
        2 => (0..4_i64, 0..3_i64).prop_map(|(d, s)| Act::Slots(d, s)),
        2 => (0..3_u8, 0..5_u8).prop_map(|(f, r)| Act::Watch(f, r)),
        1 => (0..3_u8).prop_map(Act::Unwatch),
        6 => prop::collection::vec((0..3_u8, 0..3_u8, n(), any::<bool>(), prop::bool::weighted(0.2)), 1..4).prop_map(Act::Found),
        4 => Just(Act::Undo),
        2 => Just(Act::Redo),
    ];
    let engine = prop_oneof![
        2 => (n(), any::<bool>()).prop_map(|(i, good)| Act::Serve(i, good)),
        2 => (n(), 0..10_u8).prop_map(|(i, f)| Act::Break(i, f)),
        1 => n().prop_map(Act::BreakStart),
        1 => Just(Act::BreakSession),
        1 => Just(Act::BreakConfigure),
        1 => Just(Act::Ready),
        3 => (n(), 1..9_u64, 0..10_u8).prop_map(|(i, back, k)| Act::Stale(i, back, k)),
        1 => (n(), any::<u64>(), any::<bool>()).prop_map(|(i, b, f)| Act::Sample(i, b, f)),
        4 => (1..4_u8).prop_map(Act::Events),
        2 => any::<bool>().prop_map(Act::Hold),
    ];
    let world = prop_oneof![
        8 => (1..4_u8).prop_map(Act::Ticks),
        1 => prop_oneof![Just(-DAY), Just(365 * DAY), Just(-365 * DAY), Just(40_000), Just(300_000)].prop_map(Act::Jump),
        2 => (n(), 0..9_u8).prop_map(|(i, f)| Act::DiskFault(i, f)),
        2 => (0..4_u8, 0..9_u8).prop_map(|(f, k)| Act::MoveFault(f, k)),
        1 => n().prop_map(Act::Changed),
        1 => (n(), any::<bool>()).prop_map(|(i, p)| Act::Probed(i, p)),
        1 => (0..4_u32).prop_map(Act::DiskDelay),
        1 => any::<bool>().prop_map(Act::Late),
        1 => n().prop_map(Act::Lose),
        1 => any::<bool>().prop_map(Act::FlushFails),
        1 => any::<bool>().prop_map(Act::TrashFails),
        2 => any::<bool>().prop_map(Act::Refuse),
        1 => Just(Act::Crash),
        1 => Just(Act::Restart),
    ];
    prop_oneof![5 => user, 3 => engine, 4 => world]
}
