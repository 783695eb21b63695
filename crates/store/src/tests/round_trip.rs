//! Everything that goes in comes out the same.

use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::select,
};
use shoal_core::{
    Change, FileStamp, Label, Order, PendingMove, Place, Priority, Renames, ResumeData,
    SelectionChange, SettingValue, StepKind, UndoStep, VolumeMark, Whereabouts,
};

use super::*;

/// Text that breaks careless code: quotes, controls, direction marks, unpaired-looking escapes.
const ODD: &str = "a'\"\\\u{0}\u{202e}é\u{1f980}\n%_;--";

fn odd_path() -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        std::ffi::OsStr::from_bytes(b"/tmp/\xff\xfe/caf\xe9\n'").into()
    }
    #[cfg(windows)]
    {
        use std::os::windows::ffi::OsStringExt;
        std::ffi::OsString::from_wide(&[0x43, 0x3a, 0x5c, 0xd800, 0x61]).into()
    }
}

fn step(id: u64, kind: StepKind) -> UndoStep {
    let change = |selection| SelectionChange {
        selection,
        wanted_bytes: u64::MAX,
        have_bytes: 3,
    };
    let there = Whereabouts {
        place: Place {
            folder: odd_path(),
            disk_name: ODD.to_owned(),
            renames: Arc::new([(1, "a/b".to_owned())].into()),
        },
        save_path: odd_path(),
    };
    UndoStep {
        id,
        at: NOW,
        kind,
        count: 7,
        inverse: vec![
            Change::Restore(hash(1)),
            Change::Remove(hash(2), true),
            Change::Remove(hash(3), false),
            Change::Select(hash(4), change(Selection::All)),
            Change::Select(hash(5), change(Selection::Only(Bitfield::full(13)))),
            Change::Move(hash(8), Box::new(there)),
            Change::Name(hash(8), ODD.to_owned()),
            Change::Priorities(hash(8), Arc::new([(70_000, Priority::Low)].into())),
            Change::Labels(hash(6), vec![ODD.to_owned(), String::new()]),
            Change::PutLabel(Label {
                name: ODD.to_owned(),
                colour: 5,
                ..Label::default()
            }),
            Change::DropLabel(ODD.to_owned()),
            Change::RenameLabel(ODD.to_owned(), "b".to_owned()),
            Change::Setting("a".to_owned(), SettingValue::Bool(true)),
            Change::Setting("b".to_owned(), SettingValue::Int(i64::MIN)),
            Change::Setting("c".to_owned(), SettingValue::Text(ODD.to_owned())),
        ],
        undone: id.is_multiple_of(2),
    }
}

#[test]
fn torrents_with_odd_names_and_paths() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let mut first = record(1);
    first.name = ODD.to_owned();
    first.disk_name = ODD.to_owned();
    first.save_path = odd_path();
    first.source = Source::Url(ODD.to_owned());
    first.trackers = vec![vec![], vec![ODD.to_owned()]];
    first.labels = vec![ODD.to_owned()];
    first.completed_at = Some(Timestamp(i64::MIN));
    first.removed_at = Some(Timestamp(i64::MAX));
    first.trashed = true;
    let mut second = record(2);
    second.source = Source::Magnet;
    second.summary = None;
    second.selection = Selection::All;
    second.intent = Intent::ForceRun;
    second.awaiting_choice = true;
    second.save_path = PathBuf::new();
    let mut third = record(3);
    third.intent = Intent::Stop;
    third.selection = Selection::Only(Bitfield::new(0));
    let records = vec![first.clone(), second.clone(), third.clone()];
    for r in &records {
        let op = StoreOp::PutTorrent(Box::new(r.clone()));
        store.commit_blocking(vec![op]).unwrap();
    }
    close(&store);
    assert_eq!(look(dir.path()).torrents, records);

    // Replacing keeps the order; dropping takes one away with all that belongs to it.
    let (store, _) = open(dir.path());
    first.name = "new".to_owned();
    store
        .commit_blocking(vec![
            StoreOp::PutTorrent(Box::new(first.clone())),
            metainfo(2, 10),
            StoreOp::MarkDirty(hash(2)),
            StoreOp::DropTorrent(hash(2)),
        ])
        .unwrap();
    assert_eq!(store.load_metainfo_blocking(hash(2)), Ok(None));
    assert_eq!(store.load_resume_blocking(hash(2)), Ok(None));
    close(&store);
    assert_eq!(look(dir.path()).torrents, [first, third]);
}

