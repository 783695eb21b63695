//! What a label brings with it, as it may be kept.

use std::path::{Path, PathBuf};

use shoal_metainfo::sanitize::display_text;

use super::{State, place::check_folder, rules::check_rules};
use crate::{
    Done, LABEL_MATCHES_MAX, Label, LabelMatch, PROGRAM_BYTES_MAX, PROGRAM_WORDS_MAX, Refusal,
    WATCH_PATTERN_CHARS_MAX,
};

impl State {
    /// The label with all but its name as it would be kept; refused when it cannot be.
    pub(super) fn checked_defaults(&self, label: &Label) -> Result<Label, Refusal> {
        check_rules(&label.rules)?;
        if label.matches.len() > LABEL_MATCHES_MAX {
            return Err(Refusal::BadMatch(LABEL_MATCHES_MAX + 1));
        }
        let matches = label.matches.iter().zip(1..);
        let matches: Result<Vec<_>, _> = matches
            .map(|(m, at)| checked_match(m).ok_or(Refusal::BadMatch(at)))
            .collect();
        let done = Done {
            move_to: label.done.move_to.as_deref().map(tidy).transpose()?,
            label: self.checked_name(label.done.label.as_deref())?,
            program: checked_program(label.done.program.as_deref())?,
        };
        Ok(Label {
            save_path: label.save_path.as_deref().map(tidy).transpose()?,
            done,
            matches: matches?,
            ..label.clone()
        })
    }

    fn checked_name(&self, name: Option<&str>) -> Result<Option<String>, Refusal> {
        let Some(name) = name else {
            return Ok(None);
        };
        let (mut names, _) = self.checked_labels(&[name.to_owned()])?;
        Ok(names.pop())
    }
}

fn tidy(folder: &Path) -> Result<PathBuf, Refusal> {
    check_folder(folder)?;
    Ok(folder.components().collect())
}

fn checked_program(words: Option<&[String]>) -> Result<Option<Vec<String>>, Refusal> {
    let Some(words) = words else {
        return Ok(None);
    };
    let bytes: usize = words.iter().map(|w| w.len() + 1).sum();
    let runs = words.first().is_some_and(|w| !w.trim().is_empty());
    let clean = words.iter().all(|w| !w.contains(['\0', '\n']));
    if !runs || !clean || words.len() > PROGRAM_WORDS_MAX || bytes > PROGRAM_BYTES_MAX {
        return Err(Refusal::BadProgram);
    }
    Ok(Some(words.to_vec()))
}

fn checked_match(m: &LabelMatch) -> Option<LabelMatch> {
    let name = m.name.as_ref().map(|p| p.trim().to_owned());
    let tracker = m.tracker.as_ref().map(|h| h.trim().to_ascii_lowercase());
    let fits = |p: &String| (1..=WATCH_PATTERN_CHARS_MAX).contains(&p.chars().count());
    let is_host = |h: &String| {
        let clean = display_text(h, 255);
        !h.is_empty() && clean == *h && !h.contains(['/', ' ', '@'])
    };
    let sizes = m.min_bytes.unwrap_or(0) <= m.max_bytes.unwrap_or(u64::MAX);
    let says = name.is_some() || tracker.is_some() || m.min_bytes.or(m.max_bytes).is_some();
    let good = says && sizes && name.iter().all(fits) && tracker.iter().all(is_host);
    good.then_some(LabelMatch {
        name,
        tracker,
        min_bytes: m.min_bytes,
        max_bytes: m.max_bytes,
    })
}
