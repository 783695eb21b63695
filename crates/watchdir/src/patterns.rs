//! Which names a folder's rules let in.

use globset::{GlobBuilder, GlobMatcher};

/// Whether a pattern can be understood. `*` and `?` stand for anything within a name, `[a-z]` for
/// one of these, `{a,b}` for one of these; upper and lower case are the same.
pub fn pattern_is_good(pattern: &str) -> bool {
    compile(pattern).is_some()
}

fn compile(pattern: &str) -> Option<GlobMatcher> {
    let mut builder = GlobBuilder::new(pattern);
    builder.case_insensitive(true).literal_separator(true);
    let glob = builder.build().ok()?;
    (!pattern.is_empty()).then(|| glob.compile_matcher())
}
