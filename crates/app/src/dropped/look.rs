//! What the window shows while something hovers: a row for each of the first things, and sums over all.

use std::collections::HashSet;

use shoal_api::{DropKind, DropLook, DropRow};

use super::read::{Found, Shared, Thing};

/// Most rows.
const ROWS_MAX: usize = 64;

impl Shared {
    /// What can be said by now; `more` things are not looked at.
    pub(super) fn look(&self, more: u32) -> DropLook {
        let found = self.found.lock();
        let mut seen = HashSet::new();
        let mut pending = 0;
        let mut rows = vec![];
        for thing in &found.things {
            match thing {
                None => pending += 1,
                Some(thing) if thing.hash().is_none_or(|hash| seen.insert(hash)) => {
                    rows.push(row(thing, &found));
                }
                Some(_) => (),
            }
        }
        let total_bytes = rows
            .iter()
            .filter(|row| row.kind != DropKind::Refused && !row.already)
            .filter_map(|row| row.total_bytes)
            .fold(0, u64::saturating_add);
        let (rows, left) = first(rows);
        let count = |wanted: fn(&DropRow) -> bool| {
            let count = left.iter().filter(|row| wanted(row)).count();
            u32::try_from(count).unwrap_or(u32::MAX)
        };
        DropLook {
            rows,
            more: more.saturating_add(count(|row| !is_left(row))),
            more_here: count(|row| row.already),
            more_refused: count(|row| row.kind == DropKind::Refused),
            total_bytes,
            pending,
            paths_known: true,
            free_bytes: found.room.as_ref().and_then(|room| room.free_bytes),
            volume: found.room.as_ref().and_then(|room| room.volume.clone()),
            modifiers: false,
        }
    }
}

/// Will not be added.
fn is_left(row: &DropRow) -> bool {
    row.kind == DropKind::Refused || row.already
}

/// As many rows as are shown, in their order, and those that are not. Of too many, half are of those that will not
/// be added: it is taken for granted of the others that they will.
fn first(rows: Vec<DropRow>) -> (Vec<DropRow>, Vec<DropRow>) {
    let left = rows.iter().filter(|row| is_left(row)).count();
    let added = rows.len() - left;
    let mut left = left.min((ROWS_MAX / 2).max(ROWS_MAX.saturating_sub(added)));
    let mut added = added.min(ROWS_MAX - left);
    rows.into_iter().partition(|row| {
        let room = if is_left(row) { &mut left } else { &mut added };
        let is_kept = *room > 0;
        *room -= usize::from(is_kept);
        is_kept
    })
}

fn row(thing: &Thing, found: &Found) -> DropRow {
    let mut row = DropRow {
        kind: DropKind::Refused,
        name: String::new(),
        total_bytes: None,
        file_count: None,
        risky: 0,
        already: false,
        error: None,
    };
    match thing {
        Thing::Torrent(torrent) => {
            let inspected = &torrent.inspected;
            let listed = found.listed.as_ref();
            row.kind = match inspected.meta {
                Some(_) => DropKind::Torrent,
                None => DropKind::Link,
            };
            row.name.clone_from(&inspected.name);
            row.total_bytes = torrent.total_bytes;
            row.file_count = torrent.file_count;
            row.risky = torrent.risky;
            row.already = listed.is_some_and(|listed| listed.contains(&inspected.hash));
        }
        Thing::Url { name, .. } => {
            row.kind = DropKind::Url;
            row.name.clone_from(name);
        }
        Thing::Create { name, bytes, .. } => {
            row.kind = DropKind::Create;
            row.name.clone_from(name);
            row.total_bytes = *bytes;
            row.file_count = bytes.map(|_| 1);
        }
        Thing::Refused { name, error } => {
            row.name.clone_from(name);
            row.error = Some(error.clone());
        }
    }
    row
}
