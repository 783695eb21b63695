//! Which peers and trackers the engine may talk to. Literal addresses only: no name is resolved
//! here, and private ranges pass, because local peers are welcome.

use std::{
    fmt::Write as _,
    net::{IpAddr, Ipv6Addr, SocketAddr},
};

use shoal_metainfo::clean_tiers;
use url::{Host, Url};

/// Peers that a torrent is given at its start at most.
const MAX_INITIAL_PEERS: usize = 200;

/// Ranges that no peer may be in, for librqbit's block list: loopback, link-local, unspecified,
/// multicast and reserved, the IPv4 ones also as IPv6 sees them.
const BLOCKED: [(&str, &str); 10] = [
    ("0.0.0.0", "0.255.255.255"),
    ("127.0.0.0", "127.255.255.255"),
    ("169.254.0.0", "169.254.255.255"),
    ("224.0.0.0", "255.255.255.255"),
    ("::", "::1"),
    ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("::ffff:0:0", "::ffff:0.255.255.255"),
    ("::ffff:127.0.0.0", "::ffff:127.255.255.255"),
    ("::ffff:169.254.0.0", "::ffff:169.254.255.255"),
];

/// The block list in the format that librqbit reads: one `name:first-last` a line.
pub(crate) fn block_list() -> String {
    let mut text = String::from("# Addresses that are never peers.\n");
    for (first, last) in BLOCKED {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "shoal:{first}-{last}");
    }
    text
}

/// Whether an address is only this computer or this cable, or no peer's address at all.
pub(crate) fn is_local_only(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            ip.octets()[0] == 0 || ip.is_loopback() || ip.is_link_local() || ip.octets()[0] >= 224
        }
        IpAddr::V6(ip) => {
            let mapped = ip
                .to_ipv4_mapped()
                .is_some_and(|v4| is_local_only(v4.into()));
            let local = ip.is_loopback() || ip.is_unspecified() || ip.is_unicast_link_local();
            mapped || local || ip.is_multicast()
        }
    }
}

/// The peers that may be dialled, at most 200.
pub(crate) fn allowed_peers(peers: &[SocketAddr], allow_loopback: bool) -> Vec<SocketAddr> {
    let ok = |p: &&SocketAddr| p.port() != 0 && (allow_loopback || !is_local_only(p.ip()));
    peers
        .iter()
        .filter(ok)
        .take(MAX_INITIAL_PEERS)
        .copied()
        .collect()
}

/// The trackers that may be asked, in their tiers.
pub(crate) fn allowed_trackers(tiers: &[Vec<String>], allow_loopback: bool) -> Vec<Vec<String>> {
    let mut clean = clean_tiers(tiers.iter().cloned());
    for tier in &mut clean {
        tier.retain(|address| allow_loopback || !is_local_tracker(address));
    }
    clean.retain(|tier| !tier.is_empty());
    clean
}

fn is_local_tracker(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else {
        return true;
    };
    match url.host() {
        Some(Host::Ipv4(ip)) => is_local_only(ip.into()),
        Some(Host::Ipv6(ip)) => is_local_only(ip.into()),
        Some(Host::Domain(name)) => is_local_name(name),
        None => true,
    }
}

/// In a udp address the parser takes `127.0.0.1` for a name.
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    if name == "localhost" || name.ends_with(".localhost") {
        return true;
    }
    // The web's own rules know every odd way to write an address.
    match Url::parse(&format!("http://{name}/"))
        .as_ref()
        .map(Url::host)
    {
        Ok(Some(Host::Ipv4(ip))) => is_local_only(ip.into()),
        Ok(Some(Host::Ipv6(ip))) => is_local_only(ip.into()),
        Ok(_) => false,
        Err(_) => true,
    }
}

/// The unspecified address of the family that listening uses.
pub(crate) fn any_address(ipv6: bool) -> IpAddr {
    if ipv6 {
        Ipv6Addr::UNSPECIFIED.into()
    } else {
        std::net::Ipv4Addr::UNSPECIFIED.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_addresses_are_refused_unless_allowed() {
        let peers: Vec<SocketAddr> = [
            "127.0.0.1:1",
            "10.0.0.1:1",
            "[::1]:1",
            "[fe80::1]:1",
            "[::ffff:127.0.0.1]:1",
            "1.2.3.4:0",
        ]
        .map(|p| p.parse().unwrap())
        .into();
        let ok = allowed_peers(&peers, false);
        assert_eq!(ok, ["10.0.0.1:1".parse().unwrap()]);
        assert_eq!(allowed_peers(&peers, true).len(), 5);
    }

    #[test]
    fn local_trackers_are_refused_however_they_are_written() {
        let tiers = vec![
            vec![
                "http://localhost/a".to_owned(),
                "udp://127.0.0.1:80/a".to_owned(),
                "udp://2130706433:80/a".to_owned(),
                "udp://[::1]:80/a".to_owned(),
                "http://0x7f.1/a".to_owned(),
            ],
            vec![
                "udp://tracker.example:80/a".to_owned(),
                "http://192.168.1.2/a".to_owned(),
            ],
        ];
        let ok = allowed_trackers(&tiers, false);
        assert_eq!(ok.len(), 1);
        assert_eq!(ok[0].len(), 2);
        assert_eq!(
            allowed_trackers(&tiers, true)
                .iter()
                .map(Vec::len)
                .sum::<usize>(),
            7
        );
    }
}
