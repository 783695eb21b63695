//! Words for what speaks without a window: the tray's menu and notifications. Their source of truth is the
//! interface's (`ui/src/lib/i18n/messages`), from which a test there writes `words/<language>.json`.
//!
//! Must never hold a sentence itself, nor take a name into a sentence unfenced: it might be of another
//! direction.

mod sentence;

use std::{collections::HashMap, env, fmt, sync::OnceLock};

use serde::Deserialize;

use crate::speed::{self, Digits, Units};

const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_ISOLATE: char = '\u{2069}';

/// A language that Shoal speaks, with its words as they lie in the program.
struct Source {
    language: &'static str,
    json: &'static str,
    tongue: OnceLock<Tongue>,
}

const fn source(language: &'static str, json: &'static str) -> Source {
    let tongue = OnceLock::new();
    Source {
        language,
        json,
        tongue,
    }
}

/// English first: it says what another language has no words for.
static SOURCES: [Source; 6] = [
    source("en", include_str!("../words/en.json")),
    source("de", include_str!("../words/de.json")),
    source("es", include_str!("../words/es.json")),
    source("fr", include_str!("../words/fr.json")),
    source("zh", include_str!("../words/zh.json")),
    source("ar", include_str!("../words/ar.json")),
];

/// What a file of words holds.
#[derive(Debug, Deserialize)]
struct Tongue {
    messages: HashMap<String, String>,
    digits: Digits,
    units: Units,
    #[serde(skip)]
    language: &'static str,
}

/// Regions that write numbers otherwise than their language does: decimal point, thousands, zero.
const REGIONS: &[(&str, &[&str], &str, &str, char)] = &[
    ("en", &["ZA"], ",", "\u{a0}", '0'),
    ("de", &["CH", "LI"], ".", "’", '0'),
    (
        "es",
        &["MX", "US", "GT", "HN", "NI", "PA", "PE", "PR", "DO", "SV"],
        ".",
        ",",
        '0',
    ),
    ("ar", &["DZ", "LY", "MA", "TN"], ",", ".", '0'),
    (
        "ar",
        &[
            "BH", "EG", "IQ", "JO", "KW", "LB", "OM", "QA", "SA", "SD", "SY", "YE",
        ],
        "٫",
        "٬",
        '٠',
    ),
];

/// A language to speak in. Cheap to copy; its words are read once and stay.
#[derive(Clone, Copy)]
pub struct Words {
    tongue: &'static Tongue,
    /// Into [`REGIONS`], where the person's own writes numbers in a way of its own.
    region: Option<usize>,
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        self.tongue.language == other.tongue.language && self.region == other.region
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({})", self.tongue.language)
    }
}

impl Default for Words {
    /// English.
    fn default() -> Self {
        Self::resolve("en", "")
    }
}

impl Words {
    /// `choice` is the setting `appearance.language`: a language or `system`, which is what the environment
    /// names, or the system where it has no such habit. What nobody knows is English.
    pub fn of(choice: &str) -> Self {
        Self::resolve(choice, &system().unwrap_or_default())
    }

    /// `system` is a locale as `de_AT.UTF-8` or `de-AT`.
    fn resolve(choice: &str, system: &str) -> Self {
        let name = system.split(['.', '@']).next().unwrap_or_default();
        let (own, region) = name.split_once(['_', '-']).unwrap_or((name, ""));
        let wanted = if choice == "system" { own } else { choice };
        let at = SOURCES
            .iter()
            .position(|source| source.language == wanted)
            .unwrap_or_default();
        let tongue = tongue(at);
        let region = REGIONS.iter().position(|(language, regions, ..)| {
            own == tongue.language && *language == own && regions.contains(&region)
        });
        Self { tongue, region }
    }

    /// The message of `key` with `{name}` filled in. A key without words is given back as it is.
    pub fn say(&self, key: &str, params: &[(&str, &str)]) -> String {
        self.fill(self.message(key).unwrap_or(key), None, params)
    }

    /// Like [`Words::say`], with what was said by [`Words`] and needs no fences.
    pub(crate) fn join(&self, key: &str, parts: &[(&str, &str)]) -> String {
        fill(self.message(key).unwrap_or(key), |name| {
            let part = parts.iter().find(|(part, _)| *part == name)?;
            Some(part.1.to_owned())
        })
    }

    /// Like [`Words::say`], in the form for `n` of something; `{n}` is filled in.
    pub fn count(&self, key: &str, n: u64, params: &[(&str, &str)]) -> String {
        let form = form(self.tongue.language, n);
        let text = self
            .own(&format!("{key}_{form}"))
            .or_else(|| self.own(&format!("{key}_other")))
            // English has two forms.
            .or_else(|| english(&format!("{key}_{}", if n == 1 { "one" } else { "other" })))
            .unwrap_or(key);
        self.fill(text, Some(n), params)
    }

