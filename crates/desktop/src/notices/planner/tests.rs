use super::*;

fn finished(n: u32) -> News {
    News::Finished {
        hash: format!("{n:040}"),
        name: format!("t{n}"),
    }
}

fn attention(n: u32, code: &str) -> News {
    News::Attention {
        hash: format!("{n:040}"),
        name: format!("t{n}"),
        sentence: Sentence {
            code: code.to_owned(),
            params: BTreeMap::new(),
        },
    }
}

fn names(notice: &Notice) -> Vec<&str> {
    notice.items.iter().map(|i| &*i.name).collect()
}

/// Runs until nothing waits, and says when what came.
fn run(planner: &mut Planner, begun: Instant) -> Vec<(u64, Notice)> {
    let mut all = Vec::new();
    while let Some(next) = planner.next() {
        let notices = planner.due(next);
        assert!(!notices.is_empty(), "it wakes for nothing");
        let after = next.duration_since(begun).as_secs();
        all.extend(notices.into_iter().map(|n| (after, n)));
    }
    all
}

#[test]
fn what_comes_one_after_another_is_one_notification_once_there_is_calm() {
    let (mut planner, begun) = (Planner::default(), Instant::now());
    assert_eq!(planner.next(), None);
    for n in 0..3 {
        planner.take(finished(n), begun + CALM / 2 * n, false);
    }
    assert_eq!(planner.due(begun + CALM), []);
    let told = run(&mut planner, begun);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].0, told[0].1.replaces), (4, false));
    assert_eq!(names(&told[0].1), ["t0", "t1", "t2"]);
}

#[test]
fn what_does_not_end_is_told_after_ten_seconds_and_grows_in_its_place() {
    let (mut planner, begun) = (Planner::default(), Instant::now());
    let mut told = Vec::new();
    for second in 0..40 {
        let now = begun + Duration::from_secs(second);
        told.extend(planner.due(now).into_iter().map(|n| (second, n)));
        planner.take(finished(u32::try_from(second).unwrap_or(0)), now, false);
    }
    let when: Vec<u64> = told.iter().map(|(second, _)| *second).collect();
    assert_eq!(when, [10, 20, 30]);
    let replaced: Vec<bool> = told.iter().map(|(_, n)| n.replaces).collect();
    assert_eq!(replaced, [false, true, true]);
    assert_eq!(
        told[2].1.items.len(),
        30,
        "it says what the last one said, too"
    );
}

#[test]
fn after_a_minute_or_once_it_was_dismissed_a_notification_stands_for_itself() {
    let (mut planner, begun) = (Planner::default(), Instant::now());
    planner.take(finished(1), begun, false);
    assert_eq!(run(&mut planner, begun).len(), 1);
    let later = begun + CALM + REPLACED;
    planner.take(finished(2), later, false);
    let told = run(&mut planner, later);
    assert_eq!((names(&told[0].1), told[0].1.replaces), (vec!["t2"], false));
    planner.closed(Kind::Finished);
    planner.take(finished(3), later + PACE, false);
    let told = run(&mut planner, later);
    assert_eq!((names(&told[0].1), told[0].1.replaces), (vec!["t3"], false));
}

#[test]
fn at_most_six_come_a_minute_and_none_is_lost() {
    let (mut planner, begun) = (Planner::default(), Instant::now());
    let mut told = Vec::new();
    for round in 0..12 {
        let now = begun + PACE * round / 2;
        told.extend(planner.due(now).into_iter().map(|n| (now, n)));
        planner.take(finished(round), now, false);
        planner.take(attention(round + 100, "io"), now, false);
    }
    while let Some(next) = planner.next() {
        told.extend(planner.due(next).into_iter().map(|n| (next, n)));
    }
    for (at, _) in &told {
        let near = told.iter().filter(|(t, _)| t >= at && *t < *at + WITHIN);
        assert!(near.count() <= MOST);
    }
    for kind in [Kind::Finished, Kind::Attention] {
        let own: Vec<_> = told.iter().filter(|(_, n)| n.kind == kind).collect();
        assert!(own.windows(2).all(|two| two[1].0 >= two[0].0 + PACE));
        let all: std::collections::BTreeSet<_> = own.iter().flat_map(|(_, n)| names(n)).collect();
        assert_eq!(all.len(), 12, "{kind:?}");
    }
}

