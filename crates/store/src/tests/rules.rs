//! Limits, goals and what labels bring: they come out as they went in, also those of thousands at once.

use proptest::{option, prelude::*, sample::select};
use shoal_core::{
    Change, Command, CommandId, Done, Effect, Label, LabelMatch, Limit, MINUTES_MAX, Msg, QueueTo,
    RATIO_MAX_PERCENT, Restored, Rules, RulesChange, SPEED_MAX_BPS, SPEED_MIN_BPS, State, StepKind,
    Then, UndoStep,
};

use super::*;

/// Any rules that a torrent may have.
pub(super) fn any_rules() -> impl Strategy<Value = Rules> {
    let limit = |range: std::ops::RangeInclusive<u32>| {
        prop_oneof![
            Just(Limit::Inherit),
            Just(Limit::Unlimited),
            range.prop_map(Limit::Value)
        ]
    };
    let speed = || limit(SPEED_MIN_BPS..=SPEED_MAX_BPS);
    let then = select(vec![Then::Stop, Then::Remove, Then::Trash, Then::Low]);
    let all = (
        (speed(), speed()),
        limit(1..=RATIO_MAX_PERCENT),
        (limit(1..=MINUTES_MAX), limit(1..=MINUTES_MAX)),
        option::of(then),
    );
    let rules = |((down, up), ratio_percent, (seed_minutes, idle_minutes), then)| Rules {
        down,
        up,
        ratio_percent,
        seed_minutes,
        idle_minutes,
        then,
    };
    all.prop_map(rules)
}

/// Rules that say something of everything.
fn rules(then: Then) -> Rules {
    Rules {
        down: Limit::Unlimited,
        up: Limit::Value(SPEED_MAX_BPS),
        ratio_percent: Limit::Value(1),
        seed_minutes: Limit::Inherit,
        idle_minutes: Limit::Value(7),
        then: Some(then),
    }
}

fn label() -> Label {
    Label {
        name: "films/\u{202e}'\"".to_owned(),
        colour: 3,
        rules: rules(Then::Trash),
        save_path: Some("/data/'films\"".into()),
        start: Some(false),
        done: Done {
            move_to: Some(PathBuf::new()),
            label: Some(String::new()),
            program: Some(vec!["/bin/a b".to_owned(), "%N\n\"".to_owned()]),
        },
        matches: vec![
            LabelMatch {
                name: Some("*.mkv".to_owned()),
                tracker: Some("t.example".to_owned()),
                min_bytes: Some(0),
                max_bytes: Some(u64::MAX),
            },
            LabelMatch::default(),
        ],
    }
}

#[test]
fn rules_of_torrents_and_labels_and_the_steps_that_change_them() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let all = [Then::Stop, Then::Remove, Then::Trash, Then::Low];
    let mut records: Vec<TorrentRecord> = vec![];
    for (n, then) in (1..).zip(all) {
        records.push(TorrentRecord {
            rules: rules(then),
            seeded_s: 1 << 40,
            idle_s: u64::from(n),
            goal_done: n % 2 == 0,
            done_due: n > 2,
            ..record(n)
        });
    }
    let step = UndoStep {
        id: 1,
        at: NOW,
        kind: StepKind::RulesSet,
        count: 4,
        inverse: vec![
            Change::Rules(hash(1), rules(Then::Low)),
            Change::Rules(hash(2), Rules::default()),
            Change::Rank(hash(3), i64::MIN),
            Change::PutLabel(label()),
        ],
        undone: false,
    };
    let put = records.iter().cloned().map(Box::new);
    let mut ops: Vec<StoreOp> = put.map(StoreOp::PutTorrent).collect();
    ops.push(StoreOp::PutLabel(label()));
    ops.push(StoreOp::PutUndo(step.clone()));
    store.commit_blocking(ops).unwrap();
    close(&store);
    let loaded = look(dir.path());
    assert_eq!(loaded.set_aside, []);
    assert_eq!(loaded.torrents, records);
    assert_eq!(loaded.labels, [label()]);
    assert_eq!(loaded.undo, [step]);
    // What is said no more is gone.
    let (store, _) = open(dir.path());
    let plain = Label {
        name: label().name,
        ..Label::default()
    };
    let ops = vec![
        StoreOp::PutLabel(plain.clone()),
        StoreOp::SetRules(hash(1), Rules::default()),
    ];
    store.commit_blocking(ops).unwrap();
    close(&store);
    let loaded = look(dir.path());
    assert_eq!(loaded.labels, [plain]);
    assert_eq!(loaded.torrents[0].rules, Rules::default());
    assert_eq!(loaded.torrents[1], records[1]);
}

