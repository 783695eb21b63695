//! Refuses starts that do not fit their metainfo or name places outside the root. Pure.

use std::path::{Component, Path};

use shoal_core::{EngineFault, StartSpec};

use crate::fault::Fault;

/// Asks that there is one target a file, of its length, and below the root.
pub(super) fn check_shape(spec: &StartSpec) -> Result<(), Fault> {
    let meta = &spec.meta;
    if spec.files.len() != meta.files.len() || spec.have.len() != meta.piece_count {
        return Err(Fault::internal("the start does not fit the metainfo"));
    }
    for (entry, target) in meta.files.iter().zip(&spec.files) {
        let has_place = target.path.is_some() || target.temp_path.is_some();
        if entry.length != target.length || (has_place && !entry.on_disk()) {
            return Err(Fault::internal("a target does not fit the metainfo"));
        }
        for path in target.path.iter().chain(&target.temp_path) {
            require_below(&spec.root, path)?;
        }
    }
    Ok(())
}

/// A path elsewhere, or one with `..`, is a bug of the caller and refused.
fn require_below(root: &Path, path: &Path) -> Result<(), Fault> {
    let below = path.strip_prefix(root).ok().filter(|below| {
        let mut parts = below.components();
        root.is_absolute()
            && parts.clone().next().is_some()
            && parts.all(|part| matches!(part, Component::Normal(_)))
    });
    let text = || format!("{} is not below {}", path.display(), root.display());
    below
        .map(drop)
        .ok_or_else(|| Fault::new(EngineFault::Internal, text()))
}
