//! Who gets an answer over HTTP: whoever has the token, from here and from no other page.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod support;

use shoal_headless::Limits;
use support::{Fake, Running};

#[tokio::test]
async fn a_form_of_another_page_is_no_command() {
    let server = Running::start().await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
    ] {
        let reply = server
            .command("echo", &[&format!("Content-Type: {kind}")], "{}")
            .await;
        assert_eq!(reply.status, 400, "{kind}");
    }
    let reply = server
        .command(
            "echo",
            &["Content-Type: Application/JSON; charset=utf-8"],
            "{}",
        )
        .await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn without_the_token_there_is_no_answer() {
    let server = Running::start().await;
    let mut wrong = server.token.clone().into_bytes();
    wrong[31] ^= 1;
    let wrong = String::from_utf8(wrong).unwrap();
    let headers = [
        String::new(),
        "Authorization: Bearer".to_owned(),
        "Authorization: Bearer ".to_owned(),
        format!("Authorization: Bearer {wrong}"),
        format!("Authorization: Bearer {}", &server.token[..31]),
        format!("Authorization: Bearer {}0", server.token),
        format!("Authorization: Bearer {}", "0".repeat(50_000)),
        format!("Authorization: Basic {}", server.token),
        format!("Authorization: {}", server.token),
        format!("Cookie: shoal-{}={}", server.addr.port(), server.token),
        format!("X-Token: {}", server.token),
    ];
    for header in &headers {
        for path in ["echo", "nonsense", "session", "events"] {
            let verb = if path == "events" { "GET" } else { "POST" };
            let host = server.host();
            let mut all = vec![host.as_str(), "Content-Length: 0"];
            all.extend(Some(header.as_str()).filter(|header| !header.is_empty()));
            let reply = server
                .raw(&format!("{verb} /api/v1/{path}"), &all, b"")
                .await;
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (401, "unauthorised"),
                "{path} {header:.60}"
            );
            assert!(!reply.head.contains(&server.token));
        }
    }
    let reply = server
        .raw(
            &format!("GET /?token={}", server.token),
            &[&server.host()],
            b"",
        )
        .await;
    assert_eq!(reply.status, 200, "the page is for anybody");
    assert!(reply.header("set-cookie").is_none());
}

