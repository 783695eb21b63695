//! What a notification says and offers, in the person's language. Names of torrents come from strangers:
//! they are text, short, on one line and in one direction.

use shoal_api::{Rest, WhyAwake};

use crate::{
    notices::{
        Act, Goal,
        planner::{Item, Kind, Notice},
    },
    words::Words,
};

/// Longest name, in characters.
const NAME_CHARS: usize = 120;
/// Most names in one notification.
const NAMES: usize = 3;

/// What the program that shows notifications can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Able {
    /// It has buttons, and tells of clicks.
    pub(crate) actions: bool,
    /// It takes `<` and `&` for markup.
    pub(crate) markup: bool,
}

/// A notification, ready to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) title: String,
    pub(crate) body: String,
    /// What can be pressed, with its words; the first is a click on the whole.
    pub(crate) acts: Vec<(Act, String)>,
    /// Where a press leads.
    pub(crate) goal: Goal,
}

/// The words of a notification.
pub(crate) fn write(notice: &Notice, words: Words, binary: bool, able: Able) -> Text {
    let (title, body) = match notice.kind {
        Kind::RunsOn => runs_on(notice, words),
        Kind::Rests => rests(notice, words),
        Kind::Stays => stays(notice, words),
        Kind::Watched => watched(notice, words),
        Kind::Finished | Kind::Failed | Kind::Attention => torrents(notice, words, binary),
    };
    let body = if able.markup { escaped(&body) } else { body };
    let acts = if able.actions { acts(notice) } else { vec![] };
    let label = |act: Act| match act {
        Act::Show => words.say("desk.notice_show", &[]),
        Act::Open => words.say("desk.notice_open", &[]),
        Act::Folder => words.say("desk.notice_folder", &[]),
    };
    Text {
        title,
        body,
        acts: acts.into_iter().map(|act| (act, label(act))).collect(),
        goal: goal(notice),
    }
}

fn acts(notice: &Notice) -> Vec<Act> {
    match (notice.kind, one(notice)) {
        (Kind::Finished, Some(_)) => vec![Act::Show, Act::Open, Act::Folder],
        _ => vec![Act::Show],
    }
}

/// The one torrent that it is about.
fn one(notice: &Notice) -> Option<&Item> {
    match &*notice.items {
        [item] if notice.more == 0 && item.added <= 1 => Some(item),
        _ => None,
    }
}

fn goal(notice: &Notice) -> Goal {
    let one = one(notice).and_then(|item| item.hash.clone());
    match (one, notice.kind) {
        (Some(hash), _) => Goal::Torrent(hash),
        (None, Kind::Finished) => Goal::Finished,
        (None, Kind::Failed | Kind::Attention) => Goal::Attention,
        (None, Kind::Watched | Kind::RunsOn | Kind::Rests | Kind::Stays) => Goal::Window,
    }
}

fn runs_on(notice: &Notice, words: Words) -> (String, String) {
    let (title, body) = if notice.in_tray {
        ("desk.notice_in_tray_title", "desk.notice_in_tray")
    } else {
        ("desk.notice_background_title", "desk.notice_background")
    };
    (words.say(title, &[]), words.say(body, &[]))
}

fn rests(notice: &Notice, words: Words) -> (String, String) {
    let title = match notice.items.first().map(|item| item.name.as_str()) {
        Some("sleep") => "desk.notice_rest_sleep",
        Some("shutdown") => "desk.notice_rest_shutdown",
        _ => "desk.notice_rest_quit",
    };
    (words.say(title, &[]), words.say("desk.notice_rest", &[]))
}

fn stays(notice: &Notice, words: Words) -> (String, String) {
    let (title, body) = match notice.stays {
        Some((Rest::Shutdown, why)) => ("desk.notice_stays_shutdown", why),
        Some((Rest::Sleep, why)) => ("desk.notice_stays_sleep", why),
        None => ("desk.notice_stays_sleep", WhyAwake::Unknown),
    };
    let body = match body {
        WhyAwake::NotAllowed => "desk.notice_stays_not_allowed",
        WhyAwake::Needed => "desk.notice_stays_needed",
        WhyAwake::Unknown => "desk.notice_stays_unknown",
    };
    (words.say(title, &[]), words.say(body, &[]))
}

