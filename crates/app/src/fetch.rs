//! Fetches a .torrent by URL, within limits: Shoal does it itself, never the engine.
//!
//! Only http and https, at most 20 MB, 30 s and 5 redirects. A name that leads to an address inside
//! the home network or this computer is refused, so that a web page cannot make Shoal ask there; an
//! address that the user typed is the user's will.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use shoal_api::{ApiError, ApiResult};
use url::{Host, Url};

/// Most bytes of a .torrent.
pub(crate) const TORRENT_BYTES_MAX: usize = 20_000_000;
const FETCH_TIME: Duration = Duration::from_secs(30);
const REDIRECTS_MAX: usize = 5;

/// Fetches `url`. `allow_loopback` lifts the refusal of inner addresses, for tests.
pub(crate) async fn fetch(url: &Url, user_agent: &str, allow_loopback: bool) -> ApiResult<Vec<u8>> {
    let fetched =
        tokio::time::timeout(FETCH_TIME, follow(url.clone(), user_agent, allow_loopback)).await;
    fetched
        .unwrap_or_else(|_| Err(ApiError::new("url_timeout").with("seconds", FETCH_TIME.as_secs())))
}

async fn follow(mut url: Url, user_agent: &str, allow_loopback: bool) -> ApiResult<Vec<u8>> {
    let typed = url.host().map(|h| h.to_owned());
    for _ in 0..=REDIRECTS_MAX {
        let trusted =
            allow_loopback || (url.host().map(|h| h.to_owned()) == typed && is_literal(&url));
        let mut response = get(&url, user_agent, trusted).await?;
        let status = response.status();
        if status.is_redirection() {
            let to = response
                .headers()
                .get("location")
                .and_then(|v| v.to_str().ok());
            let next = to.and_then(|to| url.join(to).ok());
            url =
                next.ok_or_else(|| ApiError::new("url_status").with("status", status.as_u16()))?;
            continue;
        }
        if !status.is_success() {
            return Err(ApiError::new("url_status").with("status", status.as_u16()));
        }
        let mut body = vec![];
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > TORRENT_BYTES_MAX {
                return Err(ApiError::new("url_too_large").with("max_bytes", TORRENT_BYTES_MAX));
            }
            body.extend_from_slice(&chunk);
        }
        return Ok(body);
    }
    Err(ApiError::new("url_failed").with("detail", "too many redirects"))
}

async fn get(url: &Url, user_agent: &str, trusted: bool) -> ApiResult<reqwest::Response> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(ApiError::new("url_scheme").with("scheme", url.scheme()));
    }
    let host = url.host_str().ok_or_else(|| ApiError::new("not_a_link"))?;
    let port = url.port_or_known_default().unwrap_or(80);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = tokio::net::lookup_host((bare, port)).await;
    let found: Vec<SocketAddr> = found
        .map_err(|e| ApiError::new("url_failed").with("detail", e))?
        .collect();
    let usable: Vec<SocketAddr> = found
        .iter()
        .copied()
        .filter(|a| trusted || is_public(a.ip()))
        .collect();
    if usable.is_empty() {
        return Err(ApiError::new("url_private_address").with("host", host));
    }
    // The connection goes to the addresses that were looked at, not to a second answer of the DNS.
    let client = reqwest::Client::builder()
        .user_agent(user_agent)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(Duration::from_secs(10))
        .resolve_to_addrs(host, &usable)
        .build()
        .map_err(failed)?;
    client.get(url.clone()).send().await.map_err(failed)
}

#[expect(clippy::needless_pass_by_value, reason = "used with map_err")]
fn failed(error: reqwest::Error) -> ApiError {
    // The innermost cause says what a person can use: refused, no route, a bad certificate.
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    ApiError::new("url_failed").with("detail", cause)
}

fn is_literal(url: &Url) -> bool {
    matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)))
}

/// Whether an address is out on the internet.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let special =
                v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified();
            !(special || shared || a == 0 || v4.is_multicast() || v4.is_broadcast() || a >= 240)
        }
        IpAddr::V6(v6) => {
            if let Some(v4) = v6.to_ipv4_mapped() {
                return is_public(IpAddr::V4(v4));
            }
            // Addresses that gateways turn into an IPv4 address, which may be an inner one: NAT64
            // (RFC 6052), 6to4 (RFC 3056), and the old form without a prefix.
            let [first, second, third, .., seventh, eighth] = v6.segments();
            let v4 = |high: u16, low: u16| {
                let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
                IpAddr::from([a, b, c, d])
            };
            match v6.segments() {
                [0x64, 0xff9b, 0, 0, 0, 0, ..] | [0, 0, 0, 0, 0, 0, ..] => {
                    return is_public(v4(seventh, eighth));
                }
                [0x2002, ..] => return is_public(v4(second, third)),
                _ => {}
            }
            // Unique local, link-local, and what was site-local before.
            let local = (first & 0xfe00) == 0xfc00 || (first & 0xff80) == 0xfe80;
            !(local || v6.is_loopback() || v6.is_unspecified() || v6.is_multicast())
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn inner_addresses_are_not_public() {
        let inner = [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.1.1",
            "169.254.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fe80::1",
        ];
        for ip in inner.iter().chain(&[
            "fd00::1",
            "fec0::1",
            "64:ff9b::192.168.1.1",
            "64:ff9b::7f00:1",
            "2002:a00:1::1",
            "::10.0.0.1",
            "::ffff:127.0.0.1",
            "224.0.0.1",
            "255.255.255.255",
        ]) {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["1.1.1.1", "2606:4700::1111", "64:ff9b::1.1.1.1"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }
}
