//! Magnet links (BEP 9, BEP 53): parse and write. Only the info-hash, the name, checked trackers
//! and literal peer addresses come out; everything else (`so`, `ws`, unknown topics) is ignored,
//! since an engine that trusts it can be made to allocate or fetch without bound.

use std::{borrow::Cow, net::SocketAddr};

use url::form_urlencoded;

use crate::{
    error::MagnetError,
    infohash::InfoHash,
    sanitize::{MAX_DISPLAY_CHARS, display_text},
    trackers::clean_tiers,
};

/// The longest magnet link that is read, in bytes.
pub const MAX_MAGNET_BYTES: usize = 64 * 1024;

/// The most `x.pe` peers that are kept.
pub const MAX_PEERS: usize = 50;

/// A checked magnet link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Magnet {
    pub info_hash: InfoHash,
    /// `dn`, safe to show, never empty.
    pub name: Option<String>,
    /// `tr`, checked, one tier each.
    pub trackers: Vec<Vec<String>>,
    /// `x.pe`: literal addresses only, at most [`MAX_PEERS`]. Names are never resolved.
    pub peers: Vec<SocketAddr>,
}

/// What the `xt` parameters of a link have said so far.
#[derive(Default)]
struct Topics {
    v1: Option<InfoHash>,
    bad_v1: bool,
    v2: bool,
}

impl Magnet {
    /// Reads a magnet link, or a bare info-hash (40 hexadecimal digits or 32 base32 characters).
    /// White space around it is ignored.
    ///
    /// # Errors
    /// See [`MagnetError`]. A link for both versions (BEP 52) is read as version 1.
    pub fn parse(text: &str) -> Result<Self, MagnetError> {
        if text.len() > MAX_MAGNET_BYTES {
            return Err(MagnetError::TooLong);
        }
        let text = text.trim();
        if let Ok(info_hash) = text.parse() {
            return Ok(Self {
                info_hash,
                name: None,
                trackers: Vec::new(),
                peers: Vec::new(),
            });
        }
        let query = strip_scheme(text).ok_or(MagnetError::NotAMagnet)?;
        let mut topics = Topics::default();
        let mut name = None;
        let mut trackers = Vec::new();
        let mut peers = Vec::new();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*plain_key(&key) {
                "xt" => topics.add(&value),
                "dn" if name.is_none() => {
                    let shown = display_text(&value, MAX_DISPLAY_CHARS);
                    name = Some(shown).filter(|shown| !shown.is_empty());
                }
                "tr" => trackers.push(vec![value.into_owned()]),
                "x.pe" if peers.len() < MAX_PEERS => {
                    peers.extend(parse_peer(&value).filter(|peer| !peers.contains(peer)));
                }
                _ => {}
            }
        }
        Ok(Self {
            info_hash: topics.choose()?,
            name,
            trackers: clean_tiers(trackers),
            peers,
        })
    }

    /// The link again, in its clean form; at most [`MAX_MAGNET_BYTES`] long.
    pub fn to_uri(&self) -> String {
        let mut uri = start_uri(self.info_hash, self.name.as_deref());
        for peer in &self.peers {
            push_param(&mut uri, "x.pe", &peer.to_string());
        }
        push_trackers(&mut uri, &self.trackers);
        uri
    }
}

/// A magnet link for a torrent. Trackers that would make it longer than [`MAX_MAGNET_BYTES`] are
/// left out.
pub fn magnet_uri(info_hash: InfoHash, name: Option<&str>, trackers: &[Vec<String>]) -> String {
    let mut uri = start_uri(info_hash, name);
    push_trackers(&mut uri, trackers);
    uri
}

impl Topics {
    fn add(&mut self, topic: &str) {
        let lower = topic.to_ascii_lowercase();
        if lower.starts_with("urn:btmh:") {
            self.v2 = true;
        } else if let Some(hash) = lower.strip_prefix("urn:btih:") {
            match hash.trim().parse() {
                Ok(hash) if self.v1.is_none() => self.v1 = Some(hash),
                Ok(_) => {}
                Err(_) => self.bad_v1 = true,
            }
        }
    }

    fn choose(self) -> Result<InfoHash, MagnetError> {
        self.v1.ok_or(if self.bad_v1 {
            MagnetError::BadInfoHash
        } else if self.v2 {
            MagnetError::V2Only
        } else {
            MagnetError::NoInfoHash
        })
    }
}

fn strip_scheme(text: &str) -> Option<&str> {
    let scheme = text.get(..7)?;
    let rest = scheme.eq_ignore_ascii_case("magnet:").then(|| &text[7..])?;
    rest.trim_start_matches('/').strip_prefix('?')
}

/// The key in lower case, without a number (`xt.1`) and without the `amp;` that remains of a link
/// copied out of HTML.
fn plain_key(key: &str) -> Cow<'_, str> {
    let key = key.strip_prefix("amp;").unwrap_or(key);
    let key = match key.rsplit_once('.') {
        Some((plain, number)) if number.bytes().all(|b| b.is_ascii_digit()) => plain,
        _ => key,
    };
    if key.bytes().any(|b| b.is_ascii_uppercase()) {
        key.to_ascii_lowercase().into()
    } else {
        key.into()
    }
}

fn parse_peer(text: &str) -> Option<SocketAddr> {
    let peer: SocketAddr = text.trim().parse().ok()?;
    let ip = peer.ip();
    (peer.port() != 0 && !ip.is_unspecified() && !ip.is_multicast()).then_some(peer)
}

fn start_uri(info_hash: InfoHash, name: Option<&str>) -> String {
    let mut uri = format!("magnet:?xt=urn:btih:{info_hash}");
    let name = display_text(name.unwrap_or_default(), MAX_DISPLAY_CHARS);
    if !name.is_empty() {
        push_param(&mut uri, "dn", &name);
    }
    uri
}

fn push_trackers(uri: &mut String, trackers: &[Vec<String>]) {
    for address in trackers.iter().flatten() {
        let before = uri.len();
        push_param(uri, "tr", address);
        if uri.len() > MAX_MAGNET_BYTES {
            uri.truncate(before);
            return;
        }
    }
}

fn push_param(uri: &mut String, key: &str, value: &str) {
    uri.push('&');
    uri.push_str(key);
    uri.push('=');
    for part in form_urlencoded::byte_serialize(value.as_bytes()) {
        // `+` for a space is a habit of HTML forms that not every client knows.
        uri.push_str(if part == "+" { "%20" } else { part });
    }
}