fn torrents(notice: &Notice, words: Words, binary: bool) -> (String, String) {
    let (single, several) = match notice.kind {
        Kind::Failed => ("desk.notice_failed", "desk.notice_failed_many"),
        Kind::Attention => ("desk.notice_attention", "desk.notice_attention_many"),
        _ => ("desk.notice_finished", "desk.notice_finished_many"),
    };
    let Some(item) = one(notice) else {
        let count = count(notice.items.len()) + notice.more;
        let title = words.count(several, count, &[]);
        return (title, list(notice, count, words));
    };
    let mut body = name(&item.name);
    if let Some(sentence) = &item.sentence {
        let said = words.sentence(sentence, binary);
        body.push('\n');
        body += &said.unwrap_or_else(|| words.say("desk.notice_needs_you", &[]));
    }
    (words.say(single, &[]), body)
}

fn watched(notice: &Notice, words: Words) -> (String, String) {
    let sum = |f: fn(&Item) -> u64| notice.items.iter().map(f).sum::<u64>();
    let (added, bad) = (sum(|item| item.added) + notice.more, sum(|item| item.bad));
    let not_added = words.count("desk.notice_watched_bad", bad, &[]);
    if added == 0 {
        return (not_added, list(notice, bad, words));
    }
    let title = if added == 1 {
        words.say("desk.notice_watched", &[])
    } else {
        words.count("desk.notice_watched_many", added, &[])
    };
    let mut body = list(notice, added, words);
    let already = sum(|item| item.already);
    if already > 0 {
        body.push('\n');
        body += &words.count("desk.notice_watched_already", already, &[]);
    }
    if bad > 0 {
        body.push('\n');
        body += &not_added;
    }
    (title, body)
}

