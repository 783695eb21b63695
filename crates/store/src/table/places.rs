//! Places as JSON: the form in which the list keeps an unfinished move, and the undo journal one that
//! can be taken back. Paths are hexadecimal, because they need not be text.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shoal_core::{PendingMove, Place, Whereabouts};

use super::{hex, names, unhex};
use crate::path;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceForm {
    folder: String,
    disk_name: String,
    names: names::Map,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WhereaboutsForm {
    place: PlaceForm,
    save_path: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveForm {
    to: PlaceForm,
    then_save_path: String,
    back: bool,
    next: Option<WhereaboutsForm>,
}

fn path_of(text: &str) -> Option<std::path::PathBuf> {
    path::from_bytes(&unhex(text)?).ok()
}

impl PlaceForm {
    fn of(place: &Place) -> Self {
        Self {
            folder: hex(&path::to_bytes(&place.folder)),
            disk_name: place.disk_name.clone(),
            names: place.renames.as_ref().clone(),
        }
    }

    fn back(self) -> Option<Place> {
        names::are_safe(&self.names).then_some(())?;
        Some(Place {
            folder: path_of(&self.folder)?,
            disk_name: self.disk_name,
            renames: Arc::new(self.names),
        })
    }
}

impl WhereaboutsForm {
    pub(super) fn of(whereabouts: &Whereabouts) -> Self {
        Self {
            place: PlaceForm::of(&whereabouts.place),
            save_path: hex(&path::to_bytes(&whereabouts.save_path)),
        }
    }

    /// None when it makes no sense.
    pub(super) fn back(self) -> Option<Whereabouts> {
        Some(Whereabouts {
            place: self.place.back()?,
            save_path: path_of(&self.save_path)?,
        })
    }
}

impl MoveForm {
    pub(super) fn of(moving: &PendingMove) -> Self {
        Self {
            to: PlaceForm::of(&moving.to),
            then_save_path: hex(&path::to_bytes(&moving.then_save_path)),
            back: moving.back,
            next: moving.next.as_deref().map(WhereaboutsForm::of),
        }
    }

    /// None when it makes no sense.
    pub(super) fn back(self) -> Option<PendingMove> {
        let next = match self.next {
            Some(next) => Some(Box::new(next.back()?)),
            None => None,
        };
        Some(PendingMove {
            to: self.to.back()?,
            then_save_path: path_of(&self.then_save_path)?,
            back: self.back,
            next,
        })
    }
}
