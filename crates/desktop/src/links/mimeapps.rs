//! A person's list of default programs: read as the system reads it, and changed in the lines that name Shoal
//! only. Every other byte stays. The changes are pure.

use std::{fs, path::PathBuf};

use super::{ID, Kind, Places, desktop_file};

const DEFAULT: &[u8] = b"Default Applications";
const ADDED: &[u8] = b"Added Associations";
const REMOVED: &[u8] = b"Removed Associations";
const CACHE: &[u8] = b"MIME Cache";

/// A list that is longer is neither read nor changed.
const MAX_LEN: u64 = 1024 * 1024;

/// The list of this person.
pub(super) fn own(places: &Places) -> PathBuf {
    places.config_home.join("mimeapps.list")
}

/// The bytes of a list; none when there is none or it is out of bounds.
pub(super) fn read(path: &std::path::Path) -> Option<Vec<u8>> {
    let about = fs::metadata(path).ok()?;
    if !about.is_file() || about.len() > MAX_LEN {
        return None;
    }
    fs::read(path).ok()
}

/// The list with Shoal as the first program for that kind; those that were there stay behind it.
pub(super) fn with(list: &[u8], kind: Kind) -> Vec<u8> {
    let mut lines = Lines::of(list);
    lines.take(REMOVED, kind);
    // New groups go to the front: the default ones first.
    lines.put(ADDED, kind);
    lines.put(DEFAULT, kind);
    lines.bytes()
}

/// The list without Shoal for that kind.
pub(super) fn without(list: &[u8], kind: Kind) -> Vec<u8> {
    let mut lines = Lines::of(list);
    for group in [DEFAULT, ADDED] {
        lines.take(group, kind);
        lines.close(group);
    }
    lines.bytes()
}

/// Whether Shoal was added for that kind, by itself or somebody else.
pub(super) fn has_added(list: &[u8], kind: Kind) -> bool {
    programs(list, ADDED, kind).iter().any(|id| id == ID)
}

/// A list of default programs, line by line.
struct Lines(Vec<Vec<u8>>);

impl Lines {
    fn of(list: &[u8]) -> Self {
        Self(
            list.split_inclusive(|byte| *byte == b'\n')
                .map(<[u8]>::to_vec)
                .collect(),
        )
    }

    fn bytes(self) -> Vec<u8> {
        self.0.concat()
    }

    /// The lines of a group that are about that kind.
    fn about(&self, group: &[u8], kind: Kind) -> Vec<usize> {
        let mut inside = false;
        let mut found = Vec::new();
        for (at, line) in self.0.iter().enumerate() {
            if let Some(name) = header(line) {
                inside = name == group;
            } else if inside && entry(line).is_some_and(|(key, _)| key == kind.mime().as_bytes()) {
                found.push(at);
            }
        }
        found
    }

    /// Puts Shoal first, in a line or group of its own if need be.
    fn put(&mut self, group: &[u8], kind: Kind) {
        let about = self.about(group, kind);
        for &at in &about {
            let line = &mut self.0[at];
            let bare = drop_ours(line).unwrap_or_else(|| line.clone());
            let value = value_start(&bare);
            *line = [&bare[..value], ID.as_bytes(), b";", &bare[value..]].concat();
        }
        if !about.is_empty() {
            return;
        }
        let own = format!("{}={ID};", kind.mime()).into_bytes();
        let there = self.0.iter().position(|line| header(line) == Some(group));
        if let Some(at) = there {
            let end = self.end_line(at);
            self.0.insert(at + 1, [own, end].concat());
            return;
        }
        // What is ahead of the first group belongs to none, and stays so.
        let title = [b"[", group, b"]"].concat();
        if let Some(at) = self.first_group() {
            let end = ending(&self.0[at]);
            let end = if end.is_empty() { b"\n" } else { end }.to_vec();
            let new = [[title, end.clone()].concat(), [own, end].concat()];
            self.0.splice(at..at, new);
        } else {
            let end = match self.0.len() {
                0 => b"\n".to_vec(),
                lines => self.end_line(lines - 1),
            };
            self.0.push([title, b"\n".to_vec()].concat());
            self.0.push([own, end].concat());
        }
    }

    /// What ends that line. When nothing did, it gets an end, for a line behind it that has none.
    fn end_line(&mut self, at: usize) -> Vec<u8> {
        let end = ending(&self.0[at]).to_vec();
        if end.is_empty() {
            self.0[at].push(b'\n');
        }
        end
    }

    fn first_group(&self) -> Option<usize> {
        self.0.iter().position(|line| header(line).is_some())
    }

