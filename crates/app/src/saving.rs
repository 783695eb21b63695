//! Writes what a person saves through the window's own dialog: a torrent, settings, a picture. Only
//! where that dialog said, whole or not at all, and never much.

use std::path::PathBuf;

use base64::Engine as _;
use shoal_api::{ApiError, ApiResult};
use shoal_metainfo::sanitize::safe_component;

/// Most bytes that are saved at once: what a torrent file may have.
pub const SAVE_BYTES_MAX: usize = 20 << 20;

/// A name that every disk takes, made of one that a page proposed.
pub fn safe_name(proposed: &str) -> String {
    safe_component(proposed)
}

/// The bytes of a page's text in base64; `too_big_to_save` beyond [`SAVE_BYTES_MAX`].
pub fn bytes_of(base64: &str) -> ApiResult<Vec<u8>> {
    let too_big = || ApiError::new("too_big_to_save").with("max_bytes", SAVE_BYTES_MAX);
    if base64.len() > SAVE_BYTES_MAX.div_ceil(3) * 4 {
        return Err(too_big());
    }
    let decoded = base64::engine::general_purpose::STANDARD.decode(base64);
    let bytes = decoded.map_err(|e| ApiError::new("bad_request").with("detail", e))?;
    if bytes.len() > SAVE_BYTES_MAX {
        return Err(too_big());
    }
    Ok(bytes)
}

/// Replaces the file at `path`, or makes it; tells where it is. A link is followed: what it leads to is
/// what the user sees under its name.
pub async fn save(path: PathBuf, bytes: Vec<u8>) -> ApiResult<PathBuf> {
    let at = path.clone();
    let write = move || {
        let real = std::fs::canonicalize(&at).unwrap_or(at);
        shoal_store::atomic_write(&real, &bytes)
    };
    let written = tokio::task::spawn_blocking(write).await;
    let written = written.unwrap_or_else(|e| Err(std::io::Error::other(e)));
    written.map_err(|e| {
        ApiError::new("save_failed")
            .with("path", path.display())
            .with("detail", e)
    })?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn no_more_is_taken_than_may_be_saved() {
        let text = |bytes: usize| base64::engine::general_purpose::STANDARD.encode(vec![0; bytes]);
        assert_eq!(bytes_of(&text(3)).unwrap(), [0, 0, 0]);
        assert_eq!(
            bytes_of(&text(SAVE_BYTES_MAX)).unwrap().len(),
            SAVE_BYTES_MAX
        );
        for more in [1, 2, 3, 400] {
            let refused = bytes_of(&text(SAVE_BYTES_MAX + more)).unwrap_err();
            assert_eq!(refused.code, "too_big_to_save", "{more}");
        }
        assert_eq!(bytes_of("no base64!").unwrap_err().code, "bad_request");
    }

    #[tokio::test]
    async fn a_file_is_replaced_whole_or_left_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.torrent");
        save(path.clone(), b"one".to_vec()).await.unwrap();
        assert_eq!(save(path.clone(), b"two".to_vec()).await.unwrap(), path);
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        let nowhere = dir.path().join("no/such/folder/a");
        let refused = save(nowhere.clone(), vec![]).await.unwrap_err();
        assert_eq!(refused.code, "save_failed");
        assert_eq!(refused.params["path"], nowhere.display().to_string());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_link_stays_one() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        std::fs::write(&real, b"one").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        save(link.clone(), b"two".to_vec()).await.unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(std::fs::read(&real).unwrap(), b"two");
    }

    #[test]
    fn a_proposed_name_leads_nowhere_else() {
        for name in ["../../x.torrent", "a/b", "..", "con.json"] {
            let safe = safe_name(name);
            assert!(
                !safe.contains(['/', '\\']) && safe != ".." && safe != name,
                "{safe}"
            );
        }
        assert_eq!(safe_name("Film.torrent"), "Film.torrent");
    }
}
