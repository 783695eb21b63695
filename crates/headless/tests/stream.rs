//! Streams of events: who gets one, what comes, and when it ends.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod support;

use std::{sync::atomic::Ordering, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use shoal_headless::Limits;
use support::{Fake, Running, Then};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _, http::HeaderValue},
};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const SOON: Duration = Duration::from_secs(10);

/// Opens a stream with these headers; the status when it is refused.
async fn open(server: &Running, headers: &[(&'static str, String)]) -> Result<Socket, u16> {
    let mut request = format!("ws://{}/api/v1/events", server.addr)
        .into_client_request()
        .unwrap();
    for (name, value) in headers {
        request
            .headers_mut()
            .insert(*name, HeaderValue::from_str(value).unwrap());
    }
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(e) => panic!("{e}"),
    }
}

async fn open_with_token(server: &Running) -> Socket {
    open(
        server,
        &[("authorization", format!("Bearer {}", server.token))],
    )
    .await
    .unwrap()
}

async fn next(socket: &mut Socket) -> Value {
    loop {
        match timeout(SOON, socket.next())
            .await
            .expect("nothing came")
            .unwrap()
            .unwrap()
        {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) => (),
            other => panic!("{other:?}"),
        }
    }
}

/// Waits until a condition holds.
async fn until(what: &str, condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < SOON, "{what}");
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_stream_needs_the_token_and_our_page() {
    let server = Running::start().await;
    let bearer = ("authorization", format!("Bearer {}", server.token));
    let own = ("origin", format!("http://{}", server.addr));
    assert_eq!(open(&server, &[]).await.err(), Some(401));
    assert_eq!(
        open(&server, std::slice::from_ref(&own)).await.err(),
        Some(401)
    );
    assert_eq!(
        open(&server, &[("authorization", "Bearer x".into())])
            .await
            .err(),
        Some(401)
    );
    for origin in ["http://evil.example", "null", "http://localhost:1"] {
        assert_eq!(
            open(&server, &[bearer.clone(), ("origin", origin.into())])
                .await
                .err(),
            Some(403),
            "{origin}"
        );
        let cookie = ("cookie", server.cookie().await);
        assert_eq!(
            open(&server, &[cookie, ("origin", origin.into())])
                .await
                .err(),
            Some(403),
            "{origin}"
        );
    }
    let host = ("host", "evil.example".to_owned());
    assert_eq!(
        open(&server, &[bearer.clone(), host]).await.err(),
        Some(403)
    );
    assert_eq!(server.fake.streams.load(Ordering::SeqCst), 0);
    assert!(open(&server, &[bearer, own]).await.is_ok());
}

#[tokio::test]
async fn a_snapshot_comes_first() {
    let server = Running::start().await;
    let cookie = ("cookie", server.cookie().await);
    let mut socket = open(
        &server,
        &[cookie, ("origin", format!("http://{}", server.addr))],
    )
    .await
    .unwrap();
    let event = next(&mut socket).await;
    assert_eq!(
        (&event["type"], &event["rev"]),
        (&"snapshot".into(), &1.into())
    );
    socket.close(None).await.unwrap();
    until("the stream was let go", || {
        server.fake.streams.load(Ordering::SeqCst) == 0
    })
    .await;
}

#[tokio::test]
async fn the_end_is_said() {
    let server = Running::with(
        Fake {
            then: Then::Bye,
            ..Fake::default()
        },
        Limits::default(),
        &[],
    )
    .await;
    let mut socket = open_with_token(&server).await;
    assert_eq!(next(&mut socket).await["type"], "snapshot");
    assert_eq!(next(&mut socket).await["type"], "bye");
    let last = timeout(SOON, socket.next())
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert!(
        matches!(&last, Message::Close(Some(frame)) if u16::from(frame.code) == 1001),
        "{last:?}"
    );
}

#[tokio::test]
async fn streams_are_bounded() {
    let server = Running::with(
        Fake::default(),
        Limits {
            sockets: 2,
            ..Limits::default()
        },
        &[],
    )
    .await;
    let first = open_with_token(&server).await;
    let _second = open_with_token(&server).await;
    let bearer = ("authorization", format!("Bearer {}", server.token));
    assert_eq!(
        open(&server, std::slice::from_ref(&bearer)).await.err(),
        Some(503)
    );
    drop(first);
    until("a place came free", || {
        server.fake.streams.load(Ordering::SeqCst) == 1
    })
    .await;
    sleep(Duration::from_millis(50)).await;
    assert!(open(&server, &[bearer]).await.is_ok());
}

#[tokio::test]
async fn a_slow_reader_grows_no_queue_and_is_let_go() {
    let limits = Limits {
        send_time: Duration::from_millis(500),
        ..Limits::default()
    };
    let server = Running::with(
        Fake {
            then: Then::Flood,
            ..Fake::default()
        },
        limits,
        &[],
    )
    .await;
    let socket = open_with_token(&server).await;
    // Nothing is read: what the system buffers fills up, then no more events are fetched.
    until("events were fetched", || {
        server.fake.fetched.load(Ordering::SeqCst) > 1
    })
    .await;
    until("the reader was let go", || {
        server.fake.streams.load(Ordering::SeqCst) == 0
    })
    .await;
    let fetched = server.fake.fetched.load(Ordering::SeqCst);
    assert!(
        fetched < 1000,
        "{fetched} events of 64 KiB were fetched for nobody"
    );
    drop(socket);
}

#[tokio::test]
async fn a_dead_reader_is_let_go() {
    let limits = Limits {
        ping_every: Duration::from_millis(100),
        silence: Duration::from_millis(400),
        ..Limits::default()
    };
    let server = Running::with(Fake::default(), limits, &[]).await;
    // A living one answers pings, and stays.
    let mut living = open_with_token(&server).await;
    let reading = tokio::spawn(async move { while let Some(Ok(_)) = living.next().await {} });
    // A dead one reads, but never answers.
    let mut dead = TcpStream::connect(server.addr).await.unwrap();
    let request = format!(
        "GET /api/v1/events HTTP/1.1\r\nHost: {}\r\n{}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        server.addr,
        server.bearer()
    );
    dead.write_all(request.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    let _ = timeout(SOON, dead.read_to_end(&mut all))
        .await
        .expect("still open");
    assert!(all.starts_with(b"HTTP/1.1 101 "));
    sleep(Duration::from_millis(600)).await;
    assert_eq!(
        server.fake.streams.load(Ordering::SeqCst),
        1,
        "the living one stays"
    );
    assert!(!reading.is_finished());
    reading.abort();
}

#[tokio::test]
async fn nobody_can_send_much() {
    let server = Running::start().await;
    let mut socket = open_with_token(&server).await;
    assert_eq!(next(&mut socket).await["type"], "snapshot");
    let _ = socket.send(Message::Text("x".repeat(5000).into())).await;
    until("the sender was let go", || {
        server.fake.streams.load(Ordering::SeqCst) == 0
    })
    .await;
}

#[tokio::test]
async fn stopping_says_good_bye_in_time() {
    let server = Running::start().await;
    let mut socket = open_with_token(&server).await;
    assert_eq!(next(&mut socket).await["type"], "snapshot");
    let _idle = TcpStream::connect(server.addr).await.unwrap();
    let reading = tokio::spawn(async move { socket.next().await });
    server.stop(Duration::from_secs(3)).await;
    let last = reading.await.unwrap();
    assert!(matches!(&last, Some(Ok(Message::Close(_)))), "{last:?}");
}