#[test]
fn labels_settings_and_undo() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let label = |name: &str, colour| Label {
        name: name.to_owned(),
        colour,
        ..Label::default()
    };
    let set = |key: &str, value| StoreOp::PutSetting(key.to_owned(), value);
    let kinds = [
        StepKind::Removed,
        StepKind::Trashed,
        StepKind::Selected,
        StepKind::Moved,
        StepKind::Renamed,
        StepKind::Prioritised,
        StepKind::QueueMoved,
        StepKind::RulesSet,
        StepKind::Labelled,
        StepKind::LabelPut,
        StepKind::LabelRenamed,
        StepKind::LabelDropped,
        StepKind::Settings,
    ];
    let mut ops = vec![
        StoreOp::PutLabel(label("z", 1)),
        StoreOp::PutLabel(label(ODD, 2)),
        StoreOp::PutLabel(label("gone", 2)),
        StoreOp::PutLabel(label("z", 3)),
        StoreOp::DropLabel("gone".to_owned()),
        set("a", Some(SettingValue::Bool(false))),
        set("b", Some(SettingValue::Int(i64::MAX))),
        set("c", Some(SettingValue::Text(ODD.to_owned()))),
        set("d", Some(SettingValue::Int(1))),
        set("d", None),
        StoreOp::PutUndo(step(99, StepKind::Removed)),
        StoreOp::DropUndo(99),
    ];
    let steps: Vec<UndoStep> = (1..).zip(kinds).map(|(id, kind)| step(id, kind)).collect();
    ops.extend(steps.iter().cloned().map(StoreOp::PutUndo));
    store.commit_blocking(ops).unwrap();
    close(&store);
    let loaded = look(dir.path());
    assert_eq!(loaded.labels, [label("z", 3), label(ODD, 2)]);
    let setting = |key: &str, value| (key.to_owned(), value);
    let settings = [
        setting("a", SettingValue::Bool(false)),
        setting("b", SettingValue::Int(i64::MAX)),
        setting("c", SettingValue::Text(ODD.to_owned())),
    ];
    assert_eq!(loaded.settings, settings);
    assert_eq!(loaded.undo, steps);
    assert_eq!(loaded.set_aside, []);
}

#[test]
fn metainfo_and_resume_data() {
    let dir = temp();
    let (store, _) = open(dir.path());
    assert_eq!(store.load_metainfo_blocking(hash(1)), Ok(None));
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    store
        .commit_blocking(vec![StoreOp::PutMetainfo(hash(1), Arc::new(bytes.clone()))])
        .unwrap();
    assert_eq!(store.load_metainfo_blocking(hash(1)), Ok(Some(bytes)));

    let stamp = |size_bytes, modified_ns, file_id| FileStamp {
        size_bytes,
        modified_ns,
        file_id,
    };
    let data = ResumeData {
        have: Bitfield::full(1_001),
        stamps: vec![
            stamp(None, 0, 0),
            stamp(Some(0), i64::MIN, 1),
            stamp(Some(u64::MAX), i64::MAX, u64::MAX),
        ],
        owned: Bitfield::new(3),
        clean: true,
        volume: Some(VolumeMark {
            mount: odd_path(),
            id: ODD.to_owned(),
        }),
    };
    store.save_resume_blocking(hash(1), data.clone()).unwrap();
    let plain = ResumeData {
        stamps: vec![stamp(None, 0, 0), stamp(Some(7), 7, 0)],
        volume: None,
        ..data.clone()
    };
    store
        .commit_blocking(vec![StoreOp::PutResume(hash(3), Box::new(plain.clone()))])
        .unwrap();
    assert_eq!(store.load_resume_blocking(hash(3)), Ok(Some(plain)));
    store
        .commit_blocking(vec![StoreOp::MarkDirty(hash(2))])
        .unwrap();
    close(&store);

    let (store, _) = open(dir.path());
    assert_eq!(store.load_resume_blocking(hash(1)), Ok(Some(data.clone())));
    let empty = ResumeData {
        have: Bitfield::new(0),
        stamps: vec![],
        owned: Bitfield::new(0),
        clean: false,
        volume: None,
    };
    assert_eq!(store.load_resume_blocking(hash(2)), Ok(Some(empty)));
    store
        .commit_blocking(vec![StoreOp::MarkDirty(hash(1))])
        .unwrap();
    let dirty = ResumeData {
        clean: false,
        ..data
    };
    assert_eq!(store.load_resume_blocking(hash(1)), Ok(Some(dirty)));
    close(&store);
}

#[test]
fn names_of_files_come_and_go_with_their_torrent() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let names = |name: &str| Renames::new([(3, name.to_owned())].into());
    store
        .commit_blocking(vec![
            put(1),
            put(2),
            StoreOp::PutNames(hash(1), names("b/c")),
            StoreOp::PutNames(hash(2), names("d")),
        ])
        .unwrap();
    // The row is written often, and says nothing of names.
    store.commit_blocking(vec![put(1)]).unwrap();
    close(&store);
    let loaded = look(dir.path());
    assert_eq!(loaded.torrents[0].renames, names("b/c"));
    let (store, _) = open(dir.path());
    store
        .commit_blocking(vec![
            StoreOp::PutNames(hash(1), Renames::default()),
            StoreOp::DropTorrent(hash(2)),
            put(2),
        ])
        .unwrap();
    close(&store);
    let loaded = look(dir.path());
    assert!(loaded.torrents.iter().all(|t| t.renames.is_empty()));
}

#[test]
fn a_counter_beyond_what_sqlite_holds_stays_at_the_top() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let mut big = record(1);
    big.uploaded_bytes = u64::MAX;
    let op = StoreOp::PutTorrent(Box::new(big));
    store.commit_blocking(vec![op]).unwrap();
    close(&store);
    let loaded = look(dir.path());
    assert_eq!(loaded.torrents[0].uploaded_bytes, i64::MAX.cast_unsigned());
}

