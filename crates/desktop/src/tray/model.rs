//! What the icon and its menu show. Pure. The menu has the same entries in the same places always, only words
//! and what is visible change: a panel that has the menu open knows its entries by place.

use super::Wish;
use crate::{Summary, words::Words};

/// What the icon says at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Nothing moves.
    Idle,
    /// Bytes flow.
    Active,
    /// Slower limits are in force.
    Slowed,
    /// There are torrents, and none wants to run.
    Paused,
    /// Something needs somebody.
    Attention,
}

/// One line of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What a click on it wants. None: it only says something, or separates.
    pub wish: Option<Wish>,
    /// Its words; a separator has none.
    pub label: String,
    /// Left out of sight when false.
    pub is_visible: bool,
    /// Can be clicked.
    pub is_enabled: bool,
    /// Whether what it switches is on; none: it switches nothing.
    pub is_on: Option<bool>,
}

/// All that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Which icon.
    pub state: State,
    /// What is going on, in one or two lines: the tooltip's text.
    pub tooltip: String,
    /// Whether lines begin at the right.
    pub is_rtl: bool,
    /// The menu.
    pub entries: Vec<Entry>,
}

/// What to show of `summary`. `is_window_shown` says whether there is a window that is not minimised.
pub fn model(summary: &Summary, words: Words, is_window_shown: bool) -> Model {
    let line = line(summary, words);
    let needs = words.count("desk.tray_attention", summary.attention.into(), &[]);
    let is_needed = summary.attention > 0;
    let can_stop = summary.listed > summary.stopped;
    let can_start = summary.stopped > 0;
    let say = |key| words.say(key, &[]);
    let (window, see) = if is_window_shown {
        (Wish::Hide, "desk.tray_hide")
    } else {
        (Wish::Open, "desk.tray_open")
    };
    Model {
        state: state(summary),
        tooltip: if is_needed {
            format!("{line}\n{}", needs.trim_end_matches('…'))
        } else {
            line.clone()
        },
        is_rtl: words.is_rtl(),
        entries: vec![
            entry(None, line, true),
            rule(),
            entry(Some(window), say(see), true),
            rule(),
            entry(Some(Wish::Add), say("desk.tray_add"), true),
            entry(Some(Wish::Paste), say("desk.tray_paste"), true),
            rule(),
            Entry {
                is_enabled: can_stop,
                // One of the two is always there: rules stand between something.
                ..entry(
                    Some(Wish::StopAll),
                    say("desk.tray_stop_all"),
                    can_stop || !can_start,
                )
            },
            entry(Some(Wish::StartAll), say("desk.tray_start_all"), can_start),
            Entry {
                is_on: Some(summary.slowed),
                ..entry(Some(Wish::Slow), say("desk.tray_slow"), true)
            },
            rule(),
            entry(Some(Wish::Attention), needs, is_needed),
            entry(Some(Wish::Settings), say("desk.tray_settings"), true),
            rule(),
            entry(Some(Wish::Quit), say("desk.tray_quit"), true),
        ],
    }
}

fn entry(wish: Option<Wish>, label: String, is_visible: bool) -> Entry {
    Entry {
        wish,
        label,
        is_visible,
        is_enabled: wish.is_some(),
        is_on: None,
    }
}

fn rule() -> Entry {
    entry(None, String::new(), true)
}

fn state(summary: &Summary) -> State {
    if summary.attention > 0 {
        State::Attention
    } else if is_all_stopped(summary) {
        State::Paused
    } else if summary.slowed {
        State::Slowed
    } else if summary.down_bps > 0 || summary.up_bps > 0 {
        State::Active
    } else {
        State::Idle
    }
}

fn is_all_stopped(summary: &Summary) -> bool {
    summary.listed > 0 && summary.stopped == summary.listed
}

/// `5 downloading, 3 seeding · ↓ 29.9 MB/s ↑ 6.3 MB/s`
fn line(summary: &Summary, words: Words) -> String {
    let counts: Vec<_> = [
        ("desk.tray_downloading", summary.downloading),
        ("desk.tray_seeding", summary.seeding),
        ("desk.tray_checking", summary.checking),
    ]
    .into_iter()
    .filter(|&(_, n)| n > 0)
    .map(|(key, n)| words.count(key, n.into(), &[]))
    .collect();
    let counts = words.enumerate(&counts);
    let speeds = speeds(summary, words);
    match (counts.is_empty(), speeds.is_empty()) {
        (true, true) if is_all_stopped(summary) => words.say("desk.tray_stopped", &[]),
        (true, true) => words.say("desk.tray_still", &[]),
        (true, false) => speeds,
        (false, true) => counts,
        (false, false) => words.join("desk.tray_line", &[("what", &counts), ("speeds", &speeds)]),
    }
}

