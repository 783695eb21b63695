//! Keeps other web pages out: a request must name the address that it came in on, and a page that
//! sends one must come from there, too. Also says what Shoal's own pages may do. Without the first,
//! a name that an attacker points at this machine (DNS rebinding) would be as good as ours.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{api::Shared, backend::Backend, reply::Refusal};

/// Where a connection came in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocalAddr(pub(crate) SocketAddr);

/// Lets a request in, or not, and fences the answer.
pub(crate) async fn guard<B: Backend>(
    State(shared): State<Arc<Shared<B>>>,
    Extension(LocalAddr(local)): Extension<LocalAddr>,
    request: Request,
    next: Next,
) -> Response {
    let api = request.uri().path().starts_with("/api");
    let host = match check(&request, local, &shared.allow_hosts, api) {
        Ok(host) => host.to_owned(),
        Err(refusal) => {
            tracing::debug!(?refusal, "refused a request");
            let mut response = refusal.into_response();
            fence(response.headers_mut(), "");
            return response;
        }
    };
    let mut response = next.run(request).await;
    fence(response.headers_mut(), &host);
    if api {
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

fn check<'a>(
    request: &'a Request,
    local: SocketAddr,
    names: &[String],
    api: bool,
) -> Result<&'a str, Refusal> {
    let headers = request.headers();
    let host = only(headers, &header::HOST)?.ok_or_else(|| Refusal::foreign("there is no Host"))?;
    if !is_our_host(host, local, names) {
        return Err(Refusal::foreign(
            "Host is not the address that Shoal listens on",
        ));
    }
    if request
        .uri()
        .authority()
        .is_some_and(|named| !named.as_str().eq_ignore_ascii_case(host))
    {
        return Err(Refusal::foreign("the request line names another host"));
    }
    if let Some(origin) = only(headers, &header::ORIGIN)?
        && !is_origin_of(origin, host)
    {
        return Err(Refusal::foreign("Origin is another page"));
    }
    // Browsers say so even where they send no Origin.
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if api && matches!(site, Some(b"cross-site" | b"same-site")) {
        return Err(Refusal::foreign("the request comes from another site"));
    }
    Ok(host)
}

/// A header's only value. Twice the same header is nothing a browser sends.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let first = values.next().map(|value| {
        value
            .to_str()
            .map_err(|_| Refusal::foreign("a header is not text"))
    });
    match values.next() {
        Some(_) => Err(Refusal::foreign("a header comes twice")),
        None => first.transpose(),
    }
}

fn is_our_host(host: &str, local: SocketAddr, names: &[String]) -> bool {
    let (name, port) = split_port(host);
    let allowed =
        |given: &String| given.eq_ignore_ascii_case(host) || given.eq_ignore_ascii_case(name);
    if names.iter().any(allowed) {
        return true;
    }
    let ip = local.ip().to_canonical();
    port.unwrap_or(80) == local.port()
        && (name.eq_ignore_ascii_case("localhost") && ip.is_loopback()
            || name
                .parse::<IpAddr>()
                .is_ok_and(|named| named.to_canonical() == ip))
}

/// Name and port of a `Host`; an IPv6 address without its brackets. A port that is none counts as 0.
fn split_port(host: &str) -> (&str, Option<u16>) {
    let (name, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, rest)) => (
            name,
            rest.strip_prefix(':')
                .or((!rest.is_empty()).then_some("bad")),
        ),
        None => host
            .rsplit_once(':')
            .map_or((host, None), |(name, port)| (name, Some(port))),
    };
    let digits = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    (
        name,
        port.map(|port| port.parse().ok().filter(|_| digits(port)).unwrap_or(0)),
    )
}

fn is_origin_of(origin: &str, host: &str) -> bool {
    origin.split_once("://").is_some_and(|(scheme, authority)| {
        matches!(scheme, "http" | "https") && authority.eq_ignore_ascii_case(host)
    })
}

/// The same fence as the window's, except that the page talks to this server.
fn fence(headers: &mut HeaderMap, host: &str) {
    let stream = if host.is_empty() {
        String::new()
    } else {
        format!(" ws://{host} wss://{host}")
    };
    let csp = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'{stream}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    if let Ok(csp) = HeaderValue::from_str(&csp) {
        headers.insert(header::CONTENT_SECURITY_POLICY, csp);
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    fn ours(host: &str, local: &str, names: &[&str]) -> bool {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        is_our_host(host, local.parse().unwrap(), &names)
    }

    #[test]
    fn the_address_itself_is_ours() {
        assert!(ours("127.0.0.1:8000", "127.0.0.1:8000", &[]));
        assert!(ours("localhost:8000", "127.0.0.1:8000", &[]));
        assert!(ours("LocalHost:8000", "[::1]:8000", &[]));
        assert!(ours("[::1]:8000", "[::1]:8000", &[]));
        assert!(ours("192.168.1.2:8000", "[::ffff:192.168.1.2]:8000", &[]));
        assert!(ours("127.0.0.1", "127.0.0.1:80", &[]));
    }

    #[test]
    fn other_names_and_ports_are_not() {
        for host in [
            "",
            ":8000",
            "localhost",
            "localhost:",
            "localhost:8001",
            "localhost:+8000",
            "localhost:80000",
            "localhost.evil.example:8000",
            "evil.example:8000",
            "127.0.0.1.evil.example:8000",
            "127.0.0.2:8000",
            "127.1:8000",
            "0x7f.1:8000",
            "[::1]:8000",
            "[127.0.0.1]x:8000",
            "localhost:8000@evil.example",
        ] {
            assert!(!ours(host, "127.0.0.1:8000", &[]), "{host}");
        }
        assert!(!ours("localhost:8000", "192.168.1.2:8000", &[]));
    }

    #[test]
    fn names_that_were_allowed_are_ours() {
        assert!(ours("nas.local:8000", "192.168.1.2:8000", &["nas.local"]));
        assert!(ours("NAS.local", "192.168.1.2:8000", &["nas.local"]));
        assert!(ours(
            "localhost:5173",
            "127.0.0.1:8000",
            &["localhost:5173"]
        ));
        assert!(!ours(
            "localhost:5174",
            "127.0.0.1:8000",
            &["localhost:5173"]
        ));
        assert!(!ours("evilnas.local", "192.168.1.2:8000", &["nas.local"]));
    }

    #[test]
    fn a_page_is_from_here_or_not() {
        assert!(is_origin_of("http://localhost:8000", "localhost:8000"));
        assert!(is_origin_of("https://nas.local", "nas.local"));
        for origin in [
            "null",
            "",
            "localhost:8000",
            "http://localhost",
            "http://localhost:8001",
            "http://127.0.0.1:8000",
            "http://localhost:8000/",
            "http://localhost:8000.evil.example",
            "file://localhost:8000",
            "chrome-extension://localhost:8000",
        ] {
            assert!(!is_origin_of(origin, "localhost:8000"), "{origin}");
        }
    }
}
