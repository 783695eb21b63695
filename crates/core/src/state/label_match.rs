//! Labels that new torrents get by themselves, and what labels bring to new torrents.

use std::path::PathBuf;

use shoal_metainfo::sanitize::fold;

use super::{LABELS_EACH_MAX, State};
use crate::{Label, LabelMatch, MetaSummary, NewTorrent, label_and_above, record::hosts_of};

/// What labels say of how a torrent is added. What is none nobody says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brings {
    /// Where it is saved.
    pub save_path: Option<PathBuf>,
    /// Whether it starts.
    pub start: Option<bool>,
}

impl State {
    /// `labels`, and those that a new torrent gets by itself, in the order of their names, as many as one
    /// torrent can have. A size that is not known fits no rule about sizes.
    pub fn with_matching(
        &self,
        labels: &[String],
        name: &str,
        trackers: &[Vec<String>],
        bytes: Option<u64>,
    ) -> Vec<String> {
        let mut all = labels.to_vec();
        let rules = || self.labels.values().filter(|l| !l.matches.is_empty());
        if rules().next().is_none() {
            return all;
        }
        let (name, hosts) = (fold(name), hosts_of(trackers));
        let fits = |l: &&Label| l.matches.iter().any(|m| fits(m, &name, &hosts, bytes));
        for label in rules().filter(fits) {
            if all.len() < LABELS_EACH_MAX && !all.contains(&label.name) {
                all.push(label.name.clone());
            }
        }
        all
    }

    /// The labels that a torrent is added with: its own, and those it gets by itself unless it is to have none.
    pub(super) fn labels_of_new(&self, new: &NewTorrent) -> Vec<String> {
        if new.only_labels {
            return new.labels.clone();
        }
        let bytes = new.meta.as_ref().map(|m| MetaSummary::of(m).total_bytes);
        self.with_matching(&new.labels, &new.name, &new.trackers, bytes)
    }

    /// What the first of these labels that says anything says, each before the ones it is below.
    pub fn brings(&self, labels: &[String]) -> Brings {
        let names = labels.iter().flat_map(|name| label_and_above(name));
        let mut brings = Brings::default();
        for label in names.filter_map(|name| self.labels.get(name)) {
            brings.save_path = brings.save_path.or_else(|| label.save_path.clone());
            brings.start = brings.start.or(label.start);
        }
        brings
    }
}

/// Whether all that is given fits; nothing given fits nothing.
fn fits(m: &LabelMatch, folded: &str, hosts: &[String], bytes: Option<u64>) -> bool {
    let named = m.name.as_ref().map(|p| is_like(&fold(p), folded));
    let host = |wanted: &String| {
        let below = |host: &String| {
            let rest = host.strip_suffix(wanted.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        hosts.iter().any(below)
    };
    let tracked = m.tracker.as_ref().map(host);
    let at_least = m.min_bytes.map(|min| bytes.is_some_and(|b| b >= min));
    let at_most = m.max_bytes.map(|max| bytes.is_some_and(|b| b <= max));
    let parts = [named, tracked, at_least, at_most];
    let mut given = parts.into_iter().flatten().peekable();
    given.peek().is_some() && given.all(|part| part)
}

/// Whether all of `text` is as `pattern` says: `*` stands for anything, `?` for one character. Takes time as
/// the product of both at most.
fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Behind the last star, and how much of the text that star stands for so far.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p + 1, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((behind, upto)) = star else {
                    return false;
                };
                star = Some((behind, upto + 1));
                (p, t) = (behind, upto + 1);
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_stands_for_names() {
        let cases = [
            ("*.mkv", "film.mkv", true),
            ("*.mkv", "film.mkv.txt", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("s??e*", "s01e05", true),
            ("[x]", "[x]", true),
            ("a**b", "ab", true),
        ];
        for (pattern, text, wanted) in cases {
            assert_eq!(is_like(pattern, text), wanted, "{pattern} {text}");
        }
        let (stars, text) = ("*a".repeat(60), "a".repeat(4_000) + "b");
        assert!(!is_like(&stars, &text));
    }

    #[test]
    fn all_that_is_given_must_fit() {
        let hosts = ["tracker.example.org".to_owned()];
        let rule = |name: Option<&str>, tracker: Option<&str>, min, max| LabelMatch {
            name: name.map(str::to_owned),
            tracker: tracker.map(str::to_owned),
            min_bytes: min,
            max_bytes: max,
        };
        let of = |m: LabelMatch, bytes| fits(&m, &fold("Some.FILM.2020"), &hosts, bytes);
        assert!(of(rule(Some("*film*"), None, None, None), None));
        assert!(of(
            rule(Some("*Film*"), Some("example.org"), None, None),
            None
        ));
        assert!(!of(
            rule(Some("*film*"), Some("ample.org"), None, None),
            None
        ));
        assert!(!of(
            rule(Some("music*"), Some("example.org"), None, None),
            None
        ));
        assert!(!of(rule(None, None, Some(5), None), None));
        assert!(of(rule(None, None, Some(5), Some(5)), Some(5)));
        assert!(!of(rule(None, None, Some(6), None), Some(5)));
        assert!(!of(LabelMatch::default(), Some(5)));
    }
}