#[tokio::test]
async fn a_browser_trades_the_token_for_a_cookie() {
    let server = Running::start().await;
    let reply = server.command("session", &[], "").await;
    let set = reply.header("set-cookie").unwrap().to_owned();
    assert!(
        set.ends_with("; Path=/; HttpOnly; SameSite=Strict"),
        "{set}"
    );
    assert!(!set.contains(&server.token));

    let pair = set.split(';').next().unwrap();
    let host = server.host();
    for cookie in [
        format!("Cookie: {pair}"),
        format!("Cookie: a=b; {pair}; c"),
        format!("cookie: x=y;{pair}"),
    ] {
        let headers = [host.as_str(), cookie.as_str(), "Content-Length: 2"];
        assert_eq!(
            server
                .raw("POST /api/v1/echo", &headers, b"{}")
                .await
                .status,
            200,
            "{cookie}"
        );
        assert_eq!(
            server
                .raw("POST /api/v1/session", &headers, b"{}")
                .await
                .status,
            401,
            "only the token trades"
        );
    }
    let name = pair.split('=').next().unwrap();
    for cookie in [
        format!("Cookie: {name}="),
        format!("Cookie: {name}=0"),
        format!("Cookie: other{pair}"),
    ] {
        let reply = server
            .raw(
                "POST /api/v1/echo",
                &[&host, &cookie, "Content-Length: 2"],
                b"{}",
            )
            .await;
        assert_eq!(reply.status, 401, "{cookie}");
    }
    // A wrong token is not made good by a cookie.
    let headers = [
        host.as_str(),
        &format!("Cookie: {pair}"),
        "Authorization: Bearer x",
        "Content-Length: 2",
    ];
    assert_eq!(
        server
            .raw("POST /api/v1/echo", &headers, b"{}")
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn sessions_are_bounded() {
    let server = Running::start().await;
    let first = server.cookie().await;
    for _ in 0..63 {
        server.cookie().await;
    }
    let host = server.host();
    let status = async |cookie: &str| {
        let cookie = format!("Cookie: {cookie}");
        server
            .raw(
                "POST /api/v1/echo",
                &[&host, &cookie, "Content-Length: 2"],
                b"{}",
            )
            .await
            .status
    };
    assert_eq!(status(&first).await, 200);
    let last = server.cookie().await;
    assert_eq!(status(&first).await, 401, "the oldest went");
    assert_eq!(status(&last).await, 200);
}

#[tokio::test]
async fn a_foreign_host_gets_nothing() {
    let server = Running::start().await;
    let (bearer, port) = (server.bearer(), server.addr.port());
    let foreign = [
        "Host: evil.example".to_owned(),
        format!("Host: evil.example:{port}"),
        format!("Host: 127.0.0.1.evil.example:{port}"),
        format!("Host: localhost.evil.example:{port}"),
        format!("Host: 127.0.0.2:{port}"),
        "Host: 127.0.0.1".to_owned(),
        "Host: localhost:1".to_owned(),
        "Host:".to_owned(),
        format!("Host: localhost:{port}\r\nHost: evil.example"),
        "X-Forwarded-Host: localhost".to_owned(),
    ];
    for host in &foreign {
        for line in [
            "POST /api/v1/echo",
            "GET /api/v1/events",
            "GET /",
            "GET /assets/app-1.js",
        ] {
            let reply = server
                .raw(line, &[host, &bearer, "Content-Length: 0"], b"")
                .await;
            assert!(
                matches!(reply.status, 400 | 403),
                "{line} {host}: {}",
                reply.status
            );
            assert!(reply.header("access-control-allow-origin").is_none());
        }
    }
    // The request line may name a host, too.
    let line = format!("POST http://evil.example:{port}/api/v1/echo");
    let reply = server
        .raw(&line, &[&server.host(), &bearer, "Content-Length: 0"], b"")
        .await;
    assert_eq!(reply.status, 403);
    let local = format!("Host: localhost:{port}");
    assert_eq!(
        server
            .raw(
                "POST /api/v1/echo",
                &[&local, &bearer, "Content-Length: 0"],
                b""
            )
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_foreign_page_gets_nothing() {
    let server = Running::start().await;
    let port = server.addr.port();
    for header in [
        "Origin: null".to_owned(),
        "Origin: http://evil.example".to_owned(),
        format!("Origin: http://evil.example:{port}"),
        "Origin: http://127.0.0.1".to_owned(),
        "Origin: http://127.0.0.1:1".to_owned(),
        format!("Origin: http://localhost:{port}"),
        format!("Origin: http://{}.evil.example", server.addr),
        format!(
            "Origin: http://{}\r\nOrigin: http://evil.example",
            server.addr
        ),
        "Sec-Fetch-Site: cross-site".to_owned(),
        "Sec-Fetch-Site: same-site".to_owned(),
    ] {
        for name in ["echo", "session"] {
            let reply = server.command(name, &[&header], "{}").await;
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (403, "foreign_request"),
                "{header}"
            );
            assert!(reply.header("set-cookie").is_none());
        }
    }
    for header in [
        format!("Origin: http://{}", server.addr),
        "Sec-Fetch-Site: same-origin".to_owned(),
    ] {
        assert_eq!(
            server.command("echo", &[&header], "{}").await.status,
            200,
            "{header}"
        );
    }
    let preflight = [
        &*server.host(),
        "Origin: http://evil.example",
        "Access-Control-Request-Method: POST",
    ];
    let reply = server.raw("OPTIONS /api/v1/echo", &preflight, b"").await;
    assert_eq!(reply.status, 403);
    assert!(reply.header("access-control-allow-origin").is_none());
}

#[tokio::test]
async fn a_name_can_be_allowed() {
    let server = Running::with(Fake::default(), Limits::default(), &["nas.local"]).await;
    let headers = [
        "Host: nas.local",
        "Origin: https://nas.local",
        &server.bearer(),
        "Content-Length: 2",
    ];
    assert_eq!(
        server
            .raw("POST /api/v1/echo", &headers, b"{}")
            .await
            .status,
        200
    );
    let headers = [
        "Host: nas.local",
        "Origin: https://evil.example",
        &server.bearer(),
        "Content-Length: 2",
    ];
    assert_eq!(
        server
            .raw("POST /api/v1/echo", &headers, b"{}")
            .await
            .status,
        403
    );
}
