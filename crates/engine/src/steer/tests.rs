//! What is chosen, for any torrent, selection and wishes.

use std::{collections::BTreeMap, sync::Arc};

use proptest::prelude::*;
use shoal_core::{Order, Priority};
use shoal_metainfo::{Bitfield, Metainfo};

use super::{
    picker::{Demand, Picker},
    plan::{Aim, Plan, Wishes},
    rng::Rng,
};

const PIECE: u64 = 32 * 1024;

/// One piece at a time, as for one slow peer.
const ONE: Demand = Demand {
    pieces: 1,
    pending: 0,
    aims: 1,
};

/// A torrent with files of these lengths; those marked are padding.
fn meta(files: &[(u64, bool)]) -> Arc<Metainfo> {
    let total: u64 = files.iter().map(|f| f.0).sum();
    let mut info = b"d5:filesl".to_vec();
    for (index, (length, padding)) in files.iter().enumerate() {
        let attr = if *padding { "4:attr1:p" } else { "" };
        info.extend(format!("d{attr}6:lengthi{length}e4:pathl6:f{index:05}ee").bytes());
    }
    let hashes = total.div_ceil(PIECE) * 20;
    info.extend(format!("e4:name1:n12:piece lengthi{PIECE}e6:pieces{hashes}:").bytes());
    info.extend(std::iter::repeat_n(0, usize::try_from(hashes).unwrap()));
    info.push(b'e');
    Arc::new(Metainfo::from_info(&info, Vec::new()).unwrap())
}

fn wishes(order: Order, first_last: bool, priorities: &[(u32, Priority)]) -> Wishes {
    Wishes {
        order,
        first_last,
        priorities: Arc::new(priorities.iter().copied().collect::<BTreeMap<_, _>>()),
    }
}

fn picker(seed: u64) -> Picker {
    Picker::new(Rng::seeded(seed))
}

/// The piece in which a stream stands.
fn piece_of(meta: &Metainfo, aim: Aim) -> u32 {
    let file = &meta.files[aim.file];
    assert!(aim.offset < file.length, "past the end of the file");
    u32::try_from((file.offset + aim.offset) / PIECE).unwrap()
}

/// All pieces in the order in which one slow peer would be asked for them.
fn course(meta: &Metainfo, plan: &Plan, picker: &mut Picker, have: &mut Bitfield) -> Vec<u32> {
    let mut order = Vec::new();
    loop {
        let aims = picker.aims(plan, have, ONE);
        let [aim] = aims[..] else { return order };
        let piece = piece_of(meta, aim);
        assert!(!have.get(piece), "piece {piece} is there");
        have.set(piece, true);
        order.push(piece);
    }
}

fn all_of(meta: &Metainfo) -> Bitfield {
    Bitfield::full(u32::try_from(meta.files.len()).unwrap())
}

#[test]
fn sequential_is_in_order_and_spread_is_not() {
    let meta = meta(&[(100 * PIECE, false)]);
    let order = |order, seed| {
        let plan = Plan::new(&meta, &all_of(&meta), &wishes(order, false, &[]));
        let mut have = Bitfield::new(meta.piece_count);
        course(&meta, &plan, &mut picker(seed), &mut have)
    };
    let ascending: Vec<u32> = (0..100).collect();
    assert_eq!(order(Order::Sequential, 1), ascending);
    let spread = order(Order::Spread, 1);
    assert_ne!(spread, ascending);
    assert_ne!(spread, order(Order::Spread, 2));
    let mut sorted = spread;
    sorted.sort_unstable();
    assert_eq!(sorted, ascending);
}

#[test]
fn the_ends_of_each_file_come_first() {
    // One hundredth of 250 pieces is two and a half.
    let meta = meta(&[(250 * PIECE, false), (10 * PIECE, false)]);
    let plan = Plan::new(&meta, &all_of(&meta), &wishes(Order::Sequential, true, &[]));
    let mut have = Bitfield::new(meta.piece_count);
    let order = course(&meta, &plan, &mut picker(1), &mut have);
    assert_eq!(order[..8], [0, 1, 2, 247, 248, 249, 250, 259]);
    assert_eq!(order[8..12], [3, 4, 5, 6]);
    // A large file's ends are bounded: 8 MiB are 256 pieces.
    let meta = self::meta(&[(30_000 * PIECE, false)]);
    let plan = Plan::new(&meta, &all_of(&meta), &wishes(Order::Spread, true, &[]));
    assert_eq!(plan.tiers[0].pieces.count_ones(), 512);
    assert!(!plan.is_plain());
}