    /// `1,122`
    pub fn number(&self, n: u64) -> String {
        self.digits().whole(n)
    }

    /// `4.70 GB`, or `4.38 GiB` when `is_binary`.
    pub fn size(&self, bytes: u64, is_binary: bool) -> String {
        speed::size(bytes, is_binary, &self.digits(), &self.tongue.units)
    }

    /// The two ends of `1.42 of 4.70 GB`.
    fn pair(&self, part: u64, whole: u64, is_binary: bool) -> (String, String) {
        speed::pair(part, whole, is_binary, &self.digits(), &self.tongue.units)
    }

    /// `18.4 MB/s`; blank when nothing moves.
    pub fn speed(&self, bps: u64, is_binary: bool) -> String {
        speed::speed(bps, is_binary, &self.digits(), &self.tongue.units)
    }

    /// `a, b, c` as the language separates what it lists. Each is fenced like a name.
    pub fn list(&self, all: &[String]) -> String {
        let all: Vec<_> = all.iter().map(|each| self.isolate(each)).collect();
        self.enumerate(&all)
    }

    /// Like [`Words::list`], for what was said by [`Words`]: it needs no fences.
    pub(crate) fn enumerate(&self, all: &[String]) -> String {
        let pattern = self.message("desk.tray_list").unwrap_or_default();
        let between = pattern.strip_prefix("{first}");
        let between = between.and_then(|rest| rest.strip_suffix("{second}"));
        all.join(between.unwrap_or(" "))
    }

    /// Whether lines begin at the right.
    pub fn is_rtl(&self) -> bool {
        self.tongue.language == "ar"
    }

    fn message(&self, key: &str) -> Option<&'static str> {
        self.own(key).or_else(|| english(key))
    }

    fn own(&self, key: &str) -> Option<&'static str> {
        self.tongue.messages.get(key).map(String::as_str)
    }

    fn digits(&self) -> Digits {
        let mut digits = self.tongue.digits.clone();
        if let Some(&(_, _, decimal, group, zero)) = self.region.and_then(|at| REGIONS.get(at)) {
            decimal.clone_into(&mut digits.decimal);
            group.clone_into(&mut digits.group);
            digits.zero = zero;
        }
        digits
    }

    fn fill(&self, text: &str, n: Option<u64>, params: &[(&str, &str)]) -> String {
        fill(text, |name| {
            let given = params.iter().find(|(given, _)| *given == name);
            match given {
                Some((_, value)) => Some(self.isolate(value)),
                None if name == "n" => n.map(|n| self.number(n)),
                None => None,
            }
        })
    }

    /// A name of another direction must not reorder the sentence around it. Names that need no marks get
    /// none.
    fn isolate(&self, text: &str) -> String {
        if text.is_empty() || !(self.is_rtl() || text.chars().any(is_leftward)) {
            return text.to_owned();
        }
        format!("{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}")
    }
}

/// The locale of whoever is logged in.
fn system() -> Option<String> {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| env::var(name).ok())
        .find(|value| !value.is_empty());
    #[cfg(not(target_os = "linux"))]
    let named = named.or_else(sys_locale::get_locale);
    named
}

fn tongue(at: usize) -> &'static Tongue {
    let source = &SOURCES[at];
    source.tongue.get_or_init(|| {
        let mut tongue: Tongue =
            serde_json::from_str(source.json).expect("the words were written by a test");
        tongue.language = source.language;
        tongue
    })
}

/// Fills `{name}` with what `of` gives; what it does not know is left in sight, as the window does.
fn fill(text: &str, of: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, behind)) = from.split_once('}') else {
            filled.push('{');
            rest = from;
            break;
        };
        match of(name) {
            Some(value) => filled.push_str(&value),
            None => filled.extend(["{", name, "}"]),
        }
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

fn english(key: &str) -> Option<&'static str> {
    tongue(0).messages.get(key).map(String::as_str)
}

/// The plural form for `n` things. Spanish and French have one more for whole millions in words, which
/// Shoal writes as digits.
fn form(language: &str, n: u64) -> &'static str {
    match language {
        "zh" => "other",
        "fr" if n <= 1 => "one",
        "ar" => match (n, n % 100) {
            (0, _) => "zero",
            (1, _) => "one",
            (2, _) => "two",
            (_, 3..=10) => "few",
            (_, 11..=99) => "many",
            _ => "other",
        },
        _ if n == 1 => "one",
        _ => "other",
    }
}

/// Letters that are written from right to left, and marks that change the direction.
fn is_leftward(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests;
