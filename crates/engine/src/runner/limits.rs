//! How much all torrents together, and one by itself, may move in a second. The engine's own limiters
//! do it: the session's at once, a torrent's from its start on.

use librqbit::limits::LimitsConfig;
use shoal_core::StartSpec;

use super::Runner;

impl Runner {
    /// Keeps all torrents together within `limits`, this session and the next ones.
    pub(super) fn limit(&mut self, limits: LimitsConfig) {
        let before = std::mem::replace(&mut self.limits, limits);
        let Some(session) = self.session() else {
            return;
        };
        // A limiter that is set begins with a second's worth to give away.
        if before.download_bps != limits.download_bps {
            session.ratelimits.set_download_bps(limits.download_bps);
        }
        if before.upload_bps != limits.upload_bps {
            session.ratelimits.set_upload_bps(limits.upload_bps);
        }
    }
}

/// What a torrent by itself is to keep within.
pub(super) fn of(spec: &StartSpec) -> LimitsConfig {
    LimitsConfig {
        download_bps: spec.down_bps,
        upload_bps: spec.up_bps,
    }
}