#[test]
fn small_files_get_several_streams_and_large_ones_do_not() {
    let small: Vec<(u64, bool)> = (0..50).map(|_| (PIECE, false)).collect();
    let small = meta(&small);
    let large = meta(&[(50 * PIECE, false)]);
    let demand = Demand {
        pieces: 8,
        pending: 0,
        aims: 4,
    };
    for order in [Order::Spread, Order::Sequential] {
        let aims = |meta: &Metainfo| {
            let plan = Plan::new(meta, &all_of(meta), &wishes(order, false, &[]));
            let have = Bitfield::new(meta.piece_count);
            picker(5).aims(&plan, &have, demand)
        };
        let mut files: Vec<usize> = aims(&small).iter().map(|a| a.file).collect();
        files.sort_unstable();
        files.dedup();
        assert_eq!(files.len(), 4, "{order:?}");
        assert!(aims(&large).len() <= 2, "{order:?}");
    }
}

#[test]
fn the_next_tier_begins_when_the_rest_of_one_may_be_on_its_way() {
    let meta = meta(&[(20 * PIECE, false), (20 * PIECE, false)]);
    let wishes = wishes(Order::Sequential, false, &[(1, Priority::High)]);
    let plan = Plan::new(&meta, &all_of(&meta), &wishes);
    let files = |missing: u32| {
        let mut have = Bitfield::new(40);
        (20..40 - missing).for_each(|piece| have.set(piece, true));
        let demand = Demand {
            pieces: 64,
            pending: 8,
            aims: 2,
        };
        let aims = picker(1).aims(&plan, &have, demand);
        aims.iter().map(|a| a.file).collect::<Vec<_>>()
    };
    assert_eq!((files(20), files(9)), (vec![1], vec![1]));
    assert_eq!((files(8), files(0)), (vec![1, 0], vec![0]));
}

#[test]
fn each_end_has_a_stream_of_its_own() {
    let meta = meta(&[(200 * PIECE, false), (200 * PIECE, false)]);
    let plan = Plan::new(&meta, &all_of(&meta), &wishes(Order::Sequential, true, &[]));
    let have = Bitfield::new(400);
    let demand = Demand {
        pieces: 64,
        pending: 8,
        aims: 5,
    };
    let aims = picker(1).aims(&plan, &have, demand);
    let pieces: Vec<u32> = aims.iter().map(|a| piece_of(&meta, *a)).collect();
    assert_eq!(pieces, [0, 198, 200, 398, 2]);
}

#[test]
fn wishes_that_change_nothing_are_plain() {
    let meta = meta(&[(5 * PIECE, false), (5 * PIECE, false)]);
    let all = all_of(&meta);
    let plain = |wanted: &Bitfield, wishes: &Wishes| Plan::new(&meta, wanted, wishes).is_plain();
    let high = [(0, Priority::High)];
    assert!(plain(&all, &Wishes::default()));
    assert!(!plain(&all, &wishes(Order::Spread, false, &high)));
    assert!(!plain(&all, &wishes(Order::Sequential, false, &[])));
    let mut first = Bitfield::new(2);
    first.set(0, true);
    assert!(plain(&first, &wishes(Order::Spread, false, &high)));
    assert!(plain(&Bitfield::new(2), &Wishes::default()));
}

/// How urgent a piece is, worked out piece by piece and file by file. None: not wanted.
fn urgency(meta: &Metainfo, wanted: &Bitfield, wishes: &Wishes, piece: u32) -> Option<u32> {
    let start = u64::from(piece) * PIECE;
    let meets = |from: u64, to: u64| from < to && start < to && start + PIECE > from;
    let of_file = |(file, index): (&shoal_metainfo::FileEntry, u32)| {
        let end = file.offset + file.length;
        if !wanted.get(index) || file.padding || !meets(file.offset, end) {
            return None;
        }
        let priority = match wishes.priorities.get(&index) {
            Some(Priority::High) => 0,
            None | Some(Priority::Normal) => 2,
            Some(Priority::Low) => 4,
        };
        let some = file.length.div_ceil(100);
        let at_end = meets(file.offset, file.offset + some) || meets(end - some, end);
        Some(priority + u32::from(!(wishes.first_last && at_end)))
    };
    meta.files.iter().zip(0..).filter_map(of_file).min()
}

