//! What closing the window means, as a pure function of settings and of what the desktop has. Must never hide
//! the window where nothing brings it back.

use std::time::{Duration, Instant};

/// So long the icon may be away while the window is, before somebody is told how to get Shoal back: panels
/// restart.
const ICON_AWAY: Duration = Duration::from_secs(10);
/// The same where nobody can be told either: often that is a session that is just beginning, in which both come late.
const ALL_AWAY: Duration = Duration::from_secs(20);
/// So many closes this soon one after the other mean it, whatever the page says or does not say.
const INSISTS: (usize, Duration) = (3, Duration::from_secs(5));

/// What the close button does where a panel shows the icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closes {
    /// The window goes and Shoal runs on.
    ToTray,
    /// Shoal quits.
    Quits,
}

/// What it does where no panel shows the icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutTray {
    /// The page asks.
    Asks,
    /// The window goes and Shoal runs on.
    Keeps,
    /// Shoal quits.
    Quits,
}

/// What brings a window back that was closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// A panel shows the icon.
    pub tray: bool,
    /// A program shows notifications.
    pub notices: bool,
    /// The person has been told before where Shoal is while it has no window.
    pub told: bool,
}

/// What a close comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// The window goes.
    Hide,
    /// The window goes, and a notification says where Shoal is.
    HideAndTell,
    /// Nothing could bring the window back: it stays in the list of windows.
    Minimise,
    /// The page asks.
    Ask,
    /// Shoal quits.
    Quit,
}

/// What the close button comes to.
pub fn decide(closes: Closes, without_tray: WithoutTray, ways: Ways) -> Close {
    if closes == Closes::Quits {
        return Close::Quit;
    }
    match without_tray {
        WithoutTray::Asks if !ways.tray => Close::Ask,
        WithoutTray::Quits if !ways.tray => Close::Quit,
        _ => hide(ways),
    }
}

/// How the window goes when Shoal is to run on.
pub fn hide(ways: Ways) -> Close {
    match ways {
        Ways {
            tray: true,
            told,
            notices,
        } if told || !notices => Close::Hide,
        Ways {
            tray: false,
            notices: false,
            ..
        } => Close::Minimise,
        _ => Close::HideAndTell,
    }
}

/// Closes that were asked for one after the other, while the page owes an answer.
#[derive(Clone, Debug, Default)]
pub struct Insisting {
    times: Vec<Instant>,
}

impl Insisting {
    /// Another close that asks; true when the person insists.
    pub fn close(&mut self, now: Instant) -> bool {
        let (times, within) = INSISTS;
        self.times
            .retain(|time| now.saturating_duration_since(*time) <= within);
        self.times.push(now);
        self.times.len() >= times
    }

    /// The page has answered.
    pub fn answered(&mut self) {
        self.times.clear();
    }
}

/// What a window that is away needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing, or not yet.
    Nothing,
    /// To be looked at again then.
    LookAt(Instant),
    /// A notification that says how to get it back.
    Tell,
    /// To be in the list of windows: nobody can be told.
    Minimised,
}

/// Looks after a window that is away: something must always bring it back.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    alone_since: Option<Instant>,
    /// Somebody could have been told since then.
    notices: bool,
    cared_for: bool,
}

impl Watch {
    /// What is needed now. `away`: there is no window.
    pub fn look(&mut self, away: bool, ways: Ways, now: Instant) -> Need {
        if !away || ways.tray {
            *self = Self::default();
            return Need::Nothing;
        }
        if self.cared_for {
            return Need::Nothing;
        }
        if std::mem::replace(&mut self.notices, ways.notices) != ways.notices {
            // What shows notifications often comes and goes with what shows the icon.
            self.alone_since = None;
        }
        let patience = if ways.notices { ICON_AWAY } else { ALL_AWAY };
        let due = *self.alone_since.get_or_insert(now) + patience;
        if now < due {
            return Need::LookAt(due);
        }
        self.cared_for = true;
        if ways.notices {
            Need::Tell
        } else {
            Need::Minimised
        }
    }