#[test]
fn rules_that_make_no_sense_cost_their_row_and_no_other() {
    let dir = filled(3);
    let conn = raw(dir.path());
    conn.execute_batch(
        "INSERT INTO labels VALUES ('good', 1, ''), ('bad', 1, '{\"save_path\":\"zz\"}');",
    )
    .unwrap();
    for bad in ["5", "{\"up\":1}", "{\"other\":1}", "nonsense"] {
        let set = "UPDATE torrents SET rules = ?1 WHERE rank = 1";
        conn.execute(set, [bad]).unwrap();
    }
    drop(conn);
    let loaded = look(dir.path());
    assert_eq!(loaded.torrents.len(), 2);
    let labels: Vec<&str> = loaded.labels.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(labels, ["good"]);
    assert_eq!(loaded.set_aside.len(), 2, "{:?}", loaded.set_aside);
}

#[test]
fn what_was_arranged_holds_until_the_row_is_written_anew_or_goes() {
    let dir = filled(5);
    let low = rules(Then::Low);
    let films = vec!["hd".to_owned(), "films".to_owned()];
    let (store, _) = open(dir.path());
    let first = vec![
        StoreOp::SetRank(hash(1), -5),
        StoreOp::SetRank(hash(2), -6),
        StoreOp::GiveLabels(hash(2), films.clone()),
        StoreOp::SetRules(hash(2), low),
        StoreOp::SetRank(hash(2), -7),
        StoreOp::SetRules(hash(3), low),
        StoreOp::GiveLabels(hash(4), vec![]),
        StoreOp::SetIntent(hash(4), Intent::ForceRun),
    ];
    store.commit_blocking(first).unwrap();
    close(&store);
    let mut expected: Vec<TorrentRecord> = (0..5).map(record).collect();
    expected[1].rank = -5;
    (expected[2].labels, expected[2].rules, expected[2].rank) = (films, low, -7);
    expected[3].rules = low;
    expected[4].labels = vec![];
    expected[4].intent = Intent::ForceRun;
    assert_eq!(look(dir.path()).torrents, expected);

    let (store, _) = open(dir.path());
    let then = vec![
        put(1),
        StoreOp::DropTorrent(hash(3)),
        put(3),
        put(4),
        StoreOp::SetRank(hash(4), 44),
    ];
    store.commit_blocking(then).unwrap();
    close(&store);
    (expected[1], expected[4]) = (record(1), record(4));
    expected[4].rank = 44;
    // It was gone: now it is the last.
    expected.remove(3);
    expected.push(record(3));
    assert_eq!(look(dir.path()).torrents, expected);
    let left = "SELECT count(*) FROM arranged";
    let left: i64 = raw(dir.path())
        .query_row(left, [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 2);

    // What makes no sense costs its torrent and no other, and says so once.
    let bad = "UPDATE arranged SET rules = 'nonsense' WHERE rank = 44";
    raw(dir.path()).execute(bad, []).unwrap();
    let loaded = look(dir.path());
    assert_eq!((loaded.torrents.len(), loaded.set_aside.len()), (4, 1));
    assert_eq!(look(dir.path()).set_aside, []);
    let (store, _) = open(dir.path());
    store.commit_blocking(vec![put(4)]).unwrap();
    close(&store);
    assert_eq!(look(dir.path()).torrents.last(), Some(&record(4)));
}

#[test]
fn ten_thousand_torrents_get_rules_and_other_places_and_that_is_taken_back() {
    let dir = temp();
    let (store, _) = open(dir.path());
    store
        .commit_blocking((0..10_000).map(put).collect())
        .unwrap();
    let restored = Restored {
        torrents: (0..10_000).map(record).collect(),
        ..Restored::default()
    };
    let (mut state, _) = State::restore(restored, NOW);
    let all: Vec<InfoHash> = (0..10_000).map(hash).collect();
    let change = RulesChange {
        up: Some(Limit::Value(100_000)),
        ..RulesChange::default()
    };
    let commands = [
        Command::SetRules(all.clone(), change),
        Command::Undo,
        Command::Redo,
        Command::QueueMove(all[5_000..].to_vec(), QueueTo::Top),
        Command::Undo,
        Command::Redo,
    ];
    for command in commands {
        let begun = std::time::Instant::now();
        let effects = state.handle(Msg::Command(CommandId(1), command), NOW);
        for effect in effects {
            if let Effect::Store(ops) = effect {
                store.commit_blocking(ops).unwrap();
            }
        }
        println!("{:?}", begun.elapsed());
        assert!(begun.elapsed() < Duration::from_secs(5));
        state.handle(Msg::Stored, NOW);
    }
    close(&store);
    let mut loaded = look(dir.path()).torrents;
    let up = |t: &TorrentRecord| t.rules.up == Limit::Value(100_000);
    assert!(loaded.iter().all(up));
    loaded.sort_by_key(|t| t.rank);
    let order: Vec<InfoHash> = loaded.iter().map(|t| t.hash).collect();
    assert!(order == [&all[5_000..], &all[..5_000]].concat());
}
