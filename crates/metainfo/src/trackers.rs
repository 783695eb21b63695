//! Cleans lists of tracker addresses (BEP 3, BEP 12, BEP 15). Only http, https and udp pass, in a
//! bounded number; nothing here resolves a name or decides about private addresses.

use std::collections::HashSet;

use url::Url;

/// The most trackers that one torrent keeps, over all tiers.
pub const MAX_TRACKERS: usize = 50;

/// The longest tracker address that is kept, in bytes.
pub const MAX_TRACKER_BYTES: usize = 2048;

/// The address in its normal form, or `None` if it is not a usable http, https or udp address.
/// A udp address needs a port.
pub fn check_tracker(address: &str) -> Option<String> {
    let address = address.trim();
    if address.len() > MAX_TRACKER_BYTES {
        return None;
    }
    let url = Url::parse(address).ok()?;
    let port = match url.scheme() {
        "http" | "https" => url.port_or_known_default(),
        "udp" => url.port(),
        _ => None,
    };
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    let normal = String::from(url);
    (has_host && port.is_some_and(|p| p != 0) && normal.len() <= MAX_TRACKER_BYTES)
        .then_some(normal)
}

/// Checked tiers in the given order, without repeated addresses, empty tiers, and anything beyond
/// [`MAX_TRACKERS`] addresses.
pub fn clean_tiers<S: AsRef<str>>(tiers: impl IntoIterator<Item = Vec<S>>) -> Vec<Vec<String>> {
    let mut seen = HashSet::new();
    let mut clean = Vec::new();
    for tier in tiers {
        let mut kept = Vec::new();
        for address in tier {
            if seen.len() == MAX_TRACKERS {
                break;
            }
            if let Some(address) = check_tracker(address.as_ref())
                && seen.insert(address.clone())
            {
                kept.push(address);
            }
        }
        if !kept.is_empty() {
            clean.push(kept);
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let cases = [
            (
                "http://t.example/announce",
                Some("http://t.example/announce"),
            ),
            (
                " HTTPS://T.Example:443/a?k=%20 ",
                Some("https://t.example/a?k=%20"),
            ),
            ("UDP://t.example:6969", Some("udp://t.example:6969")),
            (
                "udp://t.example:6969/announce",
                Some("udp://t.example:6969/announce"),
            ),
            ("http://[::1]:80/a", Some("http://[::1]/a")),
            ("udp://t.example/announce", None),
            ("udp://t.example:0/announce", None),
            ("wss://t.example/", None),
            ("file:///etc/passwd", None),
            ("javascript:alert(1)", None),
            ("udp:x", None),
            ("t.example", None),
            ("", None),
        ];
        for (address, expected) in cases {
            assert_eq!(check_tracker(address).as_deref(), expected, "{address}");
        }
        let long = format!("http://t.example/{}", "a".repeat(MAX_TRACKER_BYTES));
        assert_eq!(check_tracker(&long), None);
        let grows = format!("http://t.example/{}", "é".repeat(MAX_TRACKER_BYTES / 3));
        assert_eq!(check_tracker(&grows), None);
    }

    #[test]
    fn tiers() {
        let a = "http://a/x".to_owned();
        let b = "http://b/x".to_owned();
        let tiers = vec![
            vec![a.clone(), "x".into(), a.clone()],
            vec![a.clone()],
            vec![b.clone()],
        ];
        assert_eq!(clean_tiers(tiers), [[a], [b]]);
        let many = (0..100).map(|i| vec![format!("http://{i}.example/")]);
        assert_eq!(clean_tiers(many).len(), MAX_TRACKERS);
    }
}