    /// The person knows that there is neither window nor icon.
    pub fn knows(&mut self) {
        self.cared_for = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(tray: bool, notices: bool, told: bool) -> Ways {
        Ways {
            tray,
            notices,
            told,
        }
    }

    const WITHOUT: [WithoutTray; 3] = [WithoutTray::Asks, WithoutTray::Keeps, WithoutTray::Quits];

    fn all_ways() -> impl Iterator<Item = Ways> {
        (0..8).map(|bits| ways(bits & 1 > 0, bits & 2 > 0, bits & 4 > 0))
    }

    #[test]
    fn who_wants_it_to_quit_gets_that_everywhere() {
        for ways in all_ways() {
            for without in WITHOUT {
                assert_eq!(decide(Closes::Quits, without, ways), Close::Quit);
            }
        }
    }

    #[test]
    fn with_an_icon_it_goes_and_says_so_the_first_time() {
        for without in WITHOUT {
            let decide = |ways| decide(Closes::ToTray, without, ways);
            assert_eq!(decide(ways(true, true, false)), Close::HideAndTell);
            assert_eq!(decide(ways(true, true, true)), Close::Hide);
            assert_eq!(decide(ways(true, false, false)), Close::Hide);
        }
    }

    #[test]
    fn without_an_icon_the_person_decides() {
        for told in [true, false] {
            let decide =
                |without, notices| decide(Closes::ToTray, without, ways(false, notices, told));
            assert_eq!(decide(WithoutTray::Asks, true), Close::Ask);
            assert_eq!(decide(WithoutTray::Asks, false), Close::Ask);
            assert_eq!(decide(WithoutTray::Quits, true), Close::Quit);
            assert_eq!(
                decide(WithoutTray::Keeps, true),
                Close::HideAndTell,
                "every time"
            );
        }
    }

    #[test]
    fn the_window_never_goes_where_nothing_brings_it_back() {
        for ways in all_ways().filter(|ways| !ways.tray) {
            for without in WITHOUT {
                let close = decide(Closes::ToTray, without, ways);
                assert_ne!(close, Close::Hide, "{ways:?}");
                if !ways.notices {
                    assert_ne!(close, Close::HideAndTell, "{ways:?}");
                }
            }
        }
    }

    #[test]
    fn who_closes_three_times_at_once_means_it() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let mut insisting = Insisting::default();
        assert!(!insisting.close(at(0)));
        assert!(!insisting.close(at(1)));
        assert!(insisting.close(at(5)));
        let mut slowly = Insisting::default();
        assert!((0..9).all(|n| !slowly.close(at(n * 3))));
        let mut answered = Insisting::default();
        assert!(!answered.close(at(0)));
        assert!(!answered.close(at(1)));
        answered.answered();
        assert!(!answered.close(at(2)));
    }

    #[test]
    fn a_panel_that_restarts_is_waited_for_and_one_that_is_gone_is_told_of_once() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let (here, gone) = (ways(true, true, true), ways(false, true, true));
        let mut watch = Watch::default();
        assert_eq!(watch.look(true, here, at(0)), Need::Nothing);
        assert_eq!(watch.look(true, gone, at(1)), Need::LookAt(at(11)));
        assert_eq!(watch.look(true, gone, at(9)), Need::LookAt(at(11)));
        assert_eq!(watch.look(true, here, at(10)), Need::Nothing, "it is back");
        assert_eq!(watch.look(true, gone, at(20)), Need::LookAt(at(30)));
        assert_eq!(watch.look(true, gone, at(30)), Need::Tell);
        assert_eq!(watch.look(true, gone, at(90)), Need::Nothing, "once");
        assert_eq!(watch.look(false, gone, at(91)), Need::Nothing);
        assert_eq!(watch.look(true, gone, at(92)), Need::LookAt(at(102)));
    }

    #[test]
    fn where_nobody_can_be_told_the_window_comes_back_minimised() {
        let begin = Instant::now();
        let mute = ways(false, false, false);
        let mut watch = Watch::default();
        watch.look(true, mute, begin);
        let then = begin + ICON_AWAY;
        let due = begin + ALL_AWAY;
        assert_eq!(watch.look(true, mute, then), Need::LookAt(due));
        assert_eq!(watch.look(true, mute, due), Need::Minimised);
    }

    #[test]
    fn a_session_that_just_begins_is_waited_for() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let (mute, told) = (ways(false, false, true), ways(false, true, true));
        let mut watch = Watch::default();
        assert_eq!(watch.look(true, mute, at(0)), Need::LookAt(at(20)));
        // The panel comes a moment behind.
        assert_eq!(watch.look(true, told, at(15)), Need::LookAt(at(25)));
        assert_eq!(watch.look(true, told, at(20)), Need::LookAt(at(25)));
        let here = ways(true, true, true);
        assert_eq!(watch.look(true, here, at(22)), Need::Nothing);
        assert_eq!(watch.look(true, told, at(40)), Need::LookAt(at(50)));
    }

    #[test]
    fn who_was_told_when_it_closed_is_not_told_again() {
        let begin = Instant::now();
        let gone = ways(false, true, true);
        let mut watch = Watch::default();
        watch.knows();
        assert_eq!(watch.look(true, gone, begin), Need::Nothing);
        assert_eq!(watch.look(true, gone, begin + ICON_AWAY), Need::Nothing);
    }
}
