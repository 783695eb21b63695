//! Which names a folder's rules let in.

use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};

/// Whether a pattern can be understood. `*` and `?` stand for anything within a name, `[a-z]` for
/// one of these, `{a,b}` for one of these; upper and lower case are the same. With a `/` in it a
/// pattern is about the path in the folder, otherwise about the name alone; then `**` stands for
/// folders within one another. `\` before a character takes its meaning away.
pub fn pattern_is_good(pattern: &str) -> bool {
    Pattern::new(pattern).is_some()
}

#[derive(Debug)]
struct Pattern {
    matcher: GlobMatcher,
    whole: bool,
}

impl Pattern {
    fn new(pattern: &str) -> Option<Self> {
        let mut builder = GlobBuilder::new(pattern);
        builder.case_insensitive(true).literal_separator(true);
        // The same on every system, also where a path has it between folders.
        builder.backslash_escape(true);
        let glob = builder.build().ok()?;
        (!pattern.is_empty()).then(|| Self {
            matcher: glob.compile_matcher(),
            whole: pattern.contains('/'),
        })
    }

    fn fits(&self, file: &Path) -> bool {
        match file.file_name() {
            Some(name) if !self.whole => self.matcher.is_match(name),
            _ => self.matcher.is_match(file),
        }
    }
}

/// A folder's patterns.
#[derive(Debug)]
pub(crate) struct Patterns {
    /// None lets everything in. A pattern that cannot be understood fits nothing.
    include: Option<Vec<Pattern>>,
    exclude: Vec<Pattern>,
}

impl Patterns {
    pub(crate) fn new(include: &[String], exclude: &[String]) -> Self {
        let all = |texts: &[String]| -> Vec<Pattern> {
            texts.iter().filter_map(|text| Pattern::new(text)).collect()
        };
        Self {
            include: (!include.is_empty()).then(|| all(include)),
            exclude: all(exclude),
        }
    }

    /// Whether a file, by its path in the folder, is let in.
    pub(crate) fn let_in(&self, file: &Path) -> bool {
        let included = match &self.include {
            None => true,
            Some(patterns) => patterns.iter().any(|pattern| pattern.fits(file)),
        };
        included && !self.exclude.iter().any(|pattern| pattern.fits(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(include: &[&str], exclude: &[&str]) -> Patterns {
        let own = |texts: &[&str]| -> Vec<String> {
            texts.iter().map(|text| (*text).to_owned()).collect()
        };
        Patterns::new(&own(include), &own(exclude))
    }

    #[test]
    fn names_are_let_in_and_kept_out() {
        let all = patterns(&[], &[]);
        assert!(all.let_in(Path::new("sub/a.torrent")));
        let some = patterns(&["*linux*", "b?.torrent", "[x-z]*"], &["*beta*", "old/*"]);
        for (name, is_in) in [
            ("Some-Linux.torrent", true),
            ("sub/linux.torrent", true),
            ("b1.torrent", true),
            ("b12.torrent", false),
            ("zebra.torrent", true),
            ("linux-BETA.torrent", false),
            ("old/linux.torrent", false),
            ("old/deep/linux.torrent", true),
            ("other.torrent", false),
        ] {
            assert_eq!(some.let_in(Path::new(name)), is_in, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_understood_fits_nothing() {
        for bad in ["", "[", "[z-a]", "{a", "a\\"] {
            assert!(!pattern_is_good(bad), "{bad}");
        }
        assert!(pattern_is_good("*.torrent") && pattern_is_good("[a-z]?"));
        assert!(!patterns(&["["], &[]).let_in(Path::new("a.torrent")));
        assert!(patterns(&[], &["["]).let_in(Path::new("a.torrent")));
        // As many alternatives as fit into a pattern of 200 characters are no burden.
        let nested = format!("{}a{}", "{a,".repeat(49), "}".repeat(49));
        let heavy = patterns(&[&nested, &"*a".repeat(100)], &[]);
        let long = "a".repeat(250) + "b.torrent";
        assert!(!heavy.let_in(Path::new(&long)));
    }
}
