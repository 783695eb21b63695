//! Torrents by the names of their files.

use std::collections::HashSet;

use shoal_api::{ApiError, ApiResult, FindFilesRequest, FoundFile, FoundFiles};
use shoal_core::InfoHash;

use super::blocking;
use crate::{Caller, Inner};

/// Longest text, in characters.
const TEXT_MAX: usize = 200;
/// Most torrents in one answer.
const FOUND_MAX: usize = 2_000;

impl Inner {
    pub(super) async fn find_files(&self, _: Caller, r: FindFilesRequest) -> ApiResult<FoundFiles> {
        let words = words(&r.text)?;
        if words.is_empty() {
            return Ok(FoundFiles::default());
        }
        // One after another: who types fast asks often, and each look is over all files.
        let _turn = self.finding.lock().await;
        let removed: HashSet<InfoHash> = self.ask(|state| state.removed().collect()).await?;
        let store = self.store.clone();
        blocking(move || {
            let found = store.find_files_blocking(&words, &removed, FOUND_MAX);
            let (found, more) =
                found.map_err(|e| ApiError::new("store_failed").with("detail", e))?;
            let one = |(hash, file): (InfoHash, String)| FoundFile {
                hash: hash.to_string(),
                file,
            };
            Ok(FoundFiles {
                hashes: found.into_iter().map(one).collect(),
                more,
            })
        })
        .await
    }
}

/// The words of a text, the longest first: it is likely to be the rarest.
fn words(text: &str) -> ApiResult<Vec<String>> {
    if text.chars().nth(TEXT_MAX).is_some() {
        return Err(ApiError::new("text_too_long").with("max", TEXT_MAX));
    }
    let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    Ok(words)
}
