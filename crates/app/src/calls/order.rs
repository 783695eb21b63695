//! What comes first: the order of pieces, priorities of files, and checks that wait.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use shoal_api::{
    ApiError, ApiResult, HoldCheckRequest, Nothing, PriorityView, SetOrderRequest,
    SetPrioritiesRequest,
};
use shoal_core::{Command, Order, Priorities, Priority, Selection, SelectionChange, wanted_bytes};
use shoal_metainfo::Metainfo;

use super::{hash_of, hashes_of, selection_of};
use crate::{Caller, Inner, progress::have_bytes};

impl Inner {
    pub(super) async fn set_order(&self, _: Caller, r: SetOrderRequest) -> ApiResult<Nothing> {
        let order = order_of(r.sequential);
        self.done(Command::SetOrder(
            hashes_of(&r.hashes)?,
            order,
            r.first_last,
        ))
        .await
    }

    pub(super) async fn hold_check(&self, _: Caller, r: HoldCheckRequest) -> ApiResult<Nothing> {
        self.done(Command::HoldCheck(hashes_of(&r.hashes)?, r.hold))
            .await
    }

    pub(super) async fn set_priorities(
        &self,
        _: Caller,
        r: SetPrioritiesRequest,
    ) -> ApiResult<Nothing> {
        let hash = hash_of(&r.hash)?;
        let record = self.record(&r.hash).await?;
        let meta = self.meta(&record).await?;
        let meta = meta.ok_or_else(|| ApiError::new("no_metadata"))?;
        let meant: BTreeSet<u32> = r.files.iter().copied().collect();
        if meant.is_empty() || meant.iter().any(|i| *i as usize >= meta.files.len()) {
            return Err(ApiError::new("bad_selection"));
        }
        let wanted: Vec<u32> = (0..)
            .zip(&meta.files)
            .map(|(i, _)| i)
            .filter(|i| {
                if meant.contains(i) {
                    r.priority != PriorityView::Skip
                } else {
                    record.selection.wants(*i as usize)
                }
            })
            .collect();
        let selection = chosen(&wanted, &meta)?;
        let chosen = if selection == record.selection {
            None
        } else {
            let have = self.have(&record).await?;
            Some(SelectionChange {
                wanted_bytes: wanted_bytes(&meta, &selection),
                have_bytes: have.map_or(0, |have| have_bytes(&meta, &selection, &have)),
                selection,
            })
        };
        let mut priorities = BTreeMap::clone(&record.priorities);
        if let Some(priority) = priority_of(r.priority) {
            for index in meant {
                put(&mut priorities, index, priority);
            }
        }
        let command = match (chosen, priorities == *record.priorities) {
            (None, true) => return Ok(Nothing {}),
            (Some(chosen), true) => Command::Select(hash, chosen),
            (chosen, false) => Command::SetPriorities(hash, Arc::new(priorities), chosen),
        };
        self.done(command).await
    }
}

pub(super) fn order_of(sequential: bool) -> Order {
    if sequential {
        Order::Sequential
    } else {
        Order::Spread
    }
}

/// None for `skip`, which is no priority but an absence from the selection.
fn priority_of(view: PriorityView) -> Option<Priority> {
    match view {
        PriorityView::High => Some(Priority::High),
        PriorityView::Normal => Some(Priority::Normal),
        PriorityView::Low => Some(Priority::Low),
        PriorityView::Skip => None,
    }
}

fn put(priorities: &mut BTreeMap<u32, Priority>, index: u32, priority: Priority) {
    if priority == Priority::Normal {
        priorities.remove(&index);
    } else {
        priorities.insert(index, priority);
    }
}

/// A selection that has at least one file that is really on disk.
fn chosen(wanted: &[u32], meta: &Metainfo) -> ApiResult<Selection> {
    if !wanted.iter().any(|i| meta.files[*i as usize].on_disk()) {
        return Err(ApiError::new("bad_selection"));
    }
    selection_of(wanted, meta.files.len())
}

/// Selection and priorities of a torrent that is added, from the files wanted and their priorities.
pub(super) fn choice_of(
    wanted: Option<&Vec<u32>>,
    views: Option<&BTreeMap<u32, PriorityView>>,
    meta: &Metainfo,
) -> ApiResult<(Selection, Priorities)> {
    let count = u32::try_from(meta.files.len()).unwrap_or(u32::MAX);
    let mut priorities = BTreeMap::new();
    let mut skipped = BTreeSet::new();
    for (&index, view) in views.into_iter().flatten() {
        if index >= count {
            return Err(ApiError::new("bad_selection"));
        }
        match priority_of(*view) {
            Some(priority) => put(&mut priorities, index, priority),
            None => drop(skipped.insert(index)),
        }
    }
    let selection = match (wanted, skipped.is_empty()) {
        (None, true) => Selection::All,
        (Some(wanted), true) => selection_of(wanted, meta.files.len())?,
        (wanted, false) => {
            let all: Vec<u32> = (0..count).collect();
            let mut left = wanted.unwrap_or(&all).clone();
            left.retain(|i| !skipped.contains(i));
            selection_of(&left, meta.files.len())?
        }
    };
    Ok((selection, Arc::new(priorities)))
}