#[derive(Debug)]
struct Case {
    meta: Arc<Metainfo>,
    wanted: Bitfield,
    wishes: Wishes,
    have: Bitfield,
    seed: u64,
}

fn priority() -> impl Strategy<Value = Priority> {
    prop_oneof![
        Just(Priority::High),
        Just(Priority::Normal),
        Just(Priority::Low)
    ]
}

fn case() -> impl Strategy<Value = Case> {
    let length = prop_oneof![
        Just(0),
        1..200_u64,
        Just(PIECE),
        1..6 * PIECE,
        Just(150 * PIECE + 7),
    ];
    let file = (length, prop::bool::weighted(0.1), any::<bool>(), priority());
    let files = prop::collection::vec(file, 1..12);
    (files, any::<bool>(), any::<bool>(), any::<u64>(), 0..4_u32).prop_filter_map(
        "no file",
        |(files, sequential, first_last, seed, had)| {
            let real = files.iter().any(|f| f.0 > 0 && !f.1);
            let shape: Vec<(u64, bool)> = files.iter().map(|f| (f.0, f.1)).collect();
            let meta = real.then(|| meta(&shape))?;
            let mut wanted = Bitfield::new(u32::try_from(files.len()).unwrap());
            let mut priorities = Vec::new();
            for (file, index) in files.iter().zip(0..) {
                wanted.set(index, file.2 && !file.1);
                priorities.push((index, file.3));
            }
            let order = if sequential {
                Order::Sequential
            } else {
                Order::Spread
            };
            let mut have = Bitfield::new(meta.piece_count);
            let mut rng = Rng::seeded(seed);
            for piece in 0..meta.piece_count {
                have.set(piece, rng.below(4) < had);
            }
            Some(Case {
                meta,
                wanted,
                wishes: wishes(order, first_last, &priorities),
                have,
                seed,
            })
        },
    )
}

proptest! {
    #[test]
    fn everything_wanted_comes_once_and_by_urgency(case in case()) {
        let Case { meta, wanted, wishes, mut have, seed } = case;
        let had = have.clone();
        let plan = Plan::new(&meta, &wanted, &wishes);
        let urgency = |piece: u32| urgency(&meta, &wanted, &wishes, piece);
        let order = course(&meta, &plan, &mut picker(seed), &mut have);
        let ranks: Option<Vec<u32>> = order.iter().map(|p| urgency(*p)).collect();
        prop_assert!(ranks.is_some(), "a piece that nobody wants: {order:?}");
        prop_assert!(ranks.unwrap_or_default().is_sorted(), "{order:?}");
        let missing: Vec<u32> = (0..meta.piece_count)
            .filter(|p| !had.get(*p) && urgency(*p).is_some())
            .collect();
        if wishes.order == Order::Sequential {
            let mut by_urgency = missing.clone();
            by_urgency.sort_by_key(|p| urgency(*p));
            prop_assert_eq!(&order, &by_urgency);
        }
        let mut sorted = order;
        sorted.sort_unstable();
        prop_assert_eq!(sorted, missing);
    }

    #[test]
    fn several_streams_never_stand_in_what_is_there_or_unwanted(case in case(), pieces in 1..40_u32) {
        let Case { meta, wanted, wishes, have, seed } = case;
        let plan = Plan::new(&meta, &wanted, &wishes);
        let aims = picker(seed).aims(&plan, &have, Demand { pieces, pending: pieces, aims: 4 });
        prop_assert!(aims.len() <= 4);
        let mut seen = Vec::new();
        for aim in aims {
            prop_assert!(wanted.get(u32::try_from(aim.file).unwrap()));
            let piece = piece_of(&meta, aim);
            prop_assert!(!have.get(piece) && !seen.contains(&piece));
            seen.push(piece);
        }
    }
}