#[test]
fn who_looks_at_the_window_is_not_told() {
    let (mut planner, begun) = (Planner::default(), Instant::now());
    planner.take(finished(1), begun, true);
    assert_eq!(planner.next(), None);
    planner.take(finished(2), begun, false);
    planner.take(News::RunsOn { in_tray: true }, begun, true);
    planner.seen();
    assert_eq!(planner.next(), None, "what waits is seen in the window");
    let told = planner.due(begun);
    assert_eq!((told.len(), told[0].kind), (1, Kind::RunsOn));
    assert!(told[0].in_tray && planner.due(begun).is_empty());
}

#[test]
fn a_kind_that_is_off_is_not_told() {
    let (mut planner, begun) = (Planner::default(), Instant::now());
    planner.take(finished(1), begun, false);
    planner.take(attention(1, "io"), begun, false);
    planner.set_kinds(Kinds {
        finished: false,
        ..Kinds::default()
    });
    planner.take(finished(2), begun, false);
    let kinds: Vec<Kind> = run(&mut planner, begun)
        .iter()
        .map(|(_, n)| n.kind)
        .collect();
    assert_eq!(kinds, [Kind::Attention]);
}

#[test]
fn a_torrent_that_is_removed_is_not_told_of_and_one_torrent_is_told_once() {
    let (mut planner, begun) = (Planner::default(), Instant::now());
    planner.take(attention(1, "io"), begun, false);
    planner.take(attention(2, "io"), begun, false);
    planner.take(attention(2, "disk_full"), begun, false);
    planner.forget(&format!("{:040}", 1));
    let told = run(&mut planner, begun);
    assert_eq!(names(&told[0].1), ["t2"]);
    let sentence = told[0].1.items[0].sentence.as_ref();
    assert_eq!(sentence.map(|s| &*s.code), Some("disk_full"));
    planner.take(finished(3), begun, false);
    planner.forget(&format!("{:040}", 3));
    assert_eq!(planner.next(), None);
}

#[test]
fn thousands_are_counted_and_not_all_kept() {
    let (mut planner, begun) = (Planner::default(), Instant::now());
    for n in 0..5_000 {
        planner.take(finished(n), begun, false);
    }
    let told = run(&mut planner, begun);
    assert_eq!((told[0].1.items.len(), told[0].1.more), (NAMED_MAX, 4_500));
}

#[test]
fn what_came_of_watch_folders_is_told_unless_nothing_is_new() {
    let (mut planner, begun) = (Planner::default(), Instant::now());
    let news = |folder, added, bad| {
        News::Watched(shoal_api::WatchNews {
            folder,
            path: "/w".to_owned(),
            added,
            already: 3,
            bad,
            hash: None,
            name: "x".to_owned(),
        })
    };
    planner.take(news(1, 0, 0), begun, false);
    assert_eq!(planner.next(), None);
    planner.take(news(1, 2, 0), begun, false);
    planner.take(news(2, 0, 1), begun, false);
    let told = run(&mut planner, begun);
    let sum = |f: fn(&Item) -> u64| told[0].1.items.iter().map(f).sum::<u64>();
    assert_eq!((told.len(), sum(|i| i.added), sum(|i| i.bad)), (1, 2, 1));
}

#[test]
fn what_does_not_happen_after_all_is_told_to_who_looks_too() {
    let (mut planner, begun) = (Planner::default(), Instant::now());
    planner.take(News::Rests(shoal_api::AllDoneKind::Sleep), begun, false);
    let (what, why) = (Rest::Sleep, WhyAwake::Needed);
    planner.take(News::Stays { what, why }, begun, true);
    let told = planner.due(begun);
    assert_eq!((told.len(), told[0].kind), (1, Kind::Stays));
    assert_eq!(told[0].stays, Some((what, why)));
    assert_eq!(planner.due(begun), []);
}

#[test]
fn what_is_about_to_happen_waits_for_nothing_and_is_seen_in_the_window() {
    let (mut planner, begun) = (Planner::default(), Instant::now());
    planner.take(News::Rests(shoal_api::AllDoneKind::Sleep), begun, true);
    assert_eq!(planner.due(begun), []);
    planner.take(News::Rests(shoal_api::AllDoneKind::Sleep), begun, false);
    let told = planner.due(begun);
    assert_eq!(
        (told[0].kind, told[0].items[0].name.as_str()),
        (Kind::Rests, "sleep")
    );
    assert_eq!(planner.due(begun), []);
}