/// The first names, one on a line, and how many there are besides.
fn list(notice: &Notice, count_all: u64, words: Words) -> String {
    let named = notice.items.iter().filter(|item| !item.name.is_empty());
    let mut lines: Vec<String> = named.take(NAMES).map(|item| name(&item.name)).collect();
    let more = count_all.saturating_sub(count(lines.len()));
    if more > 0 {
        lines.push(words.count("desk.notice_more", more, &[]));
    }
    lines.join("\n")
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// A stranger's name, fit to be shown. It has a line to itself, so that its direction turns nothing else.
pub(crate) fn name(raw: &str) -> String {
    let plain = raw.chars().filter(|c| !c.is_control() && !is_hidden(*c));
    let mut short: String = plain.take(NAME_CHARS + 1).collect();
    if short.chars().count() > NAME_CHARS {
        short.pop();
        short.pop();
        short.push('…');
    }
    short.trim().to_owned()
}

/// Characters that turn the direction of text, or cannot be seen.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use shoal_api::Sentence;

    use super::*;

    const ABLE: Able = Able {
        actions: true,
        markup: true,
    };

    fn item(name: &str) -> Item {
        Item {
            hash: Some("a".repeat(40)),
            name: name.to_owned(),
            added: 1,
            ..Item::default()
        }
    }

    fn notice(kind: Kind, items: Vec<Item>) -> Notice {
        Notice {
            kind,
            items,
            more: 0,
            replaces: false,
            in_tray: false,
            stays: None,
        }
    }

    fn english(notice: &Notice) -> Text {
        write(notice, Words::of("en"), false, ABLE)
    }

    fn acts(text: &Text) -> Vec<Act> {
        text.acts.iter().map(|(act, _)| *act).collect()
    }

    #[test]
    fn one_download_has_its_name_and_can_be_opened() {
        let text = english(&notice(Kind::Finished, vec![item("film")]));
        assert_eq!((&*text.title, &*text.body), ("Download finished", "film"));
        assert_eq!(acts(&text), [Act::Show, Act::Open, Act::Folder]);
        let labels: Vec<&str> = text.acts.iter().map(|(_, label)| &**label).collect();
        assert_eq!(labels, ["Open Shoal", "Open", "Show in folder"]);
        assert_eq!(text.goal, Goal::Torrent("a".repeat(40)));
    }

    #[test]
    fn several_are_counted_and_the_first_named() {
        let items = ["a", "b", "c", "d", "e"].map(item).to_vec();
        let mut notice = notice(Kind::Finished, items);
        let text = english(&notice);
        assert_eq!(text.title, "5 downloads finished");
        assert_eq!(text.body, "a\nb\nc\nand 2 more");
        assert_eq!(
            (acts(&text), &text.goal),
            (vec![Act::Show], &Goal::Finished)
        );
        notice.kind = Kind::Attention;
        notice.more = 1_000;
        let text = english(&notice);
        assert_eq!(text.title, "1,005 torrents need attention");
        assert!(text.body.ends_with("and 1,002 more"), "{}", text.body);
        assert_eq!(text.goal, Goal::Attention);
    }

    #[test]
    fn what_a_torrent_needs_is_its_rows_own_sentence() {
        let mut needy = item("film");
        let mut say = |code: &str, params: &[(&str, &str)]| {
            let params = params
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
            needy.sentence = Some(Sentence {
                code: code.to_owned(),
                params: params.collect::<BTreeMap<_, _>>(),
            });
            english(&notice(Kind::Attention, vec![needy.clone()])).body
        };
        assert_eq!(
            say("folder_missing", &[("path", "/mnt/x")]),
            "film\n/mnt/x is not there: nothing was changed. Goes on by itself when it is back."
        );
        let unknown = "film\nIt cannot go on by itself. The window says what it needs.";
        assert_eq!(
            say("folder_missing", &[]),
            unknown,
            "a hole that nothing fills"
        );
        assert_eq!(say("from_the_future", &[]), unknown);
    }

    #[test]
    fn a_strangers_name_is_only_text() {
        let name = "a\u{202e}gpj.\u{7}<b>&\u{200b}\nc\u{2028}";
        let text = english(&notice(Kind::Finished, vec![item(name)]));
        assert_eq!(text.body, "agpj.&lt;b&gt;&amp;c");
        let plain = Able::default();
        let text = write(
            &notice(Kind::Finished, vec![item(name)]),
            Words::of("en"),
            false,
            plain,
        );
        assert_eq!((&*text.body, text.acts), ("agpj.<b>&c", vec![]));
        let long = english(&notice(Kind::Finished, vec![item(&"x".repeat(5_000))]));
        assert_eq!(long.body.chars().count(), NAME_CHARS);
        assert!(long.body.ends_with('…'));
    }

    #[test]
    fn what_came_of_watch_folders_is_told() {
        let came = |name: &str, added, bad| Item {
            added,
            bad,
            ..item(name)
        };
        let text = english(&notice(Kind::Watched, vec![came("film", 1, 0)]));
        assert_eq!(
            (&*text.title, &*text.body),
            ("Added from a watch folder", "film")
        );
        assert_eq!(text.goal, Goal::Torrent("a".repeat(40)));
        let mut many = came("film", 40, 0);
        many.already = 3;
        let text = english(&notice(Kind::Watched, vec![many, came("b", 1, 2)]));
        assert_eq!(text.title, "41 torrents added from watch folders");
        assert_eq!(
            text.body,
            "film\nb\nand 39 more\n3 were in the list already.\n2 files could not be added."
        );
        assert_eq!(text.goal, Goal::Window);
        let text = english(&notice(Kind::Watched, vec![came("x.torrent", 0, 1)]));
        assert_eq!(
            (&*text.title, &*text.body),
            ("1 file could not be added.", "x.torrent")
        );
    }

    #[test]
    fn what_does_not_happen_after_all_is_told_with_why() {
        let of = |what, why| {
            let stays = Some((what, why));
            let text = english(&Notice {
                stays,
                ..notice(Kind::Stays, vec![])
            });
            (text.title, text.body)
        };
        let (title, body) = of(Rest::Sleep, WhyAwake::Needed);
        assert_eq!(title, "The computer did not go to sleep");
        assert_eq!(
            body,
            "All is done, but another program or person needs the computer."
        );
        let (title, body) = of(Rest::Shutdown, WhyAwake::NotAllowed);
        assert_eq!(title, "The computer was not shut down");
        assert_eq!(
            body,
            "All is done, but the system does not let Shoal do that."
        );
        let (_, body) = of(Rest::Shutdown, WhyAwake::Unknown);
        assert_eq!(
            body,
            "All is done, but the system could not do it, or did not answer."
        );
    }

    #[test]
    fn where_shoal_is_found_again_is_told() {
        let mut notice = notice(Kind::RunsOn, vec![]);
        let text = english(&notice);
        assert_eq!(text.title, "Shoal keeps running in the background");
        notice.in_tray = true;
        assert_eq!(english(&notice).title, "Shoal keeps running in the tray");
        assert_eq!((acts(&text), text.goal), (vec![Act::Show], Goal::Window));
    }

    #[test]
    fn what_is_about_to_happen_is_told_with_the_way_to_call_it_off() {
        let of = |what: &str| {
            let item = Item {
                hash: None,
                ..item(what)
            };
            english(&notice(Kind::Rests, vec![item]))
        };
        assert_eq!(of("quit").title, "All is done. Shoal quits in a minute.");
        let sleep = "All is done. The computer goes to sleep in a minute.";
        assert_eq!(of("sleep").title, sleep);
        let text = of("shutdown");
        let shutdown = "All is done. The computer shuts down in a minute.";
        assert_eq!(text.title, shutdown);
        assert_eq!(text.body, "You can call that off in the window.");
        assert_eq!((acts(&text), text.goal), (vec![Act::Show], Goal::Window));
    }
}