fn any_path() -> BoxedStrategy<PathBuf> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        vec(any::<u8>(), 0..40)
            .prop_map(|bytes| std::ffi::OsString::from_vec(bytes).into())
            .boxed()
    }
    #[cfg(windows)]
    {
        use std::os::windows::ffi::OsStringExt;
        vec(any::<u16>(), 0..40)
            .prop_map(|units| std::ffi::OsString::from_wide(&units).into())
            .boxed()
    }
}

fn any_bits() -> impl Strategy<Value = Bitfield> {
    vec(any::<bool>(), 0..70).prop_map(|bits| {
        let mut field = Bitfield::new(u32::try_from(bits.len()).unwrap());
        for (i, bit) in (0..).zip(bits) {
            field.set(i, bit);
        }
        field
    })
}

prop_compose! {
    fn any_summary()(
        total_bytes in 0..=i64::MAX.cast_unsigned(),
        (piece_length, piece_count, file_count) in any::<(u32, u32, u32)>(),
        private in any::<bool>(),
    ) -> MetaSummary {
        MetaSummary { total_bytes, piece_length, piece_count, file_count, private }
    }
}

fn any_renames() -> impl Strategy<Value = Renames> {
    let path = vec("[^./\\\\\0]{1,9}", 1..4).prop_map(|parts| parts.join("/"));
    btree_map(any::<u32>(), path, 0..5).prop_map(Arc::new)
}

prop_compose! {
    fn any_whereabouts()(
        (folder, save_path) in (any_path(), any_path()),
        disk_name in any::<String>(),
        renames in any_renames(),
    ) -> Whereabouts {
        Whereabouts { place: Place { folder, disk_name, renames }, save_path }
    }
}

prop_compose! {
    fn any_move()(
        to in any_whereabouts(),
        back in any::<bool>(),
        next in option::of(any_whereabouts()),
    ) -> PendingMove {
        PendingMove { to: to.place, then_save_path: to.save_path, back, next: next.map(Box::new) }
    }
}

prop_compose! {
    fn any_record()(
        hash in any::<[u8; 20]>(),
        (name, disk_name) in any::<(String, String)>(),
        source in prop_oneof![
            any::<String>().prop_map(Source::File),
            Just(Source::Magnet),
            any::<String>().prop_map(Source::Url),
        ],
        trackers in vec(vec(any::<String>(), 0..3), 0..4),
        labels in vec(any::<String>(), 0..4),
        save_path in any_path(),
        summary in option::of(any_summary()),
        selection in option::of(any_bits()),
        intent in select(vec![Intent::Run, Intent::Stop, Intent::ForceRun]),
        (awaiting_choice, trashed) in any::<(bool, bool)>(),
        (added_at, completed_at, removed_at) in any::<(i64, Option<i64>, Option<i64>)>(),
        rank in any::<i64>(),
        (sequential, first_last, part_suffix, trash_pending) in any::<(bool, bool, bool, bool)>(),
        (rules, goal_done, done_due) in (super::rules::any_rules(), any::<bool>(), any::<bool>()),
        priorities in btree_map(any::<u32>(), select(vec![Priority::High, Priority::Low]), 0..9),
        unfinished_path in option::of(any_path()),
        (renames, moving) in (any_renames(), option::of(any_move())),
        peers in vec(any::<(std::net::IpAddr, u16)>().prop_map(std::net::SocketAddr::from), 0..3),
        counters in vec(0..=i64::MAX.cast_unsigned(), 6),
    ) -> TorrentRecord {
        TorrentRecord {
            hash: InfoHash(hash),
            name,
            added_at: Timestamp(added_at),
            source,
            trackers,
            save_path,
            disk_name,
            summary,
            selection: selection.map_or(Selection::All, Selection::Only),
            awaiting_choice,
            rank,
            intent,
            labels,
            have_bytes: counters[0],
            wanted_bytes: counters[1],
            downloaded_bytes: counters[2],
            uploaded_bytes: counters[3],
            completed_at: completed_at.map(Timestamp),
            removed_at: removed_at.map(Timestamp),
            trashed,
            order: if sequential { Order::Sequential } else { Order::Spread },
            first_last,
            priorities: Arc::new(priorities),
            renames,
            unfinished_path,
            part_suffix,
            moving,
            trash_pending,
            peers,
            rules,
            seeded_s: counters[4],
            idle_s: counters[5],
            goal_done,
            done_due,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn any_torrent_comes_back_as_it_was(records in vec(any_record(), 1..8)) {
        let dir = temp();
        let (store, _) = open(dir.path());
        let ops = records.iter().cloned().flat_map(|r| {
            let names = StoreOp::PutNames(r.hash, r.renames.clone());
            [StoreOp::PutTorrent(Box::new(r)), names]
        });
        store.commit_blocking(ops.collect()).unwrap();
        close(&store);
        let loaded = look(dir.path());
        prop_assert_eq!(loaded.torrents, records);
        prop_assert_eq!(loaded.set_aside, vec![]);
    }
}