fn speeds(summary: &Summary, words: Words) -> String {
    let down = words.speed(summary.down_bps, summary.binary_units);
    let up = words.speed(summary.up_bps, summary.binary_units);
    let given = [("down", down.as_str()), ("up", up.as_str())];
    match (down.is_empty(), up.is_empty()) {
        (true, true) => String::new(),
        (false, true) => words.join("desk.tray_down", &given),
        (true, false) => words.join("desk.tray_up", &given),
        (false, false) => words.join("desk.tray_speeds", &given),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy() -> Summary {
        Summary {
            downloading: 5,
            seeding: 3,
            listed: 12,
            stopped: 4,
            down_bps: 29_900_000,
            up_bps: 6_300_000,
            ..Summary::default()
        }
    }

    fn english(summary: &Summary) -> Model {
        model(summary, Words::default(), false)
    }

    fn first_line(summary: &Summary) -> String {
        let line = english(summary).entries.remove(0);
        assert_eq!(line.wish, None, "it only says something");
        line.label.replace('\u{202f}', " ")
    }

    /// What can be clicked.
    fn offered(summary: &Summary) -> Vec<Wish> {
        let entries = english(summary).entries.into_iter();
        entries
            .filter(|entry| entry.is_visible && entry.is_enabled)
            .filter_map(|entry| entry.wish)
            .collect()
    }

    #[test]
    fn the_first_line_says_what_goes_on() {
        assert_eq!(
            first_line(&busy()),
            "5 downloading, 3 seeding · ↓ 29.9 MB/s ↑ 6.30 MB/s"
        );
        let quiet = Summary {
            down_bps: 0,
            up_bps: 0,
            ..busy()
        };
        assert_eq!(first_line(&quiet), "5 downloading, 3 seeding");
        let seeding = Summary {
            seeding: 1_200,
            listed: 1_200,
            up_bps: 940_000,
            ..Summary::default()
        };
        assert_eq!(first_line(&seeding), "1,200 seeding · ↑ 940 kB/s");
        let binary = Summary {
            binary_units: true,
            ..seeding
        };
        assert_eq!(first_line(&binary), "1,200 seeding · ↑ 918 KiB/s");
        assert_eq!(first_line(&Summary::default()), "Nothing moves");
        let stopped = Summary {
            listed: 2,
            stopped: 2,
            ..Summary::default()
        };
        assert_eq!(first_line(&stopped), "Everything is stopped");
    }

    #[test]
    fn the_icon_says_the_most_urgent_first() {
        let all = Summary {
            attention: 1,
            slowed: true,
            ..busy()
        };
        let of = |summary: &Summary| english(summary).state;
        assert_eq!(of(&all), State::Attention);
        let slowed = Summary {
            attention: 0,
            ..all.clone()
        };
        assert_eq!(of(&slowed), State::Slowed);
        let paused = Summary {
            stopped: all.listed,
            ..slowed.clone()
        };
        assert_eq!(of(&paused), State::Paused);
        let active = Summary {
            slowed: false,
            ..slowed
        };
        assert_eq!(of(&active), State::Active);
        let idle = Summary {
            down_bps: 0,
            up_bps: 0,
            ..active
        };
        assert_eq!(of(&idle), State::Idle);
        assert_eq!(of(&Summary::default()), State::Idle, "an empty list");
    }

    #[test]
    fn only_what_makes_sense_is_offered() {
        use Wish::{Add, Attention, Open, Paste, Quit, Settings, Slow, StartAll, StopAll};
        let nothing = [Open, Add, Paste, Slow, Settings, Quit];
        assert_eq!(offered(&Summary::default()), nothing);
        let some_stopped = [Open, Add, Paste, StopAll, StartAll, Slow, Settings, Quit];
        assert_eq!(offered(&busy()), some_stopped);
        let all_run = Summary {
            stopped: 0,
            attention: 3,
            ..busy()
        };
        assert_eq!(
            offered(&all_run),
            [Open, Add, Paste, StopAll, Slow, Attention, Settings, Quit]
        );
        let needs = english(&all_run);
        assert!(needs.tooltip.ends_with("\n3 torrents need attention"));
        let none_runs = Summary {
            stopped: 12,
            ..busy()
        };
        assert_eq!(
            offered(&none_runs),
            [Open, Add, Paste, StartAll, Slow, Settings, Quit]
        );
    }

    #[test]
    fn slow_mode_is_a_switch_that_says_whether_it_is_on() {
        for slowed in [false, true] {
            let summary = Summary { slowed, ..busy() };
            let entries = english(&summary).entries;
            let switches: Vec<_> = entries.iter().filter(|e| e.is_on.is_some()).collect();
            let shown: Vec<_> = switches.iter().map(|e| (e.wish, e.is_on)).collect();
            assert_eq!(shown, [(Some(Wish::Slow), Some(slowed))]);
            assert_eq!(switches[0].label, "Slow mode");
        }
    }

    #[test]
    fn a_window_in_sight_can_be_hidden() {
        let shown = model(&busy(), Words::default(), true);
        let hide = shown.entries.iter().find(|e| e.wish == Some(Wish::Hide));
        assert_eq!(hide.map(|e| e.label.as_str()), Some("Hide window"));
        assert!(!shown.entries.iter().any(|e| e.wish == Some(Wish::Open)));
    }

    #[test]
    fn entries_keep_their_places() {
        let places = |summary: &Summary, is_shown| {
            let entries = model(summary, Words::of("ar"), is_shown).entries;
            let rules = entries.iter().map(|e| e.label.is_empty());
            rules.collect::<Vec<_>>()
        };
        let first = places(&Summary::default(), false);
        assert_eq!(first, places(&busy(), true));
        let last = Summary {
            attention: 1,
            ..busy()
        };
        assert_eq!(first, places(&last, false));
    }

    /// No two rules follow one another, whatever is out of sight between them.
    #[test]
    fn rules_stand_between_something() {
        for (listed, stopped, attention) in [(0, 0, 0), (2, 2, 0), (2, 1, 1), (2, 0, 0)] {
            let summary = Summary {
                attention,
                stopped,
                listed,
                ..Summary::default()
            };
            let entries = english(&summary).entries;
            let seen: Vec<_> = entries.iter().filter(|e| e.is_visible).collect();
            let doubled = seen
                .windows(2)
                .any(|pair| pair.iter().all(|e| e.label.is_empty()));
            assert!(!doubled && !seen[seen.len() - 1].label.is_empty());
        }
    }

    #[test]
    fn what_is_shown_alike_is_alike() {
        let slightly_more = Summary {
            down_bps: 29_900_001,
            ..busy()
        };
        assert_eq!(english(&busy()), english(&slightly_more));
    }
}
