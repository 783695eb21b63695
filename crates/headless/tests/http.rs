//! What is answered over HTTP, and how much may be asked.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod support;

use std::time::Duration;

use serde_json::json;
use shoal_headless::Limits;
use support::{Fake, Running};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

#[tokio::test]
async fn a_command_is_answered() {
    let server = Running::start().await;
    let reply = server
        .command("echo", &["Content-Type: application/json"], r#"{"a":[1]}"#)
        .await;
    assert_eq!((reply.status, reply.json()), (200, json!({"a": [1]})));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let reply = server.command("echo", &[], "").await;
    assert_eq!((reply.status, reply.json()), (200, json!({})));
}

#[tokio::test]
async fn errors_have_a_code() {
    let server = Running::start().await;
    let reply = server.command("fail", &[], "{}").await;
    assert_eq!(
        (reply.status, reply.json()),
        (400, json!({"code": "no_space", "params": {"free": "7"}}))
    );
    let reply = server.command("nonsense", &[], "{}").await;
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (404, "unknown_command")
    );
    let reply = server.command("echo", &[], "{").await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "bad_request"));
    let reply = server.get("/api/v2/echo").await;
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (404, "unknown_command")
    );
    let (host, bearer) = (server.host(), server.bearer());
    let reply = server.raw("GET /api/v1/echo", &[&host, &bearer], b"").await;
    assert_eq!((reply.status, reply.code().as_str()), (405, "wrong_method"));
    let reply = server
        .raw("POST /", &[&host, "Content-Length: 0"], b"")
        .await;
    assert_eq!((reply.status, reply.code().as_str()), (405, "wrong_method"));
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let server = Running::with(
        Fake::default(),
        Limits {
            body_bytes: 1000,
            ..Limits::default()
        },
        &[],
    )
    .await;
    let fits = format!("\"{}\"", "x".repeat(998));
    assert_eq!(server.command("echo", &[], &fits).await.status, 200);
    let (host, bearer) = (server.host(), server.bearer());
    // Announced, but never sent.
    let reply = server
        .raw(
            "POST /api/v1/echo",
            &[&host, &bearer, "Content-Length: 1001"],
            b"",
        )
        .await;
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (413, "request_too_large")
    );
    // Sent without being announced.
    let chunked = format!("3ea\r\n{}\r\n0\r\n\r\n", "x".repeat(1002));
    let headers = [host.as_str(), &bearer, "Transfer-Encoding: chunked"];
    let reply = server
        .raw("POST /api/v1/echo", &headers, chunked.as_bytes())
        .await;
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (413, "request_too_large")
    );
    // Not read at all without a token.
    let reply = server
        .raw("POST /api/v1/echo", &[&host, "Content-Length: 1001"], b"")
        .await;
    assert_eq!(reply.status, 401);
}

#[tokio::test]
async fn dawdlers_are_cut_off() {
    let short = Duration::from_millis(200);
    let limits = Limits {
        head_time: short,
        body_time: short,
        ..Limits::default()
    };
    let server = Running::with(Fake::default(), limits, &[]).await;
    let mut connection = TcpStream::connect(server.addr).await.unwrap();
    connection
        .write_all(b"GET / HTTP/1.1\r\nHost: ")
        .await
        .unwrap();
    let mut rest = Vec::new();
    let _ = timeout(Duration::from_secs(5), connection.read_to_end(&mut rest))
        .await
        .expect("still open");
    let (host, bearer) = (server.host(), server.bearer());
    let reply = server
        .raw(
            "POST /api/v1/echo",
            &[&host, &bearer, "Content-Length: 9"],
            b"{",
        )
        .await;
    assert_eq!((reply.status, reply.code().as_str()), (408, "too_slow"));
}

#[tokio::test]
async fn the_page_is_served_and_fenced() {
    let server = Running::start().await;
    let page = server.get("/").await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    let script = server.get("/assets/app-1.js").await;
    assert_eq!(script.body, b"export {};");
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert_eq!(
        script.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    let head = server
        .raw("HEAD /assets/app-1.js", &[&server.host()], b"")
        .await;
    assert_eq!(
        (head.status, head.header("content-length"), head.body.len()),
        (200, Some("10"), 0)
    );
    let refused = server.raw("GET /", &["Host: evil.example"], b"").await;
    for reply in [
        &page,
        &script,
        &refused,
        &server.get("/nothing").await,
        &server.get("/api/v1/events").await,
    ] {
        let csp = reply.header("content-security-policy").unwrap();
        assert!(
            csp.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; "),
            "{csp}"
        );
        assert!(!csp.contains("unsafe") && !csp.contains("evil"), "{csp}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
    }
}

#[tokio::test]
async fn no_path_leads_out_of_the_folder() {
    let server = Running::start().await;
    let ui = server.dir.path().join("ui");
    std::fs::write(ui.join(".hidden"), "x").unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(server.dir.path().join("token"), ui.join("link.txt")).unwrap();
        std::os::unix::fs::symlink(server.dir.path(), ui.join("up")).unwrap();
    }
    for path in [
        "/../token",
        "/assets/../../token",
        "/%2e%2e/token",
        "/..%2ftoken",
        "/%2e%2e%2ftoken",
        "/..%5ctoken",
        "/..\\token",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/link.txt",
        "/up/token",
        "/.hidden",
        "/assets",
        "/assets/",
        "/index.html%00.js",
    ] {
        let reply = server.get(path).await;
        assert!(
            matches!(reply.status, 400 | 404),
            "{path}: {}",
            reply.status
        );
        assert!(!String::from_utf8_lossy(&reply.body).contains(&server.token));
    }
}