    /// Takes Shoal out, and a line that was there for it only.
    fn take(&mut self, group: &[u8], kind: Kind) {
        for at in self.about(group, kind).into_iter().rev() {
            let Some(bare) = drop_ours(&self.0[at]) else {
                continue;
            };
            if bare[value_start(&bare)..]
                .iter()
                .all(u8::is_ascii_whitespace)
            {
                self.remove(at);
            } else {
                self.0[at] = bare;
            }
        }
    }

    /// Takes out the first group if it is that one, and nobody is named in it: Shoal had made it.
    fn close(&mut self, group: &[u8]) {
        let Some(at) = self.first_group() else {
            return;
        };
        let inside = self.0[at + 1..].iter();
        let empty = inside
            .take_while(|line| header(line).is_none())
            .all(|line| entry(line).is_none());
        if empty && header(&self.0[at]) == Some(group) {
            self.remove(at);
        }
    }

    fn remove(&mut self, at: usize) {
        let line = self.0.remove(at);
        if at == self.0.len()
            && ending(&line).is_empty()
            && let Some(last) = self.0.last_mut()
        {
            // The line feed was put there for this line.
            last.pop_if(|byte| *byte == b'\n');
        }
    }
}

/// The name of a group, if the line begins one.
fn header(line: &[u8]) -> Option<&[u8]> {
    let inner = line.trim_ascii().strip_prefix(b"[")?;
    inner.strip_suffix(b"]")
}

/// Key and value, if the line has them.
fn entry(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.trim_ascii();
    if line.first().is_none_or(|first| b"#[".contains(first)) {
        return None;
    }
    let at = line.iter().position(|byte| *byte == b'=')?;
    Some((
        line[..at].trim_ascii_end(),
        line[at + 1..].trim_ascii_start(),
    ))
}

/// What ends the line: nothing, a line feed, or both characters.
fn ending(line: &[u8]) -> &[u8] {
    let bare = line.strip_suffix(b"\n").unwrap_or(line);
    let bare = match bare.strip_suffix(b"\r") {
        Some(shorter) if bare.len() < line.len() => shorter,
        _ => bare,
    };
    &line[bare.len()..]
}

/// Where the value of an entry begins.
fn value_start(line: &[u8]) -> usize {
    let end = line.len() - ending(line).len();
    let after = line
        .iter()
        .position(|byte| *byte == b'=')
        .map_or(end, |at| at + 1);
    let blank = |byte: &&u8| **byte == b' ' || **byte == b'\t';
    after + line[after..end].iter().take_while(blank).count()
}

/// The entry without Shoal; none when it was not in it.
fn drop_ours(line: &[u8]) -> Option<Vec<u8>> {
    let (start, end) = (value_start(line), line.len() - ending(line).len());
    let ids: Vec<_> = line[start..end].split(|byte| *byte == b';').collect();
    let others: Vec<_> = ids
        .iter()
        .copied()
        .filter(|id| id.trim_ascii() != ID.as_bytes())
        .collect();
    if others.len() == ids.len() {
        return None;
    }
    Some([&line[..start], &others.join(&b';'), &line[end..]].concat())
}

/// The ids that a group names for a kind, in their order.
fn programs(list: &[u8], group: &[u8], kind: Kind) -> Vec<String> {
    let lines = Lines::of(list);
    let entries = lines.about(group, kind).into_iter();
    entries
        .filter_map(|at| entry(&lines.0[at]))
        .flat_map(|(_, value)| value.split(|byte| *byte == b';'))
        .filter_map(|id| str::from_utf8(id.trim_ascii()).ok())
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The id of the program that the system opens this kind with; none when no program does.
pub(super) fn default(places: &Places, kind: Kind) -> Option<String> {
    let lists: Vec<_> = places
        .association_lists()
        .iter()
        .filter_map(|path| read(path))
        .collect();
    let exists = |id: &String| desktop_file::find(places, id).is_some();
    let chosen = lists
        .iter()
        .find_map(|list| programs(list, DEFAULT, kind).into_iter().find(exists));
    chosen.or_else(|| associated(places, &lists, kind).into_iter().find(exists))
}

/// All that say they can open this kind, but for those that a person removed.
fn associated(places: &Places, lists: &[Vec<u8>], kind: Kind) -> Vec<String> {
    let mut removed: Vec<String> = Vec::new();
    let mut found = Vec::new();
    let mut add = |ids: Vec<String>, removed: &[String]| {
        found.extend(ids.into_iter().filter(|id| !removed.contains(id)));
    };
    for list in lists {
        add(programs(list, ADDED, kind), &removed);
        removed.extend(programs(list, REMOVED, kind));
    }
    for folder in places.application_folders() {
        for (name, group) in [("defaults.list", DEFAULT), ("mimeinfo.cache", CACHE)] {
            let list = read(&folder.join(name)).unwrap_or_default();
            add(programs(&list, group, kind), &removed);
        }
    }
    found
}

#[cfg(test)]
#[path = "mimeapps_tests.rs"]
mod tests;
