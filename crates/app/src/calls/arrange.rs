//! Labels of torrents, and how the window is arranged.

use shoal_api::{
    ApiError, ApiResult, ChangeLabelsRequest, LabelRequest, Nothing, RenameLabelRequest,
    SetLabelsRequest, SetPrefRequest,
};
use shoal_core::{Command, LABELS_MAX};

use super::hashes_of;
use crate::{Caller, Inner};

/// Refuses more names than there can be labels.
fn few(labels: &[String]) -> ApiResult<()> {
    if labels.len() > LABELS_MAX {
        return Err(ApiError::new("too_many_labels").with("max", LABELS_MAX));
    }
    Ok(())
}

impl Inner {
    pub(super) async fn set_labels(&self, _: Caller, r: SetLabelsRequest) -> ApiResult<Nothing> {
        few(&r.labels)?;
        self.done(Command::SetLabels(hashes_of(&r.hashes)?, r.labels))
            .await
    }

    pub(super) async fn change_labels(
        &self,
        _: Caller,
        r: ChangeLabelsRequest,
    ) -> ApiResult<Nothing> {
        few(&r.add)?;
        few(&r.remove)?;
        self.done(Command::ChangeLabels {
            hashes: hashes_of(&r.hashes)?,
            add: r.add,
            remove: r.remove,
        })
        .await
    }

    pub(super) async fn rename_label(
        &self,
        _: Caller,
        r: RenameLabelRequest,
    ) -> ApiResult<Nothing> {
        self.done(Command::RenameLabel(r.name, r.to)).await
    }

    pub(super) async fn drop_label(&self, _: Caller, r: LabelRequest) -> ApiResult<Nothing> {
        self.done(Command::DropLabel(r.name)).await
    }

    pub(super) async fn set_pref(&self, _: Caller, r: SetPrefRequest) -> ApiResult<Nothing> {
        self.done(Command::SetPref(r.key, r.value)).await
    }
}
